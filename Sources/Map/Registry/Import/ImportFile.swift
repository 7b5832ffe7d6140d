import Kernel
import Sheets

/// An opened spreadsheet with its header understood; hands out data rows and passes over titles, totals and notes.
struct ImportFile {
    /// The header lies within the first rows.
    static let headLimit = 30

    let form: SurveyForm
    let mapping: HeaderMapping
    let sheetNames: [String]
    let sheetName: String
    private let reader: any SheetReader
    private let head: [SheetRow]
    private let width: Int

    /// - Throws: a refusal that names the file, the row and the remedy.
    init(path: String, fileName: String, form: SurveyForm, options: ImportOptions) throws {
        self.form = form
        reader = try SheetFile.open(path: path, name: fileName)
        if let sheet = options.sheet { try reader.choose(sheet: sheet) }
        sheetNames = reader.sheetNames
        sheetName = reader.sheetName
        var head: [SheetRow] = []
        while head.count < Self.headLimit, let row = try reader.nextRow() { head.append(row) }
        self.head = head
        let texts = head.map { $0.cells.map(\.text) }
        mapping = try options.mapping?.applied(to: texts) ?? HeaderReader(form: form).recognise(texts)
        width = (mapping.columns.map(\.index).max() ?? 0) + 1
    }

    /// The titles of the header, by column.
    var titles: [String] {
        var titles = [String](repeating: "", count: width)
        for column in mapping.columns { titles[column.index] = column.title }
        for column in mapping.unknown where column.index < width { titles[column.index] = column.title }
        return titles
    }

    /// Every data row with its number and its cells' texts, trimmed.
    /// A district merged downwards over its rows counts for each; a title merged sideways counts once.
    func eachRow(_ body: (Int, [String]) throws -> Void) throws {
        for row in head.dropFirst(mapping.headerRow + 1) { try pass(row, to: body) }
        while let row = try reader.nextRow() { try pass(row, to: body) }
    }

    private func pass(_ row: SheetRow, to body: (Int, [String]) throws -> Void) throws {
        let cells = row.cells.map { cell -> String in
            guard let origin = cell.mergedFrom else { return cell.text.trimmed }
            // A number merged over several rows is one number: it must not count for each of them.
            if case .number = cell.kind { return "" }
            return origin.row == row.number ? "" : cell.text.trimmed
        }
        guard mapping.kind(of: cells) == .data else { return }
        try body(row.number, cells)
    }
}

extension String {
    /// Without white space at both ends; most cells have none, so look before copying.
    fileprivate var trimmed: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last,
            first.properties.isWhitespace || last.properties.isWhitespace
        else { return self }
        let scalars = unicodeScalars.drop(while: \.properties.isWhitespace)
        let end = scalars.lastIndex { !$0.properties.isWhitespace }
        return end.map { String(scalars[...$0]) } ?? ""
    }
}
