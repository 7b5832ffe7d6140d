/// A column of a sheet to be written.
public struct SheetColumn: Sendable, Hashable {
    public enum Format: Sendable, Hashable {
        case general
        /// Codes and names: Excel keeps leading zeros and long numbers as they are.
        case text
        case integer
        case number(decimals: Int)
        /// Square metres to the hundredth.
        case area
        case date
        case percent
        /// Remarks that stand out and wrap, such as why a row was refused.
        case note
    }

    public let title: String
    public let format: Format
    /// In characters of the standard font; a Chinese one takes two.
    public let width: Double

    /// - Parameter width: by default as wide as title and format need.
    public init(_ title: String, _ format: Format = .general, width: Double? = nil) {
        self.title = title
        self.format = format
        self.width = width ?? SheetColumn.width(of: title, format)
    }

    private static func width(of title: String, _ format: Format) -> Double {
        let least: Int =
            switch format {
            case .note: 48
            case .text: 16
            case .date, .area: 12
            case .general, .integer, .number, .percent: 10
            }
        let characters = title.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) }
        return Double(max(least, min(characters + 3, 40)))
    }

    var isNumeric: Bool {
        switch format {
        case .general, .integer, .number, .area, .percent: true
        case .text, .date, .note: false
        }
    }
}

extension SheetColumn.Format {
    /// What Excel calls the format; nil for "General".
    var code: String? {
        switch self {
        case .general, .note: nil
        case .text: "@"
        case .integer: "#,##0"
        case .number(let decimals):
            decimals > 0 ? "#,##0." + String(repeating: "0", count: min(decimals, 15)) : "#,##0"
        case .area: "#,##0.00"
        case .date: "yyyy-mm-dd"
        case .percent: "0.0%"
        }
    }
}
