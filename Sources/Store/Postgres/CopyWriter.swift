import CLibPQ
import Store

/// Rows on their way into a table by COPY, in its text format (the manual, COPY, "Text Format").
final class CopyWriter: Occupant {
    private static let chunk = 65_536

    private let link: Link
    private let statement: String
    private let width: Int
    private var buffer: [UInt8] = []
    private(set) var isOpen = false

    init(link: Link, statement: String, width: Int) {
        self.link = link
        self.statement = statement
        self.width = width
        buffer.reserveCapacity(CopyWriter.chunk + 4096)
    }

    func append(_ row: [SQLValue]) throws {
        guard row.count == width else {
            throw StoreError.statement("a row of \(row.count) values for \(width) columns: \(statement)")
        }
        if !isOpen { try open() }
        for (index, value) in row.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: "\t")) }
            try append(value)
        }
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= CopyWriter.chunk { try flush() }
    }

    /// Ends the COPY; the next row begins another one.
    func vacate() throws {
        guard isOpen else { return }
        try flush()
        isOpen = false
        guard PQputCopyEnd(link.connection, nil) == 1 else { throw serverError() }
        try finish()
    }

    /// Makes the server forget the rows that were not yet ended; this fails the transaction.
    func abandon() {
        guard isOpen else { return }
        isOpen = false
        _ = PQputCopyEnd(link.connection, "abandoned")
        link.drain()
    }

    private func open() throws {
        let result = PQexec(link.connection, statement)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COPY_IN else { throw link.error(result) }
        isOpen = true
    }

    private func flush() throws {
        let sent = buffer.withUnsafeBytes { bytes in
            PQputCopyData(
                link.connection, bytes.bindMemory(to: CChar.self).baseAddress, Int32(clamping: bytes.count))
        }
        buffer.removeAll(keepingCapacity: true)
        if sent != 1 {
            isOpen = false
            throw serverError()
        }
    }

    private func finish() throws {
        let result = PQgetResult(link.connection)
        defer {
            PQclear(result)
            link.drain()
        }
        guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw link.error(result) }
    }

    /// Why COPY stopped taking data.
    private func serverError() -> StoreError {
        let result = PQgetResult(link.connection)
        defer {
            PQclear(result)
            link.drain()
        }
        return link.error(result)
    }

    private func append(_ value: SQLValue) throws {
        switch value {
        case .null: buffer.append(contentsOf: "\\N".utf8)
        case .integer(let integer): buffer.append(contentsOf: String(integer).utf8)
        case .real(let real): buffer.append(contentsOf: CopyWriter.text(of: real).utf8)
        case .bytes(let bytes):
            buffer.append(contentsOf: "\\\\x".utf8)
            for byte in bytes {
                buffer.append(hexDigits[Int(byte >> 4)])
                buffer.append(hexDigits[Int(byte & 15)])
            }
        case .text(let text): try append(text)
        }
    }

    private func append(_ text: String) throws {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): buffer.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\t"): buffer.append(contentsOf: "\\t".utf8)
            case UInt8(ascii: "\n"): buffer.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): buffer.append(contentsOf: "\\r".utf8)
            case 0: throw StoreError.constraint("text holds the character U+0000, which PostgreSQL cannot store")
            default: buffer.append(byte)
            }
        }
    }

    private static func text(of real: Double) -> String {
        if real.isNaN { return "NaN" }
        if real.isInfinite { return real < 0 ? "-Infinity" : "Infinity" }
        return real.description
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)
