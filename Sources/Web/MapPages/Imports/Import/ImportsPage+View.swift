import Components
import Frame
import Html
import Identity
import Kernel
import Registry

extension ImportsPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(t("导入", "Import"), refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let promise = t(
            "先预览再导入：文件上传后列出新增、更改、存疑和不能导入的行，确认后一次写入。",
            "Preview first: the rows that are new, changed, doubtful or refused are listed; nothing is stored until you confirm."
        )
        let head = pageHead(
            t("导入表格", "Import a spreadsheet"), note: "\(promise)",
            actions: [
                linkButton(t("比对名单", "Cross-check lists"), "/checklists"),
                linkButton(t("区划", "Places"), "/places"), linkButton(t("调查表", "Survey forms"), "/forms"),
                linkButton(t("项目阶段", "Stages"), "/stages"),
            ])
        let bring = mayImport ? grid([uploadCard(t), samplesCard(t)], .wideLeft) : ""
        return head + errorSummary(t, refusals) + bring + batchesCard(t)
    }

    private func uploadCard(_ t: Language) -> Html {
        let kindTabs = tabs(
            t("导入什么", "What to import"),
            kinds.map { Tab($0.name(t), Link("/imports", ["kind": $0.rawValue]), isCurrent: $0 == draft.kind) })
        let file = field(
            t,
            FormField(
                "file", draft.kind.isSheet ? t("表格文件", "Spreadsheet") : t("边界文件", "File of outlines"),
                .file(accept: draft.kind.accepted), help: fileHelp(t),
                error: refusals.message("file", t), required: true))
        let details = draft.fields(
            t, choices, sheets: nil, anywhere: home.map { anywhere($0.name, t) }, refusals)
        let body = Components.form(
            action: "/imports", csrf: csrf, hasFiles: true, hidden: [("kind", draft.kind.rawValue)],
            file + details + formActions([submitButton(t("上传并预览", "Upload and preview"))]))
        return card(t("上传文件", "Upload a file"), kindTabs + body)
    }

    private func fileHelp(_ t: Language) -> String {
        let again = refusals.isEmpty ? "" : t("请重新选择文件。", "Choose the file again. ")
        guard draft.kind.isSheet else {
            return again
                + t(
                    "GeoJSON 要素集合，或 Shapefile 打包的 .zip（.shp、.shx、.dbf，最好带 .prj、.cpg），至多 32 MB、10,000 个图形。",
                    """
                    A GeoJSON collection, or a shapefile packed as .zip (.shp, .shx, .dbf, best with .prj and .cpg): 32 MB \
                    and 10,000 shapes at most.
                    """)
        }
        return again
            + t("XLSX 或 CSV（UTF-8、GB18030 均可），至多 64 MB。", "XLSX or CSV (UTF-8 or GB18030), 64 MB at most.")
    }

    private func anywhere(_ home: Phrase, _ t: Language) -> String {
        t("\(home.zh)（按行里写的）", "\(home.en) (as the rows say)")
    }

    private func samplesCard(_ t: Language) -> Html {
        guard draft.kind.isSheet else { return matchingCard(t) }
        let templates: Html = Html.each(kinds.filter(\.isSheet)) { kind in
            let link: Link = "/imports/template/\(kind.rawValue).xlsx"
            return "<p>\(linkButton(t("空白模板：\(kind.name.zh)", "Empty template: \(kind.name.en)"), link))</p>"
        }
        let export: Html = """
            <p>\(linkButton(t("导出现有小区", "Export the estates on file"), "/estates.xlsx"))</p>\
            <p>\(t("导出的表列名相同，改后可直接再导入，只写入有变化的格。",
            "The export has the same columns: correct it and bring it back; only cells that differ are written."))</p>
            """
        let hints: Html = """
            <p>\(t("列的顺序和常见叫法不限（“名称”“总户数”“建筑面积（万㎡）”都认得）；“约320户”“2.3万”“90年代”可照写。",
            "Columns may stand in any order under their usual names; “约320户”, “2.3万” and “90年代” are understood."))</p>\
            <p>\(t("不清楚的留空，不要写 0。", "Leave empty what is not known; do not write 0."))</p>
            """
        return card(t("模板与样例", "Templates"), templates + (mayExport ? export : "") + hints)
    }

    private func matchingCard(_ t: Language) -> Html {
        let named = t(
            "小区须已登记。图形按属性对应：先看“小区编号”（number）或“官方代码”，再看“小区名称”（name）和街道、社区。",
            """
            The estates must be registered. A shape is matched by its properties: “number” or the official code first, then \
            “name” with subdistrict and neighbourhood.
            """)
        let unnamed = t(
            "没有这些属性的，取坐标落在图形里的那个小区；拿不准的逐个列出，由您决定。",
            "Without these it is the one estate whose location lies inside; what is doubtful is listed for you to decide."
        )
        let rules: Html = "<p>\(named)</p><p>\(unnamed)</p>"
        return card(t("怎样对应小区", "How shapes find their estates"), rules)
    }

    private func batchesCard(_ t: Language) -> Html {
        let title = t("导入记录", "What was imported")
        guard !batches.isEmpty else {
            let why = t("上传的每个文件、由谁、何时、写入多少行，都列在这里。", "Every file, by whom, when, and how many rows, is listed here.")
            return card(title, emptyState(t("还没有导入过文件", "No file was imported yet"), "\(why)"))
        }
        let columns = [
            TableColumn(t("文件", "File"), .heading), TableColumn(t("内容", "Holds")), TableColumn(t("状态", "State")),
            TableColumn(t("所属地", "Place")), TableColumn(t("新增", "New"), .number),
            TableColumn(t("更改", "Changed"), .number),
            TableColumn(t("未导入", "Left out"), .number), TableColumn(t("上传人", "By")), TableColumn(t("时间", "When")),
        ]
        let rows = batches.map { batch in
            TableRow(
                [
                    "\(batch.fileName)", "\(batch.kind.name(t))", batch.state.pill(t),
                    "\(batch.place.level >= .district ? names.path(batch.place, t) : city(t))",
                    count(batch, [.new]), count(batch, [.changed]), count(batch, [.refused, .doubtful, .skipped]),
                    "\(batch.who(people)(t))", time(t, batch.at),
                ], link: "/imports/\(batch.id)")
        }
        return card(
            title, note: "\(t("最近 \(batches.count) 个", "the latest \(batches.count)"))",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    /// A dash while nothing is decided: nothing was imported then, and zero would say otherwise.
    private func count(_ batch: ImportBatch, _ outcomes: [ImportReport.Outcome]) -> Html {
        guard batch.state == .applied else { return "—" }
        return "\(grouped(outcomes.reduce(0) { $0 + (batch.counts[$1] ?? 0) }))"
    }
}

extension ImportBatch {
    /// Who brought the file, as the reader may be told.
    func who(_ people: PersonNames) -> Phrase {
        person.map { ActorWords.person(people.name($0, at: place)) } ?? Phrase(zh: by, en: by)
    }
}

extension ImportBatch.State {
    func pill(_ t: Language) -> Html {
        switch self {
        case .previewed: Components.pill(name(t), .amber)
        case .applied: Components.pill(name(t), .jade)
        case .discarded: Components.pill(name(t))
        }
    }
}
