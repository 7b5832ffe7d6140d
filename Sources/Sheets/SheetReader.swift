public import Kernel

/// Reads one sheet at a time, row by row, in bounded memory. Not for use from several tasks at once.
public protocol SheetReader: AnyObject {
    /// The visible sheets in their order; a text file has one, called "CSV".
    var sheetNames: [String] { get }
    /// The sheet being read: at first the first visible one.
    var sheetName: String { get }
    /// The merged regions of the sheet being read, by their first row.
    var mergedRegions: [MergedRegion] { get }

    /// Starts over at the first row of the sheet of this name, which may be a hidden one. Throws `Refusal`.
    func choose(sheet name: String) throws

    /// The next row in which anything is written; nil after the last. Rows without any value are left out: their
    /// numbers are missing from the sequence. Throws `Refusal`; afterwards the sheet cannot be read on.
    func nextRow() throws -> SheetRow?
}

/// A row of a sheet. `cells[0]` is column A; empty cells at the end are left out.
public struct SheetRow: Sendable, Hashable {
    /// As people see it in Excel: the first row is 1.
    public let number: Int
    public let cells: [SheetCell]

    public init(number: Int, cells: [SheetCell]) {
        self.number = number
        self.cells = cells
    }
}

/// What a cell shows.
public struct SheetCell: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case empty
        case text
        case number(Double)
        case date(Day)
        case bool(Bool)
        /// `#DIV/0!`, or a formula that no program has calculated: `text` then begins with "=".
        case error
    }

    /// Numbers in their shortest form ("2.3", "1680"), percentages as "35%", days as "2026-06-30", booleans as "TRUE"
    /// and "FALSE".
    public let text: String
    public let kind: Kind
    /// Where the value stands when this cell only repeats it as part of a merged region; nil for a cell of its own.
    /// The same row: merged sideways, as titles are; a row above: merged downwards, as districts are.
    public let mergedFrom: CellPosition?

    public init(_ text: String, _ kind: Kind, mergedFrom: CellPosition? = nil) {
        self.text = text
        self.kind = kind
        self.mergedFrom = mergedFrom
    }

    public static let empty = SheetCell("", .empty)

    func merged(from position: CellPosition) -> SheetCell { SheetCell(text, kind, mergedFrom: position) }
}

/// A place in a sheet as people name it: "B12". Row and column begin at 1.
public struct CellPosition: Sendable, Hashable, CustomStringConvertible {
    public let row: Int
    public let column: Int

    public init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }

    /// Reads "B12" and "$B$12". Nil for anything else, and beyond row 2³¹ or column "ZZZZ".
    public init?(_ reference: some StringProtocol) {
        let position = Array(reference.utf8).withUnsafeBufferPointer { CellPosition.parse($0) }
        guard let position else { return nil }
        self = position
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> CellPosition? {
        var (row, column, letters, digits) = (0, 0, 0, 0)
        for byte in bytes {
            let upper = byte & 0xDF
            if byte == UInt8(ascii: "$") {
                continue
            } else if upper >= UInt8(ascii: "A"), upper <= UInt8(ascii: "Z"), digits == 0, letters < 4 {
                column = column * 26 + Int(upper - UInt8(ascii: "A")) + 1
                letters += 1
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), letters > 0, digits < 9 {
                row = row * 10 + Int(byte - UInt8(ascii: "0"))
                digits += 1
            } else {
                return nil
            }
        }
        return row > 0 ? CellPosition(row: row, column: column) : nil
    }

    /// "A" for 1, "AA" for 27.
    public static func letters(ofColumn column: Int) -> String {
        var (rest, letters) = (column, "")
        while rest > 0 {
            letters = String(UnicodeScalar(UInt8(ascii: "A") + UInt8((rest - 1) % 26))) + letters
            rest = (rest - 1) / 26
        }
        return letters
    }

    public var description: String { "\(CellPosition.letters(ofColumn: column))\(row)" }
}

/// A rectangle of cells that is shown as one and holds the value of its first.
public struct MergedRegion: Sendable, Hashable {
    public let first: CellPosition
    public let last: CellPosition

    public init(first: CellPosition, last: CellPosition) {
        self.first = first
        self.last = last
    }
}
