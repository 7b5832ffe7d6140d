import Foundation
import Kernel
import Sheets
import TestSupport
import Testing

@Suite("Reading workbooks")
struct XLSXReadingTests {
    private func cells(_ row: String, strings: String = "", styles: String = "", properties: String = "") throws
        -> [SheetCell]
    {
        var book = WorkbookFixture("<row>\(row)</row>", strings: strings, styles: styles)
        book.workbookProperties = properties
        return try rows(of: book.bytes).first?.cells ?? []
    }

    @Test("Shared, rich, inline and calculated texts; phonetic hints are no text")
    func texts() throws {
        let strings = """
            <si><t>公交小区</t></si>
            <si><r><rPr><b/></rPr><t>浦沅</t></r><r><t xml:space="preserve"> 小区</t></r></si>
            <si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>
            <si/>
            """
        let row = """
            <c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="s"><v>3</v></c>
            <c t="inlineStr"><is><r><t>a&amp;</t></r><r><t>b</t></r></is></c>
            <c t="str"><f>A1</f><v>计算</v></c><c t="inlineStr"><is><t><![CDATA[<i>]]></t></is></c>
            """
        let read = try cells(row, strings: strings)
        #expect(read.map(\.text) == ["公交小区", "浦沅 小区", "東京", "", "a&b", "计算", "<i>"])
        #expect(read[3] == .empty)
        #expect(read.filter { $0.kind == .text }.count == 6)
    }

    @Test("Escaped characters stand for themselves")
    func escapes() throws {
        let row = #"<c t="inlineStr"><is><t>a_x000D_b_x005F_x000D__xD83D__xDE00__x00</t></is></c>"#
        #expect(try cells(row)[0].text == "a\rb_x000D_😀_x00")
    }

    @Test("Numbers are shown in their shortest form, whole ones without a point")
    func numbers() throws {
        let row = "<c><v>1680</v></c><c><v>2.2999999999999998</v></c><c><v>-1E-3</v></c><c><v>430102000000000</v></c>"
        let read = try cells(row)
        #expect(read.map(\.text) == ["1680", "2.3", "-0.001", "430102000000000"])
        #expect(read[1].kind == .number(2.3))
    }

    @Test("Booleans, errors, formulas with and without a calculated value")
    func others() throws {
        let row = """
            <c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#DIV/0!</v></c><c><f>1+1</f><v>2</v></c>
            <c><f>SUM(A1:A9)</f></c><c t="str"><f>""</f><v></v></c><c t="d"><v>2020-05-14T00:00:00</v></c>
            """
        let read = try cells(row)
        #expect(read.map(\.text) == ["TRUE", "FALSE", "#DIV/0!", "2", "=SUM(A1:A9)", "", "2020-05-14"])
        #expect(read[0].kind == .bool(true) && read[1].kind == .bool(false))
        #expect(read[2].kind == .error && read[4].kind == .error && read[5].kind == .empty)
        #expect(read[6].kind == Day("2020-05-14").map { .date($0) })
    }

    @Test(
        "A number is a day when its format shows one",
        arguments: [
            ("yyyy-mm-dd", true), ("yyyy&quot;年&quot;m&quot;月&quot;", true), ("m&quot;月&quot;", true),
            ("[$-804]d/m/yy;@", true), ("yyyy/m/d h:mm", true), ("[DBNum1][$-804]yyyy&quot;年&quot;", true),
            ("0.00", false), ("#,##0&quot;days&quot;", false), ("[Red]0.0", false), ("h:mm:ss", false),
            ("[h]:mm", false), ("General", false), ("0\\d", false), ("0_m", false), ("0;yyyy", false),
        ])
    func dayFormats(code: String, isDay: Bool) throws {
        let styles = """
            <numFmts><numFmt formatCode="\(code)" numFmtId="170"/></numFmts>
            <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>
            """
        let read = try cells(
            #"<c s="1"><v>43965</v></c><c s="0"><v>43965</v></c><c s="9"><v>1</v></c>"#, styles: styles)
        #expect(read.map(\.text) == [isDay ? "2020-05-14" : "43965", "43965", "1"])
    }

    @Test("A cell is the percentage that it shows, without the noise of binary fractions")
    func percentages() throws {
        let styles = """
            <numFmts><numFmt formatCode="0.0%;[Red]-0.0%" numFmtId="170"/><numFmt formatCode="0&quot;%&quot;" numFmtId="171"/></numFmts>
            <cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>
            """
        let row = """
            <c s="1"><v>0.35</v></c><c s="1"><v>7.0000000000000007E-2</v></c><c s="2"><v>0.33333333333333331</v></c>
            <c s="3"><v>-0.285</v></c><c s="1"><v>1</v></c><c s="1"><v>0</v></c><c s="4"><v>35</v></c><c><v>0.35</v></c>
            """
        let read = try cells(row, styles: styles)
        #expect(
            read.map(\.text) == ["35%", "7%", "33.3333333333333%", "-28.5%", "100%", "0%", "35", "0.35"])
        #expect(read[0].kind == .number(0.35))
    }

    @Test("Days count from 1900, with Excel's day that never was, or from 1904")
    func epochs() throws {
        let styles = #"<cellXfs><xf numFmtId="14"/></cellXfs>"#
        let row = [1, 59, 60, 61, 43965.999_999_999, 0.5, -1, 2_958_465].map { "<c><v>\($0)</v></c>" }.joined()
        let since1900 = try cells(row, styles: styles).map(\.text)
        #expect(
            since1900 == [
                "1900-01-01", "1900-02-28", "60", "1900-03-01", "2020-05-15", "0.5", "-1", "9999-12-31",
            ])
        let properties = #"<workbookPr date1904="1"/>"#
        let since1904 = try cells("<c><v>0</v></c><c><v>42503</v></c>", styles: styles, properties: properties)
        #expect(since1904.map(\.text) == ["1904-01-01", "2020-05-14"])
    }

    @Test("Cells and rows stand where they say, or else behind the one before")
    func positions() throws {
        let book = WorkbookFixture(
            #"<row r="3"><c r="C3"><v>1</v></c><c><v>2</v></c><c r="A3"><v>0</v></c></row><row><c><v>9</v></c></row>"#)
        let read = try rows(of: book.bytes)
        #expect(read.map(\.number) == [3, 4])
        #expect(read[0].cells.map(\.text) == ["0", "", "1", "2"])
    }

    @Test("Formats without values, out to the last row and column, are nothing")
    func formatsAlone() throws {
        let book = WorkbookFixture(
            #"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>"#
                + #"<row r="1048576"><c r="XFD1048576" s="0"/></row>"#)
        let read = try rows(of: book.bytes)
        #expect(read == [SheetRow(number: 1, cells: [SheetCell("1", .number(1))])])
    }

    @Test("Merged downwards, sideways and both: every covered cell repeats the value and says from where")
    func merged() throws {
        let book = WorkbookFixture(
            """
            <row r="1"><c r="A1" t="str"><v>标题</v></c></row>
            <row r="2"><c r="A2" t="str"><v>雨花区</v></c><c r="B2"><v>1</v></c></row>
            <row r="3"><c r="A3" t="str"><v>藏在下面</v></c><c r="B3"><v>2</v></c></row>
            <row r="4"><c r="B4" t="str"><v>大</v></c></row>
            <row r="5"><c r="D5"><v>5</v></c></row>
            <row r="7"><c r="B7"><v>7</v></c></row>
            """,
            after: """
                <mergeCells><mergeCell ref="B4:C5"/><mergeCell ref="A2:A4"/><mergeCell ref="A1:C1"/>
                <mergeCell ref="A6:A7"/><mergeCell ref="nonsense"/></mergeCells>
                """)
        let read = try rows(of: book.bytes)
        let texts = read.map { $0.cells.map(\.text) }
        #expect(
            texts == [
                ["标题", "标题", "标题"], ["雨花区", "1"], ["雨花区", "2"], ["雨花区", "大", "大"], ["", "大", "大", "5"], ["", "7"],
            ])
        #expect(read[0].cells.map { $0.mergedFrom?.description } == [nil, "A1", "A1"])
        #expect(read[2].cells[0].mergedFrom == CellPosition("A2"))
        #expect(read[2].cells[1].mergedFrom == nil)
        #expect(read[4].cells[2].mergedFrom == CellPosition("$B$4"))
        try withFile(book.bytes) { path in
            let regions = try SheetFile.open(path: path).mergedRegions
            #expect(regions.map { "\($0.first):\($0.last)" } == ["A1:C1", "A2:A4", "B4:C5", "A6:A7"])
        }
    }

    @Test("The first visible sheet is read unless another is named; hidden ones only by name")
    func sheets() throws {
        var book = WorkbookFixture("")
        book.sheets = [
            ("字典", #"state="veryHidden""#, "<sheetData><row><c><v>1</v></c></row></sheetData>"),
            ("A &amp; B", "", "<sheetData><row><c><v>2</v></c></row></sheetData>"),
            ("空", #"state="visible""#, "<sheetData/>"),
        ]
        try withFile(book.bytes) { path in
            let reader = try SheetFile.open(path: path)
            #expect(reader.sheetNames == ["A & B", "空"])
            #expect(reader.sheetName == "A & B")
            #expect(try reader.nextRow()?.cells[0].text == "2")
            try reader.choose(sheet: "字典")
            #expect(try reader.nextRow()?.cells[0].text == "1")
            try reader.choose(sheet: "空")
            #expect(try reader.nextRow() == nil)
        }
        let refusal = try refusal(of: book.bytes, sheet: "没有")
        #expect(refusal.code == "sheet.name.unknown")
        #expect(refusal.message.zh.contains("A & B、空"))
    }

    @Test("Prefixed names, as some programs write them, mean the same; stray names inside extensions mean nothing")
    func prefixes() throws {
        var book = WorkbookFixture("")
        let sheet = """
            <?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
            <x:sheetData><x:row r="2"><x:c r="B2"><x:v>5</x:v><x:extLst><x:ext><x:v>6</x:v></x:ext></x:extLst></x:c></x:row>
            </x:sheetData><x:extLst><x:row r="9"><x:c><x:v>7</x:v></x:c></x:row></x:extLst></x:worksheet>
            """
        book.parts = [("xl/worksheets/sheet0.xml", sheet)]
        book.sheets = [("表一", "", "")]
        #expect(try rows(of: book.bytes).map { $0.cells.map(\.text) } == [["", "5"]])
    }

    @Test("Positions are read and written as people write them")
    func positionsOfCells() {
        for column in 1...20_000 {
            let position = CellPosition(row: column, column: column)
            #expect(CellPosition(position.description) == position)
        }
        #expect(CellPosition(row: 1, column: 16_384).description == "XFD1")
        for wrong in ["", "A", "1", "A0", "1A", "A1B", "AAAAA1", "A-1", "Ａ1", "A9999999999"] {
            #expect(CellPosition(wrong) == nil, "\(wrong)")
        }
    }
}
