public import Frame

/// 一本账: sources, money's way to the bills, and the auditor's questions.
public enum LedgerRoutes {
    public static let all: [Route] = MoneyRoutes.all + SheetRoutes.all + BankRoutes.all + AuditRoutes.all
}
