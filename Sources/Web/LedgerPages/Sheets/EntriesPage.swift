import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// The journal: its entries with what narrows them, and what they come to.
struct EntriesPage {
    static let size = 50

    let query: JournalQuery
    let page: Int
    let list: JournalPage
    let names: SheetNames
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let query = JournalQuery(visit.query)
        self.query = query
        (page, list) = try readPage(query.page, size: Self.size, total: \.total) {
            try ledger.journal(query.filter, page: $0, size: Self.size, for: actor, in: tx)
        }
        let part = query.filter.part
        names = try SheetNames(
            projects: list.lines.map(\.slice.project) + [part.project], places: [part.place].compactMap(\.self), visit,
            in: tx)
        exports = visit.tableButtons { query.file($0) }
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try EntriesPage(visit, in: tx)
        let t = visit.language
        return visit.page(t("分录", "Journal"), assets: SheetRoutes.assets, source: visit.ledgerSource(), page.view(t))
    }
}

extension EntriesPage {
    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(t, [Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(t("分录", "Journal"))])
        let note = t("只增不改：记错的冲销，不涂改。", "Nothing is edited: what was posted wrongly is reversed.")
        let head = pageHead(t("分录", "Journal"), note: "\(note)", actions: exports + [printButton(t)])
        let filters = filterBar(
            t, action: "/ledger/entries", keep: kept, fields(t), clear: query.isFiltered ? "/ledger/entries" : nil,
            found: found(t))
        return stack([crumbs + head, LedgerTab.tabs(.entries, t), card(filters + filterChips(t, chips(t))), body(t)])
    }

    /// What has no control of its own stays as it is.
    private var kept: [(String, String)] {
        let shown: Set = [
            "q", "source", "year", "stage", "move", "project", "contract", "party", "area", "class", "item", "from",
            "as-of", "known",
        ]
        let kept = query.parameters.filter { !shown.contains($0.name) }.map { ($0.name, $0.value) }
        return query.link.value("sort").map { kept + [("sort", $0)] } ?? kept
    }

    private func found(_ t: Language) -> Html {
        let entries = t("\(grouped(list.total)) 笔", list.total == 1 ? "1 entry" : "\(grouped(list.total)) entries")
        let sums = SheetWords.amounts(fen: list.fen, use: list.use, t)
        return """
            \(t("找到 ", "Found "))<b>\(entries)</b> · \(t("金额合计 ", "amounts sum to "))<b data-sum>\(sums)</b>
            """
    }

    private func fields(_ t: Language) -> [Html] {
        let filter = query.filter
        let all = Choice("", t("全部", "All"))
        let years = Set(names.sources.flatMap { Array($0.years) } + [filter.part.year].compactMap(\.self)).sorted()
        // A few codes together come by a link; the choice of one alone is offered here.
        let stage = filter.stages.map(\.code).joined(separator: ",")
        let move = filter.moves.map(\.code).joined(separator: ",")
        return [
            filterSearch(
                label: t("编号、依据、摘要、合同、出资人", "Number, authority, memo, contract, party"), name: "q",
                value: filter.text),
            filterSelect(
                label: t("资金来源", "Source"), name: "source",
                options: [all] + names.sources.map { Choice($0.code, $0.name(t)) }, selected: filter.part.source),
            filterSelect(
                label: t("预算年度", "Budget year"), name: "year",
                options: [all] + years.map { Choice(String($0), t("\($0) 年", "\($0)")) },
                selected: filter.part.year.map { String($0) } ?? ""),
            filterSelect(
                label: t("动作", "Move"), name: "move",
                options: [all] + Move.allCases.map { Choice($0.code, $0.name(t)) }
                    + together(filter.moves.map { $0.name(t) }, move, t),
                selected: move),
            filterSelect(
                label: t("所到环节", "Stage"), name: "stage",
                options: [all] + LedgerStage.allCases.map { Choice($0.code, $0.name(t)) }
                    + together(filter.stages.map { $0.name(t) }, stage, t),
                selected: stage),
            disclosure(t("更多筛选", "More filters"), open: hasFurther, further(t)),
        ]
    }

    private var hasFurther: Bool {
        let further: Set = ["project", "contract", "party", "area", "class", "item", "from", "as-of", "known"]
        return query.parameters.contains { further.contains($0.name) }
    }

    private func further(_ t: Language) -> Html {
        let (filter, moment) = (query.filter, query.filter.moment)
        return Html.joined([
            names.menu.classFilter(filter.part.workClass, t), names.menu.itemFilter(filter.part.item, t),
            filterSearch(label: t("项目编号", "Project"), name: "project", value: filter.part.project),
            filterSearch(label: t("合同编号", "Contract"), name: "contract", value: filter.part.contract),
            filterSearch(label: t("出资人或收款人", "Party"), name: "party", value: filter.part.party),
            filterSearch(label: t("更新片区", "Renewal area"), name: "area", value: filter.part.area),
            filterDay(label: t("生效自", "Counts from"), name: "from", value: filter.from?.description ?? ""),
            moment.asOfFilter(t), moment.knownFilter(t),
        ])
    }

    private func together(_ names: [String], _ codes: String, _ t: Language) -> [Choice] {
        names.count > 1 ? [Choice(codes, several(names, t))] : []
    }

    private func several(_ names: [String], _ t: Language) -> String { names.joined(separator: t("、", ", ")) }

    private func chips(_ t: Language) -> [LinkText] {
        query.parameters.map { name, value in
            LinkText(chip(name, value, t), query.link.with(name, nil))
        }
    }

    private func chip(_ name: String, _ value: String, _ t: Language) -> String {
        let (filter, part) = (query.filter, query.filter.part)
        func day(_ text: String) -> String { Day(text).map { dayText(t, $0) } ?? text }
        let colon = t("：", ": ")
        switch name {
        case "q": return t("含“\(value)”", "with “\(value)”")
        case "project": return t("项目", "Project") + colon + value + " " + names.project(part.project)
        case "source": return t("来源", "Source") + colon + names.source(value, t)
        case "party": return t("出资人或收款人", "Party") + colon + value
        case "contract": return t("合同", "Contract") + colon + value
        case "class": return t("工程类别", "Class of work") + colon + names.use(value, t)
        case "item": return t("内容", "Work") + colon + names.item(value, t)
        case "area": return t("片区", "Area") + colon + value
        case "year": return t("年度", "Year") + colon + value
        case "value": return JournalWords.value(filter.value)(t)
        case "place", "district": return t("地区", "Place") + colon + (part.place.map { names.place($0, t) } ?? value)
        case "stage": return t("环节", "Stage") + colon + several(filter.stages.map { $0.name(t) }, t)
        case "move": return t("动作", "Move") + colon + several(filter.moves.map { $0.name(t) }, t)
        case "from": return t("自 ", "from ") + day(value)
        case "as-of": return t("截至 ", "up to ") + day(value)
        case "known": return t("按 \(day(value)) 所知", "as known on \(day(value))")
        default: return t("凭据", "Evidence") + colon + value.prefix(12) + "…"
        }
    }

    private func body(_ t: Language) -> Html {
        guard list.total > 0 else { return card(t("结果", "Result"), nothing(t)) }
        let heads = [
            TableColumn(t("编号", "No."), .heading, sort: "number"), TableColumn(t("生效日", "Day"), sort: "day"),
            TableColumn(t("动作", "Move")), TableColumn(t("项目", "Project")), TableColumn(t("来源", "Source")),
            TableColumn(t("合同或当事人", "Contract or party")), TableColumn(t("依据", "On the authority of")),
            TableColumn(t("标记", "Marks")),
            TableColumn(
                t("金额", "Amount"), .number,
                note: query.filter.stages.isEmpty
                    ? t("发生额", "moved") : JournalWords.value(query.filter.value)(t)),
        ]
        var totals = [Html](repeating: "", count: heads.count)
        totals[0] = "\(t("合计", "Total"))"
        totals[heads.count - 1] = "\(SheetWords.amounts(fen: list.fen, use: list.use, t))"
        let data = DataTable(
            caption: t("分录列表", "Journal"), columns: heads, rows: list.lines.map { row(t, $0) }, totals: totals,
            sort: query.sort, base: query.link)
        let note = t("合计按所有符合条件的分录计，不限于本页。", "The total is of all entries that match, not of this page.")
        return card(
            table(t, data) + "<p class=\"note\">\(note)</p>"
                + pager(t, page: page, size: Self.size, total: list.total, base: query.link))
    }

    private func nothing(_ t: Language) -> Html {
        if query.isFiltered {
            return emptyState(
                t("没有符合条件的分录", "No entry matches"), "\(t("放宽筛选条件再试。", "Try fewer conditions."))",
                action: linkButton(t("清除筛选", "Clear the filters"), "/ledger/entries"))
        }
        return emptyState(
            t("还没有分录", "No entries yet"),
            "\(t("资金列入计划、到账、支付后，每一笔都会列在这里。", "Each plan, receipt and payment will be listed here."))")
    }

    private func row(_ t: Language, _ line: JournalLine) -> TableRow {
        let (slice, several) = (line.slice, line.several)
        func said(_ dimension: Dimensions, _ html: Html) -> Html {
            several.contains(dimension) ? "\(t("多个", "several"))" : slice.text(dimension).isEmpty ? "—" : html
        }
        let project: Html = """
            <a href="\(url: "/ledger/projects/\(slice.project)")">\(names.project(slice.project)) \(code(slice.project))</a>
            """
        let source = SheetWords.link(names.source(slice.source, t), "/ledger/sources/\(slice.source)")
        let isForContract = several.contains(.contract) || !slice.contract.isEmpty
        let party: Html = isForContract ? said(.contract, code(slice.contract)) : said(.party, "\(slice.party)")
        let memo: Html = line.memo.isEmpty ? "" : "<br><small>\(line.memo)</small>"
        return TableRow(
            [
                "\(grouped(Int(line.number)))", time(t, line.day),
                "\(line.moves.map { $0.name(t) }.joined(separator: t("、", ", ")))", said(.project, project),
                said(.source, source), party,
                "\(SheetWords.authority(line.authority.kind)(t)) \(line.authority.reference)\(memo)",
                SheetWords.marks(kind: line.kind, manner: line.manner, findings: line.findings, t),
                "\(SheetWords.amounts(fen: line.fen, use: line.use, t))",
            ], link: "/ledger/entries/\(line.number)")
    }
}

extension EntriesPage {
    /// Yuan and m²·year, exact to the hundredth.
    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t) = (JournalQuery(visit.query), visit.language)
        let lines = try visit.hall.ledger.journalLines(
            query.filter, limit: LedgerLimits.lines, for: reader, in: tx)
        let names = try SheetNames(projects: lines.map(\.slice.project), visit, in: tx)
        let number = SheetColumn.Format.number(decimals: 2)
        return TableFile(
            title: t("分录", "journal"),
            columns: [
                SheetColumn(t("编号", "No."), .integer), SheetColumn(t("生效日", "Day"), .date),
                SheetColumn(t("动作", "Move"), .text), SheetColumn(t("项目编号", "Project"), .text),
                SheetColumn(t("项目", "Name"), .text, width: 28), SheetColumn(t("来源代码", "Source"), .text),
                SheetColumn(t("来源", "Name"), .text, width: 28), SheetColumn(t("预算年度", "Budget year"), .text),
                SheetColumn(t("片区", "Area"), .text), SheetColumn(t("改造内容", "Work item"), .text),
                SheetColumn(t("合同", "Contract"), .text, width: 20), SheetColumn(t("当事人", "Party"), .text, width: 20),
                SheetColumn(t("依据种类", "Kind of authority"), .text),
                SheetColumn(t("依据", "Authority"), .text, width: 28), SheetColumn(t("摘要", "Memo"), .text, width: 28),
                SheetColumn(t("性质", "Kind"), .text), SheetColumn(t("方式", "Manner"), .text),
                SheetColumn(t("违反规则", "Rules broken"), .integer),
                SheetColumn(t("金额（元）", "Amount (yuan)"), number, width: 18),
                SheetColumn(t("使用权（m²·年）", "Use (m²·years)"), number, width: 18),
            ], rows: lines.map { cells($0, names, t) },
            conditions: [JSON.Member("query", .string(query.link.text))])
    }

    private static func cells(_ line: JournalLine, _ names: SheetNames, _ t: Language) -> [OutputCell] {
        func said(_ dimension: Dimensions, _ name: (String) -> String = { $0 }) -> OutputCell {
            let text = line.slice.text(dimension)
            if line.several.contains(dimension) { return .text(t("多个", "several")) }
            return text.isEmpty ? .empty : .text(name(text))
        }
        return [
            .integer(Int(line.number)), .date(line.day),
            .text(line.moves.map { $0.name(t) }.joined(separator: t("、", ", "))), said(.project),
            said(.project, names.project), said(.source), said(.source) { names.source($0, t) }, said(.year),
            said(.area), said(.item) { names.item($0, t) }, said(.contract), said(.party),
            .text(SheetWords.authority(line.authority.kind)(t)), .text(line.authority.reference), .text(line.memo),
            .text(SheetWords.kind(line.kind)(t)), .text(SheetWords.manner(line.manner)(t)), .integer(line.findings),
            TableFile.yuan(line.fen), .number(Double(line.use) / 100),
        ]
    }
}

/// What an amount of the journal counts.
enum JournalWords {
    static func value(_ value: JournalFilter.Value) -> Phrase {
        switch value {
        case .reached: Phrase(zh: "累计到达该环节", en: "reached the stage")
        case .arrived: Phrase(zh: "累计转入", en: "came in")
        case .left: Phrase(zh: "累计转出", en: "went out")
        case .balance: Phrase(zh: "余额（转入减转出）", en: "balance (in less out)")
        }
    }
}
