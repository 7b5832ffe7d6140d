import Components
import Frame
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// One statement: beside the journal while it waits, what became of its rows afterwards.
struct StatementPage {
    /// Rows of each outcome; files say all.
    static let shown = 200

    let statement: BankStatement
    /// Nil once it is dealt with.
    let report: BankReport?
    /// Names of other accounts, where this one's lines are the first.
    let others: [String]
    let sources: [FundSource]
    let person: String
    let mayMatch: Bool
    let chosen: [Int: String]
    let refusals: [Refusal]
    let csrf: String

    /// - Parameter chosen: by the row, what the form came with.
    static func read(
        _ visit: Visit, chosen: [Int: String] = [:], refusals: [Refusal] = []
    ) async throws -> StatementPage {
        let statement = try await StatementActs.find(visit)
        let table = statement.state == .previewed ? try await StatementActs.sheet(of: statement, visit) : nil
        return try await visit.hall.database.read { tx in
            try StatementPage(visit, statement, table, chosen: chosen, refusals: refusals, in: tx)
        }
    }

    private init(
        _ visit: Visit, _ statement: BankStatement, _ table: BankSheet?, chosen: [Int: String], refusals: [Refusal],
        in tx: Tx
    ) throws {
        let (ledger, actor, city) = (visit.hall.ledger, visit.actor, visit.hall.city.code)
        report = try table.map { try ledger.bankReport($0, for: actor, in: tx) }
        let accounts = try ledger.bankAccounts(for: actor, in: tx).map(\.name)
        others = accounts.contains(statement.account) ? [] : accounts
        sources = try ledger.sources(for: actor, in: tx)
        let people = try PersonNames(
            of: Set([statement.person].compactMap(\.self)), reader: actor, vault: visit.hall.vault, tx: tx)
        person = statement.who(people, at: city)(visit.language)
        (self.statement, self.chosen, self.refusals) = (statement, chosen, refusals)
        (mayMatch, csrf) = (visit.mayMatchBank, visit.csrf)
    }
}
