public import Kernel

/// What a feature's property says.
public enum TileValue: Sendable {
    case string(String)
    /// Text that hardly another feature of the layer has: not looked for among theirs, so written anew each time.
    case rare(String)
    /// In RFC 4122 form.
    case uuid(high: UInt64, low: UInt64)
    /// A browser reads it exactly up to ±2^53.
    case int(Int64)
    /// Left out when it is not finite.
    case double(Double)
    case bool(Bool)

    public static func id<Subject>(_ id: ID<Subject>) -> TileValue { .uuid(high: id.high, low: id.low) }

    /// Whether there is a form for it.
    var isWritable: Bool {
        guard case .double(let number) = self else { return true }
        return number.isFinite
    }

    func write(to message: inout Protobuf) {
        switch self {
        case .string(let text), .rare(let text): message.field(1, text: text)
        case .uuid(let high, let low): message.field(1, ID<TileValue>(high: high, low: low))
        // Below zero the plain form would always take ten bytes.
        case .int(let number) where number < 0: message.field(6, varint: Protobuf.zigzag(number))
        case .int(let number): message.field(4, varint: UInt64(number))
        case .double(let number): message.field(3, fixed64: number.bitPattern)
        case .bool(let isTrue): message.field(7, varint: isTrue ? 1 : 0)
        }
    }
}

/// Where in a layer's list of values each stands that may come again.
struct TileValueNumbers {
    private var texts: [Text: Int] = [:]
    private var ids: [ID<TileValue>: Int] = [:]
    /// Years, floors, households: by the number itself.
    private var small: [Int32] = []
    private var large: [Int64: Int] = [:]
    private var doubles: [UInt64: Int] = [:]
    private var bools: [Bool: Int] = [:]

    private static let smallest = 0..<Int64(4096)

    /// The value's number: the one it has, or `next`, which it gets.
    mutating func number(of value: TileValue, or next: Int) -> Int {
        switch value {
        case .rare: next
        case .string(let text): texts[Text(text: text)].known(or: next)
        case .uuid(let high, let low): ids[ID(high: high, low: low)].known(or: next)
        case .int(let number) where Self.smallest.contains(number): known(small: Int(number), next)
        case .int(let number): large[number].known(or: next)
        case .double(let number): doubles[number.bitPattern].known(or: next)
        case .bool(let isTrue): bools[isTrue].known(or: next)
        }
    }

    private mutating func known(small number: Int, _ next: Int) -> Int {
        if small.isEmpty { small = Array(repeating: -1, count: Self.smallest.count) }
        if small[number] < 0 { small[number] = Int32(next) }
        return Int(small[number])
    }

    /// Compared byte by byte: Unicode's equality would take most of a tile's time for names in Chinese.
    private struct Text: Hashable {
        let text: String

        static func == (one: Text, other: Text) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }
}

extension Int? {
    /// What is there, or `next`, which then is.
    fileprivate mutating func known(or next: Int) -> Int {
        let number = self ?? next
        self = number
        return number
    }
}
