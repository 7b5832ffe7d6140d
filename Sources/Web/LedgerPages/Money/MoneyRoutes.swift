import Frame
import Kernel

/// The city's money: what arrived, what was used, where it flows.
enum MoneyRoutes {
    static let all: [Route] = [
        .page("/ledger", .right(.readLedger)) { visit, tx in try MoneyPage(visit, in: tx).answer(visit) }
    ]
}
