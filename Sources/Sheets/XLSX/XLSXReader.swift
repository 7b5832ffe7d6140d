import Kernel

/// An XLSX workbook: its parts are inflated and parsed while rows are asked for, and never lie in memory as a whole.
final class XLSXReader: SheetReader {
    private let package: XLSXPackage
    private let book: XLSXWorkbook
    private var parser: SheetParser
    private var merged: MergedCells
    private var place: SheetPlace
    private var cellCount = 0

    private(set) var sheetName: String
    let sheetNames: [String]
    var mergedRegions: [MergedRegion] { merged.regions }

    init(path: String, place: SheetPlace, limits: SheetLimits) throws {
        package = try XLSXPackage(path: path, place: place, limits: limits)
        book = try XLSXWorkbook(package)
        let visible = book.sheets.filter { !$0.isHidden }
        let shown = visible.isEmpty ? book.sheets : visible
        sheetNames = shown.map(\.name)
        sheetName = shown[0].name
        self.place = SheetPlace(file: place.file, sheet: shown[0].name)
        (merged, parser) = try XLSXReader.begin(shown[0], package, book, self.place)
    }

    func choose(sheet name: String) throws {
        guard let sheet = book.sheets.first(where: { $0.name == name }) else {
            throw noSuchSheet(name, SheetPlace(file: place.file), has: sheetNames)
        }
        place.sheet = name
        (merged, parser) = try XLSXReader.begin(sheet, package, book, place)
        sheetName = name
        cellCount = 0
    }

    func nextRow() throws -> SheetRow? {
        guard let (number, written) = try parser.nextRow() else { return nil }
        var cells = written
        merged.fill(number, &cells)
        cellCount += cells.count
        let limit = package.limits.cells
        if cellCount > limit {
            throw place.at(row: number).exceeded(
                "sheet.cells.tooMany", zh: "超过 \(limit) 个单元格的上限，请拆分文件后分别导入。",
                en: "there are more cells than the limit of \(limit); split the file and import the parts.")
        }
        return SheetRow(number: number, cells: cells)
    }

    private static func begin(
        _ sheet: XLSXWorkbook.Sheet, _ package: XLSXPackage, _ book: XLSXWorkbook, _ place: SheetPlace
    )
        throws -> (MergedCells, SheetParser)
    {
        let merged = try MergedCells(package, part: sheet.part, place: place)
        let parser = try SheetParser(package.open(sheet.part), book: book, limits: package.limits, place: place)
        return (merged, parser)
    }
}
