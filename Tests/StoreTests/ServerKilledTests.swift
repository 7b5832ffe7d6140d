import Common
import Foundation
import Kernel
import Store
import Synchronization
import TestSupport
import Testing

/// Kills the server that other tests use: alone, with YIJU_TEST_EXCLUSIVE=1 and YIJU_TEST_POSTGRES_CTL.
@Suite(
    "PostgreSQL killed in the middle", .serialized,
    .enabled(if: Exclusive.isAsked, "runs alone: YIJU_TEST_EXCLUSIVE=1, and YIJU_TEST_POSTGRES_CTL names the server"))
struct ServerKilledTests {
    @Test(
        "Errors are clear, nothing acknowledged is lost, and writes work again by themselves",
        arguments: ["kill", "stop"])
    func killed(how: String) async throws {
        try await Engine.postgres.withDatabase(schemas: [Tables.schema]) { database in
            let log = Log()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<8 {
                    group.addTask { await Self.write(into: database, from: client * 1_000_000, log) }
                }
                try await Self.wait { log.acknowledged.count > 200 }
                try await Self.tell(how)
                try await Self.wait { !log.errors.isEmpty }
                let stopped = log.acknowledged.count
                let reading = await failure { _ = try await Tables.ids(database) }
                #expect(kind(of: reading) == "disconnected")
                try await Self.tell("start")
                try await Self.wait { log.acknowledged.count > stopped + 200 }
                group.cancelAll()
                try await group.waitForAll()
            }
            let stored = try await Tables.ids(database)
            #expect(log.acknowledged.isSubset(of: stored))
            for error in log.errors {
                #expect(["disconnected", "uncertain", "timeout", "transient"].contains(kind(of: error)), "\(error)")
                let refusal = (error as? StoreError)?.refusal
                #expect(refusal?.kind == .unavailable && refusal?.message.zh.isEmpty == false)
            }
        }
    }

    private final class Log: Sendable {
        private let state = Mutex<(acknowledged: Set<Int>, errors: [any Error])>(([], []))

        var acknowledged: Set<Int> { state.withLock { $0.acknowledged } }
        var errors: [any Error] { state.withLock { $0.errors } }

        func add(_ number: Int) { state.withLock { _ = $0.acknowledged.insert(number) } }
        func add(_ error: any Error) { state.withLock { $0.errors.append(error) } }
    }

    private static func write(into database: Database, from first: Int, _ log: Log) async {
        var number = first
        while !Task.isCancelled {
            number += 1
            do {
                try await database.write { [number] in try $0.addThing(number) }
                log.add(number)
            } catch is CancellationError {
                return
            } catch {
                log.add(error)
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private static func tell(_ verb: String) async throws {
        let process = try ChildProcess(#require(Exclusive.control), [verb])
        #expect(try await process.end() == 0)
    }

    private static func wait(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(300)
        while !condition(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        try #require(condition(), "within five minutes")
    }
}

/// Tests that take the server away from the others run alone.
enum Exclusive {
    static let control = ProcessInfo.processInfo.environment["YIJU_TEST_POSTGRES_CTL"]
    static let isAsked = ProcessInfo.processInfo.environment["YIJU_TEST_EXCLUSIVE"] == "1" && control != nil
}
