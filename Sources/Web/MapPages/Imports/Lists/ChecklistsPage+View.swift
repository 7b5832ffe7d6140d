import Components
import Html
import Kernel
import Registry

extension ChecklistsPage {
    func view(_ t: Language) -> Html {
        let title = t("比对名单", "Cross-check lists")
        let upload = linkButton(
            t("上传名单", "Upload a list"), Link("/imports", ["kind": ImportKind.checklist.rawValue]), .primary)
        let purpose = t(
            "征拆、D 级危房、历史保护、已享受补助的名单与小区比对；名单上的小区会作标记，不再重复列入。",
            "Demolition, grade-D buildings, heritage, earlier subsidies: estates on a list are flagged and routed out.")
        let head = pageHead(
            title, note: "\(purpose)",
            actions: (mayImport ? [upload] : []) + exports
                + [linkButton(t("有标记的小区", "Flagged estates"), EstateQuery.list { $0.onlyFlagged = true })])
        guard !lists.isEmpty else {
            let first = t(
                "上传其他部门的名单（一列小区名称即可），系统按街道和名称找到对应的小区。",
                "Upload another department's list (a column of names is enough); estates are found by subdistrict and name."
            )
            return head + card(emptyState(t("还没有名单", "No list yet"), "\(first)", action: mayImport ? upload : ""))
        }
        return head + card(table(t, lists(t, title)))
    }

    private func lists(_ t: Language, _ title: String) -> DataTable {
        let columns = [
            TableColumn(t("来源", "Source"), .heading), TableColumn(t("类别", "Kind")), TableColumn(t("日期", "Day")),
            TableColumn(t("范围", "Area")), TableColumn(t("名称数", "Names"), .number),
            TableColumn(t("找到小区", "Found"), .number),
            TableColumn(t("没有找到", "Not found"), .number),
        ]
        let rows = lists.map { list in
            let link: Link = "/checklists/\(list.id)"
            let missing = list.entries - list.matched
            return TableRow(
                [
                    "\(list.source)", pill(list.kind.name(t), .amber), time(t, list.day),
                    "\(list.place.level >= .district ? names.path(list.place, t) : city(t))",
                    "\(grouped(list.entries))",
                    "<a href=\"\(url: link.with("found", "yes"))\">\(grouped(list.matched))</a>",
                    "<a href=\"\(url: link.with("found", "no"))\">\(grouped(missing))</a>",
                ], link: link)
        }
        let entries = lists.reduce(0) { $0 + $1.entries }
        let matched = lists.reduce(0) { $0 + $1.matched }
        return DataTable(
            caption: title, columns: columns, rows: rows,
            totals: [
                "\(t("合计", "Total"))", "", "", "", "\(grouped(entries))", "\(grouped(matched))",
                "\(grouped(entries - matched))",
            ])
    }
}

extension ChecklistPage {
    func view(_ t: Language) -> Html {
        let root: Link = "/checklists/\(list.id)"
        let trail = breadcrumbs(t, [Crumb(t("比对名单", "Cross-check lists"), "/checklists"), Crumb(list.source)])
        let head = pageHead(
            list.source, pills: [pill(list.kind.name(t), .amber)], note: time(t, list.day), actions: exports)
        let views = tabs(
            t("名单内容", "Names on the list"),
            [
                Tab(t("全部", "All"), root, isCurrent: isFound == nil, count: list.entries),
                Tab(t("找到小区", "Found"), root.with("found", "yes"), isCurrent: isFound == true, count: list.matched),
                Tab(
                    t("没有找到", "Not found"), root.with("found", "no"), isCurrent: isFound == false,
                    count: list.entries - list.matched),
            ])
        guard !entries.isEmpty else {
            return trail + head + views
                + card(emptyState(t("没有这样的行", "No such row"), "\(t("换一个标签看看。", "Try another tab."))"))
                + withdraw(t)
        }
        return trail + head + views
            + card(rows(t) + pager(t, page: page, size: Self.size, total: total, base: here.with("page", nil)))
            + withdraw(t)
    }

    /// Asked for once more: the button comes with what it will do.
    private func withdraw(_ t: Language) -> Html {
        guard mayWithdraw else { return "" }
        let consequence = t(
            "名单上的 \(grouped(list.entries)) 个名称将删除，\(grouped(list.matched)) 个小区不再带有此标记；操作记录保留。可以重新导入。",
            "Its \(grouped(list.entries)) names go, and \(grouped(list.matched)) estates lose this flag; the record keeps it. "
                + "The list can be imported again.")
        return disclosure(
            t("撤回这份名单", "Withdraw this list"),
            form(
                action: "/checklists/\(list.id)/withdraw", csrf: csrf,
                "<p>\(consequence)</p>" + formActions([submitButton(t("确认撤回", "Withdraw it"), .danger)])))
    }

    private func rows(_ t: Language) -> Html {
        let columns = [
            TableColumn(t("行", "Row")), TableColumn(t("名单上的名称", "Name on the list"), .heading),
            TableColumn(t("所在地", "Place")), TableColumn(t("比对结果", "Result")), TableColumn(t("备注", "Note")),
        ]
        let rows = entries.map { entry in
            let result: Html =
                entry.estate.map { id in
                    let link: Link = "/estates/\(id)"
                    return pill(t("找到", "found"), .jade)
                        + " <a href=\"\(url: link)\">\(t("打开小区", "open the estate"))</a>"
                } ?? pill(t("没有找到", "not found"))
            return TableRow(["\(entry.row)", "\(entry.name)", "\(names.path(entry.place, t))", result, "\(entry.note)"])
        }
        return table(t, DataTable(caption: list.source, columns: columns, rows: rows))
    }
}
