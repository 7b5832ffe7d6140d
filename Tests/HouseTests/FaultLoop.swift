import Common
import Kernel
import Store
import TestSupport
import Testing

/// Runs an act with its first statement failing, then its second …, until none is left to fail and it is done.
struct FaultLoop {
    let database: Database
    let statements: StatementCounter

    func run(_ name: String, _ act: () async throws -> Void) async throws {
        let before = try await digests()
        for number in 1..<2000 {
            statements.fail(number, with: number % 2 == 0 ? .disconnected("made to disconnect") : .full("made full"))
            let error = await failure(act)
            let hasFailed = statements.stop()
            let after = try await digests()
            guard hasFailed else {
                #expect(error == nil, "\(name): \(error.map { "\($0)" } ?? "")")
                #expect(after != before && number > 4, "\(name): all statements were counted")
                return
            }
            #expect(error is StoreError, "\(name), statement \(number)")
            try #require(after == before, "\(name), statement \(number)")
        }
        Issue.record("\(name) never came to its end")
    }

    private func failure(_ act: () async throws -> Void) async -> (any Error)? {
        do {
            try await act()
            return nil
        } catch { return error }
    }

    private func digests() async throws -> [TableDigest] {
        try await database.read { try TableDigest.all($0, Premises.schemas) }
    }
}
