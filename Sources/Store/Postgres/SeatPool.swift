import Dispatch
import Store
import Synchronization

/// The sessions that are free and the callers who wait for one, first come, first served.
final class SeatPool: Sendable {
    private struct Waiter {
        let ticket: UInt64
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Seat, any Error>
    }

    private struct State {
        /// The one used last is taken first: its connection and its prepared statements are warm.
        var free: [Seat]
        var waiters: [Waiter] = []
        var tickets: UInt64 = 0
        var isTimerSet = false
        var isClosed = false
    }

    private let seats: [Seat]
    private let limit: Int
    private let timeout: Duration
    private let state: Mutex<State>

    init(seats: [Seat], waiting limit: Int, timeout: Duration) {
        self.seats = seats
        self.limit = limit
        self.timeout = timeout
        state = Mutex(State(free: seats.reversed()))
    }

    /// - Throws: `StoreError.timeout` after the wait or when too many wait, `.disconnected` once closed,
    ///   `CancellationError` when the caller's task is cancelled meanwhile.
    func take() async throws -> Seat {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Waiter(ticket: ticket, deadline: .now + timeout, continuation: continuation))
            }
        } onCancel: {
            cancel(ticket)
        }
    }

    var use: SessionUse {
        state.withLock { state in
            SessionUse(limit: seats.count, busy: seats.count - state.free.count, waiting: state.waiters.count)
        }
    }

    func give(back seat: Seat) {
        let next = state.withLock { state -> Waiter? in
            if state.waiters.isEmpty {
                state.free.append(seat)
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.continuation.resume(returning: seat)
    }

    /// Whoever waits is sent away; whoever works may finish.
    func close() async {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: SeatPool.closed) }
        for seat in seats { await seat.close() }
    }

    private func enqueue(_ waiter: Waiter) {
        let answer = state.withLock { state -> Result<Seat, any Error>? in
            if state.isClosed { return .failure(SeatPool.closed) }
            // A cancellation that came before this line found no waiter to remove.
            if Task.isCancelled { return .failure(CancellationError()) }
            if let seat = state.free.popLast() { return .success(seat) }
            if state.waiters.count >= limit {
                return .failure(StoreError.timeout("\(limit) callers wait for a database session already"))
            }
            state.waiters.append(waiter)
            if !state.isTimerSet {
                state.isTimerSet = true
                wake(at: waiter.deadline)
            }
            return nil
        }
        if let answer { waiter.continuation.resume(with: answer) }
    }

    private func cancel(_ ticket: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            state.waiters.firstIndex { $0.ticket == ticket }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    /// All wait equally long, so the first in the queue is the first to expire: one timer does for all.
    private func wake(at deadline: ContinuousClock.Instant) {
        let pause = max(1, (deadline - .now).milliseconds + 1)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(pause))) { [weak self] in
            self?.expire()
        }
    }

    private func expire() {
        let expired = state.withLock { state -> ArraySlice<Waiter> in
            let now = ContinuousClock.now
            let expired = state.waiters.prefix { $0.deadline <= now }
            state.waiters.removeFirst(expired.count)
            state.isTimerSet = !state.waiters.isEmpty
            if let first = state.waiters.first { wake(at: first.deadline) }
            return expired
        }
        let error = StoreError.timeout("all \(seats.count) database sessions were busy for \(timeout)")
        for waiter in expired { waiter.continuation.resume(throwing: error) }
    }

    static let closed = StoreError.disconnected("the store is closed")
}
