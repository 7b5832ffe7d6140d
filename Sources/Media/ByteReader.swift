/// Reads whole numbers out of bytes that nobody vouches for: what lies outside is nil.
struct ByteReader {
    enum Order {
        case bigEndian, littleEndian
    }

    let bytes: ArraySlice<UInt8>
    let order: Order

    /// The unsigned number of `size` bytes (1 to 4) at an offset from the first byte.
    func number(at offset: Int, size: Int) -> Int? {
        guard let field = field(at: offset, count: size) else { return nil }
        return switch order {
        case .bigEndian: field.reduce(0) { $0 << 8 | Int($1) }
        case .littleEndian: field.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }

    /// `count` bytes at an offset from the first byte.
    func field(at offset: Int, count: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        let start = bytes.startIndex + offset
        return bytes[start..<start + count]
    }
}
