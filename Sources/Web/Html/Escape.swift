extension [UInt8] {
    /// Text made safe between tags and inside quoted values. Control characters, which HTML forbids, become U+FFFD.
    mutating func append(escaping text: String) {
        var text = text
        text.withUTF8 { append(escaping: $0, special: specialInText) }
    }

    /// The same for a value without quotes, where a space, too, would end it.
    mutating func append(escapingUnquoted text: String) {
        var text = text
        text.withUTF8 { append(escaping: $0, special: { specialInText($0) || specialUnquoted($0) }) }
    }

    /// Copies runs of plain bytes at once and replaces the rest.
    @inline(__always)
    private mutating func append(escaping source: UnsafeBufferPointer<UInt8>, special: (UInt8) -> Bool) {
        var start = 0
        var index = 0
        while index < source.count {
            let byte = source[index]
            if special(byte) {
                append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
                append(contentsOf: entity(byte).utf8)
                start = index + 1
            }
            index += 1
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
    }

    mutating func append(digits number: Int64) {
        var rest = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        if rest < 10 {
            append(UInt8(ascii: "0") + UInt8(rest))
            return
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            while rest > 0 {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            append(contentsOf: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(digits)[start...]))
        }
    }
}

/// Bits of the bytes below 64 that text must not carry as they are: & < > " ' and controls but tab, newline, return.
private let specialBits: UInt64 = 0x5000_00C4_FFFF_D9FF

@inline(__always)
private func specialInText(_ byte: UInt8) -> Bool {
    byte < 64 ? specialBits >> UInt64(byte) & 1 == 1 : byte == 0x7F
}

private func specialUnquoted(_ byte: UInt8) -> Bool {
    byte <= UInt8(ascii: " ") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "`")
}

private func entity(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    case UInt8(ascii: " "): "&#32;"
    case UInt8(ascii: "\t"): "&#9;"
    case UInt8(ascii: "\n"): "&#10;"
    case UInt8(ascii: "\r"): "&#13;"
    case UInt8(ascii: "="): "&#61;"
    case UInt8(ascii: "`"): "&#96;"
    default: "\u{FFFD}"
    }
}
