import Foundation

/// Makes the bytes of workbooks that no well-behaved program writes: parts as they are given, not compressed.
public struct WorkbookFixture {
    /// What stands inside `<worksheet>` of each sheet, and the attributes of its entry.
    public var sheets: [(name: String, attributes: String, content: String)] = []
    /// `<si>` elements.
    public var strings = ""
    /// What stands inside `<styleSheet>`.
    public var styles = ""
    public var workbookProperties = ""
    /// Parts added or put in place of others.
    public var parts: [(name: String, content: String)] = []

    /// One sheet of these rows: `<row r="1"><c r="A1"><v>5</v></c></row>`.
    public init(_ rows: String, after: String = "", strings: String = "", styles: String = "") {
        sheets = [("表一", "", "<sheetData>\(rows)</sheetData>\(after)")]
        self.strings = strings
        self.styles = styles
    }

    public var bytes: [UInt8] {
        var zip = ZipFixture()
        for (name, content) in allParts { zip.add(name, Array(content.utf8)) }
        return zip.bytes
    }

    private var allParts: [(name: String, content: String)] {
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
        let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"\(relation)\""
        func relations(_ list: [(id: String, type: String, target: String)]) -> String {
            let items = list.map {
                "<Relationship Id=\"\($0.id)\" Type=\"\(relation)/\($0.type)\" Target=\"\($0.target)\"/>"
            }
            return "\(declaration)<Relationships>\(items.joined())</Relationships>"
        }
        var entries = ""
        var targets = [("s", "styles", "/xl/styles.xml"), ("t", "sharedStrings", "../xl/./sharedStrings.xml")]
        var all: [(name: String, content: String)] = []
        for (index, sheet) in sheets.enumerated() {
            entries +=
                "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" \(sheet.attributes) r:id=\"rId\(index)\"/>"
            targets.append(("rId\(index)", "worksheet", "worksheets/sheet\(index).xml"))
            all.append(
                ("xl/worksheets/sheet\(index).xml", "\(declaration)<worksheet \(space)>\(sheet.content)</worksheet>"))
        }
        let book = "<workbook \(space)>\(workbookProperties)<sheets>\(entries)</sheets></workbook>"
        all += [
            ("_rels/.rels", relations([("rId1", "officeDocument", "xl/workbook.xml")])),
            ("xl/workbook.xml", declaration + book),
            ("xl/_rels/workbook.xml.rels", relations(targets)),
            ("xl/sharedStrings.xml", "\(declaration)<sst \(space)>\(strings)</sst>"),
            ("xl/styles.xml", "\(declaration)<styleSheet \(space)>\(styles)</styleSheet>"),
        ]
        all.removeAll { old in parts.contains { $0.name == old.name } }
        return all + parts
    }
}

/// A ZIP archive of stored entries, written byte by byte (APPNOTE 4.3).
public struct ZipFixture {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    public init() {}

    /// - Parameter flags: general purpose bits; 1 says that the entry is encrypted.
    public mutating func add(_ name: String, _ content: [UInt8], flags: UInt16 = 0x800) {
        let offset = UInt32(body.count)
        var shared = little(UInt16(20)) + little(flags) + little(UInt16(0)) + little(UInt32(0x21_0000))
        shared += little(ZipFixture.checksum(content)) + little(UInt32(content.count)) + little(UInt32(content.count))
        shared += little(UInt16(name.utf8.count)) + little(UInt16(0))
        body += little(UInt32(0x0403_4B50)) + shared + name.utf8 + content
        directory += little(UInt32(0x0201_4B50)) + little(UInt16(20)) + shared
        directory += little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt32(0)) + little(offset)
        directory += name.utf8
        count += 1
    }

    public var bytes: [UInt8] {
        var end = little(UInt32(0x0605_4B50)) + little(UInt16(0)) + little(UInt16(0)) + little(count) + little(count)
        end += little(UInt32(directory.count)) + little(UInt32(body.count)) + little(UInt16(0))
        return body + directory + end
    }

    private func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }

    /// CRC-32 (ISO 3309).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes { sum = sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
        return ~sum
    }

    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
}
