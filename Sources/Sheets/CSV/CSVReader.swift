import Kernel

/// A text table as a sheet. Its cells are text or empty; what they mean is for whoever asked.
final class CSVReader: SheetReader {
    private var scanner: CSVScanner
    private let reopen: () throws -> CSVScanner
    private let place: SheetPlace

    let sheetName = "CSV"
    var sheetNames: [String] { [sheetName] }
    let mergedRegions: [MergedRegion] = []

    init(place: SheetPlace, open: @escaping () throws -> CSVScanner) throws {
        self.place = place
        reopen = open
        scanner = try open()
    }

    func choose(sheet name: String) throws {
        guard name == sheetName else { throw noSuchSheet(name, place, has: sheetNames) }
        scanner = try reopen()
    }

    func nextRow() throws -> SheetRow? {
        while true {
            let row = try scanner.nextRow { row in
                var cells: [SheetCell] = []
                cells.reserveCapacity(row.count)
                var filled = 0
                for index in 0..<row.count {
                    let text = row.text(index)
                    if !text.isEmpty { filled = index + 1 }
                    cells.append(text.isEmpty ? .empty : SheetCell(text, .text))
                }
                cells.removeLast(row.count - filled)
                return SheetRow(number: row.number, cells: cells)
            }
            guard let row else { return nil }
            if !row.cells.isEmpty { return row }
        }
    }
}

func noSuchSheet(_ name: String, _ place: SheetPlace, has names: [String]) -> Refusal {
    let list = names.prefix(20)
    return place.refusal(
        .notFound, "sheet.name.unknown",
        zh: "没有名为“\(name)”的工作表，现有：\(list.joined(separator: "、"))。",
        en: "there is no sheet called “\(name)”; there are: \(list.joined(separator: ", ")).")
}
