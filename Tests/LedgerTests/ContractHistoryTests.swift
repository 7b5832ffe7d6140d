import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("How contracts came to be what they are")
struct ContractHistoryTests {
    private func history(_ town: LedgerTown, at moment: LedgerMoment = .now) async throws -> ContractHistory {
        try await town.database.read {
            try town.ledger.contractHistory(of: "P1", at: moment, for: LedgerTown.owner, in: $0)
        }
    }

    @Test(
        "Each version tells what changed, on which approval, and what all contracts come to",
        arguments: Engine.available)
    func versions(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let approval = try #require(LedgerTown.clearance(.variation, "C1"))
            try await town.act { try town.ledger.varyContract("C1", by: 500, on: approval, in: $0) }
            try await town.act { try town.ledger.disputeContract("C1", isDisputed: true, in: $0) }
            let history = try await history(town)
            #expect(history.estimate == 2_000)
            let told = history.changes.map { "\($0.contract.code) \($0.version) \($0.amount) \($0.together)" }
            #expect(told == ["C1 1 3000 3000", "C2 1 1000 4000", "C1 2 500 4500", "C1 3 0 4500"])
            #expect(history.changes.map(\.clearance?.kind) == [.award, .award, .variation, nil])
            #expect(history.changes[2].clearance?.id == approval)
            #expect(history.changes[3].before?.isDisputed == false && history.changes[3].contract.isDisputed)
            let recorded = history.changes.compactMap(\.recorded)
            #expect(recorded.count == 4 && recorded.allSatisfy { $0.at == LedgerTown.now && $0.actorKind == "owner" })
            let sheet = try await town.database.read {
                try town.ledger.projectSheet("P1", for: LedgerTown.owner, in: $0)
            }
            #expect(history.changes.last?.together == sheet.ceilings.contracts)
        }
    }

    @Test("What came later, or was not known yet, is left out", arguments: Engine.available)
    func moment(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (day, recorded) = (History.day, LedgerTown.now.dayInChina)
            let moments: [(LedgerMoment, Int)] = [
                (.now, 2), (LedgerMoment(asOf: day), 2), (LedgerMoment(asOf: day.adding(days: -1)), 0),
                (LedgerMoment(known: recorded), 2), (LedgerMoment(known: recorded.adding(days: -1)), 0),
            ]
            for (moment, count) in moments {
                let changes = try await history(town, at: moment).changes
                #expect(changes.count == count, "\(moment)")
            }
            let refusal = await #expect(throws: Refusal.self) {
                try await town.database.read {
                    _ = try town.ledger.contractHistory(of: "P9", for: LedgerTown.owner, in: $0)
                }
            }
            #expect(refusal?.kind == .notFound)
        }
    }
}
