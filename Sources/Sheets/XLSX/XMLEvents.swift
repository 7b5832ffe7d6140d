import CXLSXReader

/// What an XML part says, one thing at a time. `bytes` are UTF-8 and valid until the next event is asked for.
struct XMLEvent {
    let kind: cxlsx_event_kind
    let name: cxlsx_name
    let bytes: UnsafeBufferPointer<UInt8>

    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The value as a whole number; nil when it is none or has more than nine digits.
    var integer: Int? {
        guard !bytes.isEmpty, bytes.count <= 9 else { return nil }
        var number = 0
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }

    func isStart(_ name: cxlsx_name) -> Bool { kind == CXLSX_START && self.name == name }
    func isEnd(_ name: cxlsx_name) -> Bool { kind == CXLSX_END && self.name == name }
    func isAttribute(_ name: cxlsx_name) -> Bool { kind == CXLSX_ATTRIBUTE && self.name == name }
    func equals(_ text: StaticString) -> Bool {
        bytes.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

/// Parses a part while it is being inflated; nothing of it is kept.
final class XMLEvents {
    private let part: XLSXPart
    private let parser: OpaquePointer
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    private var events: UnsafePointer<cxlsx_event>?
    private var text: UnsafePointer<UInt8>?
    private var count = 0
    private var index = 0
    private var isLast = false

    init(_ part: XLSXPart) throws {
        guard let opened = cxlsx_xml_open() else {
            chunk.deallocate()
            throw part.refusal(CXLSX_NO_MEMORY)
        }
        parser = opened
        self.part = part
    }

    deinit {
        cxlsx_xml_close(parser)
        chunk.deallocate()
    }

    /// Nil at the end of the part. Throws `Refusal` when the part is damaged.
    func next() throws -> XMLEvent? {
        while index == count {
            if isLast { return nil }
            try parse()
        }
        guard let event = events?[index], let text else { return nil }
        index += 1
        let bytes = UnsafeBufferPointer(start: text + Int(event.start), count: Int(event.length))
        return XMLEvent(kind: event.kind, name: event.name, bytes: bytes)
    }

    private func parse() throws {
        let read = try part.read(into: chunk)
        isLast = read == 0
        let status = cxlsx_xml_feed(parser, chunk.baseAddress, read, isLast)
        guard status == CXLSX_OK else { throw part.refusal(status) }
        events = cxlsx_xml_events(parser, &count)
        text = cxlsx_xml_text(parser)
        index = 0
    }
}
