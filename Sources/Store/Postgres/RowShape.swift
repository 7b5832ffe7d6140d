import CLibPQ
import Store

/// The columns of a result and how each is read. Values come as text: every server of PostgreSQL's kind writes every
/// type so, and reading four of them takes a fraction of the microsecond that the server needs to make their row.
struct RowShape {
    private enum Reading {
        case integer, boolean, real, numeric, bytes, text

        /// By the type's object id in `pg_type.dat`; these have never changed.
        init(oid: Oid) {
            switch oid {
            case 20, 21, 23, 26: self = .integer
            case 16: self = .boolean
            case 700, 701: self = .real
            case 1700: self = .numeric
            case 17: self = .bytes
            default: self = .text
            }
        }
    }

    private let columns: Row.Columns
    private let readings: [Reading]

    init(_ result: OpaquePointer) {
        let fields = 0..<PQnfields(result)
        columns = Row.Columns(fields.map { Link.message(PQfname(result, $0)) })
        readings = fields.map { Reading(oid: PQftype(result, $0)) }
    }

    /// The first row of a result.
    func row(_ result: OpaquePointer) -> Row {
        var values: [SQLValue] = []
        values.reserveCapacity(readings.count)
        for (index, reading) in readings.enumerated() {
            let column = Int32(truncatingIfNeeded: index)
            guard PQgetisnull(result, 0, column) == 0, let start = PQgetvalue(result, 0, column) else {
                values.append(.null)
                continue
            }
            let text = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, 0, column)))
            values.append(RowShape.value(text, reading))
        }
        return Row(columns: columns, values: values)
    }

    private static func value(_ text: UnsafeRawBufferPointer, _ reading: Reading) -> SQLValue {
        switch reading {
        case .integer: integer(text).map { .integer($0) } ?? .text(string(text))
        case .boolean: .integer(text.first == UInt8(ascii: "t") ? 1 : 0)
        case .real: real(text)
        // As SQLite has it: a sum of integers is one, whatever shows a decimal point is not.
        case .numeric: integer(text).map { .integer($0) } ?? real(text)
        case .bytes: bytes(text).map { .bytes($0) } ?? .text(string(text))
        case .text: .text(string(text))
        }
    }

    private static func string(_ text: UnsafeRawBufferPointer) -> String {
        String(decoding: text, as: UTF8.self)
    }

    private static func real(_ text: UnsafeRawBufferPointer) -> SQLValue {
        let string = string(text)
        return Double(string).map { .real($0) } ?? .text(string)
    }

    private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var value: Int64 = 0
        let digits = text.dropFirst(isNegative ? 1 : 0)
        if digits.isEmpty { return nil }
        for byte in digits {
            let digit = Int64(byte &- UInt8(ascii: "0"))
            guard digit < 10 else { return nil }
            // Counted downwards, since the smallest number has no positive counterpart.
            let (shifted, tooLong) = value.multipliedReportingOverflow(by: 10)
            let (next, tooLarge) = shifted.subtractingReportingOverflow(digit)
            if tooLong || tooLarge { return nil }
            value = next
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// `\x00ff`
    private static func bytes(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[1] == UInt8(ascii: "x") else { return nil }
        return [UInt8](unsafeUninitializedCapacity: text.count / 2 - 1) { bytes, count in
            count = text.count / 2 - 1
            for index in 0..<count { bytes[index] = nibble(text[2 * index + 2]) << 4 | nibble(text[2 * index + 3]) }
        }
    }

    /// The server writes small letters.
    private static func nibble(_ digit: UInt8) -> UInt8 {
        digit <= UInt8(ascii: "9") ? digit &- UInt8(ascii: "0") : digit &- UInt8(ascii: "a") &+ 10
    }
}
