public import Store

/// The tables of the one ledger.
public enum LedgerSchema {
    public static let schema = Schema(room: "ledger", migrations: [], tables: [])
}
