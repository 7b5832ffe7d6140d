import Foundation
import Kernel
import Ledger

/// The lines of a file, one after another, whatever its size; empty ones and a byte order mark are passed over.
struct LineReader {
    /// Bytes kept of a line: a longer one is cut, never split, so that it is refused as one line for its length.
    private static let longest = max(EntryDraft.longestLine, TermDraft.longestLine) + 1

    private let path: String
    private let file: FileHandle
    /// Read and not handed out yet, from `position` on.
    private var held: [UInt8] = []
    private var position = 0
    private var number = 0

    /// - Throws: `Refusal` `file.missing`, `file.unreadable`.
    init(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Refusal(.notFound, "file.missing", zh: "读不到文件“\(path)”。", en: "The file “\(path)” cannot be read.")
        }
        (self.path, self.file) = (path, file)
        _ = try readMore()
        if held.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The line without its break, and its number from 1.
    mutating func next() throws -> (Int, [UInt8])? {
        while let line = try line() {
            number += 1
            let isEmpty = line.count < Self.longest && line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }
            if !isEmpty { return (number, line) }
        }
        return nil
    }

    /// Nil at the file's end.
    private mutating func line() throws -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            let end = held[position...].firstIndex(of: UInt8(ascii: "\n"))
            line.append(contentsOf: held[position..<(end ?? held.endIndex)].prefix(Self.longest - line.count))
            if let end {
                position = end + 1
                return line
            }
            if try !readMore() { return line.isEmpty ? nil : line }
        }
    }

    /// False at the file's end.
    private mutating func readMore() throws -> Bool {
        do {
            held = [UInt8](try file.read(upToCount: 1 << 18) ?? Data())
            position = 0
        } catch {
            throw Refusal(
                "file.unreadable", zh: "“\(path)”不能作为文件读取：可能是文件夹，或磁盘有错；请换一个文件。",
                en: "“\(path)” cannot be read as a file: it may be a folder, or the disk fails; name another.")
        }
        return !held.isEmpty
    }

    /// - Parameter limit: bytes.
    static func tooLong(_ limit: Int) -> Refusal {
        Refusal(
            .tooLarge, "entry.line", zh: "一行超过 \(limit) 字节；请拆成几行。",
            en: "The line is longer than \(limit) bytes; split it into several.")
    }
}
