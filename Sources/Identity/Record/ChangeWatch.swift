import Kernel
public import Store

extension RecordQueries {
    /// How many lines the record has: another number after every act, on whichever node it was done, since each writes
    /// its line in its own transaction. A page built in the same snapshot shows everything up to this version. Two
    /// look-ups in indexes; sealing does not move it. Of lines that wait to be sealed, one batch at most is counted.
    public static func version(_ tx: Tx) throws -> Int {
        try tx.value(
            """
            SELECT (SELECT coalesce(max(idx) + 1, 0) FROM record_leaf)
                + (SELECT count(*) FROM (SELECT 1 AS line FROM record_line WHERE leaf_index IS NULL
                    LIMIT \(literal: Limits.sealBatch)) AS waiting)
            """) ?? 0
    }
}

/// Tells whoever asks that something was done in the city, on this node or another. One look at the database every two
/// seconds serves all who watch; while nobody does, there is none. One for each `Database`.
public actor ChangeWatch {
    private let database: Database
    private let interval: Duration
    private let onError: @Sendable (any Error) -> Void
    private var watchers: [Int: AsyncStream<Int>.Continuation] = [:]
    private var joined = 0
    /// Nil until the first look, and again while nobody watches.
    private var version: Int?
    private var isLooking = false

    /// - Parameter onError: told the first of a row of looks that failed; the watch goes on.
    public init(
        _ database: Database, every interval: Duration = .milliseconds(Limits.watchEvery),
        onError: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.database = database
        self.interval = interval
        self.onError = onError
    }

    /// `RecordQueries.version` as it is now, then each other one as it is seen. Whoever is slow gets the newest alone.
    /// Watching ends when the stream is let go or its task is cancelled.
    /// - Throws: `Refusal` `watch.full` beyond `Limits.watchers`.
    public func changes() throws -> AsyncStream<Int> {
        guard watchers.count < Limits.watchers else {
            throw Refusal(
                .unavailable, "watch.full", zh: "实时更新的连接过多，请稍后重试。",
                en: "Too many are watching for changes; try again later.")
        }
        let (stream, watcher) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        joined += 1
        let number = joined
        watchers[number] = watcher
        watcher.onTermination = { _ in Task { await self.leave(number) } }
        if let version { watcher.yield(version) }
        if !isLooking {
            isLooking = true
            Task { await look() }
        }
        return stream
    }

    private func leave(_ number: Int) { watchers[number] = nil }

    private func look() async {
        var isFailing = false
        while !watchers.isEmpty {
            do {
                tell(try await database.glance { try RecordQueries.version($0) })
                isFailing = false
            } catch {
                if !isFailing { onError(error) }
                isFailing = true
            }
            try? await Task.sleep(for: interval)
        }
        (version, isLooking) = (nil, false)
    }

    private func tell(_ found: Int) {
        guard found != version else { return }
        version = found
        for watcher in watchers.values { watcher.yield(found) }
    }
}
