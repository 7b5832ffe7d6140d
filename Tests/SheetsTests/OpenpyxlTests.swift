import Foundation
import Kernel
import Sheets
import TestSupport
import Testing

/// openpyxl, another program's idea of what a workbook says: the script reads and writes tables as JSON.
private enum Openpyxl {
    struct Sheet: Codable, Equatable {
        var name: String
        /// Rows of cells, each a kind and a text: `["number", "2.5"]`.
        var rows: [[[String]]]
        var merged: [String] = []
        var isHidden = false
    }

    static let isHere = JudgePython.has("openpyxl")

    static func write(_ sheets: [Sheet], to path: String) throws {
        try withFile(JSONEncoder().encode(sheets)) { _ = try JudgePython.run([script, "write", $0, path]) }
    }

    static func read(_ path: String) throws -> [Sheet] {
        try JSONDecoder().decode([Sheet].self, from: JudgePython.run([script, "read", path]))
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Scripts/openpyxl_table.py").path
}

@Suite(
    "Agreement with openpyxl",
    .enabled(
        if: Openpyxl.isHere, Comment(rawValue: JudgePython.missing("openpyxl")))
)
struct OpenpyxlTests {
    @Test("What openpyxl writes is read as it was meant: shared strings, days, merged cells, hidden sheets")
    func reading() throws {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        for _ in 0..<4 {
            let sheets = ["一", "二 & 三", "四"].map { name in
                var rows = (0..<30).map { _ in (0..<8).map { _ in randomCell(&random) } }
                for (row, column) in [(2, 1), (3, 1), (4, 1), (0, 4), (0, 5)] { rows[row][column] = [] }
                return Openpyxl.Sheet(name: name, rows: rows, merged: ["B2:B5", "D1:F1"], isHidden: name == "一")
            }
            try withPath { path in
                try Openpyxl.write(sheets, to: path)
                #expect(try SheetFile.open(path: path).sheetNames == ["二 & 三", "四"])
                for sheet in sheets {
                    #expect(try own(path, sheet.name) == trimmed(sheet.rows), "seed \(seed)")
                }
                let regions = try SheetFile.open(path: path).mergedRegions
                #expect(regions.map { "\($0.first):\($0.last)" } == ["D1:F1", "B2:B5"])
            }
        }
    }

    @Test("What we write says the same to openpyxl; no text becomes a formula")
    func writing() throws {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        let rows = (0..<120).map { _ in (0..<8).map { _ in randomCell(&random) } }
        try withPath { path in
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet("小区 & 楼栋", columns: (0..<8).map { SheetColumn("列\($0)", .text) })
            for row in rows { try writer.append(row.map(output)) }
            try writer.finish()
            let read = try #require(Openpyxl.read(path).first)
            #expect(read.name == "小区 & 楼栋")
            #expect(read.rows.first == (0..<8).map { ["text", "列\($0)"] })
            #expect(trimmed(Array(read.rows.dropFirst())) == trimmed(rows), "seed \(seed)")
        }
    }

    /// The cells of a sheet that are their own, in openpyxl's words; empty rows in between included.
    private func own(_ path: String, _ sheet: String) throws -> [[[String]]] {
        var result: [[[String]]] = []
        for row in try rows(path, sheet: sheet) {
            while result.count < row.number - 1 { result.append([]) }
            result.append(row.cells.map { $0.mergedFrom == nil ? words($0) : [] })
        }
        return trimmed(result)
    }

    private func words(_ cell: SheetCell) -> [String] {
        switch cell.kind {
        case .empty: []
        case .text: ["text", cell.text]
        case .number: ["number", cell.text]
        case .date: ["date", cell.text]
        case .bool: ["bool", cell.text]
        case .error: ["error", cell.text]
        }
    }

    private func output(_ words: [String]) -> OutputCell {
        switch words.first {
        case "text": .text(words[1])
        case "number": .number(Double(words[1]) ?? 0)
        case "date": OutputCell(Day(words[1]))
        case "bool": .bool(words[1] == "TRUE")
        default: .empty
        }
    }

    private func trimmed(_ rows: [[[String]]]) -> [[[String]]] {
        var rows = rows.map { row in row.lastIndex { !$0.isEmpty }.map { Array(row[...$0]) } ?? [] }
        while rows.last?.isEmpty == true { rows.removeLast() }
        return rows
    }

    private func randomCell(_ random: inout SeededGenerator) -> [String] {
        switch Int.random(in: 0...5, using: &random) {
        case 0: return []
        case 1: return ["number", String(Int.random(in: -9_999_999...9_999_999, using: &random))]
        case 2: return ["number", "\(Double(Int.random(in: 0...99_999, using: &random)) + 0.25)"]
        case 3: return ["date", Day(number: Int.random(in: -20_000...60_000, using: &random)).description]
        case 4: return ["bool", Bool.random(using: &random) ? "TRUE" : "FALSE"]
        default:
            let text = ["公交小区", "=1+1", "<b>&", " 两边 ", "多\n行", "𠮷", "0012", "'x", "@a"].randomElement(using: &random)
            return ["text", text ?? ""]
        }
    }
}
