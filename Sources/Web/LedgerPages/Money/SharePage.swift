import Components
import Decide
import Frame
import HTTPTypes
import Html
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

    /// Nil where no rule holds today.
    init?(_ visit: Visit, in tx: Tx) throws {
        let (rules, day) = (visit.hall.ledgerTables.shareRules, visit.ledgerToday)
        guard let query = ShareQuery(visit.query, rules, on: day) else { return nil }
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
        guard let page = try SharePage(visit, in: tx) else {
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
        return visit.page(
            t("分摊试算", "Cost sharing"), assets: [.style("ledger.css")],
            source: t("试算，不记账 · ", "A trial, nothing is posted · ") + page.ruleText(t),
            status: page.flaws.first?.kind.status ?? .ok, page.view(t))
    }
}
