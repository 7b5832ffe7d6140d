import CXLSXReader
import Kernel

/// The texts of a workbook that cells refer to by number, in one block of bytes.
struct SharedStrings {
    private var bytes: [UInt8] = []
    /// Where each text ends; it begins where the one before ends.
    private var ends: [Int] = []

    static let none = SharedStrings()

    private init() {}

    init(_ part: XLSXPart, place: SheetPlace, limits: SheetLimits) throws {
        let events = try XMLEvents(part)
        var collector = TextCollector()
        while let event = try events.next() {
            collector.take(event)
            if event.isStart(CXLSX_NAME_si) {
                collector.begin()
            } else if event.isEnd(CXLSX_NAME_si) {
                collector.end(into: &bytes)
                ends.append(bytes.count)
            }
            if ends.count > limits.sharedStrings { throw SharedStrings.tooMany(place, limits) }
            if bytes.count + collector.count > limits.sharedStringBytes { throw SharedStrings.tooLarge(place, limits) }
        }
    }

    subscript(index: Int) -> String? {
        guard ends.indices.contains(index) else { return nil }
        let start = index == 0 ? 0 : ends[index - 1]
        return String(decoding: bytes[start..<ends[index]], as: UTF8.self)
    }

    private static func tooMany(_ place: SheetPlace, _ limits: SheetLimits) -> Refusal {
        place.exceeded(
            "sheet.strings.tooMany", zh: "工作簿内不同文字超过 \(limits.sharedStrings) 条的上限，请拆分文件或另存为 CSV。",
            en:
                "the workbook holds more different texts than the limit of \(limits.sharedStrings); split it or save it as CSV."
        )
    }

    private static func tooLarge(_ place: SheetPlace, _ limits: SheetLimits) -> Refusal {
        let limit = sizeText(limits.sharedStringBytes)
        return place.exceeded(
            "sheet.strings.tooLarge", zh: "工作簿内的文字超过 \(limit) 的上限，请拆分文件或另存为 CSV。",
            en: "the texts of the workbook exceed the limit of \(limit); split it or save it as CSV.")
    }
}

/// Puts the text of a shared or inline string together: its runs one after another, phonetic hints left out.
struct TextCollector {
    private var bytes: [UInt8] = []
    private var isInText = false
    private var isInPhonetics = false

    var count: Int { bytes.count }

    /// Forgets what was collected.
    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func take(_ event: XMLEvent) {
        switch event.kind {
        case CXLSX_TEXT:
            if isInText, !isInPhonetics { bytes.append(contentsOf: event.bytes) }
        case CXLSX_START, CXLSX_END:
            let isStart = event.kind == CXLSX_START
            if event.name == CXLSX_NAME_t { isInText = isStart }
            if event.name == CXLSX_NAME_rPh { isInPhonetics = isStart }
        default: break
        }
    }

    /// Appends the text, with `_x000D_` as the character that it stands for (ECMA-376 part 1, 22.9.2.19).
    mutating func end(into target: inout [UInt8]) {
        target.append(contentsOf: bytes.contains(UInt8(ascii: "_")) ? unescapeCharacters(bytes) : bytes)
        begin()
    }
}

/// Replaces each `_xHHHH_`, a UTF-16 code unit in hexadecimal, by its character.
func unescapeCharacters(_ bytes: [UInt8]) -> [UInt8] {
    var units: [UInt16] = []
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
        if let unit = codeUnit(bytes, at: index) {
            units.append(unit)
            index += 7
            continue
        }
        // Units are put together so that a pair of surrogates becomes one character.
        result.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        units.removeAll(keepingCapacity: true)
        result.append(bytes[index])
        index += 1
    }
    result.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
    return result
}

/// The code unit of an escape that begins at `index`; nil when none does.
func codeUnit(_ bytes: [UInt8], at index: Int) -> UInt16? {
    guard index + 7 <= bytes.count, bytes[index] == UInt8(ascii: "_"), bytes[index + 1] == UInt8(ascii: "x"),
        bytes[index + 6] == UInt8(ascii: "_")
    else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[index + 2..<index + 6] {
        guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
        unit = unit << 4 | UInt16(digit)
    }
    return unit
}
