/// FNV-1a of 64 bits: the same on every node and in every run, unlike the standard library's hash. It notices a change
/// and resists no attacker.
public struct Checksum: Sendable {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    /// Of these bytes alone.
    public init(of bytes: some Sequence<UInt8>) {
        add(bytes)
    }

    public mutating func add(_ bytes: some Sequence<UInt8>) {
        var sum = value
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
        value = sum
    }

    /// In hexadecimal digits.
    public var text: String { String(value, radix: 16) }
}
