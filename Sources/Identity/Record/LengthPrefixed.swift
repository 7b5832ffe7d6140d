/// An encoding in which no two lists of fields look alike: each field is its length in four bytes and its bytes; an
/// absent one is the length 2³² − 1. What is hashed, signed or authenticated is written this way.
struct LengthPrefixed {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    mutating func append(_ field: some Collection<UInt8>) {
        append(length: UInt32(field.count))
        bytes.append(contentsOf: field)
    }

    mutating func append(_ text: String) { append(text.utf8) }

    mutating func append(optional text: String?) {
        guard let text else { return append(length: .max) }
        append(text.utf8)
    }

    mutating func append(optional field: [UInt8]?) {
        guard let field else { return append(length: .max) }
        append(field)
    }

    mutating func append(_ number: Int64) { append(Self.bytes(of: number)) }

    private mutating func append(length: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
    }

    static func encode(_ parts: [String]) -> [UInt8] {
        var encoding = LengthPrefixed()
        for part in parts { encoding.append(part) }
        return encoding.bytes
    }

    /// Eight bytes, the most significant first.
    static func bytes(of number: Int64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
