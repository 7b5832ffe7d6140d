import Glibc
import Kernel

/// A text file's bytes as UTF-8 known to be valid and free of NUL, chunk by chunk. What is wrong is refused only after
/// everything before it has been delivered, so that the refusal can name the row.
final class TextSource {
    let encoding: TextEncoding
    let place: SheetPlace
    private let file: FileBytes
    /// The first byte that is neither delivered nor in `raw`.
    private var offset: Int
    private let converter: iconv_t?
    /// Bytes still to be converted.
    private let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    private var rawCount = 0
    private var endsAtNUL = false

    init(file: FileBytes) throws {
        self.file = file
        place = file.place
        (encoding, offset) = try TextEncoding.detect(file)
        guard encoding != .utf8 else {
            converter = nil
            return
        }
        guard let opened = iconv_open("UTF-8", encoding.rawValue), Int(bitPattern: opened) != -1 else {
            converter = nil
            throw place.refusal(
                .unavailable, "sheet.text.noConverter", zh: "本系统缺少 \(encoding.rawValue) 转换，请另存为 UTF-8。",
                en: "this system cannot convert \(encoding.rawValue); save the file as UTF-8.")
        }
        converter = opened
    }

    deinit {
        raw.deallocate()
        if let converter { iconv_close(converter) }
    }

    /// Fills the beginning of `target`, which has room for 64 bytes at least, and returns their number: 0 at the end.
    /// - Parameter row: the row that these bytes belong to, for refusals.
    func read(into target: UnsafeMutableBufferPointer<UInt8>, row: Int) throws -> Int {
        if endsAtNUL { throw nul(at: offset - rawCount, row: row) }
        if let converter { return try convert(converter, into: target, row: row) }
        let count = try file.read(into: UnsafeMutableRawBufferPointer(target), at: offset)
        if count == 0 { return 0 }
        let bytes = UnsafeBufferPointer(rebasing: target.prefix(count))
        let good = TextSource.validPrefix(TextSource.beforeNUL(bytes))
        if good == 0 { throw bytes[0] == 0 ? nul(at: offset, row: row) : invalid(at: offset, row: row) }
        // A character cut by the end of the chunk is simply read again.
        offset += good
        return good
    }

    private func convert(_ converter: iconv_t, into target: UnsafeMutableBufferPointer<UInt8>, row: Int) throws -> Int {
        let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: raw.dropFirst(rawCount)), at: offset)
        offset += read
        rawCount += read
        if rawCount == 0 { return 0 }
        var (source, left) = (raw.baseAddress?.assumingMemoryBound(to: CChar.self), rawCount)
        var (output, room) = (
            UnsafeMutableRawPointer(target.baseAddress)?.assumingMemoryBound(to: CChar.self), target.count
        )
        // The result says less than what is left: conversion stops at a full target, a cut and a wrong character alike.
        _ = iconv(converter, &source, &left, &output, &room)
        let (used, made) = (rawCount - left, target.count - room)
        if made == 0 { throw invalid(at: offset - rawCount, row: row) }
        raw.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[used..<rawCount]))
        rawCount = left
        let good = TextSource.beforeNUL(UnsafeBufferPointer(rebasing: target.prefix(made))).count
        endsAtNUL = good < made
        if good == 0 { throw nul(at: offset - rawCount, row: row) }
        return good
    }

    private static func beforeNUL(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let base = bytes.baseAddress, let found = memchr(base, 0, bytes.count) else { return bytes }
        return UnsafeBufferPointer(rebasing: bytes.prefix(UnsafeRawPointer(found) - UnsafeRawPointer(base)))
    }

    private static func validPrefix(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return bytes.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    private func nul(at offset: Int, row: Int) -> Refusal {
        place.at(row: row).refusal(
            "sheet.text.nul", zh: "第 \(offset + 1) 字节附近有 NUL，这不是文本表格，或文件已损坏；请另存为 .xlsx 或 UTF-8 的 CSV。",
            en: """
                there is a NUL near byte \(offset + 1), so this is no table of text, or it is damaged; save it as .xlsx \
                or as CSV in UTF-8.
                """)
    }

    private func invalid(at offset: Int, row: Int) -> Refusal {
        let name = encoding.rawValue
        return place.at(row: row).refusal(
            "sheet.text.encoding",
            zh: "第 \(offset + 1) 字节起不是有效的 \(name) 文字（可识别 UTF-8、UTF-16、GB18030）；请另存为 .xlsx 或 UTF-8 的 CSV。",
            en: """
                the text from byte \(offset + 1) on is not valid \(name) (UTF-8, UTF-16 and GB18030 are understood); \
                save it as .xlsx or as CSV in UTF-8.
                """)
    }
}
