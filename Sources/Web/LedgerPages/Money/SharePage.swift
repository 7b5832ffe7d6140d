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
    /// What the register has of those that were asked for.
    let registered: RegisteredHouseholds?
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
    init?(_ visit: Visit, _ asked: FormData, project: String = "", _ refusals: [Refusal] = [], in tx: Tx) throws {
        let (rules, day) = (visit.hall.ledgerTables.shareRules, visit.ledgerToday)
        guard let query = ShareQuery(asked, rules, on: day) else { return nil }
        statement =
            visit.actor.may(.postEntries)
            ? Statement(csrf: visit.csrf, project: project.isEmpty ? query.register : project, refusals: refusals)
            : nil
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
        // What is wrong with the number is told instead of that there are no households.
        let households: [ShareHousehold]?
        do {
            let found = try query.registered(visit, in: tx)
            (registered, households) = (found, tried { try query.households(found) })
        } catch let refusal as Refusal {
            flaws.append(refusal)
            (registered, households) = (nil, nil)
        }
        if let total, let rule, let households {
            split = tried { try ShareSplit(total, by: rule, among: households) }
            usual = try? ShareSplit(total, by: query.rule, among: households)
        } else {
            (split, usual) = (nil, nil)
        }
        self.flaws = flaws
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        guard let page = try SharePage(visit, visit.query, in: tx) else {
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
        let (hall, project) = (visit.hall, String(form.text("project").prefix(40)))
        guard let page = try await hall.database.read({ try SharePage(visit, asked, in: $0) }) else {
            throw Visit.notFound
        }
        guard let split = page.split else { return page.answer(visit) }
        let rule = page.query.code
        do {
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.ledger.stateShares(split, rule: rule, of: project, in: deed)
            }
            return .see("/ledger/households/\(project)")
        } catch let refusal as Refusal where refusal.kind == .invalid || refusal.code == "move.project" {
            // A number that was mistyped is mended in its field.
            let shown = Refusal(refusal.code, zh: refusal.message.zh, en: refusal.message.en, field: "project")
            let again = try await hall.database.read {
                try SharePage(visit, asked, project: project, [shown], in: $0)
            }
            return again?.answer(visit) ?? .see("/ledger/share")
        }
    }
}
