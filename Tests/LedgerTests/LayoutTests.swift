import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("The layout of the journal's tables")
struct LayoutTests {
    @Test(
        "What was posted before the tables were laid out anew is there afterwards, whole", arguments: Engine.available)
    func migrated(engine: Engine) async throws {
        let seed = testSeed()
        let migrator = Migrator(LedgerTown.schemas)
        try await engine.withDatabase { database in
            try await database.writeAlone { tx in
                _ = try migrator.migrate(tx, now: LedgerTown.now) { $0.room != "ledger" || $0.name < "005" }
            }
            let town = try await LedgerTown(found: database)
            try await town.begin()
            var history = History(seed: seed)
            for _ in 0..<200 { _ = try await town.refusal(history.next()) }
            let before = try await town.balances()
            _ = try await migrator.migrate(database, now: LedgerTown.now)
            #expect(try await town.balances() == before, "seed \(seed)")
            #expect(try await town.verify().isWhole, "seed \(seed)")
            for _ in 0..<50 { _ = try await town.refusal(history.next()) }
            #expect(try await town.verify().isWhole, "seed \(seed)")
            guard engine == .sqlite else { return }
            // Of all keys, the entries' own one alone has an index beside its table.
            let own: [String] = try await database.read { tx in
                try tx.map(
                    """
                    SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NULL
                        AND tbl_name IN ('slice', 'cell', 'posting', 'journal_entry')
                    """
                ) { try $0[0] }
            }
            #expect(own == ["sqlite_autoindex_journal_entry_1"])
        }
    }
}
