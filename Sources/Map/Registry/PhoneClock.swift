import Kernel

/// A phone's clock, put right by the server's: the phone says what it shows while it sends, and what it showed when an
/// answer was given.
struct PhoneClock {
    /// Further apart than this, and the phone's clock is taken to be wrong. Milliseconds.
    private static let tolerance: Int64 = 5 * 60_000

    /// What is to be added to the phone's times, in milliseconds; zero for a clock that is right.
    let offset: Int64
    private let now: Instant

    init(showing sentAt: Instant, at now: Instant) {
        let difference = now.milliseconds - sentAt.milliseconds
        offset = abs(difference) > Self.tolerance ? difference : 0
        self.now = now
    }

    /// When something happened, never later than now and never before the estate was taken along: a clock may also have
    /// been wrong only then, or only on the way.
    func instant(_ shown: Instant, notBefore taken: Instant) -> Instant {
        let earliest = min(taken, now)
        return min(max(Instant(milliseconds: shown.milliseconds + offset), earliest), now)
    }
}
