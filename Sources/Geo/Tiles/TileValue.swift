/// What a feature's property says.
public enum TileValue: Sendable {
    case string(String)
    /// A browser reads it exactly up to ±2^53.
    case int(Int64)
    /// Left out when it is not finite.
    case double(Double)
    case bool(Bool)

    /// Whether there is a form for it.
    func write(to message: inout Protobuf) -> Bool {
        switch self {
        case .string(let text): message.field(1, text: text)
        // Below zero the plain form would always take ten bytes.
        case .int(let number) where number < 0: message.field(6, varint: Protobuf.zigzag(number))
        case .int(let number): message.field(4, varint: UInt64(number))
        case .double(let number) where !number.isFinite: return false
        case .double(let number): message.field(3, fixed64: number.bitPattern)
        case .bool(let isTrue): message.field(7, varint: isTrue ? 1 : 0)
        }
        return true
    }
}

/// Equal is what is written alike. Texts are compared byte by byte, since Unicode's equality would take most of a
/// tile's time for names in Chinese.
extension TileValue: Hashable {
    public static func == (one: TileValue, other: TileValue) -> Bool {
        switch (one, other) {
        case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
        case (.bool(let a), .bool(let b)): a == b
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .string(var text): text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        case .int(let number): hasher.combine(number)
        case .double(let number): hasher.combine(number.bitPattern)
        case .bool(let isTrue): hasher.combine(isTrue)
        }
    }
}
