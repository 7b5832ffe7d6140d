import Components
import Frame
import Geo
import Html
import Kernel
import Registry

extension OutlinePage {
    /// The longest shape that a field takes; longer ones come as a file.
    private static let textLimit = 60_000

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page("\(estate.name) · \(t("边界", "Outline"))", refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let title = t("小区边界", "The estate's outline")
        let crumbs = breadcrumbs(
            t, [Crumb(t("小区", "Estates"), "/estates"), Crumb(estate.name, "/estates/\(estate.id)"), Crumb(title)])
        let file: Link = "/estates/\(estate.id)/outline.geojson"
        let head = pageHead(
            title, note: "\(estate.name) · \(estate.number)",
            actions: outline == nil ? [] : [linkButton(t("下载 GeoJSON", "Download GeoJSON"), file)])
        return Html.joined([
            crumbs, head, told(t), facts(t), canCorrect ? drawing(t) : "",
            canCorrect && outline != nil ? removal(t) : "",
        ])
    }

    private func told(_ t: Language) -> Html {
        let saved: Html =
            wasSaved
            ? notice(.jade, "\(t("已保存；更改记入了小区的历史。", "Saved; the change stands in the estate's history."))")
            : wasUnchanged ? notice(.neutral, "\(t("与现有边界相同，没有更改。", "The same as before; nothing was changed."))") : ""
        let odd = outline?.oddities(around: estate.location) ?? []
        return saved + Html.each(odd) { notice(.amber, "\($0.message(t))") } + wrong(t)
    }

    private func wrong(_ t: Language) -> Html {
        guard refusals.contains(where: { $0.kind == .conflict }) else { return errorSummary(t, placed) }
        return notice(
            .cinnabar, title: t("别人先修改了这个小区", "Somebody else changed this estate first"),
            "\(t("下面是现在的边界；请对照后再提交。", "Below is the outline as it is now; compare, and send yours again."))")
    }

    /// What is wrong somewhere within the GeoJSON is told at its field.
    private var placed: [Refusal] {
        refusals.map { refusal in
            let isField = ["datum", "evidence"].contains(refusal.field)
            return Refusal(
                refusal.kind, refusal.code, zh: refusal.message.zh, en: refusal.message.en,
                field: isField ? refusal.field : "geometry")
        }
    }

    private func facts(_ t: Language) -> Html {
        let title = t("现有边界", "The outline on file")
        guard let outline, let box = outline.area.box else {
            return card(
                title,
                emptyState(
                    t("还没有边界", "No outline yet"),
                    "\(t("画出或导入后，地图会显示小区的范围。", "Once drawn or imported, the map shows the estate's extent."))"))
        }
        let corner = { (longitude: Double, latitude: Double) in "\(decimal(longitude, 5)), \(decimal(latitude, 5))" }
        let lines = [
            FactLine(t("占地面积", "Area of the ground"), "\(grouped(Int(outline.area.areaM2.rounded())))", unit: "m²"),
            FactLine(t("图形", "Shape"), "\(shape(outline, t))"),
            FactLine(t("西南角", "South-west corner"), code(corner(box.west, box.south)), source: "CGCS2000"),
            FactLine(t("东北角", "North-east corner"), code(corner(box.east, box.north)), source: "CGCS2000"),
            FactLine(
                t("已画轮廓的楼栋", "Buildings with a footprint"),
                "\(t("\(buildings.drawn)/\(buildings.count) 栋", "\(buildings.drawn) of \(buildings.count)"))"),
        ]
        return card(title, factList(t, lines))
    }

    private func shape(_ outline: Outline, _ t: Language) -> String {
        let (parts, points) = (outline.area.polygons.count, grouped(outline.area.pointCount))
        return t("\(parts) 个面，\(points) 个点", "\(parts) \(parts == 1 ? "polygon" : "polygons"), \(points) points")
    }

    private func drawing(_ t: Language) -> Html {
        let typed = form.flatMap { $0.bytes.count <= Self.textLimit ? String(decoding: $0.bytes, as: UTF8.self) : nil }
        let fields = [
            FormField(
                "geometry", t("图形（GeoJSON）", "Shape (GeoJSON)"), .area(typed ?? "", rows: 8, limit: Self.textLimit),
                help: t(
                    "Polygon 或 MultiPolygon，最多 20,000 个点；较长的请用文件。",
                    "A Polygon or MultiPolygon of 20,000 points at most; send long ones as a file."),
                error: placed.message("geometry", t)),
            FormField("file", t("或选择文件", "Or choose a file"), .file(accept: ".geojson,.json")),
            FormField(
                "datum", t("坐标系", "Datum"),
                .select(ImportDraft.datums(t), selected: form?.datum ?? Datum.cgcs2000.rawValue),
                error: placed.message("datum", t)),
            FormField(
                "evidence", t("依据", "Evidence"), .text(form?.evidence ?? "", limit: 200),
                help: t("例如：用地红线图、现场测量。", "For example: the site plan, a survey on the spot."),
                error: placed.message("evidence", t)),
        ]
        let buttons = formActions([
            submitButton(t("保存边界", "Save the outline")),
            linkButton(t("取消", "Cancel"), "/estates/\(estate.id)", .plain),
        ])
        return card(
            t("画出或更正", "Draw or correct"),
            Components.form(
                action: link, csrf: csrf, hasFiles: true, guardsChanges: true,
                hidden: [("version", String(estate.version))], Html.each(fields) { field(t, $0) } + buttons))
    }

    private func removal(_ t: Language) -> Html {
        let body = Components.form(
            action: link, csrf: csrf, hasFiles: true, hidden: [("version", String(estate.version)), ("remove", "1")],
            formActions([submitButton(t("去掉边界", "Take the outline away"), .plain)]))
        return card(body)
    }
}
