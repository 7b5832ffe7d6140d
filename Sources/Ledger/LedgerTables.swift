/// What the ledger is shipped with as data: the statistical codes and the rules by which costs are shared.
public struct LedgerTables: Sendable {
    public let statCodes: StatCodes
    public let shareRules: ShareRules

    /// - Parameter resources: the folder `Resources`.
    /// - Throws: `Refusal` `stat.file`, `share.file`.
    public static func load(resources: String) throws -> LedgerTables {
        LedgerTables(
            statCodes: try StatCodes.load(file: resources + "/ledger/stat-codes.json"),
            shareRules: try ShareRules.load(file: resources + "/ledger/share-rules.json"))
    }
}
