public import Kernel
public import Store

extension EntrySheet {
    /// SHA-256 of its evidence and of its clearance's document.
    public var digests: [String] { evidence + [clearance?.digest].compactMap(\.self) }
}

extension Ledger {
    /// Whether a table that was not discarded, a bank's statement that waits, an entry or a clearance needs a file. A
    /// statement names people, so that it is forgotten once it is dealt with.
    /// - Parameter digest: SHA-256, hexadecimal.
    public func names(file digest: String, in tx: Tx) throws -> Bool {
        try tx.first(
            """
            SELECT 1 FROM ledger_import WHERE state <> 'discarded' AND file = \(digest)
            UNION ALL SELECT 1 FROM bank_statement WHERE state = 'previewed' AND file = \(digest)
            UNION ALL SELECT 1 FROM clearance WHERE digest = \(digest)
            UNION ALL SELECT 1 FROM journal_entry WHERE evidence LIKE \(SQL.containing(digest)) ESCAPE '\\' LIMIT 1
            """) != nil
    }

    /// Which of an entry's digests name a file that is given out through it. Whoever posts can write any digest, so
    /// that naming a file opens none: it must have been brought for the same money, as a photo that shows an estate of
    /// the entry's projects, or as a table of the ledger that the reader may read.
    public func openEvidence(of entry: EntrySheet, for reader: Actor, in tx: Tx) throws -> Set<String> {
        let (digests, projects) = (entry.digests, Set(entry.postings.map(\.slice.project)).sorted())
        guard !digests.isEmpty else { return [] }
        return try Set(
            tx.map(
                """
                SELECT photo.digest FROM photo JOIN project_estate ON project_estate.estate = photo.estate
                    JOIN project ON project.id = project_estate.project
                WHERE photo.digest IN \(list: digests) AND photo.removed_at IS NULL
                    AND project.number IN \(list: projects)
                UNION SELECT file FROM ledger_import
                WHERE file IN \(list: digests) AND state <> 'discarded'
                    AND \(reader.scope(.readLedger), contains: "place")
                """
            ) { try $0[0] })
    }
}
