import Kernel
import Synchronization

/// How long and how many streams are kept open.
public struct StreamRules: Sendable {
    /// Between two signs of life; at each it is asked whether the reader may go on.
    public var heartbeat = Duration.seconds(15)
    /// Between two looks for what was done on other nodes.
    public var lookEvery = Duration.seconds(2)
    public var inAll = 200
    public var perSession = 5

    public init() {}
}

/// Gives streams their seats: so many in all, so few for one session, lest one reader keep out all others.
final class StreamDesk: Sendable {
    /// Free again when nothing holds it any more, however the stream ended or whether it ever began.
    final class Seat: Sendable {
        private let desk: StreamDesk
        private let holder: String

        fileprivate init(_ desk: StreamDesk, _ holder: String) {
            (self.desk, self.holder) = (desk, holder)
        }

        deinit { desk.free(holder) }

        var heartbeat: Duration { desk.rules.heartbeat }
    }

    private let rules: StreamRules
    private let taken = Mutex<[String: Int]>([:])

    init(_ rules: StreamRules) {
        self.rules = rules
    }

    /// - Parameter holder: the session; the address of who has none.
    /// - Throws: `Refusal` `stream.full` (503) or `stream.many` (429).
    func seat(for holder: String) throws -> Seat {
        try taken.withLock { taken in
            guard taken[holder, default: 0] < rules.perSession else {
                throw Refusal(
                    .tooMany, "stream.many", zh: "同一登录最多同时打开 \(rules.perSession) 个实时页面；请先关闭其他大屏页面。",
                    en: "One session may keep \(rules.perSession) live pages open; close another one first.")
            }
            guard taken.values.reduce(0, +) < rules.inAll else {
                throw Refusal(
                    .unavailable, "stream.full", zh: "实时连接已达 \(rules.inAll) 个上限；页面仍可刷新查看，请稍后重试。",
                    en: "All \(rules.inAll) live connections are in use; reload the page, or try again later.")
            }
            taken[holder, default: 0] += 1
        }
        return Seat(self, holder)
    }

    private func free(_ holder: String) {
        taken.withLock { taken in
            let left = taken[holder, default: 1] - 1
            taken[holder] = left > 0 ? left : nil
        }
    }
}
