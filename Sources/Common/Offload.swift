import Dispatch

/// Runs what blocks (flushes, digests, archives) on a thread of its own: the cooperative pool has a thread per core,
/// and they answer requests.
func offload<Value: Sendable>(
    to queue: DispatchQueue = .files, _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Result(catching: body)) }
    }
}

/// Each does one thing after the other, so that memory is bounded by one file however many are handed in at once; an
/// upload never waits for a backup, nor a backup for a computation.
extension DispatchQueue {
    static let files = DispatchQueue(label: "yiju.common.files")
    static let archives = DispatchQueue(label: "yiju.common.archives", qos: .utility)
    static let jobs = DispatchQueue(label: "yiju.common.jobs", qos: .utility)
}
