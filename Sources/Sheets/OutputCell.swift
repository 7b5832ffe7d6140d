public import Kernel

/// What is written into a cell. Text stays text: nothing in it is ever a formula.
public enum OutputCell: Sendable, Hashable {
    case empty
    case text(String)
    /// Finite; anything else is refused.
    case number(Double)
    case integer(Int)
    /// Written in square metres.
    case area(Area)
    case date(Day)
    case bool(Bool)

    /// As CSV holds it: "2.3", "1680", "50.25", "2026-06-30", "TRUE".
    var text: String {
        switch self {
        case .empty: ""
        case .text(let text): text
        case .number(let number): numberText(number)
        case .integer(let number): String(number)
        case .area(let area): numberText(area.m2)
        case .date(let day): day.description
        case .bool(let value): value ? "TRUE" : "FALSE"
        }
    }
}

extension OutputCell {
    /// Nil becomes an empty cell.
    public init(_ text: String?) { self = text.map { .text($0) } ?? .empty }
    public init(_ number: Int?) { self = number.map { .integer($0) } ?? .empty }
    public init(_ area: Area?) { self = area.map { .area($0) } ?? .empty }
    public init(_ day: Day?) { self = day.map { .date($0) } ?? .empty }
}
