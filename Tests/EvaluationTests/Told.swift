import Synchronization

/// A sentence brought out of a transaction that is undone.
final class Told: Sendable {
    private let held = Mutex(String?.none)

    var text: String? { held.withLock { $0 } }

    func set(_ text: String?) { held.withLock { $0 = text } }
}
