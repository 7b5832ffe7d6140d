/// What a spreadsheet cell says: a value, that there is none, or nothing. Zero is a value; unknown is never zero.
public enum Reading<Value: Hashable & Sendable>: Hashable, Sendable {
    /// `approximate` when the writer said so: "约320户", "300余户", "1998年左右".
    case value(Value, approximate: Bool)
    /// Said not to exist: "无", "没有". Whether that makes a zero is for the question to say.
    case none
    /// Blank, "不详", "未知", "-", "—", "/": nobody knows, or nobody wrote it down.
    case unknown

    public var value: Value? {
        if case .value(let value, _) = self { value } else { nil }
    }

    public var isApproximate: Bool {
        if case .value(_, approximate: true) = self { true } else { false }
    }

    /// The same reading of another value.
    func map<Other>(_ change: (Value) -> Other) -> Reading<Other> {
        switch self {
        case .value(let value, let approximate): .value(change(value), approximate: approximate)
        case .none: .none
        case .unknown: .unknown
        }
    }
}

/// A value with one way of writing it, which reads back as the same value.
public protocol CanonicallyWritten {
    var canonical: String { get }
}

extension Reading where Value: CanonicallyWritten {
    /// The one way to write this reading: "320", "约320", "无", "不详". Reading it again gives this reading.
    public var canonical: String {
        switch self {
        case .value(let value, let approximate): approximate ? "约" + value.canonical : value.canonical
        case .none: "无"
        case .unknown: "不详"
        }
    }
}

extension Double: CanonicallyWritten {
    /// Shortest decimal digits, without a fraction where there is none: 23000.0 is "23000".
    public var canonical: String {
        if self == rounded(), abs(self) < 1e15 { return String(Int64(self)) }
        return description
    }
}

extension Int: CanonicallyWritten {
    public var canonical: String { description }
}

extension Bool: CanonicallyWritten {
    public var canonical: String { self ? "是" : "否" }
}

extension String: CanonicallyWritten {
    public var canonical: String { self }
}

/// Turns what people write in spreadsheet cells into values, or refuses with what was read and what would be accepted.
/// Refusals carry no field: the caller knows the column.
public enum CellReading {
    /// Longer cells are refused unread by every reading but `text`. UTF-8 bytes.
    static let longestCell = 240
}
