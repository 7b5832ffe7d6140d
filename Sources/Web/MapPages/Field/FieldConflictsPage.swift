import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// Answers from the field that met a fact which somebody else had changed meanwhile: a person chooses.
struct FieldConflictsPage {
    static let size = 20

    let list: [FieldConflict]
    let total: Int
    let page: Int
    let survey: SurveyForm
    /// Of those who answered in the field and those who entered what is stored.
    let names: PersonNames
    let csrf: String
    let errors: [Refusal]
    /// The item that was just settled leaves a word.
    let isSettled: Bool

    init(_ visit: Visit, errors: [Refusal] = [], in tx: Tx) throws {
        let register = visit.hall.register
        func ask(_ page: Int) throws -> (list: [FieldConflict], total: Int) {
            try register.fieldConflicts(page: page, size: Self.size, for: visit.actor, in: tx)
        }
        (page, (list, total)) = try readPage(visit.query.page, size: Self.size, total: \.total, ask)
        survey = try register.form(.estate, in: tx)
        let people = list.flatMap { [$0.officer].compactMap { $0 } + $0.estate.facts.officers }
        names = try PersonNames(of: Set(people), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        csrf = visit.csrf
        self.errors = errors
        isSettled = visit.query["settled"] != nil
    }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        try FieldConflictsPage(visit, in: tx).answer(visit)
    }

    static func settle(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        let (id, hall) = (try visit.id(of: FieldItem.self), visit.hall)
        let prefix = fieldName(id, "")
        let choices = sent.fields.filter { $0.name.hasPrefix(prefix) }.compactMap { field in
            FieldChoice(rawValue: field.value).map { (String(field.name.dropFirst(prefix.count)), $0) }
        }
        do {
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.settleFieldItem(
                    id, Dictionary(choices, uniquingKeysWith: { first, _ in first }), seen: sent.number("version") ?? 0,
                    in: deed)
            }
            return .see(Link("/field/conflicts", ["settled": "1"]))
        } catch {
            let refusals = try error.fieldRefusals(taken: Visit.notFound)
            return try await hall.database.read { tx in
                try FieldConflictsPage(visit, errors: refusals.map { $0.about(id) }, in: tx).answer(visit)
            }
        }
    }

    /// Of the choice for one question of one item: a page shows many.
    static func fieldName(_ id: ID<FieldItem>, _ question: String) -> String { "choice.\(id).\(question)" }

    private func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let title = t("现场摸底的冲突", "Conflicts from the field")
        return visit.page(title, layout: .narrow, view(t, title)).refused(errors)
    }
}

extension Refusal {
    /// The same refusal, at the page's field for it.
    fileprivate func about(_ id: ID<FieldItem>) -> Refusal {
        guard let field, field.hasPrefix("choice.") else { return self }
        let name = FieldConflictsPage.fieldName(id, String(field.dropFirst("choice.".count)))
        return Refusal(kind, code, zh: message.zh, en: message.en, field: name)
    }
}
