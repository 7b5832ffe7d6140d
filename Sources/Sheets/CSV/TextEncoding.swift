/// The encodings that tables in Chinese offices come in.
public enum TextEncoding: String, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// Includes GBK and GB2312.
    case gb18030 = "GB18030"
}

extension TextEncoding {
    /// Tells the encoding by the byte order mark, else by the first bytes that are not ASCII.
    /// - Returns: the encoding and the length of the mark.
    static func detect(_ file: FileBytes) throws -> (TextEncoding, markLength: Int) {
        let head = try file.head(3)
        if head == [0xEF, 0xBB, 0xBF] { return (.utf8, 3) }
        if head.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        let sample = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 1)
        defer { sample.deallocate() }
        var offset = 0
        while true {
            let count = try file.read(into: sample, at: offset)
            if count == 0 { return (.utf8, 0) }
            if let first = sample.prefix(count).firstIndex(where: { $0 >= 0x80 }) {
                offset += first
                break
            }
            offset += count
        }
        let count = try file.read(into: sample, at: offset)
        return (looksLikeUTF8(sample.prefix(count), isWhole: offset + count == file.size) ? .utf8 : .gb18030, 0)
    }

    /// Whether damage, if there is any, is damage to UTF-8. Of Chinese text in GB18030 hardly a seventh happens to form
    /// characters of UTF-8; of UTF-8 with a few broken bytes nearly all does, and must not become other characters.
    private static func looksLikeUTF8(_ sample: Slice<UnsafeMutableRawBufferPointer>, isWhole: Bool) -> Bool {
        var (valid, invalid, index) = (0, 0, sample.startIndex)
        while index < sample.endIndex {
            let lead = sample[index]
            index += 1
            if lead < 0x80 { continue }
            let wanted = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1
            if index + wanted > sample.endIndex, !isWhole { break }
            var found = 0
            while found < wanted, index < sample.endIndex, sample[index] & 0xC0 == 0x80 {
                found += 1
                index += 1
            }
            if found == wanted, lead >= 0xC2, lead <= 0xF4 { valid += 1 } else { invalid += 1 }
        }
        return invalid == 0 || valid > 2 * invalid
    }
}
