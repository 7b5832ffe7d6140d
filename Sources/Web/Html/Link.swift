public import Kernel

/// An address on this site: `"/estates/\(id)/edit"` or `Link("/estates", ["q": text])`. Literal parts are
/// `StaticString`; whatever is interpolated is percent-encoded (RFC 3986, unreserved characters stay), so it can be
/// neither a scheme nor a further path step nor a second parameter.
public struct Link: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// Percent-encoded, without query and fragment: "/estates/12".
    public private(set) var path: String
    /// Names and values as people wrote them, not encoded.
    public private(set) var query: [Item]
    private var anchor: String?

    public struct Item: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(stringLiteral value: StaticString) {
        self.init(encoded: value.description)
    }

    public init(stringInterpolation: StringInterpolation) {
        self.init(encoded: stringInterpolation.text)
    }

    /// `Link("/estates", ["q": text, "page": nil])`: parameters in the order given, nil ones left out.
    public init(_ path: Link, _ query: KeyValuePairs<String, String?> = [:]) {
        self = path
        for (name, value) in query {
            if let value { self.query.append(Item(name, value)) }
        }
    }

    /// An address within this site that came from outside: where to go back to after signing in. Nil for anything else.
    public init?(local text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2000,
            bytes.count == 1 || bytes[1] != UInt8(ascii: "/"),
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != quoteByte })
        else { return nil }
        self.init(encoded: text)
    }

    /// An address elsewhere on the web that came from outside: http or https, nothing else.
    public init?(web text: String) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != quoteByte }),
            text.hasPrefix("https://") || text.hasPrefix("http://")
        else { return nil }
        self.init(encoded: text)
    }

    private init(encoded text: String) {
        query = []
        guard hasQueryOrFragment(text) else {
            path = text
            return
        }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        anchor = parts.count > 1 ? percentDecoded(parts[1]) : nil
        let halves = parts[0].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(halves[0])
        guard halves.count > 1 else { return }
        query = halves[1].split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(percentDecoded(sides[0]), sides.count > 1 ? percentDecoded(sides[1]) : "")
        }
    }

    /// The same address with one parameter replaced, added, or (nil) removed.
    public func with(_ name: String, _ value: String?) -> Link {
        var link = self
        link.query.removeAll { $0.name == name }
        if let value { link.query.append(Item(name, value)) }
        return link
    }

    public func with(_ name: String, _ value: Int) -> Link { with(name, String(value)) }

    /// The same address, at the element with this id.
    public func fragment(_ id: String) -> Link {
        var link = self
        link.anchor = id
        return link
    }

    /// The value of a parameter; nil when absent.
    public func value(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// As it is written in a header or an attribute, percent-encoded: "/estates?q=%E9%95%BF".
    public var text: String {
        guard !query.isEmpty || anchor != nil else { return path }
        var text = path
        for (index, item) in query.enumerated() {
            text += index == 0 ? "?" : "&"
            text += percentEncoded(item.name) + "=" + percentEncoded(item.value)
        }
        if let anchor { text += "#" + percentEncoded(anchor) }
        return text
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 36)
        }

        public mutating func appendLiteral(_ literal: StaticString) {
            text += literal.description
        }

        public mutating func appendInterpolation(_ part: String) {
            // "." and ".." would climb the path even when encoded.
            text += part == "." || part == ".." ? "-" : percentEncoded(part)
        }

        public mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        public mutating func appendInterpolation(_ number: Int64) {
            text += String(number)
        }

        public mutating func appendInterpolation<Subject>(_ id: ID<Subject>) {
            text += id.description
        }

        public mutating func appendInterpolation(_ place: PlaceCode) {
            text += place.digits
        }
    }
}

private let quoteByte = UInt8(ascii: "\"")

private func hasQueryOrFragment(_ text: String) -> Bool {
    for byte in text.utf8 where byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") { return true }
    return false
}

/// Everything but RFC 3986's unreserved characters as %XX.
private func percentEncoded(_ text: String) -> String {
    if text.utf8.allSatisfy(isUnreserved) { return text }
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
        if isUnreserved(byte) {
            bytes.append(byte)
        } else {
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The reverse; a stray % stays as it is, "+" is a space as in forms.
private func percentDecoded(_ text: Substring) -> String {
    let source = Array(text.utf8)
    var bytes: [UInt8] = []
    var index = 0
    while index < source.count {
        if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
            let byte = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
        {
            bytes.append(byte)
            index += 3
        } else {
            bytes.append(source[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : source[index])
            index += 1
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        true
    default: false
    }
}
