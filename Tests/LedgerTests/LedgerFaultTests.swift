import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Failing statements of the ledger")
struct LedgerFaultTests {
    @Test(
        "Whichever statement fails, an entry is whole or not there, and the next one is judged by what is stored",
        arguments: Engine.available)
    func everyStatement(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let statements = StatementCounter()
            let database = Database(driver: FaultyDriver(driver, statements), signet: Array("a test's signet".utf8))
            _ = try await Migrator(LedgerTown.schemas).migrate(database, now: LedgerTown.now)
            let town = try await LedgerTown(found: database)
            try await town.begin()
            let give = LedgerTown.draft("give", [MoveDraft(.giveBack, 600, LedgerTown.money)])
            var isDone = false
            for number in 1..<200 where !isDone {
                statements.fail(
                    number, with: number % 2 == 0 ? .disconnected("made to disconnect") : .full("made full"))
                let error = await failure { try await town.post(give) }
                let hasFailed = statements.stop()
                isDone = !hasFailed
                #expect((error is StoreError) == hasFailed, "statement \(number)")
                #expect(try await town.total(.returned) == (hasFailed ? 0 : 600), "statement \(number)")
                if !hasFailed { #expect(number > 8, "all statements were counted") }
            }
            #expect(isDone)
            let again = LedgerTown.draft("again", [MoveDraft(.giveBack, 401, LedgerTown.money)])
            #expect(try await town.refusal(again).map(\.code) == ["cash.short"])
            #expect(try await town.verify().problems == [])
        }
    }

    private func failure(_ act: () async throws -> Void) async -> (any Error)? {
        do {
            try await act()
            return nil
        } catch { return error }
    }

    @Test("What another node posted is taken in before the next entry", arguments: Engine.available)
    func twoNodes(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            // A second ledger on the same database knows nothing of the first one's book.
            let other = LedgerTown(database: town.database, ledger: Ledger(classes: town.ledger.classes))
            for round in 0..<5 {
                let (mine, theirs) = (
                    Slice(source: "central", project: "P1", party: "h\(round)", year: 2026), LedgerTown.money
                )
                try await town.post(LedgerTown.draft("a\(round)", [MoveDraft(.giveBack, 10, mine)]))
                try await other.post(LedgerTown.draft("b\(round)", [MoveDraft(.giveBack, 10, theirs)]))
            }
            #expect(try await town.total(.returned) == 100)
            let rest = LedgerTown.draft("rest", [MoveDraft(.giveBack, 901, LedgerTown.money)])
            #expect(try await town.refusal(rest).map(\.code) == ["cash.short"])
            #expect(try await other.refusal(rest).map(\.code) == ["cash.short"])
            #expect(try await town.verify().problems == [])
        }
    }
}
