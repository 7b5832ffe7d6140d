import Identity
import Logging
import Store
import Synchronization

/// Keeps sessions from idling out while their pages are read: beside the answer, which neither waits for it nor fails
/// with it. One write at a time for a session, and no more than `limit` in all; whatever is left out is due again with
/// the next request.
final class KeepAlive: Sendable {
    private static let limit = 1_000
    private let underWay = Mutex<Set<String>>([])

    func touch(_ visit: Visit) {
        guard let person = visit.signedIn, person.touchIsDue else { return }
        let (token, now, hall) = (visit.session, visit.now, visit.hall)
        let isFirst = underWay.withLock { $0.count < Self.limit && $0.insert(token).inserted }
        guard isFirst else { return }
        Task {
            do {
                try await hall.database.write { tx in try Sessions.touch(token, now: now, tx: tx) }
            } catch {
                hall.log.warning("session not kept alive", metadata: ["id": "\(visit.requestID)", "error": "\(error)"])
            }
            _ = underWay.withLock { $0.remove(token) }
        }
    }
}
