import CGD

/// The three kinds of files, read as far as needed before decoding. Each is nil when it does not say its size.
extension PictureFile {
    /// A progressive picture costs a pass over all its pixels for every scan, and a scan can be sixty bytes. Cameras
    /// and programs write about ten.
    private static let mostScans = 30

    init?(jpeg bytes: [UInt8]) {
        var frame: ByteReader?
        var exif: ArraySlice<UInt8>?
        var scans = 0
        var isEnded = false
        for segment in JPEGSegments(bytes) {
            switch segment.marker {
            case JPEGSegments.startOfScan: scans += 1
            case JPEGSegments.end: isEnded = true
            case JPEGSegments.application1 where exif == nil && segment.content.starts(with: "Exif\0".utf8):
                exif = segment.content.dropFirst(6)
            case let marker where frame == nil && JPEGSegments.frames.contains(marker):
                frame = ByteReader(bytes: segment.content, order: .bigEndian)
            default: break
            }
        }
        guard let height = frame?.number(at: 1, size: 2), let width = frame?.number(at: 3, size: 2) else { return nil }
        self.init(
            kind: .jpeg, bytes: bytes, width: width, height: height, exif: exif,
            isWhole: isEnded && (1...Self.mostScans).contains(scans))
    }

    /// The decoder is given what makes up the picture and nothing else, and only if its checksums are right: libpng
    /// inflates texts and profiles as well, and prints its complaints where libgd cannot keep it from doing so.
    init?(png bytes: [UInt8]) {
        let reader = ByteReader(bytes: bytes[...], order: .bigEndian)
        guard reader.field(at: 12, count: 4)?.elementsEqual("IHDR".utf8) == true,
            let width = reader.number(at: 16, size: 4), let height = reader.number(at: 20, size: 4)
        else { return nil }
        let kept = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].map { Array($0.utf8) }
        var essence = Array(bytes.prefix(8))
        essence.reserveCapacity(bytes.count)
        var exif: ArraySlice<UInt8>?
        var (isIntact, isEnded) = (true, false)
        var position = 8
        while isIntact, !isEnded, let length = reader.number(at: position, size: 4),
            let type = reader.field(at: position + 4, count: 4),
            let content = reader.field(at: position + 8, count: length),
            let sum = reader.number(at: position + 8 + length, size: 4)
        {
            let next = position + 12 + length
            if kept.contains(where: type.elementsEqual) {
                essence += bytes[position..<next]
                isIntact = checksum(of: bytes[position + 4..<position + 8 + length]) == sum
            }
            if type.elementsEqual("eXIf".utf8) { exif = content }
            isEnded = type.elementsEqual("IEND".utf8)
            position = next
        }
        self.init(kind: .png, bytes: essence, width: width, height: height, exif: exif, isWhole: isIntact && isEnded)
    }

    /// RFC 9649. That the file is whole is told by libwebp.
    init?(webp bytes: [UInt8]) {
        let reader = ByteReader(bytes: bytes[...], order: .littleEndian)
        guard let (width, height) = Self.size(webp: reader) else { return nil }
        var exif: ArraySlice<UInt8>?
        var position = 12
        while exif == nil, let type = reader.field(at: position, count: 4),
            let length = reader.number(at: position + 4, size: 4),
            let content = reader.field(at: position + 8, count: length)
        {
            // Some programs put the six bytes before it that a JPEG would have.
            if type.elementsEqual("EXIF".utf8) { exif = content.dropFirst(content.starts(with: "Exif".utf8) ? 6 : 0) }
            position += 8 + length + length % 2
        }
        self.init(kind: .webp, bytes: bytes, width: width, height: height, exif: exif, isWhole: true)
    }

    private static func size(webp reader: ByteReader) -> (width: Int, height: Int)? {
        guard let type = reader.field(at: 12, count: 4) else { return nil }
        switch String(decoding: type, as: UTF8.self) {
        case "VP8 ":
            guard let width = reader.number(at: 26, size: 2), let height = reader.number(at: 28, size: 2)
            else { return nil }
            // The two highest bits are a wish how to show it.
            return (width & 0x3FFF, height & 0x3FFF)
        case "VP8L":
            guard let bits = reader.number(at: 21, size: 4) else { return nil }
            return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case "VP8X":
            guard let width = reader.number(at: 24, size: 3), let height = reader.number(at: 27, size: 3)
            else { return nil }
            return (width + 1, height + 1)
        default: return nil
        }
    }
}

private func checksum(of bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) }
}
