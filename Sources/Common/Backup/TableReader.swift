import Glibc
import Kernel
import Store

/// A table's rows as a backup holds them, one at a time. Whoever reads to the end knows that they are the rows that
/// were backed up, all of them.
final class TableReader {
    /// No row of ours comes near it.
    private static let longestRow = 64 << 20

    private let table: Manifest.Table
    private let stream: ArchiveReader.Stream
    /// What was read, for the digests.
    private(set) var text = TableText()
    private var buffer: [UInt8] = []
    /// Where the next row begins in the buffer, and up to where no line break was found.
    private var start = 0
    private var searched = 0

    init(_ table: Manifest.Table, in archive: ArchiveReader) throws {
        self.table = table
        guard let entry = archive.entries[table.entry], entry.size == table.bytes else { throw Self.damaged(table) }
        stream = try ArchiveReader.Stream(archive, entry)
    }

    /// - Throws: `Refusal` `backup.table` when a row cannot be read or, at the end, the whole is not what it should be.
    func next() throws -> [SQLValue]? {
        guard let line = try nextLine() else {
            guard text.rows == table.rows, text.exact() == table.sha256 else { throw Self.damaged(table) }
            return nil
        }
        guard let values = RowText.values(of: Array(line.dropLast())), values.count == table.columns.count else {
            throw Self.damaged(table)
        }
        text.append(line: line, values)
        return values
    }

    /// With its line break.
    private func nextLine() throws -> ArraySlice<UInt8>? {
        while true {
            if let end = lineBreak {
                defer { (start, searched) = (end + 1, end + 1) }
                return buffer[start...end]
            }
            buffer.removeFirst(start)
            (start, searched) = (0, buffer.count)
            guard let chunk = try stream.next() else {
                guard buffer.isEmpty else { throw Self.damaged(table) }
                return nil
            }
            buffer += chunk
            guard buffer.count <= Self.longestRow else { throw Self.damaged(table) }
        }
    }

    private var lineBreak: Int? {
        buffer.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, searched < bytes.count,
                let found = memchr(base + searched, 10, bytes.count - searched)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    static func damaged(_ table: Manifest.Table) -> Refusal {
        Refusal(
            .unavailable, "backup.table", zh: "备份中的表 \(table.name) 已损坏或被改动；请换一份备份。",
            en: "The table \(table.name) in the backup was damaged or altered. Use another backup.", field: table.name)
    }
}
