import Frame
import Kernel

/// The city's money: what arrived, what was used, where it flows.
enum MoneyRoutes {
    static let all: [Route] =
        [
            .page("/ledger", .right(.readLedger)) { visit, tx in try MoneyPage(visit, in: tx).answer(visit) },
            .page("/ledger/flows", .right(.readLedger)) { visit, tx in try FlowsPage(visit, in: tx).answer(visit) },
            .page("/ledger/sources", .right(.readLedger)) { visit, tx in try SourcesPage(visit, in: tx).answer(visit) },
            .page("/ledger/share", .right(.readLedger), SharePage.answer),
            .act("/ledger/share", .right(.postEntries), SharePage.state),
            .page("/ledger/statistics", .right(.readLedger)) { visit, tx in
                try StatisticsPage(visit, visit.actor, in: tx).answer(visit)
            },
        ] + TableFile.routes("/ledger", MoneyPage.file) + TableFile.routes("/ledger/flows", FlowsPage.file)
        + TableFile.routes("/ledger/sources", SourcesPage.file) + StatisticsPage.files
}
