/// The segments of a JPEG (ITU-T T.81 annex B) in their order, found as libjpeg finds them, so that a file cannot show
/// a small size here and a large one there. Ends after the end mark, and where the file is cut or broken.
struct JPEGSegments: Sequence, IteratorProtocol {
    struct Segment {
        /// The second byte of the marker.
        let marker: UInt8
        /// From the marker to the end of its parameters.
        let range: Range<Int>
        /// The parameters, without their length.
        let content: ArraySlice<UInt8>
    }

    static let startOfScan: UInt8 = 0xDA
    static let end: UInt8 = 0xD9
    static let application1: UInt8 = 0xE1
    static let comment: UInt8 = 0xFE
    /// All but DHT, JPG and DAC, which lie among them.
    static let frames = Set(UInt8(0xC0)...0xCF).subtracting([0xC4, 0xC8, 0xCC])

    private let bytes: [UInt8]
    /// Behind the last segment; at first behind the start mark.
    private var position = 2

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Segment? {
        guard let start = nextMarker() else { return nil }
        let marker = bytes[start + 1]
        if marker == Self.end {
            position = bytes.count
            return Segment(marker: marker, range: start..<start + 2, content: [])
        }
        let reader = ByteReader(bytes: bytes[(start + 2)...], order: .bigEndian)
        guard marker != 0xD8, let length = reader.number(at: 0, size: 2), length >= 2,
            let content = reader.field(at: 2, count: length - 2)
        else {
            position = bytes.count
            return nil
        }
        position = content.endIndex
        return Segment(marker: marker, range: start..<position, content: content)
    }

    /// Skips scans and whatever is no marker of a segment: stuffed zeros, fill bytes, TEM and restarts.
    private func nextMarker() -> Int? {
        var index = position
        while index + 1 < bytes.count {
            guard bytes[index] == 0xFF else {
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case 0xFF: index += 1
            case 0x00, 0x01, 0xD0...0xD7: index += 2
            default: return index
            }
        }
        return nil
    }
}
