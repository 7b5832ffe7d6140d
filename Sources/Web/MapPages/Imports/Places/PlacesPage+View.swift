import Components
import Frame
import Html
import Kernel
import Registry

extension PlacesPage {
    func view(_ t: Language) -> Html {
        let note = t(
            "区县 › 街道 › 社区。街道合并、拆分在街道页办理，小区随之迁移，编号不变。",
            "Subdistricts are merged and split on their own pages; estates move along and keep their numbers.")
        return pageHead(t("区划", "Places"), note: "\(note)", actions: exports) + workList(t) + tree(t)
    }

    private func workList(_ t: Language) -> Html {
        guard unconfirmed.total > 0 else { return "" }
        let title = t("待确认的社区", "Neighbourhoods to confirm")
        let (shown, total) = (unconfirmed.first.count, unconfirmed.total)
        let note: Html =
            total > shown
            ? "\(t("前 \(shown) 个，共 \(total) 个", "the first \(shown) of \(total)"))"
            : "\(t("\(total) 个", "\(total)"))"
        let why = t(
            "这些社区由导入或街道调整建立；901 至 999 是临时代码。核对名称后确认。",
            "Imports or changes of subdistricts made these; codes 901 to 999 are provisional. Check the name, then confirm."
        )
        let rows = unconfirmed.first.map { entry -> Html in
            let place = entry.place
            let list = EstateQuery.list { $0.place = place.code }
            let parent = place.code.parent.map { names.path($0, t) } ?? ""
            let count: Html = "<a href=\"\(url: list)\">\(estatesText(entry.estates, t))</a>"
            guard mayEdit else { return "<p><b>\(place.title(t))</b> · \(parent) · \(count)</p>" }
            return confirmForm(place, help: parent, note: count, csrf: csrf, refusals: [], t)
        }
        return card(title, note: note, "<p>\(why)</p>" + grid(rows, .thirds))
    }

    private func tree(_ t: Language) -> Html {
        let title = t("\(city.name.zh)各区县", "The districts of \(city.name.en)")
        guard !districts.isEmpty else {
            return card(
                title,
                emptyState(
                    t("还没有区划", "No places yet"),
                    "\(t("初始化城市后，这里列出区县、街道和社区。", "Once the city is set up its districts are listed here."))"))
        }
        return card(title, countTable(title, districts, loose: 0, t))
    }
}

func estatesText(_ count: Int, _ t: Language) -> String {
    t("\(grouped(count)) 个小区", count == 1 ? "1 estate" : "\(grouped(count)) estates")
}

/// Places with what lies in them; the number of estates opens their list.
func countTable(_ caption: String, _ counts: [PlaceCount], loose: Int, _ t: Language) -> Html {
    let isLowest = counts.first?.place.code.level == .neighbourhood
    let columns =
        [TableColumn(t("名称", "Name"), .heading), TableColumn(t("代码", "Code"))]
        + (isLowest ? [TableColumn(t("状态", "State"))] : [TableColumn(t("社区", "Neighbourhoods"), .number)])
        + [TableColumn(t("小区", "Estates"), .number)]
    var rows = counts.map { count in
        let list = EstateQuery.list { $0.place = count.place.code }
        let waiting: Html =
            count.unconfirmed > 0
            ? " " + pill(t("\(count.unconfirmed) 待确认", "\(count.unconfirmed) to confirm"), .amber) : ""
        let state: Html =
            count.place.isConfirmed ? pill(t("已确认", "confirmed"), .jade) : pill(t("待确认", "to confirm"), .amber)
        return TableRow(
            [
                "\(count.place.title(t))", code(count.place.code.digits),
                isLowest ? state : "\(grouped(count.neighbourhoods))\(waiting)",
                "<a href=\"\(url: list)\">\(grouped(count.estates))</a>",
            ], link: "/places/\(count.place.code)")
    }
    if loose > 0 {
        rows.append(TableRow(["\(t("未写明社区的", "Without a neighbourhood"))", "", "", "\(grouped(loose))"], tone: .amber))
    }
    let sum = counts.reduce(0) { $0 + $1.estates } + loose
    let middle: Html = isLowest ? "" : "\(grouped(counts.reduce(0) { $0 + $1.neighbourhoods }))"
    return table(
        t,
        DataTable(
            caption: caption, columns: columns, rows: rows,
            totals: ["\(t("合计", "Total"))", "", middle, "\(grouped(sum))"]))
}

/// The name of a neighbourhood, to be checked and confirmed. Field names carry the code: a page may hold many.
func confirmForm(
    _ place: Place, help: String, note: Html, csrf: String, typed: String? = nil, refusals: [Refusal], _ t: Language
) -> Html {
    let name = "name.\(place.code)"
    let title = place.isConfirmed ? t("改名", "Rename") : t("确认", "Confirm")
    return Components.form(
        action: "/places/\(place.code)/confirm", csrf: csrf,
        field(
            t,
            FormField(
                name, t("社区名称（\(place.code)）", "Name of neighbourhood \(place.code)"),
                .text(typed ?? place.name, limit: 50),
                help: help.isEmpty ? nil : help, error: refusals.message(name, t), required: true, note: note))
            + formActions([submitButton(title, place.isConfirmed ? .quiet : .primary)]))
}
