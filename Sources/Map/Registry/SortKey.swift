import Foundation
import Kernel

/// How Chinese names are searched and sorted, alike on both engines.
public enum NameKey {
    /// UTF-8 bytes of a search key that indexes hold.
    static let indexedBytes = 1_200

    /// What search compares: lower case, full-width forms folded, no spaces or brackets.
    public static func search(_ parts: [String]) -> String {
        var key = ""
        for part in parts where !part.isEmpty {
            if !key.isEmpty { key += "|" }
            key += fold(part)
        }
        return key
    }

    /// The part of a search key that indexes hold, and the whole key where it is longer.
    static func indexed(_ key: String) -> (head: String, whole: String?) {
        guard key.utf8.count > indexedBytes else { return (key, nil) }
        var head = ""
        for character in key {
            if head.utf8.count + character.utf8.count > indexedBytes { break }
            head.append(character)
        }
        return (head, key)
    }

    /// What comparing titles and names ignores: full-width forms, case, blanks, brackets and quotation marks.
    public static func fold(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy(isFolded) { return text }
        var folded = ""
        for scalar in text.unicodeScalars {
            let isWide = (0xFF01...0xFF5E).contains(scalar.value)
            let narrow = isWide ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
            if isFolded(narrow) {
                folded.unicodeScalars.append(narrow)
            } else if !CellText.isBlank(narrow), !isIgnored(narrow) {
                folded += narrow.properties.lowercaseMapping
            }
        }
        return folded
    }

    /// Nearly every character of a name: what folding leaves as it is.
    private static func isFolded(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "a"..."z", "\u{4E00}"..."\u{9FFF}": true
        default: false
        }
    }

    private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "[", "]", "【", "】", "《", "》", "“", "”", "\"", "'", "|": true
        default: false
        }
    }

    /// What sorting compares: GB 18030 bytes. The 3,755 frequent characters of GB 2312 stand there in the order of
    /// their pronunciation, which is how people look names up; digits and letters come first.
    public static func sort(_ name: String) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(name.utf8.count)
        for unit in fold(name).utf16.prefix(40) {
            if unit < 0x80 {
                key.append(UInt8(unit))
            } else {
                let code = gbk[Int(unit)]
                key.append(UInt8(code >> 8))
                key.append(UInt8(code & 0xFF))
            }
        }
        return key
    }

    /// GBK codes by UTF-16 unit; 0xFFFF (sorts last) for what GBK lacks.
    private static let gbk: [UInt16] = {
        var table = [UInt16](repeating: 0xFFFF, count: 65_536)
        for lead in UInt8(0x81)...0xFE {
            for trail in UInt8(0x40)...0xFE where trail != 0x7F {
                guard let text = String(data: Data([lead, trail]), encoding: .gb18030), text.utf16.count == 1,
                    let unit = text.utf16.first
                else { continue }
                table[Int(unit)] = UInt16(lead) << 8 | UInt16(trail)
            }
        }
        return table
    }()
}

extension String.Encoding {
    /// Foundation's number for GB 18030 (kCFStringEncodingGB_18030_2000 with the external bit).
    fileprivate static let gb18030 = String.Encoding(rawValue: 0x8000_0632)
}
