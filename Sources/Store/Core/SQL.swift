public import Kernel

/// A piece of SQL with its values: `"SELECT … WHERE code = \(code)"` binds the code, `\(fragment)` splices another
/// piece. Literal parts are `StaticString`, so text that came from outside cannot become SQL: the compiler refuses it.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text with `?` where a value stands, as SQLite wants it; so no literal may hold one.
    public private(set) var template: String
    public private(set) var values: [SQLValue]

    public static let placeholder = UInt8(ascii: "?")

    init(template: String, values: [SQLValue]) {
        self.template = template
        self.values = values
    }

    public init(stringLiteral value: StaticString) {
        assert(Self.isFreeOfPlaceholders(value))
        template = value.description
        values = []
    }

    private static func isFreeOfPlaceholders(_ literal: StaticString) -> Bool {
        literal.withUTF8Buffer { !$0.contains(placeholder) }
    }

    public init(stringInterpolation: StringInterpolation) {
        template = stringInterpolation.template
        values = stringInterpolation.values
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var template: String
        var values: [SQLValue]

        public init(literalCapacity: Int, interpolationCount: Int) {
            template = ""
            template.reserveCapacity(literalCapacity + interpolationCount)
            values = []
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: StaticString) {
            assert(SQL.isFreeOfPlaceholders(literal))
            literal.withUTF8Buffer { template.append(String(decoding: $0, as: UTF8.self)) }
        }

        public mutating func appendInterpolation(_ value: some SQLConvertible) {
            template.append("?")
            values.append(value.sqlValue)
        }

        /// Nil binds NULL.
        public mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            appendInterpolation(value: value?.sqlValue ?? .null)
        }

        public mutating func appendInterpolation(value: SQLValue) {
            template.append("?")
            values.append(value)
        }

        public mutating func appendInterpolation(_ fragment: SQL) {
            template.append(fragment.template)
            values.append(contentsOf: fragment.values)
        }

        /// A whole number written into the text itself, where engines want a constant.
        public mutating func appendInterpolation(literal number: Int) {
            template.append(String(number))
        }

        /// `WHERE id IN \(list: ids)`; an empty list matches nothing.
        public mutating func appendInterpolation(list: [some SQLConvertible]) {
            let values = SQL.joined(list.map { SQL(template: "?", values: [$0.sqlValue]) }, by: ", ")
            let piece: SQL = list.isEmpty ? "(NULL)" : "(\(values))"
            appendInterpolation(piece)
        }

        /// `WHERE \(scope, contains: "estate.place")`: the column's code lies in the scope.
        public mutating func appendInterpolation(_ scope: Scope, contains column: SQL) {
            let ranges = scope.places.map { place -> SQL in
                place == .country ? "TRUE" : "(\(column) >= \(place.digits) AND \(column) < \(place.end))"
            }
            let piece: SQL = ranges.isEmpty ? "FALSE" : "(\(SQL.joined(ranges, by: " OR ")))"
            appendInterpolation(piece)
        }
    }

    /// It reads and changes nothing.
    var isSelection: Bool { template.hasPrefix("SELECT") }

    /// The pieces in order with their values; empty for none, so ask before writing `IN ()`.
    public static func joined(_ pieces: [SQL], by separator: SQL) -> SQL {
        var result = SQL(template: "", values: [])
        for (index, piece) in pieces.enumerated() {
            if index > 0 { result += separator }
            result += piece
        }
        return result
    }

    /// All of the conditions; `TRUE` for none.
    public static func all(_ conditions: [SQL]) -> SQL {
        conditions.isEmpty ? "TRUE" : joined(conditions, by: " AND ")
    }

    public static func + (left: SQL, right: SQL) -> SQL {
        SQL(template: left.template + right.template, values: left.values + right.values)
    }

    public static func += (left: inout SQL, right: SQL) {
        left.template += right.template
        left.values += right.values
    }

    /// A pattern for LIKE that finds `text` anywhere; use with `ESCAPE '\'`.
    public static func containing(_ text: String) -> String {
        var pattern = "%"
        // A sign with a combining mark is one character, and still a sign to the engine.
        for scalar in text.unicodeScalars {
            if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.append("\\") }
            pattern.unicodeScalars.append(scalar)
        }
        return pattern + "%"
    }
}
