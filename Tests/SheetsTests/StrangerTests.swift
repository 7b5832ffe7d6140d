import Foundation
import Kernel
import Sheets
import TestSupport
import Testing

@Suite("Files that are no tables we read")
struct StrangerTests {
    private static let oldFile: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    private static func archive(_ names: String...) -> [UInt8] {
        var zip = ZipFixture()
        for name in names { zip.add(name, Array("x".utf8)) }
        return zip.bytes
    }

    @Test(
        "Each is refused by what it is, whatever it is called",
        arguments: [
            ("sheet.file.empty", []),
            ("sheet.file.oldXLS", oldFile + [UInt8](repeating: 7, count: 600_000)),
            (
                "sheet.file.encrypted",
                oldFile + [UInt8](repeating: 7, count: 262_130)
                    + Array("EncryptedPackage".utf16).flatMap { [UInt8($0), 0] } + [UInt8](repeating: 7, count: 300_000)
            ),
            ("sheet.file.markup", Array("\u{FEFF}\n <HTML><table><tr><td>1</td></tr></table>".utf8)),
            ("sheet.file.markup", Array("<?xml version=\"1.0\"?><Workbook></Workbook>".utf8)),
            ("sheet.file.pdf", Array("%PDF-1.7\n".utf8)),
            ("sheet.file.noWorkbook", archive("word/document.xml")),
            ("sheet.file.binaryXLSB", archive("xl/workbook.bin")),
            ("sheet.file.openDocument", archive("mimetype", "content.xml")),
            ("sheet.archive.broken", [0x50, 0x4B, 0x03, 0x04, 1, 2, 3]),
        ] as [(String, [UInt8])])
    func strangers(code: String, bytes: [UInt8]) throws {
        let refusal = try refusal(of: bytes)
        #expect(refusal.code == code)
        #expect(refusal.message.zh.contains("表.xlsx") && refusal.message.en.contains("表.xlsx"))
    }

    @Test("An encrypted entry of an archive is told from a damaged one")
    func encryptedEntry() throws {
        var zip = ZipFixture()
        zip.add("xl/workbook.xml", [UInt8](repeating: 9, count: 64), flags: 0x801)
        #expect(try refusal(of: zip.bytes).code == "sheet.file.encrypted")
    }

    @Test("A folder and a missing file are refused")
    func noFile() throws {
        let folder = try #require(throws: Refusal.self) { try SheetFile.open(path: "/") }
        #expect(folder.code == "sheet.file.notAFile")
        let missing = try #require(throws: Refusal.self) { try SheetFile.open(path: "/no/such/表.csv") }
        #expect(missing.kind == .notFound)
        #expect(missing.message.zh.contains("表.csv"))
    }
}
