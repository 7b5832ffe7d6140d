/// A place by its official code. Codes nest: 2 digits province, 4 city, 6 district (GB/T 2260), 9 subdistrict or town,
/// 12 neighbourhood. Rights follow the prefix: whoever acts for 430111 acts for everything whose code begins with it.
public struct PlaceCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let digits: String

    /// Nil unless `digits` are 2, 4, 6, 9 or 12 ASCII digits.
    public init?(_ digits: some StringProtocol) {
        guard Level(digitCount: digits.utf8.count) != nil,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.digits = String(digits)
    }

    /// The whole country: the empty prefix, which contains every place. Only rights reach this far.
    public static let country = PlaceCode(prefix: "")

    private init(prefix: String) {
        digits = prefix
    }

    public enum Level: Int, Sendable, CaseIterable, Comparable {
        case country = 0
        case province = 2
        case city = 4
        case district = 6
        case subdistrict = 9
        case neighbourhood = 12

        init?(digitCount: Int) {
            guard digitCount > 0 else { return nil }
            self.init(rawValue: digitCount)
        }

        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    public var level: Level { Level(rawValue: digits.utf8.count) ?? .country }

    public func contains(_ other: PlaceCode) -> Bool { other.digits.hasPrefix(digits) }

    /// The place of `level` that this one lies in; nil when this one is larger.
    public func ancestor(_ level: Level) -> PlaceCode? {
        level <= self.level ? PlaceCode(prefix: String(digits.prefix(level.rawValue))) : nil
    }

    public var parent: PlaceCode? {
        Level.allCases.last { $0 < level }.flatMap { ancestor($0) }
    }

    /// The first code after all that begin with this one, for range queries: `code >= digits AND code < end`.
    public var end: String {
        guard !digits.isEmpty else { return "~" }
        var bytes = Array(digits.utf8)
        bytes[bytes.count - 1] += 1  // '9' becomes ':', which sorts after every digit
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { digits }

    public static func < (left: PlaceCode, right: PlaceCode) -> Bool { left.digits < right.digits }
}
