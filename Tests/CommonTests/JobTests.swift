import Cryptography
import Identity
import Kernel
import Store
import Synchronization
import TestSupport
import Testing

@testable import Common

@Suite("Jobs")
struct JobTests {
    @Test("Two runners over one database do a job once, and its result is stored once", arguments: Engine.available)
    func onceOnly(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let begun = Counter()
            let kind = Office.kind { _ in
                begun.add()
                try await Task.sleep(for: .milliseconds(50))
                return Office.leaving("counted")
            }
            let (first, second) = (office.runner(kind), office.runner(kind))
            let ids = try await office.act { deed in
                try (0..<4).map { try Job.ask("count", on: Subject("place", "\($0)"), at: Office.city, in: deed) }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for runner in [first, second] {
                    group.addTask { while try await runner.runOnce() {} }
                }
                try await group.waitForAll()
            }
            #expect(begun.value == 4)
            #expect(try await office.left().count == 4)
            for id in ids {
                let job = try await office.job(id)
                #expect(job.state == .done && job.attempts == 1 && job.result == "counted")
                #expect(job.sentence == Phrase(zh: "数完了", en: "counted") && job.fraction == 1)
            }
        }
    }

    @Test(
        "A lost node's job is begun again when its lease ends, and never ended by the lost one",
        arguments: Engine.available)
    func lostNode(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let kind = Office.kind { _ in Office.leaving("counted") }
            let id = try await office.ask()
            let lost = office.runner(kind)
            let hold = try #require(try await lost.book.claim())
            #expect(try await office.runner(kind).runOnce() == false, "it is held")

            let later = office.runner(kind, at: Office.now.adding(seconds: 31))
            #expect(try await later.runOnce())
            let job = try await office.job(id)
            #expect(job.state == .done && job.attempts == 2)

            // The lost node comes back and wants to end what is no longer its own.
            await #expect(throws: CancellationError.self) { try await lost.book.finish(hold, Office.leaving("late")) }
            try await lost.book.close(hold, as: .failed, Phrase(zh: "坏了", en: "broken"))
            try await lost.book.giveBack(hold)
            #expect(try await lost.book.renew(hold, nil) == .lost)
            #expect(try await office.job(id) == job)
            #expect(try await office.left() == ["counted"])
        }
    }

    @Test("A job that is lost three times has failed, and says so", arguments: Engine.available)
    func lostTooOften(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let kind = Office.kind { _ in Office.leaving("counted") }
            let id = try await office.ask()
            for attempt in 0..<3 {
                let runner = office.runner(kind, at: Office.now.adding(seconds: Int64(attempt) * 31))
                #expect(try await runner.book.claim()?.job.attempts == attempt + 1)
            }
            #expect(try await office.runner(kind, at: Office.now.adding(seconds: 93)).runOnce() == false)
            let job = try await office.job(id)
            #expect(job.state == .failed && job.code == "job.interrupted" && job.endedAt != nil)
            #expect(job.sentence.zh.contains("3 次") && job.sentence.en.contains("3 times"))
            #expect(try await office.left() == [])
        }
    }

    @Test("What refuses keeps its sentence; what breaks says that nothing was stored", arguments: Engine.available)
    func failing(engine: Engine) async throws {
        struct Broken: Error {}
        try await Office.with(engine) { office in
            let refusal = Refusal("count.nothing", zh: "没有可数的小区；请先登记。", en: "Nothing to count; register first.")
            let refused = try await office.ask()
            #expect(try await office.runner(Office.kind { _ in throw refusal }).runOnce())
            let told = try await office.job(refused)
            #expect(told.state == .refused && told.sentence == refusal.message && told.code == "count.nothing")

            let failed = try await office.ask()
            let errors = Counter()
            #expect(try await office.runner(Office.kind { _ in throw Broken() }).runOnce { _ in errors.add() })
            #expect(try await office.job(failed).code == "job.broken")
            #expect(errors.value == 1)
        }
    }

    @Test("A result that fails half-way leaves nothing of itself", arguments: Engine.available)
    func noHalfResult(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let kind = Office.kind { _ in
                JobOutcome(Phrase(zh: "数完了", en: "counted")) { deed in
                    try deed.tx.run("INSERT INTO leaf (text) VALUES ('first half')")
                    throw Refusal("count.half", zh: "数到一半；请重试。", en: "Half-way; try again.")
                }
            }
            let id = try await office.ask()
            #expect(try await office.runner(kind).runOnce())
            #expect(try await office.job(id).state == .refused)
            #expect(try await office.left() == [])
        }
    }

    @Test(
        "A job that waits is cancelled at once, one that runs when it looks up; neither leaves a result",
        arguments: Engine.available)
    func cancelling(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let id = try await office.ask()
            #expect(try await office.act { try Job.cancel(id, in: $0) })
            #expect(try await office.act { try Job.cancel(id, in: $0) } == false)
            #expect(try await office.job(id).state == .cancelled)

            let begun = Counter()
            let running = try await office.ask()
            let runner = office.runner(
                Office.kind { context in
                    begun.add()
                    return try await context.compute {
                        // Off the cooperative threads there is no task to be cancelled: the context is asked.
                        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
                        while ContinuousClock.now < deadline { try context.checkCancelled() }
                        return Office.leaving("never")
                    }
                })
            async let ran = runner.runOnce()
            while begun.value == 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(try await office.act { try Job.cancel(running, in: $0) })
            #expect(try await ran)
            #expect(try await office.job(running).state == .cancelled)
            #expect(try await office.left() == [])
        }
    }

    @Test("A runner that is stopped gives its job back, and the attempt does not count", arguments: Engine.available)
    func shutdown(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let id = try await office.ask()
            let begun = Counter()
            let kind = Office.kind { _ in
                begun.add()
                try await Task.sleep(for: .seconds(60))
                return Office.leaving("never")
            }
            let service = Task { await office.runner(kind).run { _ in } }
            while begun.value == 0 { try await Task.sleep(for: .milliseconds(5)) }
            service.cancel()
            await service.value
            let job = try await office.job(id)
            #expect(job.state == .waiting && job.attempts == 0 && job.endedAt == nil)
            #expect(try await office.runner(Office.kind { _ in Office.leaving("counted") }).runOnce())
            #expect(try await office.job(id).state == .done)
        }
    }

    @Test("Progress never goes back within an attempt, and is cut to what is possible")
    func monotone() async throws {
        try await Office.with(.sqlite) { office in
            let seed = UInt64.random(in: 0 ... .max)
            var random = SeededRandom(seed: seed)
            try await office.ask()
            let runner = office.runner(Office.kind { _ in Office.leaving("counted") })
            let job = try #require(try await runner.book.claim()).job
            let context = JobContext(job, office.database) { _ in Office.owner }
            var last = 0.0
            for step in 0..<2_000 {
                let total = Int.random(in: -2...50, using: &random)
                context.report(Int.random(in: -5...60, using: &random), of: total, Phrase(zh: "第", en: "\(step)"))
                let news = try #require(context.takeNews())
                #expect(news.done >= 0 && news.done <= news.total && news.sentence.en == "\(step)", "seed \(seed)")
                let fraction = news.total > 0 ? Double(news.done) / Double(news.total) : 0
                #expect(fraction >= last, "seed \(seed), step \(step)")
                last = fraction
            }
            #expect(context.takeNews() == nil)
        }
    }

    @Test("The terminal sees progress while the job is done in the same process", arguments: Engine.available)
    func terminal(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let id = try await office.ask()
            let kind = Office.kind { context in
                context.report(3, of: 10, Phrase(zh: "数到三", en: "at three"))
                try await Task.sleep(for: .milliseconds(1_200))
                return Office.leaving("counted")
            }
            let seen = Mutex<[String]>([])
            let job = try await office.runner(kind).carryOut(id, for: Office.owner) { job in
                seen.withLock { $0.append("\(job.done)/\(job.total) \(job.sentence.en)") }
            }
            #expect(job.state == .done)
            #expect(seen.withLock { $0.contains("3/10 at three") })
        }
    }

    @Test(
        "Who asks twice waits once; five open jobs are enough; a stranger sees and cancels none",
        arguments: Engine.available)
    func asking(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let id = try await office.ask()
            #expect(try await office.ask() == id)
            for number in 1..<5 {
                try await office.act {
                    try Job.ask("count", on: Subject("place", "\(number)"), at: Office.city, in: $0)
                }
            }
            let many = await refusal {
                _ = try await office.act { try Job.ask("count", on: Subject("place", "6"), at: Office.city, in: $0) }
            }
            #expect(many == "job.many")
            let stranger = Actor(kind: .person, person: ID(at: Office.now), label: "李伟", grants: [], requestID: "r")
            #expect(
                await refusal { _ = try await office.act(as: stranger) { try Job.cancel(id, in: $0) } } == "job.none")
            let mine = try await office.database.read { try JobQueries.mine(stranger, in: $0) }
            #expect(mine == [])
            let auditor = Actor(
                kind: .person, person: ID(at: Office.now), label: "审计", grants: [Grant(.readRecord, at: Office.city)],
                requestID: "r")
            #expect(
                await refusal { _ = try await office.act(as: auditor) { try Job.cancel(id, in: $0) } } == "job.notYours"
            )
            let visitor = Actor(kind: .visitor, label: "访客", grants: [], requestID: "r")
            #expect(
                await refusal {
                    _ = try await office.act(as: visitor) {
                        try Job.ask("count", on: Subject("place", "7"), at: Office.city, in: $0)
                    }
                } == "signin.required")
        }
    }

    @Test("Jobs of a kind this program does not know are left alone; old ones are dropped", arguments: Engine.available)
    func strangersAndOld(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let id = try await office.ask()
            let other = JobKind("other", title: Phrase(zh: "别的", en: "other")) { _ in Office.leaving("other") }
            #expect(try await office.runner(other).runOnce() == false)
            #expect(try await office.job(id).state == .waiting)

            let kind = Office.kind { _ in Office.leaving("counted") }
            #expect(try await office.runner(kind).runOnce())
            let waiting = try await office.ask()
            try await office.runner(kind, at: Office.now.adding(seconds: 89 * 86_400)).book.dropOld()
            #expect(try await office.job(id).state == .done)
            try await office.runner(kind, at: Office.now.adding(seconds: 91 * 86_400)).book.dropOld()
            #expect(await refusal { _ = try await office.job(id) } == "job.none")
            #expect(try await office.job(waiting).state == .waiting)
        }
    }

    @Test("A result is stored with the rights of the moment it is stored", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Office.with(engine) { office in
            let gone = Actor(kind: .person, person: ID(at: Office.now), label: "李伟", grants: [], requestID: "r")
            let id = try await office.database.act(as: gone, clock: FixedClock(Office.now)) {
                try Job.ask("count", on: Subject("place", "1"), at: Office.city, in: $0)
            }
            #expect(try await office.runner(Office.kind { _ in Office.leaving("counted") }).runOnce())
            let job = try await office.job(id)
            #expect(job.state == .refused && job.code == "person.unknown", "the account is gone")
            #expect(try await office.left() == [])
        }
    }
}

/// A database with jobs and one table that they write into.
private struct Office: Sendable {
    static let now = Samples.now
    static let owner = Actor.machineOwner(requestID: "test")
    static let city = PlaceCode("4301") ?? .country
    private static let leaf = Schema(
        room: "leaf", migrations: [Schema.Migration("001", "CREATE TABLE leaf (text TEXT NOT NULL);")],
        tables: [.init("leaf", key: "text")])

    let database: Database
    let vault: Vault

    static func with(_ engine: Engine, _ body: (Office) async throws -> Void) async throws {
        let vault = Vault.ephemeral()
        let schemas = [CommonSchema.schema, IdentitySchema.schema, leaf]
        try await engine.withDatabase(schemas: schemas, signet: vault.signet) {
            try await body(Office(database: $0, vault: vault))
        }
    }

    static func kind(_ work: @escaping @Sendable (JobContext) async throws -> JobOutcome) -> JobKind {
        JobKind("count", title: Phrase(zh: "清点", en: "count"), work: work)
    }

    static func leaving(_ text: String) -> JobOutcome {
        JobOutcome(Phrase(zh: "数完了", en: "counted")) { deed in
            try deed.tx.run("INSERT INTO leaf (text) VALUES (\(text))")
            return text
        }
    }

    func runner(_ kind: JobKind, at now: Instant = Office.now) -> JobRunner {
        JobRunner(database: database, vault: vault, clock: FixedClock(now), kinds: [kind])
    }

    @discardableResult
    func act<Value: Sendable>(
        as actor: Actor = Office.owner, _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        try await database.act(as: actor, clock: FixedClock(Self.now), body)
    }

    @discardableResult
    func ask() async throws -> ID<Job> {
        try await act { try Job.ask("count", on: Subject("place", "4301"), at: Self.city, in: $0) }
    }

    func job(_ id: ID<Job>) async throws -> Job {
        try await database.read { try JobQueries.job(id, for: Self.owner, in: $0) }
    }

    func left() async throws -> [String] {
        try await database.read { try $0.map("SELECT text FROM leaf ORDER BY text") { try $0[0] } }
    }
}

/// Counts on any thread.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}
