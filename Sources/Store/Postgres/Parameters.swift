import CLibPQ
import Store

/// A statement's values in PostgreSQL's binary form, all in one buffer.
struct Parameters {
    private var bytes: [UInt8] = []
    /// Where each value lies in the buffer; a negative length stands for NULL.
    private var places: [(start: Int, length: Int32)] = []

    /// - Throws: `StoreError.constraint` for text with a NUL character, which PostgreSQL cannot store.
    init(_ values: [SQLValue], as kinds: [ValueKind]) throws {
        places.reserveCapacity(values.count)
        bytes.reserveCapacity(16 * values.count + 1)
        for (value, kind) in zip(values, kinds) where kind != .null {
            let start = bytes.count
            switch value {
            case .null:
                places.append((start, -1))
                continue
            case .integer(let integer): append(UInt64(bitPattern: integer))
            case .real(let real): append(real.bitPattern)
            case .text(let text): try text.appendWithoutNUL(to: &bytes)
            case .bytes(let value): bytes.append(contentsOf: value)
            }
            places.append((start, Int32(clamping: bytes.count - start)))
        }
        bytes.append(0)  // an empty buffer has no address, and no address means NULL
    }

    /// Hands the statement and its values to libpq. False when the connection did not take them.
    func send(_ statement: PreparedStatement, on connection: OpaquePointer) -> Bool {
        let count = Int32(clamping: places.count)
        let lengths = places.map(\.length)
        let formats = [Int32](repeating: 1, count: places.count)
        return bytes.withUnsafeBytes { buffer in
            let start = buffer.bindMemory(to: CChar.self).baseAddress
            let values = places.map { $0.length < 0 ? nil : start.map { [place = $0] base in base + place.start } }
            if statement.name.isEmpty {
                return PQsendQueryParams(
                    connection, statement.text, count, statement.types, values, lengths, formats, 0) == 1
            }
            return PQsendQueryPrepared(connection, statement.name, count, values, lengths, formats, 0) == 1
        }
    }

    private mutating func append(_ word: UInt64) {
        withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

extension String {
    func appendWithoutNUL(to bytes: inout [UInt8]) throws {
        let start = bytes.count
        bytes.append(contentsOf: utf8)
        if bytes[start...].contains(0) {
            throw StoreError.constraint("text holds the character U+0000, which PostgreSQL cannot store")
        }
    }
}
