import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// What one standing question finds, a line each, with the way to the project, the contract or the entry.
struct AuditListPage {
    static let size = 50

    let query: AuditQuery
    let answer: AuditAnswer
    /// In the order asked for.
    let findings: [AuditFinding]
    let page: Int
    let districts: [(code: PlaceCode, name: Phrase)]
    let names: [PlaceCode: Place]
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        let question = try Self.question(visit)
        query = AuditQuery(visit.query)
        (answer, findings) = try Self.ask(question, query, visit, for: visit.actor, in: tx)
        page = shownPage(query.page, of: findings.count, size: Self.size)
        districts = try AuditDeskPage.districts(visit, in: tx)
        names = try visit.hall.register.placeNames(Set(findings.compactMap(\.place)), in: tx)
        let query = query
        exports = visit.tableButtons { query.link("/ledger/audit/\(question.rawValue).\($0)") }
    }

    static func question(_ visit: Visit) throws -> AuditQuestion {
        guard let question = visit.parameters["question"].flatMap(AuditQuestion.init) else { throw Visit.notFound }
        return question
    }

    private static func ask(
        _ question: AuditQuestion, _ query: AuditQuery, _ visit: Visit, for reader: Actor, in tx: Tx
    ) throws -> (AuditAnswer, [AuditFinding]) {
        let answers = try visit.hall.ledger.audit(
            [question], of: query.district, at: query.moment, today: visit.ledgerToday, for: reader, in: tx)
        guard let answer = answers.first else { throw Visit.notFound }
        return (answer, sorted(answer.findings, query))
    }

    /// The ledger gives the largest amounts first; what is equal stays in that order. Unknown values come last.
    static func sorted(_ findings: [AuditFinding], _ query: AuditQuery) -> [AuditFinding] {
        func by<Key: Comparable>(_ key: (AuditFinding) -> Key?) -> [AuditFinding] {
            let keyed = findings.enumerated().map { (offset: $0.offset, key: key($0.element)) }
            let order = keyed.sorted { left, right in
                guard let first = left.key, let second = right.key else {
                    return left.key == nil && right.key == nil ? left.offset < right.offset : left.key != nil
                }
                if first == second { return left.offset < right.offset }
                return query.descending ? first > second : first < second
            }
            return order.map { findings[$0.offset] }
        }
        switch query.sort {
        case .amount: return by(\.amount)
        case .project: return by(\.project)
        case .value: return by(\.value)
        case .since: return by { $0.since?.number }
        case .place: return by { $0.place?.digits }
        }
    }

    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (query, t, question) = (AuditQuery(visit.query), visit.language, try question(visit))
        let (answer, findings) = try ask(question, query, visit, for: reader, in: tx)
        let names = try visit.hall.register.placeNames(Set(findings.compactMap(\.place)), in: tx)
        let rows: [[OutputCell]] = findings.map { finding in
            [
                .text(finding.project), .text(finding.name), .text(district(finding, names, t)),
                .text(subject(finding, t)), .text(finding.words(t)), TableFile.yuan(finding.amount),
                finding.value.map { .number($0) } ?? .empty, finding.limit.map { .number($0) } ?? .empty,
                finding.since.map { .date($0) } ?? .empty, .date(answer.day),
            ]
        }
        return TableFile(
            title: question.words.question(t),
            columns: [
                SheetColumn(t("项目编号", "Project number"), .text), SheetColumn(t("项目", "Project"), .text, width: 28),
                SheetColumn(t("区县", "District"), .text), SheetColumn(t("合同或分录", "Contract or entry"), .text, width: 18),
                SheetColumn(t("事由", "Finding"), .text, width: 60),
                SheetColumn(t("涉及（元）", "Amount (yuan)"), .number(decimals: 2), width: 18),
                SheetColumn(t("数值", "Value"), .general), SheetColumn(t("限值", "Limit"), .general),
                SheetColumn(t("起始", "Since"), .date), SheetColumn(t("截至", "As of"), .date),
            ], rows: rows,
            conditions: query.conditions + [JSON.Member("question", .string(question.rawValue))])
    }

    static func district(_ finding: AuditFinding, _ names: [PlaceCode: Place], _ t: Language) -> String {
        finding.place?.ancestor(.district).map { names[$0]?.title(t) ?? $0.digits } ?? "—"
    }

    private static func subject(_ finding: AuditFinding, _ t: Language) -> String {
        switch finding.subject {
        case .project: ""
        case .contract(let code): code
        case .entry(let number): t("第 \(number) 号分录", "entry \(number)")
        }
    }
}

extension AuditListPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            answer.question.words.question(t), source: visit.ledgerSource(answer.day), view(t))
    }

    private var own: Link { "/ledger/audit/\(answer.question.rawValue)" }

    private func view(_ t: Language) -> Html {
        let words = answer.question.words
        let head = pageHead(
            words.question(t), pills: [AuditDeskParts.severity(answer.question.severity, t)],
            note: """
                \(words.meaning(t)) · \(query.moment.note(answer.day, t)) · \
                \(t("审计曾发现：", "audits found: "))\(answer.question.origin(t))
                """, actions: exports + [printButton(t)])
        let kept = query.sort == .amount && query.descending ? [] : [("sort", query.tableSort.parameter)]
        let filters = filterBar(
            t, action: own, keep: kept, query.filters(districts, t), clear: query.isFiltered ? own : nil,
            found: found(t))
        return stack([AuditDeskParts.crumbs(t, words.question(t)), head, card(filters), body(t)])
    }

    private func found(_ t: Language) -> Html {
        """
        \(t("发现 ", "Found "))<b>\(grouped(findings.count))</b>\(t(" 条，涉及 ", ", "))\
        <b>\(hundredths(answer.amount))</b>\(t(" 元；查过 ", " yuan in all; examined "))\(grouped(answer.examined))
        """
    }

    private func body(_ t: Language) -> Html {
        guard !findings.isEmpty else {
            let examined = grouped(answer.examined)
            let why = t("查过 \(examined) 个，没有一个符合。", "\(examined) were examined, and none is of this kind.")
            return card(
                t("结果", "Result"),
                emptyState(
                    t("答案：无", "Answer: none"), "\(why)",
                    action: linkButton(t("回到审计台", "Back to the desk"), query.link("/ledger/audit", sorted: false))))
        }
        let base = query.link(own)
        let shown = findings.dropFirst((page - 1) * Self.size).prefix(Self.size)
        let totals: [Html] = [
            "\(t("合计", "Total"))", "", "", "", "\(hundredths(answer.amount))", "", "", "",
        ]
        let data = DataTable(
            caption: answer.question.words.question(t), columns: columns(t), rows: shown.map { row($0, t) },
            totals: totals, sort: query.tableSort, base: base)
        return card(
            t("结果", "Result"),
            table(t, data) + pager(t, page: page, size: Self.size, total: findings.count, base: base))
    }

    private func columns(_ t: Language) -> [TableColumn] {
        [
            TableColumn(t("项目", "Project"), .heading, sort: "project"),
            TableColumn(t("区县", "District"), sort: "place"), TableColumn(t("事由", "Finding")),
            TableColumn(t("凭据", "Evidence")), TableColumn(t("涉及（元）", "Amount (yuan)"), .number, sort: "amount"),
            TableColumn(t("数值", "Value"), .number, sort: "value"), TableColumn(t("限值", "Limit"), .number),
            TableColumn(t("起始", "Since"), sort: "since"),
        ]
    }

    private func row(_ finding: AuditFinding, _ t: Language) -> TableRow {
        let isKnown = finding.place != nil
        let title: Html =
            isKnown
            ? "\(finding.name) \(code(finding.project))" : "\(finding.project.isEmpty ? "—" : finding.project)"
        return TableRow(
            [
                title, "\(Self.district(finding, names, t))", "\(finding.words(t))", evidence(finding, t),
                "\(hundredths(finding.amount))", number(finding.value, t), number(finding.limit, t),
                finding.since.map { time(t, $0) } ?? "—",
            ], link: isKnown ? query.moment.at("/ledger/projects/\(finding.project)") : nil)
    }

    private func evidence(_ finding: AuditFinding, _ t: Language) -> Html {
        let (title, link): (String, Link) =
            switch finding.subject {
            case .project:
                (t("分录", "Entries"), Link("/ledger/entries", ["project": finding.project]))
            case .contract(let code):
                (
                    t("合同 \(code) 的分录", "Entries of \(code)"),
                    Link("/ledger/entries", ["project": finding.project, "contract": code])
                )
            case .entry(let number): (t("第 \(number) 号分录", "Entry \(number)"), "/ledger/entries/\(number)")
            }
        let target = if case .entry = finding.subject { link } else { query.moment.at(link) }
        return "<a href=\"\(url: target)\">\(title)</a>"
    }

    /// Rates are told as percentages; days are whole.
    private func number(_ value: Double?, _ t: Language) -> Html {
        guard let value else { return "—" }
        return isInDays ? "\(t("\(grouped(Int(value))) 天", "\(grouped(Int(value))) days"))" : "\(percent(value))\u{A0}%"
    }

    private var isInDays: Bool {
        switch answer.question {
        case .idleCash, .wages, .settlement, .sharing: true
        default: false
        }
    }
}
