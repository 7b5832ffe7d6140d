import Foundation
import Kernel
import Sheets
import Synchronization
import TestSupport
import Testing

@Suite("Limits of what is read")
struct SheetLimitsTests {
    private static let csv = Array("a,b,c\nd,e,f\n\"长长长长长\",g\n".utf8)
    private static let workbook: [UInt8] = {
        let row = "<c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"inlineStr\"><is><t>长长长长长</t></is></c>"
        var book = WorkbookFixture(
            "<row>\(row)</row><row r=\"9\">\(row)</row>",
            after: "<mergeCells><mergeCell ref=\"C1:H1\"/><mergeCell ref=\"A1:A2\"/></mergeCells>",
            strings: "<si><t>公交小区</t></si><si><t>浦沅小区</t></si>")
        book.sheets.append(("表二", "", "<sheetData/>"))
        return book.bytes
    }()

    @Test(
        "Each limit of a text table",
        arguments: [
            ("sheet.file.tooLarge", nil, "20 B", limits { $0.fileBytes = 20 }),
            ("sheet.rows.tooMany", "2", "1", limits { $0.rows = 1 }),
            ("sheet.columns.tooMany", "1", "2", limits { $0.columns = 2 }),
            ("sheet.cell.tooLong", "A3", "4", limits { $0.cellCharacters = 4 }),
            ("sheet.row.tooLong", "3", "10 B", limits { $0.rowBytes = 10 }),
        ] as [(String, String?, String, SheetLimits)])
    func textTables(code: String, field: String?, limit: String, limits: SheetLimits) throws {
        expect(try refusal(of: Self.csv, limits: limits), code, field, limit)
    }

    @Test(
        "Each limit of a workbook",
        arguments: [
            ("sheet.file.tooLarge", nil, "2 KB", limits { $0.fileBytes = 2048 }),
            ("sheet.part.tooLarge", nil, "100 B", limits { $0.partBytes = 100 }),
            ("sheet.total.tooLarge", nil, "1 KB", limits { $0.totalBytes = 1024 }),
            ("sheet.rows.tooMany", "A9", "8", limits { $0.rows = 8 }),
            ("sheet.columns.tooMany", "C1", "2", limits { $0.columns = 2 }),
            ("sheet.cells.tooMany", "1", "7", limits { $0.cells = 7 }),
            ("sheet.cell.tooLong", "C1", "4", limits { $0.cellCharacters = 4 }),
            ("sheet.strings.tooMany", nil, "1", limits { $0.sharedStrings = 1 }),
            ("sheet.strings.tooLarge", nil, "23 B", limits { $0.sharedStringBytes = 23 }),
            ("sheet.merged.tooMany", nil, "1", limits { $0.mergedRegions = 1 }),
            ("sheet.sheets.tooMany", nil, "1", limits { $0.sheets = 1 }),
        ] as [(String, String?, String, SheetLimits)])
    func workbooks(code: String, field: String?, limit: String, limits: SheetLimits) throws {
        expect(try refusal(of: Self.workbook, limits: limits), code, field, limit)
    }

    @Test("What just keeps the limits is read")
    func justWithin() throws {
        let narrow = limits { limits in
            limits.fileBytes = Self.csv.count
            (limits.rows, limits.columns, limits.cellCharacters, limits.rowBytes) = (3, 3, 5, 20)
        }
        #expect(try rows(of: Self.csv, limits: narrow).count == 3)
        let book = limits { limits in
            limits.fileBytes = Self.workbook.count
            (limits.rows, limits.columns, limits.cells, limits.cellCharacters) = (9, 8, 11, 5)
            (limits.sharedStrings, limits.sharedStringBytes, limits.mergedRegions, limits.sheets) = (2, 24, 2, 2)
        }
        #expect(try rows(of: Self.workbook, limits: book).map(\.cells.count) == [8, 3])
    }

    @Test("A file that is refused closes itself once, and nobody else's")
    func closesOnce() throws {
        let tooSmall = limits { $0.fileBytes = 1 }
        let refusals = Atomic(0)
        let lost = Atomic(0)
        try withFile(Self.csv) { path in
            // One thread is refused over and over, while the other holds files that a second close would take away.
            DispatchQueue.concurrentPerform(iterations: 2) { thread in
                for _ in 0..<5_000 where thread == 0 {
                    let isRefused = (try? SheetFile.open(path: path, name: "表.xlsx", limits: tooSmall)) == nil
                    if isRefused { refusals.wrappingAdd(1, ordering: .relaxed) }
                }
                for _ in 0..<20_000 where thread == 1 {
                    let file = open("/dev/null", O_RDONLY | O_CLOEXEC)
                    sched_yield()
                    if close(file) != 0 { lost.wrappingAdd(1, ordering: .relaxed) }
                }
            }
        }
        #expect(refusals.load(ordering: .relaxed) == 5_000)
        #expect(lost.load(ordering: .relaxed) == 0)
    }

    private func expect(_ refusal: Refusal, _ code: String, _ field: String?, _ limit: String) {
        #expect(refusal.code == code)
        #expect(refusal.kind == .tooLarge)
        #expect(refusal.field == field)
        for language in Language.allCases {
            let sentence = refusal.message(language)
            #expect(sentence.contains("表.xlsx") && sentence.contains(limit), "\(sentence)")
        }
    }
}
