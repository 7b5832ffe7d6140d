import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// Where every fen of a source went.
struct SourceMoneyPage {
    let sheet: SourceSheet
    let moment: LedgerMoment
    let names: SheetNames
    let findings: [BrokenRule]
    /// What of the source the reader does not see; only readers of the whole city see all of its standing.
    let seesAll: Bool

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let code = visit.parameters["source"] ?? ""
        moment = LedgerMoment(visit.query)
        sheet = try ledger.sourceSheet(code, at: moment, for: actor, in: tx)
        findings = try ledger.brokenRules(of: LedgerPart(source: code), at: moment, for: actor, in: tx)
        names = try SheetNames(
            projects: sheet.lines.map(\.project) + findings.map(\.project), places: sheet.source.places, visit, in: tx)
        seesAll = actor.may(.readLedger, at: visit.hall.city.code)
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try SourceMoneyPage(visit, in: tx)
        let t = visit.language
        return visit.page(
            page.sheet.source.name(t), assets: SheetRoutes.assets, source: visit.ledgerSource(), page.view(t))
    }
}

extension SourceMoneyPage {
    private var source: FundSource { sheet.source }
    private var part: LedgerPart { LedgerPart(source: source.code) }

    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(t("分录", "Journal"), "/ledger/entries"),
                Crumb(source.name(t)),
            ])
        let head = pageHead(
            source.name(t), pills: [pill(source.kind.name(t), .indigo)],
            note: "\(code(source.code)) · \(source.document)",
            actions: [printButton(t), linkButton(t("全部分录", "All entries"), JournalQuery.list(part, moment))])
        return stack([
            crumbs + head, MomentForm.card(action: "/ledger/sources/\(source.code)", moment, t),
            grid(tiles(t), .figures),
            grid([standingCard(t), rulesCard(t)], .halves), projectsCard(t), usesCard(t),
            BrokenRules.card(findings, showsProject: true, names, t),
        ])
    }

    private func tiles(_ t: Language) -> [Html] {
        let sums = sheet.sums
        func tile(_ column: FundColumn, _ note: String) -> Html {
            figureTile(
                t, label: column.title(t), value: yuanText(column.value(sums)), note: "\(note)",
                source: column.entries(part, moment))
        }
        let document = figureTile(
            t, label: t("文件金额", "Amount of the document"), value: yuanText(source.amount),
            note: "\(source.document)", source: "#rules")
        let idle = t("结存 \(yuanText(sums.cash))", "\(yuanText(sums.cash)) left in cash")
        return [
            document, tile(.planned, t("缺口 \(yuanText(sums.gap))", "gap \(yuanText(sums.gap))")),
            tile(
                .received,
                t("到位率 \(percentText(sums.arrivalRate))", "\(percentText(sums.arrivalRate)) arrived")),
            tile(
                .paid, t("使用率 \(percentText(sums.useRate))", "\(percentText(sums.useRate)) used") + " · " + idle
            ),
        ]
    }

    /// The parts add up to the document's amount to the fen.
    private func standingCard(_ t: Language) -> Html {
        let standing = sheet.standing
        let title = t("每一分钱现在在哪里", "Where every fen stands")
        var columns: [Share] = []
        if seesAll {
            columns.append(
                Share(
                    t("尚未安排", "not planned yet"), value: Double(standing.unplanned),
                    text: yuanText(standing.unplanned)))
        }
        columns += standing.stages.filter { $0.fen != 0 }.map { stage in
            Share(
                stage.stage.name(t), value: Double(stage.fen), text: yuanText(stage.fen),
                link: JournalQuery.list(part, moment) { ($0.stages, $0.value) = ([stage.stage], .balance) })
        }
        guard !columns.isEmpty else {
            return card(
                title, id: "standing",
                emptyState(
                    t("您的辖区没有用到这项资金", "Nothing of it is in your area"),
                    "\(t("列入计划后会显示在这里。", "It is shown here once it is planned for a project."))"))
        }
        let sum = seesAll ? standing.sum : standing.stages.reduce(0) { $0 + $1.fen }
        let total = seesAll ? t("合计，等于文件金额", "In all, the document's amount") : t("合计（您的辖区）", "In all, of your area")
        return card(
            title, id: "standing",
            shareBar(t, title: t("按环节", "By stage"), columns)
                + valueList([ValueLine(total, "<span data-sum>\(yuanText(sum))</span>")]))
    }

    private func rulesCard(_ t: Language) -> Html {
        let comma = t("、", ", ")
        let uses = source.uses.map { names.use($0, t) }.joined(separator: comma)
        let places = source.places.map { names.place($0, t) }.joined(separator: comma)
        let (from, to) = (source.years.lowerBound, source.years.upperBound)
        let lines = [
            ValueLine(t("文件", "Issuing document"), "\(source.document)"),
            ValueLine(t("类别", "Kind"), "\(source.kind.name(t))"),
            ValueLine(t("可用于", "May pay for"), "\(uses.isEmpty ? t("所有改造内容", "all works") : uses)"),
            ValueLine(t("可用地区", "In"), "\(places.isEmpty ? t("全市", "the whole city") : places)"),
            ValueLine(t("预算年度", "Budget years"), "\(from == to ? String(from) : "\(from)–\(to)")"),
            ValueLine(
                t("最多占项目概算", "At most, of a project's estimate"),
                "\(source.share == 10_000 ? t("不限", "without limit") : SheetWords.share(source.share))"),
            ValueLine(t("支付顺序（小者先付）", "Order of paying (smaller first)"), "\(source.priority)"),
        ]
        return card(t("使用规则", "Rules of use"), id: "rules", valueList(lines))
    }

    private func projectsCard(_ t: Language) -> Html {
        let title = t("给了哪些项目", "To which projects")
        guard !sheet.lines.isEmpty else { return "" }
        let columns =
            [
                TableColumn(t("项目", "Project"), .heading), TableColumn(t("所在", "Place")),
                TableColumn(t("年度", "Year"), .number),
            ] + FundColumn.heads(t) + [TableColumn(t("结存", "Cash left"), .number)]
        let rows = sheet.lines.map { line in
            let own = LedgerPart(project: line.project, source: source.code, year: line.year)
            return TableRow(
                [
                    "\(line.name) \(code(line.project))", "\(line.place.map { names.place($0, t) } ?? "—")",
                    "\(line.year)",
                ]
                    + FundColumn.cells(line.sums, own, moment) + [SheetWords.cell(line.sums.cash)],
                link: "/ledger/projects/\(line.project)")
        }
        let totals: [Html] =
            ["\(t("合计", "Total"))", "", ""] + FundColumn.cells(sheet.sums, part, moment)
            + [SheetWords.cell(sheet.sums.cash)]
        let data = DataTable(caption: title, columns: columns, rows: rows, totals: totals, phone: .scroll)
        return card(title, note: "\(grouped(sheet.lines.count))", id: "projects", table(t, data))
    }

    private func usesCard(_ t: Language) -> Html {
        guard !sheet.uses.isEmpty else { return "" }
        let bars = sheet.uses.sorted { ($1.paid, $0.item) < ($0.paid, $1.item) }.map { use in
            Bar(
                names.item(use.item, t), value: Double(use.paid), text: yuanText(use.paid),
                link: use.item.isEmpty
                    ? nil
                    : JournalQuery.list(LedgerPart(source: source.code, item: use.item), moment) { $0.stages = [.paid] }
            )
        }
        return card(
            t("付了哪些改造内容", "For which works"), id: "uses",
            barChart(t, title: t("已支付，按改造内容", "Paid, by kind of work"), bars))
    }
}
