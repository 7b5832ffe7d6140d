import CGD
import Kernel

/// How a picture lies in its file (Exif's Orientation): which of its sides its first row and its first column are.
enum Orientation: Int {
    case upright = 1
    case topRight, bottomRight, bottomLeft, leftTop, rightTop, rightBottom, leftBottom

    /// Whether rows are to become columns.
    var isTransposed: Bool { rawValue >= 5 }
    var startsAtLastColumn: Bool { [.topRight, .bottomRight, .rightBottom, .leftBottom].contains(self) }
    var startsAtLastRow: Bool { [.bottomRight, .bottomLeft, .rightTop, .rightBottom].contains(self) }
}

/// A picture in memory, four bytes a pixel; libgd's.
struct Bitmap: ~Copyable {
    /// Hair cracks stay visible; above it files grow faster than what can be seen in them.
    private static let quality: Int32 = 82
    private static let white: Int32 = 0xFFFFFF

    private let image: UnsafeMutablePointer<gdImage>

    var width: Int { Int(image.pointee.sx) }
    var height: Int { Int(image.pointee.sy) }

    /// Refuses what is damaged, also where its header spoke of another size.
    static func decode(_ file: PictureFile) throws(Refusal) -> Bitmap {
        let kind =
            switch file.kind {
            case .jpeg: CGD_JPEG
            case .png: CGD_PNG
            case .webp: CGD_WEBP
            }
        let decoded = file.bytes.withUnsafeBytes { cgd_decode(kind, $0.baseAddress, Int32($0.count)) }
        guard let decoded else { throw .pictureDamaged }
        let bitmap = Bitmap(image: decoded)
        guard bitmap.width == file.width, bitmap.height == file.height else { throw .pictureDamaged }
        return bitmap
    }

    private init(image: UnsafeMutablePointer<gdImage>) { self.image = image }

    /// All white.
    init(width: Int, height: Int) throws(Refusal) {
        guard let image = gdImageCreateTrueColor(Int32(width), Int32(height)) else { throw .pictureMemory }
        self.image = image
        fill(x: 0, y: 0, width: width, height: height, color: Self.white)
    }

    /// Paints a rectangle, as far as it lies within the picture.
    func fill(x: Int, y: Int, width: Int, height: Int, color: Int32) {
        gdImageFilledRectangle(image, Int32(x), Int32(y), Int32(x + width - 1), Int32(y + height - 1), color)
    }

    deinit { gdImageDestroy(image) }

    /// On white, its long side no longer than that, each pixel the mean of those it stands for; never enlarged.
    func fitted(into longSide: Int) throws(Refusal) -> Bitmap {
        let factor = min(1, Double(longSide) / Double(max(width, height)))
        let fitted = try Bitmap(
            width: max(1, Int((Double(width) * factor).rounded())),
            height: max(1, Int((Double(height) * factor).rounded())))
        gdImageCopyResampled(
            fitted.image, image, 0, 0, 0, 0, fitted.image.pointee.sx, fitted.image.pointee.sy, image.pointee.sx,
            image.pointee.sy)
        return fitted
    }

    /// Upright, when it lies like that.
    consuming func turned(_ orientation: Orientation) throws(Refusal) -> Bitmap {
        if orientation == .upright { return self }
        let (width, height, isTransposed) = (width, height, orientation.isTransposed)
        let (fromRight, fromBelow) = (orientation.startsAtLastColumn, orientation.startsAtLastRow)
        let turned = try Bitmap(width: isTransposed ? height : width, height: isTransposed ? width : height)
        for y in 0..<turned.height {
            for x in 0..<turned.width {
                var (column, row) = isTransposed ? (y, x) : (x, y)
                if fromRight { column = width - 1 - column }
                if fromBelow { row = height - 1 - row }
                let color = gdImageGetTrueColorPixel(image, Int32(column), Int32(row))
                gdImageSetPixel(turned.image, Int32(x), Int32(y), color)
            }
        }
        return turned
    }

    /// Without the comment in which libgd names itself: nothing but the picture.
    func jpeg() throws(Refusal) -> [UInt8] {
        var count: Int32 = 0
        guard let data = gdImageJpegPtr(image, &count, Self.quality) else { throw .pictureMemory }
        defer { gdFree(data) }
        var bytes = [UInt8](UnsafeRawBufferPointer(start: data, count: Int(count)))
        let comment = JPEGSegments(bytes).first { $0.marker == JPEGSegments.comment }
        if let comment { bytes.removeSubrange(comment.range) }
        return bytes
    }
}
