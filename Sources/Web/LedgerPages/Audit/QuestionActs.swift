import Frame
import Html
import Identity
import Kernel
import Ledger
import Store

/// Keeping and removing questions.
enum QuestionActs {
    static func save(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (ledger, name, isShared) = (visit.hall.ledger, form.text("name"), form["shared"] == "1")
        // Written anew, so that what is kept is a question and nothing else.
        let query = AskQuery(try FormData(encoded: form.text("question").utf8))
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                _ = try ledger.saveQuestion(name, query.stored, isShared: isShared, in: deed)
            }
            return .see("/ledger/audit")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                let attempt = AskPage.Attempt(name: name, isShared: isShared, refusals: refusals)
                return try AskPage(visit, query, attempt: attempt, in: tx).answer(visit)
            }
        }
    }

    static func remove(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (ledger, id): (Ledger, ID<SavedQuestion>) = (visit.hall.ledger, try visit.id("saved"))
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.removeQuestion(id, in: deed)
        }
        return .see("/ledger/audit")
    }
}
