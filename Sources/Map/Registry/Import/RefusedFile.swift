public import Identity
public import Kernel
public import Store

extension Register {
    /// Remembers the workbook of the rows that an import left out: once the good rows are stored, reading the file
    /// again would judge the others differently.
    /// - Parameter file: its SHA-256 in the file store.
    public func keepRefused(_ file: String, of id: ID<ImportBatch>, in deed: Deed) throws {
        let batch = try batch(id, for: deed.actor, in: deed.tx)
        let members = try report(of: batch.id, in: deed.tx).members.filter { $0.key != Self.refusedFile }
        let report = JSON.object(members + [JSON.Member(Self.refusedFile, .string(file))])
        try deed.tx.run("UPDATE import_batch SET report = \(report.text) WHERE id = \(batch.id)")
    }

    /// The workbook of the rows that were left out, by its SHA-256; nil when there is none.
    public func refusedFile(of id: ID<ImportBatch>, in tx: Tx) throws -> String? {
        try report(of: id, in: tx)[Self.refusedFile]?.string
    }

    private func report(of id: ID<ImportBatch>, in tx: Tx) throws -> JSON {
        let text: String? = try tx.value("SELECT report FROM import_batch WHERE id = \(id)")
        return try JSON(parsing: text ?? "{}")
    }

    private static let refusedFile = "refusedFile"
}
