/// A piece of markup: `"<td>\(name)</td>"` escapes the name, `\(fragment)` splices another piece. Literal parts are
/// `StaticString`, so text that came from outside cannot become markup: the compiler refuses it.
///
/// Escaped text is safe between tags and inside attribute values. Addresses have their own type: see `Link`.
public struct Html: Sendable, ExpressibleByStringInterpolation {
    @usableFromInline var buffer: [UInt8]

    /// UTF-8, ready to be sent.
    public var bytes: [UInt8] { buffer }

    public static let empty = Html(bytes: [])

    init(bytes: [UInt8]) {
        buffer = bytes
    }

    public init(stringLiteral value: StaticString) {
        buffer = value.withUTF8Buffer { Array($0) }
    }

    public init(stringInterpolation: StringInterpolation) {
        buffer = stringInterpolation.bytes
    }

    public var isEmpty: Bool { buffer.isEmpty }

    public var string: String { String(decoding: bytes, as: UTF8.self) }

    public static func + (left: Html, right: Html) -> Html {
        var result = left
        result += right
        return result
    }

    @inlinable
    public static func += (left: inout Html, right: Html) {
        left.buffer.append(contentsOf: right.buffer)
    }

    /// The pieces in order, the separator between each two.
    public static func joined(_ pieces: [Html], by separator: Html = .empty) -> Html {
        var result: [UInt8] = []
        result.reserveCapacity(pieces.reduce(0) { $0 + $1.bytes.count + separator.bytes.count })
        for (index, piece) in pieces.enumerated() {
            if index > 0 { result.append(contentsOf: separator.bytes) }
            result.append(contentsOf: piece.bytes)
        }
        return Html(bytes: result)
    }

    /// One piece for every item, in order.
    @inlinable  // so that the loop is specialised where it is used
    public static func each<Items: Sequence>(_ items: Items, _ body: (Items.Element) throws -> Html) rethrows -> Html {
        var result = Html.empty
        for item in items { result += try body(item) }
        return result
    }
}

extension Html: CustomStringConvertible {
    public var description: String { string }
}
