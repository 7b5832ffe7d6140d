/// An identifier of a `Subject`, made by the application: UUID version 7 (RFC 9562), so that ids made later sort later.
/// Two kinds of id never mix: the compiler tells `ID<Estate>` from `ID<Building>`.
public struct ID<Subject>: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh id. `random` is a seeded generator where a run must be repeatable.
    public init(at instant: Instant, using random: inout some RandomNumberGenerator) {
        let time = UInt64(bitPattern: instant.milliseconds) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | random.next() & 0x0FFF
        low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    public init(at instant: Instant) {
        var random = SystemRandomNumberGenerator()
        self.init(at: instant, using: &random)
    }

    /// Reads "0190a3c1-…" in RFC 4122 form.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, text.utf8.count == 36 || text.utf8.count == 32 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, digit) in digits.enumerated() {
            guard let value = hexValue(digit) else { return nil }
            if index < 16 { words.0 = words.0 << 4 | value } else { words.1 = words.1 << 4 | value }
        }
        self.init(high: words.0, low: words.1)
    }

    /// Sixteen bytes, most significant first.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        self.init(high: words.0, low: words.1)
    }

    public var bytes: [UInt8] {
        (0..<16).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8)))
        }
    }

    /// In RFC 4122 form.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(Self.textCount)
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Bytes of `description`.
    public static var textCount: Int { 36 }

    /// Appends what `description` says.
    public func write(to text: inout [UInt8]) {
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            text.append(hexDigits[Int(word >> UInt64(60 - 4 * (index % 16)) & 15)])
        }
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The same id under another subject's name; for records that point at many kinds.
    public func of<Other>(_: Other.Type) -> ID<Other> { ID<Other>(high: high, low: low) }
}

/// Makes ids that sort in the order in which they were made, also within one millisecond: the twelve bits after the
/// time count, and a full millisecond borrows the next one (RFC 9562, 6.2, method 1). Rows written together then lie
/// together.
public struct IDSequence: Sendable {
    private var time: UInt64 = 0
    private var count: UInt64 = 0
    /// The system is asked once: asking it for every id costs more than all else.
    private var random = SeededRandom(seed: .random(in: 0 ... .max))

    public init() {}

    /// The next id, never smaller than the one before.
    public mutating func next<Subject>(at now: Instant) -> ID<Subject> {
        let wanted = UInt64(bitPattern: now.milliseconds) & 0xFFFF_FFFF_FFFF
        if wanted > time {
            time = wanted
            count = 0
        } else if count > 0xFFF {
            time += 1
            count = 0
        }
        defer { count += 1 }
        let low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return ID(high: time << 16 | 0x7000 | count, low: low)
    }
}

private let hexDigits = Array("0123456789abcdef".utf8)

private func hexValue(_ digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
    default: nil
    }
}

/// A seeded generator (SplitMix64): the same seed gives the same numbers on every machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
