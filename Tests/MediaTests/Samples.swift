import CGD
import Kernel
import Media

/// Pictures made by libgd: red and green above, blue and yellow below.
enum Sample {
    static let corners: [[Int32]] = [[0xFF0000, 0x00FF00], [0x0000FF, 0xFFFF00]]

    static func jpeg(width: Int32 = 64, height: Int32 = 48, isProgressive: Bool = false) -> [UInt8] {
        encoded(width, height) { image, count in
            gdImageInterlace(image, isProgressive ? 1 : 0)
            return gdImageJpegPtr(image, &count, 95)
        }
    }

    static func png(width: Int32 = 64, height: Int32 = 48) -> [UInt8] {
        encoded(width, height) { gdImagePngPtr($0, &$1) }
    }

    static func webp(width: Int32 = 64, height: Int32 = 48) -> [UInt8] {
        encoded(width, height) { gdImageWebpPtrEx($0, &$1, 90) }
    }

    /// A PNG whose right half is black behind a veil: 0 is opaque, 127 lets everything through.
    static func veiled(alpha: Int32) -> [UInt8] {
        encoded(64, 48) { image, count in
            gdImageAlphaBlending(image, 0)
            gdImageSaveAlpha(image, 1)
            gdImageFilledRectangle(image, 32, 0, 63, 47, alpha << 24)
            return gdImagePngPtr(image, &count)
        }
    }

    private static func encoded(
        _ width: Int32, _ height: Int32, _ encode: (gdImagePtr, inout Int32) -> UnsafeMutableRawPointer?
    ) -> [UInt8] {
        guard let image = gdImageCreateTrueColor(width, height) else { return [] }
        defer { gdImageDestroy(image) }
        for (row, colors) in corners.enumerated() {
            for (column, color) in colors.enumerated() {
                let (x, y) = (Int32(column) * width / 2, Int32(row) * height / 2)
                gdImageFilledRectangle(image, x, y, width - 1, height - 1, color)
            }
        }
        var count: Int32 = 0
        guard let data = encode(image, &count) else { return [] }
        defer { gdFree(data) }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: Int(count)))
    }
}

/// What a JPEG shows, decoded by libgd.
struct Seen {
    let width: Int
    let height: Int
    /// The colours in the middle of each quarter, line by line, each channel rounded to 0, 128 or 255.
    let corners: [[Int32]]

    init?(_ jpeg: [UInt8]) {
        guard let image = jpeg.withUnsafeBytes({ cgd_decode(CGD_JPEG, $0.baseAddress, Int32($0.count)) }) else {
            return nil
        }
        defer { gdImageDestroy(image) }
        let (width, height) = (image.pointee.sx, image.pointee.sy)
        (self.width, self.height) = (Int(width), Int(height))
        corners = [1, 3].map { row in
            [1, 3].map { column in
                Self.rounded(gdImageGetTrueColorPixel(image, width * column / 4, height * row / 4))
            }
        }
    }

    private static func rounded(_ color: Int32) -> Int32 {
        [16, 8, 0].reduce(0) { result, shift in
            let channel = color >> shift & 0xFF
            return result << 8 | (channel < 64 ? 0 : channel < 192 ? 128 : 255)
        }
    }
}

/// A TIFF structure as cameras write it, put together by hand.
struct TIFF {
    struct Field {
        let tag: Int
        let type: Int
        let count: Int
        var bytes: [UInt8]
    }

    let isBigEndian: Bool
    var main: [Field] = []
    var camera: [Field] = []
    var satellites: [Field] = []

    func number(_ value: Int, size: Int) -> [UInt8] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        return isBigEndian ? bytes.reversed() : bytes
    }

    func short(_ tag: Int, _ value: Int) -> Field {
        Field(tag: tag, type: 3, count: 1, bytes: number(value, size: 2))
    }

    func long(_ tag: Int, _ value: Int) -> Field {
        Field(tag: tag, type: 4, count: 1, bytes: number(value, size: 4))
    }

    func text(_ tag: Int, _ value: String) -> Field {
        Field(tag: tag, type: 2, count: value.utf8.count + 1, bytes: Array(value.utf8) + [0])
    }

    func fractions(_ tag: Int, _ values: [(Int, Int)]) -> Field {
        let bytes = values.flatMap { number($0.0, size: 4) + number($0.1, size: 4) }
        return Field(tag: tag, type: 5, count: values.count, bytes: bytes)
    }

    /// The main directory at 8, then the camera's, then the satellites', each followed by its longer values.
    var bytes: [UInt8] {
        let pointers = (camera.isEmpty ? 0 : 1) + (satellites.isEmpty ? 0 : 1)
        let cameraStart = 8 + size(main, pointers)
        let satellitesStart = cameraStart + (camera.isEmpty ? 0 : size(camera, 0))
        var main = main
        if !camera.isEmpty { main.append(long(0x8769, cameraStart)) }
        if !satellites.isEmpty { main.append(long(0x8825, satellitesStart)) }
        let head = Array((isBigEndian ? "MM" : "II").utf8) + number(42, size: 2) + number(8, size: 4)
        return head + directory(main, at: 8) + (camera.isEmpty ? [] : directory(camera, at: cameraStart))
            + (satellites.isEmpty ? [] : directory(satellites, at: satellitesStart))
    }

    private func size(_ fields: [Field], _ pointers: Int) -> Int {
        6 + 12 * (fields.count + pointers) + fields.map(\.bytes.count).filter { $0 > 4 }.reduce(0, +)
    }

    private func directory(_ fields: [Field], at start: Int) -> [UInt8] {
        var (entries, values) = (number(fields.count, size: 2), [UInt8]())
        for field in fields {
            entries += number(field.tag, size: 2) + number(field.type, size: 2) + number(field.count, size: 4)
            if field.bytes.count > 4 {
                entries += number(start + 6 + 12 * fields.count + values.count, size: 4)
                values += field.bytes
            } else {
                entries += field.bytes + [UInt8](repeating: 0, count: 4 - field.bytes.count)
            }
        }
        return entries + number(0, size: 4) + values
    }

    /// Taken in Ushuaia, where latitude is south and longitude west.
    static func ushuaia(isBigEndian: Bool, orientation: Int = 6) -> TIFF {
        var tiff = TIFF(isBigEndian: isBigEndian)
        tiff.main = [tiff.short(0x0112, orientation)]
        tiff.camera = [tiff.text(0x9003, "2026:06:30 10:12:33"), tiff.text(0x9011, "-03:00")]
        tiff.satellites = [
            tiff.text(0x01, "S"), tiff.fractions(0x02, [(54, 1), (48, 1), (3000, 100)]),
            tiff.text(0x03, "W"), tiff.fractions(0x04, [(68, 1), (18, 1), (0, 1)]),
        ]
        return tiff
    }
}

/// A JPEG with an Exif segment behind its start mark.
func jpeg(_ bytes: [UInt8], exif: [UInt8]) -> [UInt8] {
    let content = Array("Exif\0\0".utf8) + exif
    let length = content.count + 2
    return bytes.prefix(2) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + content + bytes.dropFirst(2)
}

/// The code of the refusal, or how large the picture became.
func outcome(_ bytes: [UInt8], limits: PictureLimits = PictureLimits()) -> String {
    do throws(Refusal) {
        let picture = try Picture.prepare(bytes: bytes, limits: limits)
        return "\(picture.width) × \(picture.height)"
    } catch {
        return error.code
    }
}
