public import Kernel

extension Html {
    /// What may stand inside `\(…)`. One growing buffer; nothing is copied twice but a spliced piece.
    public struct StringInterpolation: StringInterpolationProtocol {
        var bytes: [UInt8] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        public mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        public mutating func appendInterpolation(_ text: String) {
            write(text)
        }

        public mutating func appendInterpolation(_ text: Substring) {
            write(String(text))
        }

        public mutating func appendInterpolation(_ number: Int) {
            bytes.append(digits: Int64(number))
        }

        public mutating func appendInterpolation(_ number: Int64) {
            bytes.append(digits: number)
        }

        public mutating func appendInterpolation<Subject>(_ id: ID<Subject>) {
            bytes.append(contentsOf: id.description.utf8)
        }

        public mutating func appendInterpolation(_ place: PlaceCode) {
            bytes.append(contentsOf: place.digits.utf8)
        }

        public mutating func appendInterpolation(_ html: Html) {
            if let last = bytes.last, last == quote || last == equals, let place = openAttribute {
                guard place.allows(html.bytes) else { return }
            }
            bytes.append(contentsOf: html.bytes)
        }

        public mutating func appendInterpolation(_ html: Html?) {
            if let html { appendInterpolation(html) }
        }

        public mutating func appendInterpolation(_ pieces: [Html]) {
            for piece in pieces { appendInterpolation(piece) }
        }

        /// An address: `<a href="\(url: link)">`.
        public mutating func appendInterpolation(url link: Link) {
            bytes.append(escaping: link.text)
        }

        /// ` checked` when true: `<input type="checkbox"\(flag: "checked", isOn)>`.
        public mutating func appendInterpolation(flag name: StaticString, _ isOn: Bool) {
            guard isOn else { return }
            bytes.append(UInt8(ascii: " "))
            appendLiteral(name)
        }

        /// ` aria-describedby="…"`, or nothing for nil.
        public mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
            guard let value else { return }
            open(name)
            write(value)
            bytes.append(quote)
        }

        public mutating func appendInterpolation(attribute name: StaticString, _ value: Int?) {
            guard let value else { return }
            open(name)
            bytes.append(digits: Int64(value))
            bytes.append(quote)
        }

        public mutating func appendInterpolation(attribute name: StaticString, _ link: Link?) {
            guard let link else { return }
            open(name)
            bytes.append(escaping: link.text)
            bytes.append(quote)
        }

        private mutating func open(_ name: StaticString) {
            bytes.append(UInt8(ascii: " "))
            appendLiteral(name)
            bytes.append(equals)
            bytes.append(quote)
        }

        /// Text, with the two places minded where escaping alone does not protect: addresses and unquoted values.
        private mutating func write(_ text: String) {
            guard let last = bytes.last, last == quote || last == equals else {
                bytes.append(escaping: text)
                return
            }
            if let place = openAttribute, !place.allows(Array(text.utf8)) { return }
            if last == equals {
                bytes.append(escapingUnquoted: text)
            } else {
                bytes.append(escaping: text)
            }
        }

        /// The attribute whose value begins where the buffer ends, if it is one that a browser acts upon.
        private var openAttribute: ActiveAttribute? {
            var end = bytes.count
            while end > 0, bytes[end - 1] == quote || bytes[end - 1] == equals { end -= 1 }
            guard end < bytes.count, bytes[end] == equals else { return nil }
            var start = end
            while start > 0, isNameByte(bytes[start - 1]) { start -= 1 }
            return ActiveAttribute(bytes[start..<end])
        }
    }
}

/// Attributes whose value does something. Code never comes from a value; an address only if it stays on the web.
private enum ActiveAttribute {
    case address
    case code

    init?(_ name: ArraySlice<UInt8>) {
        if matches(name.prefix(2), onPrefix) || codeNames.contains(where: { matches(name, $0) }) {
            self = .code
        } else if addressNames.contains(where: { matches(name, $0) }) {
            self = .address
        } else {
            return nil
        }
    }

    func allows(_ value: [UInt8]) -> Bool {
        switch self {
        case .code: false
        case .address: isHarmlessAddress(value)
        }
    }
}

private let onPrefix = Array("on".utf8)
private let codeNames = ["style", "srcdoc"].map { Array($0.utf8) }
private let addressNames = [
    "href", "src", "action", "formaction", "poster", "cite", "xlink:href", "srcset", "ping",
].map { Array($0.utf8) }

/// Whether a name is this one, in small or capital letters.
private func matches(_ name: ArraySlice<UInt8>, _ known: [UInt8]) -> Bool {
    name.count == known.count && zip(name, known).allSatisfy { $0 | 0x20 == $1 | 0x20 }
}

/// "/…", "?…", "#…" and http(s) addresses; no other scheme, nothing a browser might read as one after trimming.
private func isHarmlessAddress(_ value: [UInt8]) -> Bool {
    guard let first = value.first else { return true }
    if first == UInt8(ascii: "#") || first == UInt8(ascii: "?") { return true }
    if first == UInt8(ascii: "/") {
        return value.count == 1 || value[1] != UInt8(ascii: "/") && value[1] != UInt8(ascii: "\\")
    }
    return value.starts(with: "https://".utf8) || value.starts(with: "http://".utf8)
}

private let quote = UInt8(ascii: "\"")
private let equals = UInt8(ascii: "=")

private func isNameByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
}
