import Components
import Decide
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Ledger
import Store

/// Tries how a cost is shared: what each bearer and household pays, and what one of them pays and why. Nothing is kept.
struct SharePage {
    static let size = 50

    let query: ShareQuery
    let codes: [String]
    /// As asked for; nil where something asked for is wrong.
    let split: ShareSplit?
    /// The same cost by the rule as it holds, where that can be.
    let usual: ShareSplit?
    let flaws: [Refusal]
    /// Nil for who may not state why households pay what they pay.
    let statement: Statement?

    /// How the form stands by which a trial becomes a project's reasons.
    struct Statement {
        let csrf: String
        let project: String
        let refusals: [Refusal]
    }

    /// - Parameter project: that was sent and refused with these refusals.
    /// - Returns: nil where no rule holds today.
    init?(_ visit: Visit, _ asked: FormData, project: String = "", _ refusals: [Refusal] = []) {
        let (rules, day) = (visit.hall.ledgerTables.shareRules, visit.ledgerToday)
        guard let query = ShareQuery(asked, rules, on: day) else { return nil }
        statement =
            visit.actor.may(.postEntries) ? Statement(csrf: visit.csrf, project: project, refusals: refusals) : nil
        self.query = query
        codes = rules.rules.keys.filter { rules.rule($0, on: day) != nil }.sorted()
        var flaws: [Refusal] = []
        func tried<Value>(_ body: () throws -> Value) -> Value? {
            do {
                return try body()
            } catch {
                flaws.append((error as? Refusal) ?? (error as? ShareFlaw)?.refusal ?? ShareFlaw.weights.refusal)
                return nil
            }
        }
        let (total, rule) = (tried(query.totalFen), tried(query.changedRule))
        let households = tried(query.households)
        if let total, let rule, let households {
            split = tried { try ShareSplit(total, by: rule, among: households) }
            usual = try? ShareSplit(total, by: query.rule, among: households)
        } else {
            (split, usual) = (nil, nil)
        }
        self.flaws = flaws
    }

    static func answer(_ visit: Visit, _: Tx) throws -> Frame.Answer {
        let t = visit.language
        guard let page = SharePage(visit, visit.query) else {
            let body = card(
                t("结果", "Result"),
                emptyState(
                    t("没有生效的分摊规则", "No sharing rule holds yet"),
                    "\(t("规则按日期生效；请管理员检查规则文件。", "Rules hold from a day on; an administrator can check them."))"
                ))
            return visit.page(
                t("分摊试算", "Cost sharing"),
                stack([pageHead(t("分摊试算", "Cost sharing")), LedgerTab.tabs(.share, t), body]))
        }
        return page.answer(visit)
    }

    private func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let refusal = flaws.first ?? statement?.refusals.first
        return visit.page(
            t("分摊试算", "Cost sharing"), assets: [.style("ledger.css")],
            source: t("试算，不记账 · ", "A trial, nothing is posted · ") + ruleText(t),
            status: refusal?.kind.status ?? .ok, view(t))
    }

    /// Keeps a trial as the reasons why a project's households pay what they promised.
    static func state(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let asked = try FormData(encoded: form.text("share").utf8)
        let (ledger, project) = (visit.hall.ledger, String(form.text("project").prefix(40)))
        guard let page = SharePage(visit, asked) else { throw Visit.notFound }
        guard let split = page.split else { return page.answer(visit) }
        let rule = page.query.code
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try ledger.stateShares(split, rule: rule, of: project, in: deed)
            }
            return .see("/ledger/households/\(project)")
        } catch let refusal as Refusal where refusal.kind == .invalid || refusal.code == "move.project" {
            // A number that was mistyped is mended in its field.
            let shown = Refusal(refusal.code, zh: refusal.message.zh, en: refusal.message.en, field: "project")
            return SharePage(visit, asked, project: project, [shown])?.answer(visit) ?? .see("/ledger/share")
        }
    }
}
