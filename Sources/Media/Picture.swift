public import Kernel

/// How much a picture may be, and how large what is kept of it.
public struct PictureLimits: Sendable, Hashable {
    /// The file as it was sent.
    public var bytes = 20 << 20
    /// Width times height. A sensor of "50 megapixels" gives up to 8192 × 6144.
    public var pixels = 50 << 20
    /// Width, and height.
    public var side = 30_000
    /// The long side of the picture that is kept, in pixels.
    public var longSide = 2560
    /// The long side of the thumbnail, in pixels.
    public var thumbnailSide = 480

    public init() {}
}

/// A picture as it is kept: upright, small, and without anything in it but what is to be seen.
public struct PreparedPicture: Sendable, Hashable {
    /// A JPEG without metadata; transparent parts have become white.
    public let jpeg: [UInt8]
    /// The same again, smaller.
    public let thumbnail: [UInt8]
    /// Of `jpeg`, in pixels.
    public let width: Int
    public let height: Int
    /// When the camera says that it was taken, which may lie in the future; nil when it does not say.
    public let takenAt: Instant?
    /// Where the camera says that it was taken; nil when it does not say.
    public let place: Coordinate?
}

/// Pictures that people send: JPEG, PNG and WebP, told by their first bytes.
public enum Picture {
    /// Reads a picture and makes of it what is kept. The same bytes give the same result. Thread-safe, and costly: it
    /// blocks for half a second and takes 60 MB of memory for an ordinary picture of 12 megapixels, a few seconds and
    /// at most 12 bytes a pixel and twice the file, 670 MB, for the largest allowed. Let few run at once.
    ///
    /// Refuses about the field `photo`: `photo.empty`, `photo.notPicture`, `photo.kind` (one that is not taken),
    /// `photo.tooLarge`, `photo.pixels`, `photo.sides`, `photo.damaged`, and `photo.memory` when memory is short.
    public static func prepare(bytes: [UInt8], limits: PictureLimits = PictureLimits()) throws(Refusal)
        -> PreparedPicture
    {
        guard bytes.count <= limits.bytes else { throw .pictureTooLarge(bytes.count, limits) }
        let file = try PictureFile(bytes)
        try check(file, limits)
        let exif = file.exif.map { Exif(tiff: $0) } ?? Exif()
        let bitmap = try Bitmap.decode(file).fitted(into: limits.longSide).turned(exif.orientation)
        return PreparedPicture(
            jpeg: try bitmap.jpeg(),
            thumbnail: try bitmap.fitted(into: limits.thumbnailSide).jpeg(),
            width: bitmap.width, height: bitmap.height, takenAt: exif.takenAt, place: exif.place)
    }

    /// By the header alone: what a file claims to be must not cost anything.
    private static func check(_ file: PictureFile, _ limits: PictureLimits) throws(Refusal) {
        let sides = 1...limits.side
        guard sides.contains(file.width), sides.contains(file.height) else { throw .pictureSides(file, limits) }
        guard file.width * file.height <= limits.pixels else { throw .picturePixels(file, limits) }
        guard file.isWhole else { throw .pictureDamaged }
    }
}
