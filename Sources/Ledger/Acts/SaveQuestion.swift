public import Identity
public import Kernel
public import Store

/// A question that somebody asked the ledger and kept.
public struct SavedQuestion: Sendable, Hashable {
    public let id: ID<SavedQuestion>
    public let name: String
    /// As its page's address has it: "by=source&stage=received".
    public let query: String
    /// Nil where the machine's owner saved it.
    public let owner: ID<PersonTag>?
    public let place: PlaceCode
    /// Everybody who reads the ledger finds it; else its owner alone.
    public let isShared: Bool
    public let createdAt: Instant

    public static let nameLimit = 100
    /// Bytes.
    public static let queryLimit = 1_900
    /// Of one person.
    public static let ownLimit = 100
    static let listLimit = 500

    /// By whoever saved it; a shared one also by who keeps the ledger there.
    public func mayBeRemoved(by actor: Actor) -> Bool {
        owner == actor.person || isShared && actor.may(.closeLedger, at: place)
    }

    fileprivate static let columns: SQL = "id, name, query, owner, place, shared, created_at"

    fileprivate init(_ row: Row) throws {
        (id, name, query, owner) = (try row[0], try row[1], try row[2], try row[3])
        (place, isShared, createdAt) = (try row[4], try row[5], try row[6])
    }
}

extension Ledger {
    /// - Throws: `Refusal` `question.name`, `question.query`, `question.many`, `right.missing`.
    @discardableResult
    public func saveQuestion(
        _ name: String, _ query: String, isShared: Bool, in deed: Deed
    ) throws -> ID<SavedQuestion> {
        let actor = deed.actor
        try actor.require(.readLedger)
        guard (1...SavedQuestion.nameLimit).contains(name.count), name.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
        else {
            throw Refusal(
                "question.name", zh: "请给问题起个名字，至多 \(SavedQuestion.nameLimit) 字。",
                en: "Give the question a name, of \(SavedQuestion.nameLimit) characters at most.", field: "name")
        }
        guard query.utf8.count <= SavedQuestion.queryLimit else {
            throw Refusal(
                "question.query", zh: "条件太长，不能保存；请减少条件。", en: "The conditions are too long to be saved; use fewer.",
                field: "name")
        }
        let own: Int? = try deed.tx.value("SELECT count(*) FROM saved_question WHERE \(Self.owned(by: actor))")
        guard (own ?? 0) < SavedQuestion.ownLimit else {
            throw Refusal(
                .conflict, "question.many", zh: "您已保存 \(SavedQuestion.ownLimit) 个问题；请先删除不用的。",
                en: "You have saved \(SavedQuestion.ownLimit) questions; remove some first.", field: "name")
        }
        let id = ID<SavedQuestion>(at: deed.now)
        let place = actor.scope(.readLedger).places.first ?? .country
        try deed.tx.run(
            """
            INSERT INTO saved_question (id, name, query, owner, place, shared, created_at)
            VALUES (\(id), \(name), \(query), \(actor.person), \(place), \(isShared), \(deed.now))
            """)
        try deed.record(
            "ledger.question.save", on: Subject("question", id), at: place,
            after: JSON.object(["name": .string(name), "query": .string(query), "shared": .bool(isShared)]).text)
        return id
    }

    /// - Throws: `Refusal` `question.none` where this actor finds no such question; `question.foreign` where it is
    ///   shared by somebody else.
    public func removeQuestion(_ id: ID<SavedQuestion>, in deed: Deed) throws {
        try deed.actor.require(.readLedger)
        let question = try savedQuestions(for: deed.actor, in: deed.tx).first { $0.id == id }
        guard let question else {
            throw Refusal(
                .notFound, "question.none", zh: "没有这个保存的问题。", en: "There is no such saved question.",
                field: "question")
        }
        guard question.mayBeRemoved(by: deed.actor) else {
            throw Refusal(
                .forbidden, "question.foreign", zh: "这是别人共享的问题，只能由保存者或当地的台账管理员删除。",
                en: "Somebody else shared this question; whoever saved it, or who keeps the ledger there, removes it.")
        }
        try deed.tx.run("DELETE FROM saved_question WHERE id = \(id)")
        try deed.record(
            "ledger.question.remove", on: Subject("question", id), at: question.place,
            before: JSON.object(["name": .string(question.name), "query": .string(question.query)]).text)
    }

    /// The reader's own and those that others share, by name.
    /// - Throws: `Refusal` `right.missing`.
    public func savedQuestions(for reader: Actor, in tx: Tx) throws -> [SavedQuestion] {
        try reader.require(.readLedger)
        return try tx.map(
            """
            SELECT \(SavedQuestion.columns) FROM saved_question WHERE shared = 1 OR \(Self.owned(by: reader))
            ORDER BY shared, created_at, id LIMIT \(literal: SavedQuestion.listLimit)
            """, SavedQuestion.init
        ).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    private static func owned(by actor: Actor) -> SQL {
        actor.person.map { "owner = \($0)" } ?? "owner IS NULL"
    }
}
