public import Kernel
import Registry
public import Store

extension Evaluations {
    /// A document read and checked against the survey in force.
    /// - Throws: `Refusals` with everything that is wrong.
    public func read(_ document: String, in tx: Tx) throws -> Scheme {
        try Scheme(document: document, form: register.form(.estate, in: tx))
    }

    /// The scheme that was chosen, with its version; nil for a draft's.
    public func scheme(_ choice: EvaluationOrder.Choice, in tx: Tx) throws -> (scheme: Scheme, version: Int?) {
        switch choice {
        case .current:
            let row = try tx.first("SELECT version, document FROM evaluation_scheme ORDER BY version DESC LIMIT 1")
            return try row.map { (try Scheme(kept: $0[1]), try $0[0]) } ?? (shipped, shipped.version)
        case .version(let version):
            let document: String? = try tx.value(
                "SELECT document FROM evaluation_scheme WHERE version = \(version)")
            if let document { return (try Scheme(kept: document), version) }
            if version == shipped.version { return (shipped, version) }
            throw Refusal(
                .notFound, "scheme.version", zh: "没有第 \(version) 版评价方案；请从方案列表中选择。",
                en: "There is no scheme of version \(version); choose one of the list.", field: "scheme")
        case .draft(let id): return (try draft(id, in: tx).scheme, nil)
        }
    }

    /// All versions, the newest first; the shipped default is the last.
    public func schemes(for actor: Actor, in tx: Tx) throws -> [IssuedScheme] {
        try actor.require(.readEvaluation)
        let issued = try tx.map(
            "SELECT version, document, by_label, at, by_person FROM evaluation_scheme ORDER BY version DESC LIMIT 500"
        ) { row in
            IssuedScheme(
                version: try row[0], scheme: try Scheme(kept: row[1]), person: try row[4], by: try row[2],
                at: try row[3])
        }
        return issued + [IssuedScheme(version: shipped.version, scheme: shipped, person: nil, by: nil, at: nil)]
    }

    /// Drafts, the last edited first.
    public func drafts(for actor: Actor, in tx: Tx) throws -> [SchemeDraft] {
        try actor.require(.editEvaluation)
        return try tx.map(
            "SELECT id, document, edits, by_label, at, by_person FROM evaluation_draft ORDER BY at DESC, id"
        ) {
            try SchemeDraft($0)
        }
    }

    /// One draft. Rights are the caller's to check.
    public func draft(_ id: ID<SchemeDraft>, in tx: Tx) throws -> SchemeDraft {
        let row = try tx.first(
            "SELECT id, document, edits, by_label, at, by_person FROM evaluation_draft WHERE id = \(id)")
        guard let row else {
            throw Refusal(
                .notFound, "scheme.draft.none", zh: "没有这份草稿，可能已启用或删去。",
                en: "There is no such draft; it may have been issued or discarded.")
        }
        return try SchemeDraft(row)
    }

    /// The scheme that a run was made with, by its digest.
    public func scheme(of run: EvaluationRun, in tx: Tx) throws -> Scheme {
        let document: String? = try tx.value(
            "SELECT document FROM evaluation_document WHERE digest = \(run.schemeDigest)")
        guard let document else { throw Snapshot.damaged }
        return try Scheme(kept: document)
    }
}

extension Scheme {
    /// Reads a document that was checked when it was stored: the survey may have changed since.
    init(kept document: String) throws {
        var reader = SchemeReader()
        self = reader.scheme(try JSON(parsing: document))
        try Refusals.throwIfAny(reader.faults)
    }
}

extension SchemeDraft {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], scheme: try Scheme(kept: row[1]), edits: try row[2], person: try row[5], by: try row[3],
            at: try row[4])
    }
}
