import Components
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// Asks why a match is wrong before it is taken back.
struct TakeBackPage {
    let line: KeptBankLine
    let reason: String
    let refusals: [Refusal]
    let csrf: String

    init(_ visit: Visit, reason: String = "", refusals: [Refusal] = [], in tx: Tx) throws {
        try visit.actor.require(.postEntries, at: visit.hall.city.code)
        line = try visit.hall.ledger.bankLine(visit.parameters["line"] ?? "", for: visit.actor, in: tx)
        (self.reason, self.refusals, csrf) = (reason, refusals, visit.csrf)
    }

    static func take(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (ledger, id, reason) = (visit.hall.ledger, visit.parameters["line"] ?? "", form.text("reason"))
        do {
            let line = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try ledger.takeBackMatch(of: id, reason: reason, in: deed)
            }
            // The day of the account, where the line now stands open.
            let (day, account) = (line.day.description, line.account)
            return .see(Link("/ledger/bank", ["from": day, "to": day]).with("account", account))
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                try TakeBackPage(visit, reason: reason, refusals: refusals, in: tx).answer(visit)
            }
        }
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("撤回核对", "Take a match back"), layout: .narrow, assets: SheetRoutes.assets,
            status: refusals.first?.kind.status ?? .ok, view(t))
    }

    private func view(_ t: Language) -> Html {
        let title = t("撤回核对", "Take a match back")
        let crumbs = BankWords.crumbs(t, [Crumb(t("银行核对", "Bank"), "/ledger/bank"), Crumb(title)])
        var facts = [
            ValueLine(t("账户", "Account"), "\(BankWords.account(line.account, t))"),
            ValueLine(t("日期", "Day"), time(t, line.day)), ValueLine(t("金额", "Amount"), "\(yuanText(line.amount))"),
            ValueLine(t("流水号", "Reference"), "\(line.reference.isEmpty ? "—" : line.reference)"),
        ]
        if let match = line.match {
            let entry = SheetWords.link(
                BankWords.entry(match.entry, match.part, t), "/ledger/entries/\(match.entry)")
            facts += [
                ValueLine(t("对上的分录", "Matched with"), entry), ValueLine(t("核对时间", "Matched"), time(t, match.at)),
            ]
        }
        return stack([
            crumbs + pageHead(title, pills: [BankWords.pills(line, t)]), errorSummary(t, refusals),
            card(t("这行流水", "The line"), valueList(facts)), line.match == nil ? open(t) : question(t),
        ])
    }

    private func question(_ t: Language) -> Html {
        let reason = field(
            t,
            FormField(
                "reason", t("为什么不对", "Why it is wrong"), .text(reason, limit: LedgerLimits.memo),
                help: t(
                    "写进操作记录。撤回后这行流水变回未对上；再次上传对账单时会列为存疑，由您选择。",
                    """
                    It stands in the record. The line is open again, and asked about when its statement is brought again.
                    """),
                error: refusals.first { $0.field == "reason" }?.message(t), required: true))
        let buttons = formActions([
            submitButton(t("撤回核对", "Take the match back"), .danger), linkButton(t("不撤回", "Keep it"), "/ledger/bank"),
        ])
        return card(form(action: line.takeBack, csrf: csrf, reason + buttons))
    }

    private func open(_ t: Language) -> Html {
        notice(
            .neutral, title: t("没有要撤回的", "Nothing to take back"),
            "\(t("这行流水没有对上任何分录。", "This line is matched with no entry."))",
            actions: [linkButton(t("回到银行核对", "Back to the bank's lines"), "/ledger/bank")])
    }
}
