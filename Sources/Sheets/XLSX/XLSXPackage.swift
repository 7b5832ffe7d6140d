import CXLSXReader
import Kernel

/// A workbook's ZIP archive: named parts, inflated piece by piece and counted against the limits.
final class XLSXPackage {
    let place: SheetPlace
    let limits: SheetLimits
    private let archive: OpaquePointer
    /// The most that was inflated of each part so far; a part that is read twice counts once.
    private var inflated: [String: Int] = [:]
    private var total = 0

    init(path: String, place: SheetPlace, limits: SheetLimits) throws {
        self.place = place
        self.limits = limits
        var status = CXLSX_OK
        guard let opened = cxlsx_archive_open(path, &status) else {
            throw XLSXPackage.refusal(status, place: place, part: "ZIP")
        }
        archive = opened
    }

    deinit {
        cxlsx_archive_close(archive)
    }

    func has(_ part: String) -> Bool { cxlsx_archive_has(archive, part) }

    /// Opens a part to be read once, from its beginning.
    func open(_ part: String) throws -> XLSXPart {
        var status = CXLSX_OK
        guard let opened = cxlsx_part_open(archive, part, &status) else {
            throw XLSXPackage.refusal(status, place: place, part: part)
        }
        return XLSXPart(package: self, name: part, part: opened)
    }

    /// `count` bytes of `part` have now been inflated since it was opened.
    fileprivate func count(_ count: Int, of part: String) throws {
        let before = inflated[part, default: 0]
        if count > before {
            inflated[part] = count
            total += count - before
        }
        if count > limits.partBytes {
            let limit = sizeText(limits.partBytes)
            throw place.exceeded(
                "sheet.part.tooLarge", zh: "工作簿内的 \(part) 解压后超过 \(limit) 的上限，请删去多余的行列和格式，或拆分文件。",
                en:
                    "\(part) in the workbook inflates to more than the limit of \(limit); delete spare rows, columns and formats, or split the file."
            )
        }
        if total > limits.totalBytes {
            let limit = sizeText(limits.totalBytes)
            throw place.exceeded(
                "sheet.total.tooLarge", zh: "工作簿解压后共超过 \(limit) 的上限，请删去不用的工作表，或拆分文件。",
                en:
                    "the workbook inflates to more than the limit of \(limit) in total; delete unused sheets, or split the file."
            )
        }
    }

    /// What a person can do about a failure of the archive or its XML.
    static func refusal(_ status: cxlsx_status, place: SheetPlace, part: String) -> Refusal {
        switch status {
        case CXLSX_ENCRYPTED:
            return SheetFile.encrypted(place)
        case CXLSX_DOCUMENT_TYPE:
            return place.refusal(
                "sheet.xml.documentType", zh: "工作簿内的 \(part) 带有文档类型声明，出于安全不予读取；请用 Excel 或 WPS 另存后再导入。",
                en:
                    "\(part) in the workbook declares a document type and is not read for safety; save it anew in Excel or WPS, then import it."
            )
        case CXLSX_MALFORMED_XML:
            return place.refusal(
                "sheet.xml.malformed", zh: "工作簿内的 \(part) 已损坏，请用 Excel 或 WPS 打开修复并另存后再导入。",
                en: "\(part) in the workbook is damaged; open, repair and save it in Excel or WPS, then import it.")
        case CXLSX_NO_SUCH_PART:
            return place.refusal(
                "sheet.part.missing", zh: "工作簿缺少 \(part)，请用 Excel 或 WPS 打开修复并另存后再导入。",
                en: "the workbook lacks \(part); open, repair and save it in Excel or WPS, then import it.")
        case CXLSX_UNSUPPORTED_COMPRESSION:
            return place.refusal(
                "sheet.archive.compression", zh: "工作簿使用了不支持的压缩方式，请用 Excel 或 WPS 另存后再导入。",
                en: "the workbook is compressed in an unknown way; save it anew in Excel or WPS, then import it.")
        case CXLSX_NO_MEMORY, CXLSX_UNREADABLE:
            return place.refusal(
                .unavailable, "sheet.file.unreadable", zh: "暂时无法读取文件，请稍后重试。",
                en: "the file cannot be read at the moment; try again later.")
        default:
            return place.refusal(
                "sheet.archive.broken", zh: "文件不完整或已损坏（\(part)），请重新上传，或用 Excel 打开修复并另存。",
                en:
                    "the file is incomplete or damaged (\(part)); upload it again, or open, repair and save it in Excel."
            )
        }
    }
}

/// One part's bytes, from its beginning to its end.
final class XLSXPart {
    let name: String
    private let package: XLSXPackage
    private let part: OpaquePointer
    private var count = 0

    fileprivate init(package: XLSXPackage, name: String, part: OpaquePointer) {
        self.package = package
        self.name = name
        self.part = part
    }

    deinit {
        cxlsx_part_close(part)
    }

    /// The number of bytes inflated into `bytes`; 0 at the end, when the checksum was right.
    func read(into bytes: UnsafeMutableRawBufferPointer) throws -> Int {
        var status = CXLSX_OK
        let read = Int(cxlsx_part_read(part, bytes.baseAddress, bytes.count, &status))
        guard read >= 0 else { throw refusal(status) }
        count += read
        try package.count(count, of: name)
        return read
    }

    func refusal(_ status: cxlsx_status) -> Refusal {
        XLSXPackage.refusal(status, place: package.place, part: name)
    }
}
