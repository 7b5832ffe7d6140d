import Common
import Identity
import Kernel
import Registry
import Store
import Synchronization
import TestSupport
import Testing

@Suite("Change watch", .timeLimit(.minutes(5)))
struct ChangeWatchTests {
    @Test("What is done on one node is told on another", arguments: Engine.available)
    func acrossNodes(engine: Engine) async throws {
        try await engine.withLocation { location in
            let vault = Vault.ephemeral()
            let nodes = try (0..<2).map { _ in try DatabaseLocation(database: location).open(signet: vault.signet) }
            _ = try await Migrator(Premises.schemas).migrate(nodes[0], now: Premises.start)
            let here = try await Premises(found: nodes[0], vault: vault)
            let watch = ChangeWatch(nodes[1], every: .milliseconds(50))
            var told = try await watch.changes().makeAsyncIterator()
            let first = await told.next()
            for number in 1...3 {
                try await here.act { [register = here.register] deed in
                    _ = try register.registerEstate(Premises.estate("\(number)村"), in: deed)
                }
                let version = try await nodes[0].read { try RecordQueries.version($0) }
                #expect(await told.next() == version && version != first)
            }
            for node in nodes { await node.close() }
        }
    }

    @Test(
        "The version counts every act, one whose clock is behind as well, and stays when lines are sealed",
        arguments: Engine.available)
    func counts(engine: Engine) async throws {
        let vault = Vault.ephemeral()
        try await engine.withDatabase(schemas: Premises.schemas, signet: vault.signet) { database in
            let house = try await Premises(found: database, vault: vault)
            let version = { try await database.read { try RecordQueries.version($0) } }
            let begun = try await version()
            for (number, minutes) in [0, 10, -60, 5].enumerated() {
                let now = Premises.start.adding(seconds: Int64(minutes * 60))
                try await house.act(at: now) { [register = house.register] deed in
                    _ = try register.registerEstate(Premises.estate("\(number)村"), in: deed)
                }
                #expect(try await version() == begun + number + 1)
                if number == 1 { try await house.sealer().sealAll() }
                #expect(try await version() == begun + number + 1)
            }
        }
    }

    @Test("One look serves all who watch", arguments: Engine.available)
    func looksOnce(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let counting = CountingDriver(driver)
            let database = Database(driver: counting)
            _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
            let watch = ChangeWatch(database, every: .seconds(86_400))
            var versions: [Int?] = []
            for _ in 0..<20 {
                var told = try await watch.changes().makeAsyncIterator()
                versions.append(await told.next())
            }
            #expect(versions == Array(repeating: 0, count: 20))
            #expect(counting.looks.load(ordering: .relaxed) == 1)
        }
    }
}

/// Counts the short looks at a database.
private final class CountingDriver: Driver {
    let looks = Atomic<Int>(0)
    private let driver: any Driver

    init(_ driver: any Driver) {
        self.driver = driver
    }

    var dialect: Dialect { driver.dialect }
    var sessions: SessionUse { driver.sessions }

    func reading<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await driver.reading(body)
    }

    func glancing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        looks.add(1, ordering: .relaxed)
        return try await driver.glancing(body)
    }

    func writing<Value: Sendable>(
        _ body: @escaping @Sendable (any Session) throws -> Value
    ) async throws -> Value {
        try await driver.writing(body)
    }

    func close() async {
        await driver.close()
    }
}
