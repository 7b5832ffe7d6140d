import HTTPTypes
import Synchronization

/// What this node has answered since it started, by route: never by address, so that the number of counters is bounded
/// and no id of anything is told.
public final class Metrics: Sendable {
    /// The route of whatever no route has.
    static let elsewhere = "other"

    private let kept = Mutex<[String: Meter]>([:])

    /// The one counter of a route.
    func meter(_ method: HTTPRequest.Method, _ path: String) -> Meter {
        kept.withLock { meters in
            let name = method.rawValue + " " + path
            if let meter = meters[name] { return meter }
            let meter = Meter(method: method.rawValue, path: path)
            meters[name] = meter
            return meter
        }
    }

    /// In the order of their paths.
    var meters: [Meter] {
        kept.withLock { Array($0.values) }.sorted { ($0.path, $0.method) < ($1.path, $1.method) }
    }
}

/// Counts the answers of one route. Each has a lock of its own, held for some additions: requests of different routes
/// never wait for each other, those of one for less than they take to be counted.
final class Meter: Sendable {
    struct Tally {
        /// By status class: 1xx to 5xx.
        fileprivate(set) var answers = [Int](repeating: 0, count: 5)
        /// How many took at most `Meter.bounds[i]` and more than the bound before; the last has no bound.
        fileprivate(set) var buckets = [Int](repeating: 0, count: Meter.bounds.count + 1)
        /// Nanoseconds, together.
        fileprivate(set) var time: Int64 = 0

        var count: Int { buckets.reduce(0, +) }
    }

    /// Upper bounds of the buckets, in seconds.
    static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let nanoseconds = bounds.map { Int64($0 * 1e9) }

    let method: String
    let path: String
    private let state = Mutex(Tally())

    init(method: String, path: String) {
        self.method = method
        self.path = path
    }

    var tally: Tally { state.withLock { $0 } }

    /// - Parameter took: until the answer was made; sending a long file takes longer.
    func count(_ status: Int, took: Duration) {
        let (seconds, attoseconds) = took.components
        let time = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        let bucket = Self.nanoseconds.firstIndex { time <= $0 } ?? Self.nanoseconds.count
        state.withLock { tally in
            tally.answers[min(max(status / 100, 1), 5) - 1] += 1
            tally.buckets[bucket] += 1
            tally.time += time
        }
    }
}
