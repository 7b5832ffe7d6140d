import Foundation
import Kernel
import Ledger

/// The lines of a file, one after another, whatever its size; empty ones are passed over.
struct LineReader {
    private let file: FileHandle
    private var held: [UInt8] = []
    private var position = 0
    private var number = 0
    private var isAtEnd = false

    init(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Refusal(.notFound, "file.missing", zh: "读不到文件“\(path)”。", en: "The file “\(path)” cannot be read.")
        }
        self.file = file
    }

    /// The line without its break, and its number from 1.
    mutating func next() throws -> (Int, [UInt8])? {
        while true {
            if let end = held[position...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(held[position..<end])
                position = end + 1
                number += 1
                if !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { return (number, line) }
            } else if isAtEnd {
                let line = Array(held[position...])
                position = held.count
                number += 1
                return line.allSatisfy { $0 == 0x20 || $0 == 0x0D } ? nil : (number, line)
            } else {
                try readMore()
            }
        }
    }

    /// A line that never ends is cut where it is too long already, and refused.
    private mutating func readMore() throws {
        held.removeFirst(position)
        position = 0
        if held.count > 16 * EntryDraft.longestLine { held.append(UInt8(ascii: "\n")) }
        guard let more = try file.read(upToCount: 1 << 18), !more.isEmpty else {
            isAtEnd = true
            return
        }
        held.append(contentsOf: more)
    }
}
