import Dispatch
import Kernel
import Store
import StorePostgres
import Synchronization
import Testing

@Suite("PostgreSQL: waiting for a session", .enabled(if: PostgresServer.isGiven, PostgresServer.howTo))
struct PostgresPoolTests {
    private func options(waiting: Int, timeout: Duration) -> PostgresDriver.Options {
        var options = PostgresDriver.Options()
        options.sessions = 1
        options.waiting = waiting
        options.waitTimeout = timeout
        return options
    }

    /// Takes the only session until the semaphore is signalled, and returns once it is taken.
    private func occupy(_ driver: PostgresDriver, until end: DispatchSemaphore) async throws -> Task<Void, any Error> {
        let taken = DispatchSemaphore(value: 0)
        let task = Task {
            try await driver.reading { _ in
                taken.signal()
                end.wait()
            }
        }
        await Task.detached { taken.wait() }.value
        return task
    }

    @Test("Who waits too long, and who comes when too many wait, is told")
    func exhausted() async throws {
        let driver = try PostgresServer.driver(options: options(waiting: 1, timeout: .seconds(2)))
        let end = DispatchSemaphore(value: 0)
        let holder = try await occupy(driver, until: end)
        let start = ContinuousClock.now
        let waiter = Task.immediate { await failure { try await driver.reading { _ in } } }
        let refused = await failure { try await driver.reading { _ in } }
        #expect(kind(of: refused) == "timeout")
        #expect(String(describing: refused).contains("callers wait"))
        let late = await waiter.value
        #expect(kind(of: late) == "timeout")
        #expect(String(describing: late).contains("were busy"))
        #expect(ContinuousClock.now - start >= .seconds(2))
        end.signal()
        try await holder.value
        #expect(try await driver.first("SELECT 1") == [.integer(1)])
        await driver.close()
    }

    @Test("First come, first served")
    func fair() async throws {
        let driver = try PostgresServer.driver(options: options(waiting: 100, timeout: .seconds(120)))
        let end = DispatchSemaphore(value: 0)
        let holder = try await occupy(driver, until: end)
        let order = Order()
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<20 {
            // Asks before the next one does, however busy the machine is.
            tasks.append(Task.immediate { try await driver.reading { _ in order.note(number) } })
        }
        end.signal()
        try await holder.value
        for task in tasks { try await task.value }
        #expect(order.numbers == Array(0..<20))
        await driver.close()
    }

    @Test("A cancelled caller leaves the queue, and does not take a session with it")
    func cancelled() async throws {
        let driver = try PostgresServer.driver(options: options(waiting: 1, timeout: .seconds(120)))
        let end = DispatchSemaphore(value: 0)
        let holder = try await occupy(driver, until: end)
        let waiter = Task.immediate { await failure { try await driver.reading { _ in } } }
        waiter.cancel()
        #expect(await waiter.value is CancellationError)
        let next = Task { try await driver.first("SELECT 2") }
        end.signal()
        try await holder.value
        #expect(try await next.value == [.integer(2)])
        await driver.close()
    }

    @Test("Closing lets work finish and sends waiters away")
    func closing() async throws {
        let driver = try PostgresServer.driver(options: options(waiting: 10, timeout: .seconds(120)))
        let end = DispatchSemaphore(value: 0)
        let holder = try await occupy(driver, until: end)
        let waiter = Task.immediate { await failure { try await driver.reading { _ in } } }
        let closing = Task { await driver.close() }
        #expect(kind(of: await waiter.value) == "disconnected")
        end.signal()
        try await holder.value
        await closing.value
        #expect(kind(of: await failure { try await driver.reading { _ in } }) == "disconnected")
    }

    @Test("Many callers share eight sessions, several at once")
    func crowd() async throws {
        var options = PostgresDriver.Options()
        options.waitTimeout = .seconds(120)
        let driver = try PostgresServer.driver(options: options)
        let inside = Inside()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await driver.reading { session in
                        inside.enter()
                        defer { inside.leave() }
                        return try session.value("SELECT \(number) FROM pg_sleep(0.02)")
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 19_900)
        #expect((2...8).contains(inside.most))
        await driver.close()
    }
}

/// How many were inside at the same time.
private final class Inside: Sendable {
    private let counts = Mutex((present: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func enter() {
        counts.withLock {
            $0.present += 1
            $0.most = max($0.most, $0.present)
        }
    }

    func leave() { counts.withLock { $0.present -= 1 } }
}

private final class Order: Sendable {
    private let noted = Mutex<[Int]>([])

    var numbers: [Int] { noted.withLock { $0 } }

    func note(_ number: Int) { noted.withLock { $0.append(number) } }
}
