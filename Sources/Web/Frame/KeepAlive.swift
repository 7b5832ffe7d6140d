import Identity
import Kernel
import Logging
import Store
import Synchronization

/// Keeps sessions from idling out while their pages are read, and notes the day on which tokens are used: beside the
/// answer, which neither waits for it nor fails with it. One write at a time for a session or a token, and no more than
/// `limit` in all; whatever is left out is due again with the next request.
final class KeepAlive: Sendable {
    private static let limit = 1_000
    private let underWay = Mutex<Set<String>>([])

    func touch(_ visit: Visit) {
        guard let person = visit.signedIn, person.touchIsDue else { return }
        let (session, token, now, hall) = (visit.session, person.token?.id, visit.now, visit.hall)
        let name = token?.description ?? session
        let isFirst = underWay.withLock { $0.count < Self.limit && $0.insert(name).inserted }
        guard isFirst else { return }
        Task {
            do {
                try await hall.database.write { tx in
                    if let token { return try Tokens.touch(token, now: now, tx: tx) }
                    try Sessions.touch(session, now: now, tx: tx)
                }
            } catch {
                hall.log.warning("session not kept alive", metadata: ["id": "\(visit.requestID)", "error": "\(error)"])
            }
            _ = underWay.withLock { $0.remove(name) }
        }
    }
}
