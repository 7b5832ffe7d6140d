import Kernel

/// Opens the spreadsheets that people really have, by what is in them: the name's ending is often wrong.
public enum SheetFile {
    /// Opens an XLSX workbook or a CSV/TSV text file for reading.
    /// - Parameters:
    ///   - name: what its owner calls the file, for refusals; by default the last part of `path`.
    /// - Throws: `Refusal`: for old .xls files, encrypted workbooks, damaged archives, exceeded limits.
    public static func open(path: String, name: String? = nil, limits: SheetLimits = SheetLimits()) throws
        -> any SheetReader
    {
        let place = SheetPlace(file: name ?? path.split(separator: "/").last.map(String.init) ?? path)
        let file = try FileBytes(path: path, place: place, limits: limits)
        let head = try file.head(1024)
        if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
            return try XLSXReader(path: path, place: place, limits: limits)
        }
        if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { throw try compoundFile(file) }
        if let refusal = knownStranger(head, place) { throw refusal }
        return try CSVReader(place: place) { try CSVScanner(file: file, limits: limits) }
    }

    /// An OLE2 compound file is either an old workbook or a new one behind a password.
    private static func compoundFile(_ file: FileBytes) throws -> Refusal {
        if try file.contains(Array("EncryptedPackage".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) {
            return encrypted(file.place)
        }
        return file.place.refusal(
            "sheet.file.oldXLS", zh: "这是旧版 .xls 格式，请在 Excel 或 WPS 中另存为 .xlsx 后再导入。",
            en: "this is the old .xls format; save it as .xlsx in Excel or WPS, then import it.")
    }

    static func encrypted(_ place: SheetPlace) -> Refusal {
        place.refusal(
            "sheet.file.encrypted", zh: "工作簿设有打开密码，请取消密码后再导入。",
            en: "the workbook is protected by a password; remove the password, then import it.")
    }

    /// Files that are text enough to be taken for a table, but are something else.
    private static func knownStranger(_ head: [UInt8], _ place: SheetPlace) -> Refusal? {
        var rest = head[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        rest = rest.drop { $0 <= 0x20 && $0 != 0 }
        let start = String(decoding: rest.prefix(16), as: UTF8.self).lowercased()
        if ["<html", "<!doctype", "<?xml", "<table", "<meta", "<head", "<body"].contains(where: start.hasPrefix) {
            return place.refusal(
                "sheet.file.markup", zh: "这是网页或 XML 格式的表格，请用 Excel 或 WPS 打开并另存为 .xlsx 后再导入。",
                en:
                    "this is a table saved as a web page or XML; open it in Excel or WPS, save it as .xlsx, then import it."
            )
        }
        if start.hasPrefix("%pdf") {
            return place.refusal(
                "sheet.file.pdf", zh: "这是 PDF 文件，请导入原始表格（.xlsx 或 .csv）。",
                en: "this is a PDF; import the table it was made from (.xlsx or .csv).")
        }
        return nil
    }
}
