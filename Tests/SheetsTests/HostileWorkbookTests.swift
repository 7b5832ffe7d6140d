import Foundation
import Kernel
import Sheets
import TestSupport
import Testing

@Suite("Workbooks that are broken or mean harm")
struct HostileWorkbookTests {
    /// A workbook with everything in it that the reader knows, deflated as usual.
    private static func sound() throws -> [UInt8] {
        try withPath { path in
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet(
                "小区", columns: [SheetColumn("名称", .text), SheetColumn("面积", .area), SheetColumn("日期", .date)])
            for number in 0..<200 {
                let day = Day(number: 18_000 + number)
                try writer.append([
                    .text("小区\(number * 7919)"), .number(Double(number) / 7), .date(day), .bool(number % 2 == 0),
                ])
            }
            try writer.finish()
            return try [UInt8](Data(contentsOf: URL(filePath: path)))
        }
    }

    @Test("A small file that inflates to much is refused at the limit", .timeLimit(.minutes(10)))
    func bomb() throws {
        try withPath { path in
            let writer = try WorkbookWriter(path: path)
            try writer.beginSheet("弹", columns: [])
            let cells = [OutputCell](repeating: .text(String(repeating: "0", count: 32_767)), count: 10)
            for _ in 0..<200 { try writer.append(cells) }
            try writer.finish()
            let size = try Data(contentsOf: URL(filePath: path)).count
            #expect(size < 1 << 20)
            let limits = limits { $0.partBytes = 32 << 20 }
            let refusal = try #require(throws: Refusal.self) { try rows(path, limits: limits) }
            #expect(refusal.code == "sheet.part.tooLarge")
            #expect(refusal.message.zh.contains("32 MB") && refusal.message.zh.contains("xl/worksheets/sheet1.xml"))
        }
    }

    @Test(
        "Document types are refused: no entity expands, no file or host is asked",
        arguments: [
            #"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>"#,
            #"<!DOCTYPE x [<!ENTITY c SYSTEM "file:///etc/passwd">]>"#,
            #"<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">"#,
            #"<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>"#,
        ], ["xl/worksheets/sheet0.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"])
    func documentTypes(declaration: String, part: String) throws {
        var book = WorkbookFixture("<row><c><v>1</v></c></row>")
        book.parts = [(part, "<?xml version=\"1.0\"?>\(declaration)<x>&c;</x>")]
        #expect(try refusal(of: book.bytes).code == "sheet.xml.documentType")
    }

    @Test("Entities nobody declared are damage")
    func undeclared() throws {
        let book = WorkbookFixture(#"<row><c t="str"><v>&c;</v></c></row>"#)
        #expect(try refusal(of: book.bytes).code == "sheet.xml.malformed")
    }

    @Test(
        "Damaged records are refused by cell",
        arguments: [
            ("sheet.cell.malformed", "A1", #"<row><c t="s"><v>7</v></c></row>"#),
            ("sheet.cell.malformed", "A1", #"<row><c t="s"><v>-1</v></c></row>"#),
            ("sheet.cell.malformed", "A1", #"<row><c r="?"><v>1</v></c></row>"#),
            ("sheet.rows.outOfOrder", "3", #"<row r="2"/><row r="2"/>"#),
            ("sheet.rows.outOfOrder", "1", #"<row r="99999999999999999999"/>"#),
            ("sheet.columns.tooMany", "XFD1", #"<row><c r="XFD1"><v>1</v></c></row>"#),
            ("sheet.xml.malformed", nil, "<row><c></row>"),
            ("sheet.xml.malformed", nil, "<row>" + String(repeating: "<c>", count: 100_000)),
        ] as [(String, String?, String)])
    func damagedRecords(code: String, field: String?, rows: String) throws {
        let refusal = try refusal(of: WorkbookFixture(rows).bytes)
        #expect(refusal.code == code)
        #expect(refusal.field == field)
    }

    @Test(
        "Regions that overlap, cover everything or lie upside down take no harm and little time",
        .timeLimit(.minutes(10)))
    func hostileRegions() throws {
        let regions = String(repeating: #"<mergeCell ref="A1:XFD1048576"/><mergeCell ref="B2:A1"/>"#, count: 40_000)
        let book = WorkbookFixture(
            (1...300).map { "<row r=\"\($0)\"><c><v>\($0)</v></c></row>" }.joined(),
            after: "<mergeCells>\(regions)</mergeCells>")
        let read = try rows(of: book.bytes)
        #expect(read.count == 300)
        #expect(read.allSatisfy { $0.cells.count == SheetLimits().columns && $0.cells.allSatisfy { $0.text == "1" } })
    }

    @Test("A workbook cut off anywhere is refused, never half read")
    func truncated() throws {
        let whole = try Self.sound()
        for length in stride(from: 0, to: whole.count, by: 37) {
            #expect(throws: Refusal.self, "cut to \(length) bytes") { try rows(of: whole.prefix(length)) }
        }
        #expect(try rows(of: whole).count == 201)
    }

    @Test("Flipped bytes end in a refusal or in rows, never in a crash")
    func flipped() throws {
        let (whole, seed) = (try Self.sound(), testSeed())
        var random = SeededGenerator(state: seed)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            expectRowsOrRefusal(bytes, seed)
        }
    }

    @Test("Parts with flipped bytes, too, behind a sound archive")
    func flippedParts() throws {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        let sheet = """
            <?xml version="1.0"?><worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>4.5</v></c>
            <c t="inlineStr"><is><r><t>x&amp;_x000D_</t></r><rPh><t>y</t></rPh></is></c><c><f>A1</f></c></row></sheetData>
            <mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>
            """
        let strings = "<sst><si><t>公交小区</t></si><si><r><t>a</t></r></si></sst>"
        for _ in 0..<1500 {
            var book = WorkbookFixture("")
            let parts = [("xl/worksheets/sheet0.xml", sheet), ("xl/sharedStrings.xml", strings)]
            book.parts = parts.map { name, content in
                var bytes = Array(content.utf8)
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0...2, using: &random) {
                    case 0: bytes[place] = .random(in: 1...127, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
                    }
                }
                return (name, String(decoding: bytes, as: UTF8.self))
            }
            expectRowsOrRefusal(book.bytes, seed)
        }
    }

    @Test("Random bytes, with and without a known beginning, end in a refusal or in rows")
    func randomBytes() {
        let seed = testSeed()
        var random = SeededGenerator(state: seed)
        let starts: [[UInt8]] = [
            [], [0x50, 0x4B, 0x03, 0x04], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF],
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
        ]
        let alphabets: [[UInt8]] = [
            Array(0...255), Array("ab,\"\n\r;\t".utf8), Array(0x81...0xFE) + [0x2C, 0x0A, 0x22],
            [0xE5, 0xB0, 0x8F, 0x2C, 0x0A, 0x22],
        ]
        for turn in 0..<1200 {
            let alphabet = alphabets[turn % alphabets.count]
            let start = starts.randomElement(using: &random) ?? []
            let rest = (0..<Int.random(in: 0...600, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            expectRowsOrRefusal(start + rest, seed)
        }
    }

    private func expectRowsOrRefusal(_ bytes: [UInt8], _ seed: UInt64) {
        do {
            _ = try rows(of: bytes)
        } catch let refusal as Refusal {
            #expect(!refusal.message.zh.isEmpty && !refusal.message.en.isEmpty, "seed \(seed)")
        } catch {
            Issue.record("\(error), seed \(seed)")
        }
    }
}
