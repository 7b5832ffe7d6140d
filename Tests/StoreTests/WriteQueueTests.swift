import Dispatch
import Kernel
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Acts that share a commit")
struct WriteQueueTests {
    struct Unwanted: Error {}

    @Test("A refused act does not undo its neighbours", arguments: Engine.available)
    func neighbours(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let outcomes = try await together(database, 24) { tx, number in
                try tx.addThing(number)
                if number == 7 { throw Unwanted() }
                if number == 11 { try tx.addThing(100, code: "c0") }  // taken by the one that kept them waiting
                if number == 13 { try tx.run("SELECT nonsense FROM nowhere") }
            }
            #expect(outcomes[6] == "Unwanted()")
            #expect(outcomes[10] == "constraint")
            #expect(outcomes[12] == "statement")
            #expect(outcomes.count { $0 == "none" } == 21)
            #expect(try await Tables.ids(database) == [0] + (1...24).filter { ![7, 11, 13].contains($0) })
            // Making the tables, the one that kept the others waiting, and they together.
            #expect(database.statistics.acts == 26 && database.statistics.commits == 3, "\(database.statistics)")
        }
    }

    @Test(
        "An act that swallows a broken rule, or refuses for it, leaves its neighbours whole",
        arguments: Engine.available)
    func swallowed(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let outcomes = try await together(database, 24) { tx, number in
                if number % 3 != 0 { return try tx.addThing(number) }
                do {
                    try tx.addThing(number, code: "c0")  // taken by the one that kept them waiting
                } catch StoreError.constraint {
                    if number % 2 == 0 { throw Unwanted() }
                }
            }
            for number in 1...24 {
                // PostgreSQL ends what swallows an error: nothing after it could be stored.
                let wanted = number % 3 != 0 ? ["none"] : number % 2 == 0 ? ["Unwanted()"] : ["none", "constraint"]
                #expect(wanted.contains(outcomes[number - 1]), "\(number): \(outcomes[number - 1])")
            }
            #expect(try await Tables.ids(database) == [0] + (1...24).filter { $0 % 3 != 0 })
        }
    }

    @Test("An act that refuses right after a write that fails takes nobody along", arguments: Engine.available)
    func refusesAtOnce(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let outcomes = try await together(database, 24) { tx, number in
                try tx.addThing(number)
                guard number == 9 else { return }
                // PostgreSQL refuses the division, SQLite the NULL that comes of it; nobody has read the answer yet.
                try tx.run("UPDATE thing SET count = 1 / (count - count) WHERE id = 0")
                throw Unwanted()
            }
            #expect(["statement", "constraint"].contains(outcomes[8]))
            #expect(outcomes.count { $0 == "none" } == 23)
            #expect(try await Tables.ids(database) == [0] + (1...24).filter { $0 != 9 })
        }
    }

    @Test("An act sees what its neighbours before it wrote, and hot rows add up", arguments: Engine.available)
    func hotRow(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let outcomes = try await together(database, 60) { tx, _ in
                let count: Int = try tx.value("SELECT count FROM thing WHERE id = 0") ?? 0
                try tx.run("UPDATE thing SET count = \(count + 1) WHERE id = 0")
            }
            #expect(outcomes.allSatisfy { $0 == "none" })
            #expect(try await database.read { try $0.value("SELECT count FROM thing WHERE id = 0") } == 60)
        }
    }

    @Test("Two nodes on one database lose no act", arguments: Engine.available)
    func twoNodes(engine: Engine) async throws {
        try await engine.withLocation { location in
            let nodes = try (0..<2).map { _ in try open(location) }
            _ = try await Migrator([Tables.schema]).migrate(nodes[0], now: Tables.now)
            try await nodes[0].write { try $0.addThing(0) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<8 {
                    group.addTask {
                        for _ in 0..<15 {
                            try await nodes[client % 2].write { tx in
                                let count: Int = try tx.value("SELECT count FROM thing WHERE id = 0") ?? 0
                                try tx.run("UPDATE thing SET count = \(count + 1) WHERE id = 0")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await nodes[1].read { try $0.value("SELECT count FROM thing WHERE id = 0") } == 120)
            for node in nodes { await node.close() }
        }
    }

    @Test("An error of the store fails the whole batch, which stores nothing", arguments: Engine.available)
    func storeError(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let statements = StatementCounter()
            let database = Database(driver: FaultyDriver(driver, statements))
            _ = try await Migrator([Tables.schema]).migrate(database, now: Tables.now)
            for error in [StoreError.full("made full"), .disconnected("made to disconnect")] {
                let isFirst = Atomic(true)
                let outcomes = try await together(database, 10) { tx, number in
                    // In the midst of the batch, whichever act comes first.
                    if isFirst.exchange(false, ordering: .relaxed) { statements.fail(9, with: error) }
                    try tx.addThing(number)
                }
                #expect(statements.stop())
                #expect(Set(outcomes) == [kind(of: error)])
                #expect(try await Tables.ids(database) == [0])
                _ = try await database.write { try $0.run("DELETE FROM thing") }
            }
        }
    }

    @Test("Writers that met are run again, whichever statement they met at", arguments: Engine.available)
    func transient(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let statements = StatementCounter()
            let database = Database(driver: FaultyDriver(driver, statements))
            _ = try await Migrator([Tables.schema]).migrate(database, now: Tables.now)
            for number in 1...10 {
                let retries = database.statistics.retries
                statements.fail(number, with: .transient("made to meet"))
                try await database.write { tx in
                    try tx.addThing(number)
                    try tx.run("UPDATE thing SET count = count + 1")
                }
                let hasFailed = statements.stop()
                #expect(hasFailed == (number <= 4), "BEGIN, two statements, COMMIT")
                #expect(database.statistics.retries - retries == (hasFailed ? 1 : 0))
            }
            #expect(try await database.read { try $0.value("SELECT sum(count) FROM thing") } == 55)
        }
    }

    @Test("A read cannot write", arguments: Engine.available)
    func readOnly(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let error = await failure { try await database.read { try $0.addThing(1) } }
            #expect(error is StoreError)
            let stored = try await Tables.ids(database)
            #expect(stored.isEmpty)
        }
    }

    @Test("A read sees one moment however long it takes", arguments: Engine.available)
    func snapshot(engine: Engine) async throws {
        try await Tables.withDatabase(engine) { database in
            let (begun, written) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            async let counts = database.read { tx in
                let before: Int? = try tx.value("SELECT count(*) FROM thing")
                begun.signal()
                written.wait()
                let after: Int? = try tx.value("SELECT count(*) FROM thing")
                return [before, after]
            }
            await wait(for: begun)
            try await database.write { try $0.addThing(1) }
            written.signal()
            #expect(try await counts == [0, 0])
            #expect(try await Tables.ids(database) == [1])
        }
    }
}

/// Makes one act wait inside its commit until `count` others have gathered behind it; answers how each of those ended.
private func together(
    _ database: Database, _ count: Int, _ act: @escaping @Sendable (Tx, Int) throws -> Void
) async throws -> [String] {
    let (entered, released) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    async let first: Void = database.write { tx in
        entered.signal()
        released.wait()
        try tx.addThing(0)
    }
    await wait(for: entered)
    let outcomes = await withTaskGroup(of: (Int, String).self) { group in
        for number in 1...count {
            group.addTask {
                (number, kind(of: await failure { try await database.write { try act($0, number) } }))
            }
        }
        while database.statistics.waiting < count { try? await Task.sleep(for: .milliseconds(5)) }
        released.signal()
        return await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
    }
    try await first
    return (1...count).map { outcomes[$0] ?? "lost" }
}

private func wait(for semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            semaphore.wait()
            continuation.resume()
        }
    }
}
