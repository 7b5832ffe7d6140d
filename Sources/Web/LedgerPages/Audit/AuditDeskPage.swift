import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// The standing questions with what they find, the weightiest first, and the questions that people saved.
struct AuditDeskPage {
    let query: AuditQuery
    let answers: [AuditAnswer]
    let districts: [(code: PlaceCode, name: Phrase)]
    let saved: [SavedQuestion]
    let today: Day
    let csrf: String
    let reader: Actor
    let exports: [Html]

    init(_ visit: Visit, in tx: Tx) throws {
        query = AuditQuery(visit.query)
        today = visit.ledgerToday
        let ledger = visit.hall.ledger
        answers = Self.ordered(
            try ledger.audit(of: query.district, at: query.moment, today: today, for: visit.actor, in: tx))
        districts = try Self.districts(visit, in: tx)
        saved = try ledger.savedQuestions(for: visit.actor, in: tx)
        csrf = visit.csrf
        reader = visit.actor
        let query = query
        exports = visit.tableButtons { query.link("/ledger/audit.\($0)", sorted: false) }
    }

    /// What found something by weight and amount; then what found nothing, in the questions' own order.
    static func ordered(_ answers: [AuditAnswer]) -> [AuditAnswer] {
        let found = answers.filter { !$0.findings.isEmpty }.sorted { left, right in
            left.question.severity != right.question.severity
                ? left.question.severity < right.question.severity : left.amount > right.amount
        }
        return found + answers.filter(\.findings.isEmpty)
    }

    /// The districts of which the reader may see the ledger.
    static func districts(_ visit: Visit, in tx: Tx) throws -> [(code: PlaceCode, name: Phrase)] {
        let scope = visit.actor.scope(.readLedger)
        let wider = Scope(scope.places.map { $0.ancestor(.district) ?? $0 })
        return try visit.hall.register.places(at: .district, within: wider, in: tx).map { ($0.code, $0.title) }
    }
}
