import Kernel

/// What a picture's file says of itself, before anything is decoded.
struct PictureFile {
    enum Kind {
        case jpeg, png, webp
    }

    let kind: Kind
    /// What the decoder is to see.
    let bytes: [UInt8]
    let width: Int
    let height: Int
    /// A TIFF structure: the Exif, where there is any.
    let exif: ArraySlice<UInt8>?
    /// Whether the file goes on to its end mark, and asks for no more work than its size is worth.
    let isWhole: Bool

    /// Refuses what is no picture, one of a kind that is not taken, and one whose size cannot be read.
    init(_ bytes: [UInt8]) throws(Refusal) {
        guard !bytes.isEmpty else { throw .pictureEmpty }
        let file: PictureFile? =
            if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
                PictureFile(jpeg: bytes)
            } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
                PictureFile(png: bytes)
            } else if let kind = ForeignPicture(bytes) {
                throw .pictureKind(kind)
            } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
                PictureFile(webp: bytes)
            } else {
                throw .notAPicture
            }
        guard let file else { throw .pictureDamaged }
        self = file
    }

    init(
        kind: Kind, bytes: [UInt8], width: Int, height: Int, exif: ArraySlice<UInt8>?, isWhole: Bool
    ) {
        (self.kind, self.bytes, self.width, self.height) = (kind, bytes, width, height)
        (self.exif, self.isWhole) = (exif, isWhole)
    }
}

/// A picture of a kind that is not taken.
enum ForeignPicture {
    case heic, avif, gif, tiff, bmp, svg, animation

    /// Nil for what is none of these.
    init?(_ bytes: [UInt8]) {
        let signatures: [(ForeignPicture, [UInt8])] = [
            (.gif, Array("GIF87a".utf8)), (.gif, Array("GIF89a".utf8)), (.bmp, Array("BM".utf8)),
            (.tiff, [0x49, 0x49, 0x2A, 0]), (.tiff, [0x4D, 0x4D, 0, 0x2A]),
            (.tiff, [0x49, 0x49, 0x2B, 0]), (.tiff, [0x4D, 0x4D, 0, 0x2B]),
        ]
        let head = bytes.prefix(1024)
        if let found = signatures.first(where: { head.starts(with: $0.1) }) {
            self = found.0
        } else if let brand = Self.brand(head) {
            guard let kind = Self.brands[brand] else { return nil }
            self = kind
        } else if Self.isAnimatedWebP(head) {
            self = .animation
        } else if Self.isSVG(head) {
            self = .svg
        } else {
            return nil
        }
    }

    private static let brands: [String: ForeignPicture] = [
        "heic": .heic, "heix": .heic, "heim": .heic, "heis": .heic, "hevc": .heic, "hevx": .heic, "mif1": .heic,
        "msf1": .heic, "avif": .avif, "avis": .avif,
    ]

    /// ISO/IEC 14496-12: the first box of a file says what it is.
    private static func brand(_ head: ArraySlice<UInt8>) -> String? {
        guard head.dropFirst(4).starts(with: "ftyp".utf8) else { return nil }
        return String(decoding: head.dropFirst(8).prefix(4), as: UTF8.self)
    }

    private static func isAnimatedWebP(_ head: ArraySlice<UInt8>) -> Bool {
        head.count > 20 && head.dropFirst(8).starts(with: "WEBPVP8X".utf8) && head[20] & 0x02 != 0
    }

    private static func isSVG(_ head: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: head, as: UTF8.self).lowercased()
        let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        return start.hasPrefix("<") && text.contains("<svg") && !text.contains("<html")
    }

    var name: Phrase {
        switch self {
        case .heic: Phrase(zh: "HEIC", en: "HEIC")
        case .avif: Phrase(zh: "AVIF", en: "AVIF")
        case .gif: Phrase(zh: "GIF", en: "GIF")
        case .tiff: Phrase(zh: "TIFF", en: "TIFF")
        case .bmp: Phrase(zh: "BMP", en: "BMP")
        case .svg: Phrase(zh: "SVG", en: "SVG")
        case .animation: Phrase(zh: "动态 WebP", en: "Animated WebP")
        }
    }

    var remedy: Phrase {
        guard case .heic = self else {
            return Phrase(
                zh: "请用看图软件打开，另存为 JPEG 后再上传。",
                en: "Open it with any viewer, save it as JPEG, and send that.")
        }
        return Phrase(
            zh: "iPhone 请在“设置 › 相机 › 格式”中选“兼容性最佳”后重拍；已有的照片请另存为 JPEG 后再上传。",
            en: """
                On an iPhone choose Settings › Camera › Formats › Most Compatible and take it again; save those \
                you have as JPEG.
                """)
    }
}
