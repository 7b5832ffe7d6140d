public import Kernel
public import Store
import Synchronization

/// What every act gets: who acts, when, in which transaction; writes the record.
public struct Deed {
    public let actor: Actor
    public let now: Instant
    public let tx: Tx

    public init(actor: Actor, now: Instant, tx: Tx) {
        self.actor = actor
        self.now = now
        self.tx = tx
    }

    public var today: Day { now.dayInChina }

    /// Appends one line to the record. `before` and `after` are JSON objects of the changed fields only; personal
    /// values in them are sealed with `PersonKeys.sealText` first.
    /// - Throws: `StoreError` when the line cannot be written, in which case the whole act is undone; `Refusal`
    ///   `record.signet` in a database that was opened without the vault's signet.
    public func record(
        _ act: String, on subject: Subject, at place: PlaceCode, before: String? = nil, after: String? = nil
    ) throws {
        try Record.append(RecordEntry(act, on: subject, at: place, before: before, after: after), deed: self)
    }

    /// The same deed done in another's name: a sign-in begins as a visitor's and is recorded as the person's.
    func `as`(_ actor: Actor) -> Deed { Deed(actor: actor, now: now, tx: tx) }
}

/// What an act was done to: an estate, a person, a table of rights.
public struct Subject: Hashable, Sendable {
    /// "estate", "person".
    public let kind: String
    /// A UUID or a code as text.
    public let id: String

    public init(_ kind: String, _ id: some CustomStringConvertible) {
        self.kind = kind
        self.id = id.description
    }
}

extension Database {
    /// One act: everything that `body` changes, its line in the record included, is one transaction.
    /// - Throws: the act's `Refusal` or `Refusals`, or `StoreError`; then nothing was stored.
    public func act<Value: Sendable>(
        as actor: Actor, clock: any Clock, _ body: @escaping @Sendable (Deed) throws -> Value
    ) async throws -> Value {
        try await write { tx in try body(Deed(actor: actor, now: clock.now, tx: tx)) }
    }
}

/// Numbers the lines of this process, so that ids made in the same millisecond keep the order in which they were
/// written.
enum Pen {
    private static let written = Atomic<UInt32>(0)

    /// UUID version 7 whose first 32 bits after the time count (RFC 9562, 6.2, method 1); 42 bits are random.
    static func lineID(at now: Instant) -> ID<RecordLine> {
        let number = UInt64(written.wrappingAdd(1, ordering: .relaxed).newValue)
        let time = UInt64(bitPattern: now.milliseconds) & 0xFFFF_FFFF_FFFF
        let low = (number & 0xF_FFFF) << 42 | UInt64.random(in: 0..<1 << 42) | 0x8000_0000_0000_0000
        return ID(high: time << 16 | 0x7000 | number >> 20, low: low)
    }
}
