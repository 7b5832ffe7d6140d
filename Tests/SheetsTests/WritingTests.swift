import Foundation
import Kernel
import Sheets
import TestSupport
import Testing

@Suite("Writing tables")
struct WritingTests {
    private func csv(_ rows: [[OutputCell]], _ options: CSVWriter.Options = .init()) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var writer = CSVWriter(options: options) { bytes += $0 }
        for row in rows { try writer.append(row) }
        try writer.finish()
        return bytes
    }

    private var bare: CSVWriter.Options {
        var options = CSVWriter.Options()
        (options.byteOrderMark, options.guardsFormulas) = (false, false)
        return options
    }

    @Test("CSV begins with a byte order mark and holds each kind of cell")
    func kindsInCSV() throws {
        let row: [OutputCell] = [
            .text("公交小区"), .integer(-320), .number(2.5), .number(1e21), .area(Area(hundredthsM2: 5025)),
            .date(Day(number: 0)), .bool(true),
            .empty, .text("a\"b,c"),
        ]
        let expected = "公交小区,-320,2.5,1e+21,50.25,1970-01-01,TRUE,,\"a\"\"b,c\"\r\n"
        #expect(try csv([row]) == [0xEF, 0xBB, 0xBF] + Array(expected.utf8))
        #expect(try csv([[.text("a")], [.empty], []], bare) == Array("a\r\n\"\"\r\n\r\n".utf8))
    }

    @Test(
        "What a spreadsheet would run as a formula gets an apostrophe, plain numbers do not",
        arguments: [
            ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("-", "'-"), ("＝1", "'＝1"), ("\tx", "'\tx"), ("\r=1", "'\r=1"), ("-12.5", "-12.5"),
            ("+8613800000000", "+8613800000000"),
            ("-1e-7", "-1e-7"), ("+e", "'+e"), ("-inf", "'-inf"), ("-0x1p4", "'-0x1p4"), ("a=1", "a=1"), ("", ""),
        ])
    func formulaGuard(text: String, expected: String) throws {
        #expect(try rows(of: csv([[.text(text), .text("x")]])).first?.cells.first?.text == expected)
    }

    @Test("A sink that fails stops the writer with its own error")
    func failingSink() {
        struct Full: Error {}
        var writer = CSVWriter { _ in throw Full() }
        #expect(throws: Full.self) {
            for _ in 0..<100_000 { try writer.append([.text("公交小区")]) }
        }
    }

    @Test("Random tables come back from CSV as they went in, with every writer's option and delimiter in the text")
    func csvRoundTrip() throws {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        for _ in 0..<400 {
            let table = randomTable(&random)
            var options = bare
            options.byteOrderMark = .random(using: &random)
            let read = try rows(of: csv(table.map { $0.map { .text($0) } }, options))
            #expect(read.map { $0.cells.map(\.text) } == trimmed(table).map(\.texts), "seed \(seed)")
            #expect(read.map(\.number) == trimmed(table).map(\.number), "seed \(seed)")
        }
    }

    @Test("Random tables come back from XLSX as they went in, with their kinds")
    func xlsxRoundTrip() throws {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        for _ in 0..<60 {
            let table: [[OutputCell]] = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                (0..<Int.random(in: 0...12, using: &random)).map { _ in randomCell(&random) }
            }
            let formats: [SheetColumn.Format] = [
                .general, .text, .integer, .number(decimals: 2), .area, .date, .note,
            ]
            let columns = (0..<12).map { SheetColumn("列\($0)", formats.randomElement(using: &random) ?? .general) }
            try withPath { path in
                let writer = try WorkbookWriter(path: path)
                for name in ["一", "二"] {
                    try writer.beginSheet(name, columns: columns)
                    for row in table { try writer.append(row) }
                }
                try writer.finish()
                let expected = table.map { $0.map(\.shown) }.enumerated().compactMap { index, cells in
                    let used = cells.lastIndex { $0 != .empty }.map { Array(cells[...$0]) }
                    return used.map { SheetRow(number: index + 2, cells: $0) }
                }
                for name in ["一", "二"] {
                    let read = try rows(path, sheet: name).dropFirst()
                    #expect(read.count == expected.count, "seed \(seed)")
                    for (row, wanted) in zip(read, expected) { #expect(row == wanted, "seed \(seed)") }
                }
            }
        }
    }

    @Test(
        "Sheets have names that Excel takes; others are refused",
        arguments: ["", "a/b", "[a]", "'a", "小区", "a\n", String(repeating: "长", count: 32)])
    func sheetNames(name: String) throws {
        try withPath { path in
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet("小区", columns: [])
            let refusal = try #require(throws: Refusal.self) { try writer.beginSheet(name, columns: []) }
            #expect(refusal.code == "sheet.name.invalid")
            try writer.beginSheet(String(repeating: "长", count: 31), columns: [])
            try writer.finish()
        }
    }

    @Test("What no cell can hold is refused by place")
    func unwritable() throws {
        try withPath { path in
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet("小区", columns: [SheetColumn("名称")])
            try writer.append([.text(String(repeating: "长", count: 32_767))])
            let long = try #require(throws: Refusal.self) {
                try writer.append([.empty, .text(String(repeating: "长", count: 32_768))])
            }
            #expect(long.code == "sheet.cell.tooLong" && long.field == "B3")
            let number = try #require(throws: Refusal.self) { try writer.append([.number(.nan)]) }
            #expect(number.code == "sheet.number.notFinite" && number.field == "A3")
        }
    }

    @Test("A folder that is not there is refused, and nothing is left behind")
    func noFolder() {
        #expect(throws: Refusal.self) {
            let writer = try WorkbookWriter(path: "/no/such/folder/表.xlsx")
            try writer.beginSheet("小区", columns: [])
            try writer.finish()
        }
    }

    private func randomTable(_ random: inout SeededGenerator) -> [[String]] {
        let width = Int.random(in: 1...6, using: &random)
        return (0..<Int.random(in: 1...12, using: &random)).map { _ in
            (0..<Int.random(in: 1...width, using: &random)).map { _ in random.text() }
        }
    }

    /// Rows with something in them, without empty cells at their ends.
    private func trimmed(_ table: [[String]]) -> [(number: Int, texts: [String])] {
        table.enumerated().compactMap { index, texts in
            texts.lastIndex { !$0.isEmpty }.map { (index + 1, Array(texts[...$0])) }
        }
    }

    private func randomCell(_ random: inout SeededGenerator) -> OutputCell {
        switch Int.random(in: 0...6, using: &random) {
        case 0: .empty
        case 1: .integer(Int.random(in: -1_000_000_000...1_000_000_000, using: &random))
        case 2: .number(Double(Int.random(in: -99_999_999...99_999_999, using: &random)) / 1000)
        case 3: .area(Area(hundredthsM2: Int64.random(in: 0...9_999_999_999, using: &random)))
        case 4: .date(Day(number: Int.random(in: -25_000...60_000, using: &random)))
        case 5: .bool(.random(using: &random))
        default: .text(random.text())
        }
    }
}

extension OutputCell {
    /// The cell as it is read.
    fileprivate var shown: SheetCell {
        switch self {
        case .empty: .empty
        case .text(let text): text.isEmpty ? .empty : SheetCell(text, .text)
        case .integer(let number): SheetCell(String(number), .number(Double(number)))
        case .number(let number): SheetCell(shortest(number), .number(number))
        case .area(let area): SheetCell(shortest(area.m2), .number(area.m2))
        case .date(let day): SheetCell(day.description, .date(day))
        case .bool(let value): SheetCell(value ? "TRUE" : "FALSE", .bool(value))
        }
    }
}

private func shortest(_ number: Double) -> String {
    let text = String(number)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
