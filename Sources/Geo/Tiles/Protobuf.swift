import Kernel

/// Bytes of a protobuf message, written field by field.
struct Protobuf {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func zigzag(_ value: Int) { varint(Self.zigzag(Int64(value))) }

    /// 0, −1, 1, −2 … as 0, 1, 2, 3 …: small numbers stay short, whatever their sign.
    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

    mutating func field(_ number: UInt64, varint value: UInt64) {
        varint(number << 3)
        varint(value)
    }

    mutating func field(_ number: UInt64, fixed64 value: UInt64) {
        varint(number << 3 | 1)
        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))) }
    }

    mutating func field(_ number: UInt64, text: String) {
        begin(number, count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// As text in RFC 4122 form.
    mutating func field<Subject>(_ number: UInt64, _ id: ID<Subject>) {
        begin(number, count: ID<Subject>.textCount)
        id.write(to: &bytes)
    }

    /// A message, or packed numbers.
    mutating func field(_ number: UInt64, _ content: Protobuf) {
        begin(number, count: content.count)
        bytes.append(contentsOf: content.bytes)
    }

    /// Before `count` bytes of content.
    mutating func begin(_ number: UInt64, count: Int) {
        varint(number << 3 | 2)
        varint(UInt64(count))
    }

    /// Fields written elsewhere, as they are.
    mutating func append(_ fields: Protobuf) { bytes.append(contentsOf: fields.bytes) }

    /// Keeps the room it has.
    mutating func cut(to count: Int) { bytes.removeLast(bytes.count - count) }

    static func varintCount(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }

    /// Bytes of a field whose number is below 16 and whose content has `count` bytes.
    static func fieldCount(_ count: Int) -> Int { 1 + varintCount(UInt64(count)) + count }
}
