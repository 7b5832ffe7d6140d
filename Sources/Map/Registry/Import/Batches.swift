public import Identity
public import Kernel
public import Store

/// A file somebody brought, with what was asked about it: kept so that a preview can be left and come back to, and so
/// that everybody can see what was imported from where.
public struct ImportBatch: Sendable {
    public enum State: String, Sendable {
        case previewed, applied, discarded

        public var name: Phrase {
            switch self {
            case .previewed: Phrase(zh: "待确认", en: "Awaiting decision")
            case .applied: Phrase(zh: "已导入", en: "Imported")
            case .discarded: Phrase(zh: "已放弃", en: "Discarded")
            }
        }
    }

    public let id: ID<ImportBatch>
    public let kind: ImportKind
    public let state: State
    public let place: PlaceCode
    /// SHA-256 in the file store.
    public let file: String
    public let fileName: String
    public let options: ImportOptions
    /// Rows by outcome, once applied.
    public let counts: [ImportReport.Outcome: Int]
    /// Whoever brought the file: a person by id, so that the name can be erased; else what the actor is called.
    public let person: ID<PersonTag>?
    public let by: String
    public let at: Instant
}

extension Register {
    /// Remembers a file with its options before anything is imported from it.
    public func keepBatch(
        _ options: ImportOptions, file: String, fileName: String, at place: PlaceCode, in deed: Deed
    ) throws -> ID<ImportBatch> {
        try deed.actor.require(options.kind == .checklist ? .importChecklists : .importEstates, at: place)
        let id = ID<ImportBatch>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO import_batch (id, kind, state, place, file, file_name, options, report, by_person, by_label,
                at)
            VALUES (\(id), \(options.kind.rawValue), 'previewed', \(place), \(file), \(fileName),
                \(try options.text), '{}', \(deed.actor.person),
                \(deed.actor.person == nil ? deed.actor.label : ""), \(deed.now))
            """)
        try deed.record(
            "import.upload", on: Subject("import", id), at: place,
            after: JSON.object(["file": .string(fileName), "sha256": .string(file)]).text)
        return id
    }

    /// Replaces the options of a file that waits for a decision.
    public func reviseBatch(_ id: ID<ImportBatch>, _ options: ImportOptions, in deed: Deed) throws {
        let batch = try waitingBatch(id, in: deed)
        try deed.tx.run("UPDATE import_batch SET options = \(try options.text) WHERE id = \(batch.id)")
    }

    /// Puts a waiting file aside without a row imported; the batch stays in the list. Refused when it does not wait.
    /// - Returns: the SHA-256 of its file, which goes where no room names it any more.
    @discardableResult
    public func discardBatch(_ id: ID<ImportBatch>, in deed: Deed) throws -> String {
        let batch = try waitingBatch(id, in: deed)
        try deed.tx.run("UPDATE import_batch SET state = 'discarded' WHERE id = \(batch.id)")
        try deed.record("import.discard", on: Subject("import", id), at: batch.place)
        return batch.file
    }

    /// Whether a batch that was not discarded or a photo, also a removed one, needs a file.
    /// - Parameter digest: SHA-256, hexadecimal.
    public func names(file digest: String, in tx: Tx) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM import_batch WHERE state <> 'discarded' AND file = \(digest)
                OR report LIKE \(SQL.containing(digest)) ESCAPE '\\'
            UNION ALL SELECT 1 FROM photo WHERE digest = \(digest) OR thumb_digest = \(digest) LIMIT 1
            """) != nil
    }

    /// Imports the waiting file in the deed's one transaction.
    /// - Parameter path: where its bytes lie.
    public func applyBatch(
        _ id: ID<ImportBatch>, path: String, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        let batch = try waitingBatch(id, in: deed)
        let report: ImportReport
        switch batch.kind {
        case .estates:
            report = try importEstates(path: path, fileName: batch.fileName, batch.options, refused: refused, in: deed)
        case .buildings:
            report = try importBuildings(
                path: path, fileName: batch.fileName, batch.options, refused: refused, in: deed)
        case .checklist:
            report = try importChecklist(
                path: path, fileName: batch.fileName, batch.options, applies: true, refused: refused, in: deed)
        case .outlines:
            report = try importOutlines(
                path: path, fileName: batch.fileName, batch.options, applies: true, refused: refused, in: deed)
        }
        let counts = JSON.object(
            report.counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                JSON.Member($0.key.rawValue, .integer(Int64($0.value)))
            })
        try deed.tx.run(
            "UPDATE import_batch SET state = 'applied', report = \(counts.text), at = \(deed.now) WHERE id = \(id)")
        try deed.record(
            "import.apply", on: Subject("import", id), at: batch.place,
            after: JSON.object(["file": .string(batch.fileName), "rows": counts]).text)
        return report
    }

    /// What a waiting file would change.
    public func previewBatch(
        _ batch: ImportBatch, path: String, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        switch batch.kind {
        case .estates:
            try previewEstates(path: path, fileName: batch.fileName, batch.options, refused: refused, in: deed)
        case .buildings:
            try previewBuildings(path: path, fileName: batch.fileName, batch.options, refused: refused, in: deed)
        case .checklist:
            try importChecklist(
                path: path, fileName: batch.fileName, batch.options, applies: false, refused: refused, in: deed)
        case .outlines:
            try importOutlines(
                path: path, fileName: batch.fileName, batch.options, applies: false, refused: refused, in: deed)
        }
    }

    /// One that the actor may neither import nor, with the record, read is refused as one that does not exist.
    public func batch(_ id: ID<ImportBatch>, for actor: Actor, in tx: Tx) throws -> ImportBatch {
        guard let row = try tx.first("SELECT * FROM import_batch WHERE id = \(id)") else { throw Self.noBatch }
        let batch = try ImportBatch(row)
        guard batch.mayImport(actor) || actor.may(.readRecord, at: batch.place) else {
            throw Self.noBatch
        }
        return batch
    }

    /// The latest first.
    public func batches(for actor: Actor, limit: Int = 50, in tx: Tx) throws -> [ImportBatch] {
        if !actor.may(.readRecord) { try actor.require(.importEstates) }
        let scope = Scope(actor.scope(.importEstates).places + actor.scope(.readRecord).places)
        return try tx.map(
            """
            SELECT * FROM import_batch WHERE \(scope, contains: "place")
            ORDER BY at DESC, id DESC LIMIT \(min(limit, 200))
            """
        ) { try ImportBatch($0) }
    }

    private func waitingBatch(_ id: ID<ImportBatch>, in deed: Deed) throws -> ImportBatch {
        let batch = try batch(id, for: deed.actor, in: deed.tx)
        guard batch.mayImport(deed.actor) else { throw Self.noBatch }
        guard batch.state == .previewed else {
            throw Refusal(
                .conflict, "import.done", zh: "该文件已处理（\(batch.state.name.zh)）。",
                en: "This file has been dealt with already (\(batch.state.name.en)).")
        }
        return batch
    }

    private static var noBatch: Refusal {
        Refusal(.notFound, "import.none", zh: "没有这次导入，或不在您的管辖范围。", en: "There is no such import, or not in your area.")
    }

    /// The saved columns of a district for one kind of file.
    public func savedMapping(of district: PlaceCode, _ kind: ImportKind, in tx: Tx) throws -> HeaderMapping? {
        let text: String? = try tx.value(
            "SELECT definition FROM import_mapping WHERE district = \(district) AND kind = \(kind.rawValue)")
        return try text.map { try ImportOptions.decode(HeaderMapping.self, $0) }
    }

    /// Saves a district's columns, so that its next file needs no mapping.
    public func saveMapping(
        _ mapping: HeaderMapping, of district: PlaceCode, _ kind: ImportKind, in deed: Deed
    ) throws {
        try deed.actor.require(.importEstates, at: district)
        let text = try ImportOptions.encode(mapping)
        try deed.tx.run(
            """
            INSERT INTO import_mapping (district, kind, name, definition)
            VALUES (\(district), \(kind.rawValue), 'default', \(text))
            ON CONFLICT (district, kind) DO UPDATE SET definition = excluded.definition
            """)
        try deed.record(
            "import.mapping", on: Subject("place", district), at: district,
            after: JSON.object(["kind": .string(kind.rawValue)]).text)
    }
}

extension ImportBatch {
    /// Whoever only reads the record sees what was imported and decides nothing.
    public func mayImport(_ actor: Actor) -> Bool {
        actor.may(.importEstates, at: place) || actor.may(.importChecklists, at: place)
    }

    init(_ row: Row) throws {
        let report = try JSON(parsing: try row["report"] as String)
        var counts: [ImportReport.Outcome: Int] = [:]
        for member in report.members {
            if let outcome = ImportReport.Outcome(rawValue: member.key) {
                counts[outcome] = member.value.integer.map { Int($0) }
            }
        }
        self.init(
            id: try row["id"], kind: ImportKind(rawValue: try row["kind"]) ?? .estates,
            state: State(rawValue: try row["state"]) ?? .discarded, place: try row["place"], file: try row["file"],
            fileName: try row["file_name"], options: try ImportOptions.decode(ImportOptions.self, try row["options"]),
            counts: counts, person: try row["by_person"], by: try row["by_label"], at: try row["at"])
    }
}
