import Foundation
import Kernel
import Sheets
import TestSupport
import Testing

@Suite("Reading text tables")
struct CSVReadingTests {
    @Test("Fields are separated by commas; quotation marks enclose what would separate them")
    func quotes() throws {
        #expect(try texts("名称,户数\n\"公交小区, 东\",320\n") == [["名称", "户数"], ["公交小区, 东", "320"]])
        #expect(try texts("\"他说\"\"好\"\"\",\"\",x") == [["他说\"好\"", "", "x"]])
        #expect(try texts("\"两\n行\",x\r\ny,z") == [["两\n行", "x"], ["y", "z"]])
    }

    @Test("Where RFC 4180 is silent, marks are read as Excel reads them")
    func lenientQuotes() throws {
        #expect(try texts("5\"管,x") == [["5\"管", "x"]])
        #expect(try texts("\"a\"b\"c,d\"\ne") == [["ab\"c", "d\""], ["e"]])
        #expect(try texts("\"a\" ,b") == [["a ", "b"]])
    }

    @Test("A row ends with LF, CRLF, CR or the file", arguments: ["\n", "\r\n", "\r"])
    func lineBreaks(lineBreak: String) throws {
        let csv = ["a,b", "c,d", "e,"].joined(separator: lineBreak)
        #expect(try texts(csv) == [["a", "b"], ["c", "d"], ["e"]])
        #expect(try texts(csv + lineBreak) == [["a", "b"], ["c", "d"], ["e"]])
    }

    @Test("Rows are numbered as Excel numbers them; rows with nothing in them are counted but left out")
    func numbers() throws {
        let read = try rows(of: "title\n\n,,\n\"a\nb\",1\nc,2".utf8)
        #expect(read.map(\.number) == [1, 4, 5])
        #expect(read.map(\.cells.count) == [1, 2, 2])
        #expect(read[1].cells[0].kind == .text)
    }

    @Test(
        "The delimiter is found out",
        arguments: [
            ("a\tb,c\td\n1\t2,5\t3\n", ["a", "b,c", "d"]),
            ("a;b;c\n1;2,5;3\n", ["a", "b", "c"]),
            ("标题\na,b;x,c\n1,2,3\n4,5,6\n", ["标题"]),
            ("\"a;b;c\",d\n\"e;f;g\",h\n", ["a;b;c", "d"]),
            ("alone\nnothing\n", ["alone"]),
        ])
    func delimiter(csv: String, first: [String]) throws {
        #expect(try texts(csv)[0] == first)
    }

    @Test("A quotation mark that is never closed is refused with the place where it was opened")
    func unclosed() throws {
        let refusal = try refusal(of: "a,b\nc,\"d\ne,f\n".utf8)
        #expect(refusal.code == "sheet.text.unclosedQuote")
        #expect(refusal.field == "B2")
        #expect(refusal.message.zh.contains("“表.xlsx”第 2 行 B 列"))
        #expect(refusal.message.en.contains("row 2, column B"))
    }

    @Test("A table larger than the buffer is read the same, wherever the buffer ends")
    func buffers() throws {
        let line = "\"公交小区\"\"东\"\"\",\"多\r\n行\",浦沅小区,\(String(repeating: "长", count: 300)),1234\r\n"
        let count = 1_500_000 / line.utf8.count
        let read = try texts(String(repeating: line, count: count))
        #expect(read.count == count)
        #expect(Set(read) == [["公交小区\"东\"", "多\r\n行", "浦沅小区", String(repeating: "长", count: 300), "1234"]])
    }

    @Test("The scanner hands over bytes, and taking away quotation marks twice changes nothing")
    func scanner() throws {
        try withFile("\"a\"\"b\",c\n,d\n".utf8) { path in
            let scanner = try CSVScanner(path: path)
            var seen: [[String]] = []
            try scanner.forEachRow { row in
                #expect(row.text(0) == row.text(0))
                #expect(row.bytes(7).isEmpty && row.text(-1) == "")
                seen.append((0..<row.count).map { row.text($0) })
            }
            #expect(seen == [["a\"b", "c"], ["", "d"]])
            #expect(scanner.rowNumber == 2)
            #expect(scanner.delimiter == UInt8(ascii: ","))
            #expect(try scanner.nextRow { _ in true } == nil)
        }
    }

    @Test("What the caller throws comes out, and reading goes on behind that row")
    func callersError() throws {
        struct Stop: Error {}
        try withFile("a\nb\n".utf8) { path in
            let scanner = try CSVScanner(path: path)
            #expect(throws: Stop.self) { try scanner.forEachRow { _ in throw Stop() } }
            #expect(try scanner.nextRow { $0.text(0) } == "b")
        }
    }

    @Test("A sheet can be chosen again and starts over; a text table has the one")
    func chooseAgain() throws {
        try withFile("a\nb\n".utf8) { path in
            let reader = try SheetFile.open(path: path)
            #expect(try reader.nextRow()?.cells.first?.text == "a")
            try reader.choose(sheet: reader.sheetName)
            #expect(try reader.nextRow()?.cells.first?.text == "a")
            #expect(throws: Refusal.self) { try reader.choose(sheet: "别的") }
        }
    }

    @Test(
        "A real list of estates is read whole",
        .enabled(if: Reference.isHere, "the reference data is not beside the project"))
    func realList() throws {
        let read = try rows(Reference.file("estates/shenzhen_futian_estates_42.csv").path)
        #expect(read.count == 43)
        #expect(Set(read.dropFirst().map(\.number)).count == 42)
    }
}
