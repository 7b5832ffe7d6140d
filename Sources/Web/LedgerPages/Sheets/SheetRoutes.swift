import Frame
import Kernel

/// One project, source, household or entry at a time.
enum SheetRoutes {
    static let all: [Route] = [
        .page("/ledger/entries", .right(.readLedger), EntriesPage.answer)
    ]
}
