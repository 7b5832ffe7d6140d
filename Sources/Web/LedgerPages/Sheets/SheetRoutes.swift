import Components
import Frame
import Kernel

/// One project, source, household or entry at a time.
enum SheetRoutes {
    static let assets: [Asset] = [.style("ledger-sheets.css")]

    static let all: [Route] =
        pages + TableFile.routes("/ledger/entries", EntriesPage.file)
        + TableFile.routes("/ledger/projects/{number}/contracts", ContractsPart.file)

    private static let pages: [Route] = [
        .page("/ledger/entries", .right(.readLedger), EntriesPage.answer),
        .page("/ledger/entries/{entry}", .right(.readLedger), EntryPage.answer),
        .look("/ledger/entries/{entry}/{digest}.file", .right(.readLedger), EntryPage.file),
        .page("/ledger/projects/{number}", .right(.readLedger), ProjectMoneyPage.answer),
        .page("/ledger/sources/{source}", .right(.readLedger), SourceMoneyPage.answer),
        .page("/ledger/households/{number}", .right(.readLedger), HouseholdsPage.answer),
        .page("/ledger/households/{number}/{party}", .right(.readLedger), HouseholdPage.answer),
    ]
}
