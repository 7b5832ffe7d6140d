import Components
import Frame
import Html
import Identity
import Kernel
import Ledger
import Registry
import Sheets
import Store

/// How a project's contracts came to be what they are: version by version what changed, on whose approval, by whom.
struct ContractsPart {
    private let number: String
    private let history: ContractHistory
    private let people: PersonNames
    private let place: PlaceCode
    /// Whether the reader may open the record's lines.
    private let readsRecord: Bool
    private let exports: [Html]

    init(_ number: String, at moment: LedgerMoment, _ visit: Visit, _ reader: Actor, in tx: Tx) throws {
        let ledger = visit.hall.ledger
        self.number = number
        history = try ledger.contractHistory(of: number, at: moment, for: reader, in: tx)
        place = try ledger.ledgerProject(number, for: reader, in: tx).place
        people = try PersonNames(
            of: Set(history.changes.compactMap(\.recorded?.person)), reader: reader, vault: visit.hall.vault, tx: tx)
        readsRecord = reader.may(.readRecord, at: place)
        exports = visit.tableButtons { moment.at("/ledger/projects/\(number)/contracts.\($0)") }
    }

    // MARK: On the project's page

    func card(_ t: Language) -> Html {
        guard !history.changes.isEmpty else { return "" }
        let title = t("合同变更", "Versions of the contracts")
        let columns = [
            TableColumn(t("合同", "Contract"), .heading), TableColumn(t("日期", "Day")),
            TableColumn(t("变化", "What changed")), TableColumn(t("增减", "Change"), .number),
            TableColumn(t("合同上限", "Ceiling"), .number),
            TableColumn(t("项目合同累计", "All contracts"), .number, note: t("至此", "by then")),
            TableColumn(t("概算余地", "Left of the estimate"), .number), TableColumn(t("依据", "On the approval of")),
            TableColumn(t("登记", "Recorded")),
        ]
        let note =
            history.estimate > 0
            ? t("批复概算 \(yuanText(history.estimate))", "approved estimate \(yuanText(history.estimate))") : ""
        let data = DataTable(
            caption: title, columns: columns, rows: history.changes.map { row($0, t) }, phone: .scroll)
        return Components.card(
            title, note: "\(note)", id: "versions", table(t, data) + (exports.isEmpty ? "" : formActions(exports)))
    }

    private func row(_ change: ContractChange, _ t: Language) -> TableRow {
        let left = history.estimate - change.together
        let isOver = history.estimate > 0 && left < 0
        return TableRow(
            [
                "\(code(change.contract.code)) \(t("第 \(change.version) 版", "version \(change.version)"))",
                change.day.map { time(t, $0) } ?? "—", "\(told(change, t))",
                "\(change.amount > 0 ? "+" : "")\(yuanText(change.amount))", "\(yuanText(change.contract.ceiling))",
                "\(yuanText(change.together))", history.estimate > 0 ? "\(yuanText(left))" : "—",
                approval(change, t), recorded(change, t),
            ], tone: isOver ? .cinnabar : .neutral)
    }

    /// What of the terms is other than before; of what was signed, all of them.
    private func words(_ change: ContractChange, _ t: Language) -> [String] {
        let (now, before) = (change.contract, change.before)
        var words: [String] = []
        func add(_ isOther: Bool, _ text: String) { if isOther { words.append(text) } }
        add(before == nil, t("签约：\(now.title)，\(now.party)", "signed: \(now.title), \(now.party)"))
        add(before?.price != now.price, t("合同价 ", "price ") + yuanText(now.price))
        add(
            (before?.variations ?? 0) != now.variations,
            t("变更累计 ", "variations in all ") + yuanText(now.variations))
        add(
            before?.retention != now.retention || before?.retentionUntil != now.retentionUntil,
            t("质保金 ", "retention ") + SheetWords.share(now.retention) + t("，至 ", " until ")
                + dayText(t, now.retentionUntil))
        add(before?.wages != now.wages, t("工资占 ", "wages ") + SheetWords.share(now.wages))
        add(
            (before?.isDisputed ?? false) != now.isDisputed,
            now.isDisputed ? t("有争议，暂停支付", "disputed: not paid for now") : t("争议已解决", "the dispute is settled"))
        return words
    }

    private func told(_ change: ContractChange, _ t: Language) -> String {
        words(change, t).joined(separator: t("；", "; "))
    }

    private func approval(_ change: ContractChange, _ t: Language) -> Html {
        guard let approval = change.clearance else { return "—" }
        let link = JournalQuery.list(LedgerPart()) { $0.evidence = approval.digest }
        return """
            \(approval.kind.name(t)) · \(approval.issuer)<br>\
            <small><a href="\(url: link)">\(t("引用它的分录", "entries that name it"))</a> \
            \(code(String(approval.digest.prefix(12))))</small>
            """
    }

    private func recorded(_ change: ContractChange, _ t: Language) -> Html {
        guard let recorded = change.recorded else { return "\(t("操作记录中没有", "not in the record"))" }
        let line: Html =
            readsRecord
            ? " · " + SheetWords.link(t("操作记录", "the record's line"), "/record/\(recorded.line)") : ""
        return "\(time(t, recorded.at))<br><small>\(who(recorded)(t))\(line)</small>"
    }

    private func who(_ recorded: ContractChange.Recorded) -> Phrase {
        recorded.person.map { ActorWords.person(people.name($0, at: place)) } ?? SheetWords.actor(recorded.actorKind)
    }

    // MARK: As a file

    static func file(_ visit: Visit, _ reader: Actor, _ tx: Tx) throws -> TableFile {
        let (t, moment) = (visit.language, LedgerMoment(visit.query))
        let part = try ContractsPart(visit.parameters["number"] ?? "", at: moment, visit, reader, in: tx)
        let money = SheetColumn.Format.number(decimals: 2)
        return TableFile(
            title: t("合同变更 \(part.number)", "versions of contracts \(part.number)"),
            columns: [
                SheetColumn(t("合同", "Contract"), .text, width: 20), SheetColumn(t("版本", "Version"), .integer),
                SheetColumn(t("日期", "Day"), .date), SheetColumn(t("变化", "What changed"), .text, width: 48),
                SheetColumn(t("增减（元）", "Change (yuan)"), money, width: 18),
                SheetColumn(t("合同上限（元）", "Ceiling (yuan)"), money, width: 18),
                SheetColumn(t("项目合同累计（元）", "All contracts (yuan)"), money, width: 18),
                SheetColumn(t("批复概算（元）", "Estimate (yuan)"), money, width: 18),
                SheetColumn(t("依据", "Approval"), .text), SheetColumn(t("签发", "Issued by"), .text, width: 20),
                SheetColumn(t("文件 SHA-256", "SHA-256 of the document"), .text, width: 66),
                SheetColumn(t("登记日", "Recorded on"), .date), SheetColumn(t("登记人", "By"), .text),
            ], rows: part.history.changes.map { part.cells($0, t) },
            conditions: [
                JSON.Member("project", .string(part.number)),
                JSON.Member("asOf", .string(moment.asOf?.description ?? "")),
                JSON.Member("known", .string(moment.known?.description ?? "")),
            ])
    }

    private func cells(_ change: ContractChange, _ t: Language) -> [OutputCell] {
        let approval = change.clearance
        func text(_ text: String?) -> OutputCell { text.map { .text($0) } ?? .empty }
        func day(_ day: Day?) -> OutputCell { day.map { .date($0) } ?? .empty }
        return [
            .text(change.contract.code), .integer(change.version), day(change.day),
            .text(told(change, t)), TableFile.yuan(change.amount),
            TableFile.yuan(change.contract.ceiling), TableFile.yuan(change.together),
            history.estimate > 0 ? TableFile.yuan(history.estimate) : .empty, text(approval?.kind.name(t)),
            text(approval?.issuer), text(approval?.digest), day(change.recorded?.at.dayInChina),
            text(change.recorded.map { who($0)(t) }),
        ]
    }
}
