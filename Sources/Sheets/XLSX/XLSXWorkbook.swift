import CXLSXReader
import Kernel

/// What a workbook says about itself: its sheets, its texts, what its cell styles make of numbers.
struct XLSXWorkbook {
    struct Sheet {
        let name: String
        let part: String
        let isHidden: Bool
    }

    let sheets: [Sheet]
    let since1904: Bool
    let strings: SharedStrings
    /// By cell style: what its number format shows.
    let shows: [NumberFormat.Shows]

    init(_ package: XLSXPackage) throws {
        let place = package.place
        let root = try XLSXWorkbook.relations(package, of: "").first { $0.type.hasSuffix("/officeDocument") }
        let path = root?.target ?? "xl/workbook.xml"
        guard package.has(path), !path.hasSuffix(".bin") else { throw XLSXWorkbook.notXLSX(package) }
        let relations = try XLSXWorkbook.relations(package, of: path)
        let book = try XLSXWorkbook.book(package, path)
        since1904 = book.since1904
        var sheets: [Sheet] = []
        for entry in book.entries {
            guard let relation = relations.first(where: { $0.id == entry.id }), relation.type.hasSuffix("/worksheet")
            else { continue }
            sheets.append(Sheet(name: entry.name, part: relation.target, isHidden: entry.isHidden))
        }
        guard !sheets.isEmpty else {
            throw place.refusal("sheet.sheets.none", zh: "工作簿里没有工作表。", en: "the workbook has no sheet.")
        }
        self.sheets = sheets
        let styles = relations.first { $0.type.hasSuffix("/styles") }
        shows = try styles.map { try XLSXWorkbook.styles(package, $0.target) } ?? []
        let texts = relations.first { $0.type.hasSuffix("/sharedStrings") }
        strings =
            try texts.map { try SharedStrings(package.open($0.target), place: place, limits: package.limits) } ?? .none
    }

    private struct Relation {
        var id = ""
        var type = ""
        var target = ""
    }

    /// The relations of a part, with targets as names of parts; none when the part has no relations.
    private static func relations(_ package: XLSXPackage, of part: String) throws -> [Relation] {
        let folder = part.split(separator: "/").dropLast()
        let file = part.split(separator: "/").last.map(String.init) ?? ""
        let name = (folder.map(String.init) + ["_rels", "\(file).rels"]).joined(separator: "/")
        guard package.has(name) else { return [] }
        let events = try XMLEvents(package.open(name))
        var relations: [Relation] = []
        while let event = try events.next() {
            if event.isStart(CXLSX_NAME_Relationship) {
                relations.append(Relation())
                // Far more than any workbook has: every sheet, its drawings and its links.
                if relations.count > 10 * package.limits.sheets + 100 { throw tooManySheets(package) }
            }
            guard event.kind == CXLSX_ATTRIBUTE, let last = relations.indices.last else { continue }
            switch event.name {
            case CXLSX_NAME_Id: relations[last].id = event.text
            case CXLSX_NAME_Type: relations[last].type = event.text
            case CXLSX_NAME_Target: relations[last].target = resolve(event.text, in: folder)
            default: break
            }
        }
        return relations
    }

    /// "../a.xml" in "xl/worksheets" is "xl/a.xml"; "/xl/a.xml" is "xl/a.xml" anywhere.
    private static func resolve(_ target: String, in folder: ArraySlice<Substring>) -> String {
        var path = target.hasPrefix("/") ? [] : folder.map(String.init)
        for step in target.split(separator: "/") where step != "." {
            if step == ".." { _ = path.popLast() } else { path.append(String(step)) }
        }
        return path.joined(separator: "/")
    }

    private struct Entry {
        var name = ""
        var id = ""
        var isHidden = false
    }

    private static func book(_ package: XLSXPackage, _ part: String) throws -> (entries: [Entry], since1904: Bool) {
        let events = try XMLEvents(package.open(part))
        var entries: [Entry] = []
        var element = CXLSX_OTHER
        var since1904 = false
        while let event = try events.next() {
            if event.kind == CXLSX_START {
                element = event.name
                if element == CXLSX_NAME_sheet { entries.append(Entry()) }
                if entries.count > package.limits.sheets { throw tooManySheets(package) }
            }
            guard event.kind == CXLSX_ATTRIBUTE else { continue }
            if element == CXLSX_NAME_workbookPr, event.name == CXLSX_NAME_date1904 {
                since1904 = event.equals("1") || event.equals("true") || event.equals("on")
            }
            guard element == CXLSX_NAME_sheet, let last = entries.indices.last else { continue }
            switch event.name {
            case CXLSX_NAME_name: entries[last].name = event.text
            case CXLSX_NAME_id: entries[last].id = event.text
            case CXLSX_NAME_state: entries[last].isHidden = !event.equals("visible")
            default: break
            }
        }
        return (entries, since1904)
    }

    private static func styles(_ package: XLSXPackage, _ part: String) throws -> [NumberFormat.Shows] {
        guard package.has(part) else { return [] }
        let events = try XMLEvents(package.open(part))
        var codes: [Int: NumberFormat.Shows] = [:]
        var shows: [NumberFormat.Shows] = []
        var (element, id, code, isInCells) = (CXLSX_OTHER, 0, "", false)
        while let event = try events.next() {
            if event.kind == CXLSX_START {
                element = event.name
                id = 0
                if element == CXLSX_NAME_xf, isInCells { shows.append(.number) }
            }
            if event.name == CXLSX_NAME_cellXfs { isInCells = event.kind == CXLSX_START }
            if event.isEnd(CXLSX_NAME_numFmt) { codes[id] = NumberFormat.shows(code: code) }
            guard event.kind == CXLSX_ATTRIBUTE else { continue }
            if event.name == CXLSX_NAME_numFmtId { id = event.integer ?? 0 }
            if event.name == CXLSX_NAME_formatCode { code = event.text }
            if element == CXLSX_NAME_xf, isInCells, event.name == CXLSX_NAME_numFmtId {
                shows[shows.count - 1] = codes[id] ?? NumberFormat.shows(builtIn: id)
            }
            // Excel itself allows 65,490 styles.
            if shows.count > 65_536 || codes.count > 65_536 { throw tooManyStyles(package.place) }
        }
        return shows
    }
}

extension XLSXWorkbook {
    private static func tooManySheets(_ package: XLSXPackage) -> Refusal {
        let limit = package.limits.sheets
        return package.place.exceeded(
            "sheet.sheets.tooMany", zh: "工作表超过 \(limit) 张的上限，请拆分文件。",
            en: "the workbook has more sheets than the limit of \(limit); split it.")
    }

    private static func tooManyStyles(_ place: SheetPlace) -> Refusal {
        place.exceeded(
            "sheet.styles.tooMany", zh: "单元格格式超过 65536 种的上限，请把内容以“仅粘贴值”粘贴到新工作簿。",
            en: "there are more cell formats than the limit of 65536; paste the values alone into a new workbook.")
    }

    /// A ZIP archive that is something else than an XLSX workbook.
    private static func notXLSX(_ package: XLSXPackage) -> Refusal {
        if package.has("xl/workbook.bin") {
            return package.place.refusal(
                "sheet.file.binaryXLSB", zh: "这是二进制的 .xlsb 格式，请在 Excel 中另存为 .xlsx 后再导入。",
                en: "this is the binary .xlsb format; save it as .xlsx in Excel, then import it.")
        }
        if package.has("content.xml"), package.has("mimetype") {
            return package.place.refusal(
                "sheet.file.openDocument", zh: "这是 OpenDocument 格式，请另存为 .xlsx 后再导入。",
                en: "this is an OpenDocument file; save it as .xlsx, then import it.")
        }
        return package.place.refusal(
            "sheet.file.noWorkbook", zh: "这是压缩包，但不是 Excel 工作簿；请选择 .xlsx 或 .csv 文件。",
            en: "this is a ZIP archive, but not an Excel workbook; choose an .xlsx or .csv file.")
    }
}
