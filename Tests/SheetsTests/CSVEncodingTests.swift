import Foundation
import Kernel
import Sheets
import Testing

@Suite("Encodings of text tables")
struct CSVEncodingTests {
    /// 公交小区,㐀 in GB18030: two bytes each, and four for a rare character.
    private static let gb18030: [UInt8] = [
        0xB9, 0xAB, 0xBD, 0xBB, 0xD0, 0xA1, 0xC7, 0xF8, 0x2C, 0x81, 0x39, 0xEE, 0x39, 0x0A,
    ]

    private func read(_ bytes: [UInt8]) throws -> (TextEncoding, [[String]]) {
        try withFile(bytes) { path in
            let scanner = try CSVScanner(path: path)
            var rows: [[String]] = []
            try scanner.forEachRow { row in rows.append((0..<row.count).map { row.text($0) }) }
            return (scanner.encoding, rows)
        }
    }

    @Test("UTF-8 with and without byte order mark")
    func utf8() throws {
        for mark in [[], [0xEF, 0xBB, 0xBF]] as [[UInt8]] {
            let (encoding, rows) = try read(mark + Array("公交小区,㐀\n".utf8))
            #expect(encoding == .utf8)
            #expect(rows == [["公交小区", "㐀"]])
        }
    }

    @Test("UTF-16 with byte order mark, as Excel saves “Unicode text”")
    func utf16() throws {
        let units = Array("公交小区\t𠮷\r\n".utf16)
        let (little, littleRows) = try read([0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        let (big, bigRows) = try read([0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        #expect(little == .utf16LittleEndian && big == .utf16BigEndian)
        #expect(littleRows == [["公交小区", "𠮷"]])
        #expect(bigRows == littleRows)
    }

    @Test("GB18030, also when the first Chinese character comes late")
    func gb() throws {
        let (encoding, rows) = try read(Self.gb18030)
        #expect(encoding == .gb18030)
        #expect(rows == [["公交小区", "㐀"]])

        let late = Array(String(repeating: "1,2\n", count: 100_000).utf8) + Self.gb18030
        let (lateEncoding, lateRows) = try read(late)
        #expect(lateEncoding == .gb18030)
        #expect(lateRows.count == 100_001 && lateRows.last == ["公交小区", "㐀"])
    }

    @Test("A character cut by the end of a buffer is whole again, at each of its bytes", arguments: 0..<4)
    func cutCharacters(shift: Int) throws {
        let text = String(repeating: "x", count: shift) + String(repeating: "𠮷区,", count: 100_000)
        let limits = limits { $0.columns = 200_000 }
        let cells = try rows(of: text.utf8, limits: limits)[0].cells
        #expect(cells.map(\.text).joined(separator: ",") + "," == text)
    }

    @Test("UTF-8 with a broken byte is not taken for GB18030: the byte and the row are named")
    func damagedUTF8() throws {
        let good = Array("名称,户数\n公交小区,320\n浦沅小区,".utf8)
        let refusal = try refusal(of: good + [0xFF] + Array("5\n东塘街道,7\n".utf8))
        #expect(refusal.code == "sheet.text.encoding")
        #expect(refusal.field == "3")
        #expect(refusal.message.zh.contains("第 \(good.count + 1) 字节"))
        #expect(refusal.message.en.contains("byte \(good.count + 1)"))
    }

    @Test("A cut last character is refused, not dropped")
    func cutEnd() throws {
        #expect(try refusal(of: Array("公交小区,雨花区,东塘街道".utf8).dropLast()).code == "sheet.text.encoding")
        let refusal = try refusal(of: Self.gb18030 + [0xB9])
        #expect(refusal.code == "sheet.text.encoding")
        #expect(refusal.field == "2")
    }

    @Test("What is in no known encoding is refused by row")
    func unknown() throws {
        let refusal = try refusal(of: Self.gb18030 + [0xFF, 0xFF, 0x0A])
        #expect(refusal.code == "sheet.text.encoding")
        #expect(refusal.field == "2")
        #expect(refusal.message.en.contains("byte 15"))
    }

    @Test("NUL is refused by row, in every encoding")
    func nul() throws {
        let utf8 = try refusal(of: Array("a,b\nc".utf8) + [0] + Array(",d\n".utf8))
        #expect(utf8.code == "sheet.text.nul" && utf8.field == "2")
        #expect(utf8.message.en.contains("byte 6"))
        #expect(try refusal(of: Self.gb18030 + [0x61, 0x00]).code == "sheet.text.nul")
        #expect(try refusal(of: [0xFF, 0xFE, 0x61, 0x00, 0x00, 0x00]).code == "sheet.text.nul")
        #expect(try refusal(of: [0x00]).code == "sheet.text.nul")
    }
}
