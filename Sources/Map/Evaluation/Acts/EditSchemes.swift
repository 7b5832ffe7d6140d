public import Identity
public import Kernel
import Registry
import Store

/// A scheme that is being worked on, beside the one in force.
public struct SchemeDraft: Sendable, Hashable {
    public let id: ID<SchemeDraft>
    public let scheme: Scheme
    /// Counts the edits; an edit says which one it saw.
    public let edits: Int
    /// Who edited it last: a person by id alone, since names are sealed; anybody else by label.
    public let person: ID<PersonTag>?
    public let by: String
    public let at: Instant
}

/// A scheme that was issued, or the shipped default.
public struct IssuedScheme: Sendable, Hashable {
    public let version: Int
    public let scheme: Scheme
    /// Nil for the shipped default, and where no person did it.
    public let person: ID<PersonTag>?
    /// Nil for the shipped default.
    public let by: String?
    public let at: Instant?
}

extension Deed {
    /// Instead of a person's name, which stands sealed in the person's own row alone.
    var authorLabel: String { actor.person == nil ? actor.label : "工作人员 staff" }
}

extension Evaluations {
    /// Begins a draft, from a document or from the scheme in force.
    public func draftScheme(_ document: String? = nil, in deed: Deed) throws -> ID<SchemeDraft> {
        let city = try register.city(in: deed.tx)
        try deed.actor.require(.editEvaluation, at: city.code)
        let scheme = try document.map { try read($0, in: deed.tx) } ?? self.scheme(.current, in: deed.tx).scheme
        let open: Int = try deed.tx.value("SELECT count(*) FROM evaluation_draft") ?? 0
        guard open < EvaluationLimits.drafts else {
            throw Refusal(
                .conflict, "scheme.drafts", zh: "草稿已有 \(open) 份，达到上限；请先删去不用的。",
                en: "There are \(open) drafts already, the most there can be; discard some first.")
        }
        let id = ID<SchemeDraft>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO evaluation_draft (id, document, by_person, by_label, at)
            VALUES (\(id), \(scheme.document), \(deed.actor.person), \(deed.authorLabel), \(deed.now))
            """)
        try deed.record(
            "scheme.draft", on: Subject("scheme", id), at: city.code,
            after: JSON.object(["digest": .string(scheme.digest)]).text)
        return id
    }

    /// Replaces a draft's document.
    /// - Parameter seen: the count of edits that the editor saw.
    /// - Throws: `Refusals` with all that is wrong; `.conflict` when somebody else edited it first.
    public func editDraft(_ id: ID<SchemeDraft>, _ document: String, seen: Int, in deed: Deed) throws {
        let city = try register.city(in: deed.tx)
        try deed.actor.require(.editEvaluation, at: city.code)
        let draft = try draft(id, in: deed.tx)
        guard draft.edits == seen else {
            throw Refusal(
                .conflict, "scheme.seen", zh: "这份草稿刚被别人改过；请刷新后再改。",
                en: "Somebody else has just changed this draft; reload it and edit again.")
        }
        let scheme = try read(document, in: deed.tx)
        try deed.tx.run(
            """
            UPDATE evaluation_draft SET document = \(scheme.document), edits = edits + 1,
                by_person = \(deed.actor.person), by_label = \(deed.authorLabel), at = \(deed.now) WHERE id = \(id)
            """)
        try deed.record(
            "scheme.edit", on: Subject("scheme", id), at: city.code,
            before: JSON.object(["digest": .string(draft.scheme.digest)]).text,
            after: JSON.object(["digest": .string(scheme.digest)]).text)
    }

    /// Forgets a draft; runs made with it keep their own document.
    public func discardDraft(_ id: ID<SchemeDraft>, in deed: Deed) throws {
        let city = try register.city(in: deed.tx)
        try deed.actor.require(.editEvaluation, at: city.code)
        let draft = try draft(id, in: deed.tx)
        try deed.tx.run("DELETE FROM evaluation_draft WHERE id = \(id)")
        try deed.record(
            "scheme.discard", on: Subject("scheme", id), at: city.code,
            before: JSON.object(["digest": .string(draft.scheme.digest)]).text)
    }

    /// Puts a draft into force as the next version, from today on. The draft is gone then; earlier versions stay.
    /// - Returns: the version.
    public func issueDraft(_ id: ID<SchemeDraft>, seen: Int, in deed: Deed) throws -> Int {
        let city = try register.city(in: deed.tx)
        try deed.actor.require(.editEvaluation, at: city.code)
        let draft = try draft(id, in: deed.tx)
        guard draft.edits == seen else {
            throw Refusal(
                .conflict, "scheme.seen", zh: "这份草稿刚被别人改过；请刷新后再启用。",
                en: "Somebody else has just changed this draft; reload it before you issue it.")
        }
        let current = try scheme(.current, in: deed.tx)
        var scheme = draft.scheme
        scheme.version = (current.version ?? 0) + 1
        scheme.issued = deed.today
        scheme.isDefault = false
        // The survey may have changed since the draft was last edited.
        try Refusals.throwIfAny(SchemeRules(scheme, form: register.form(.estate, in: deed.tx)).refusals())
        try deed.tx.run(
            """
            INSERT INTO evaluation_scheme (version, document, by_person, by_label, at)
            VALUES (\(scheme.version), \(scheme.document), \(deed.actor.person), \(deed.authorLabel), \(deed.now))
            """)
        try deed.tx.run("DELETE FROM evaluation_draft WHERE id = \(id)")
        try deed.record(
            "scheme.issue", on: Subject("scheme", String(scheme.version)), at: city.code,
            before: JSON.object(["digest": .string(current.scheme.digest)]).text,
            after: JSON.object(["digest": .string(scheme.digest)]).text)
        return scheme.version
    }
}
