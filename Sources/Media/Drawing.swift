public import Kernel

/// A flat drawing made by code, where a picture is wanted and none may be taken.
public struct Drawing: ~Copyable {
    private let bitmap: Bitmap

    /// White, of so many pixels; both within `PictureLimits.side`.
    public init(width: Int, height: Int) throws(Refusal) {
        bitmap = try Bitmap(width: width, height: height)
    }

    /// Paints a rectangle, as far as it lies within the drawing.
    /// - Parameter color: 0xRRGGBB.
    public func fill(x: Int, y: Int, width: Int, height: Int, color: Int32) {
        bitmap.fill(x: x, y: y, width: width, height: height, color: color)
    }

    /// What would be kept of it, had it been sent.
    public func prepared() throws(Refusal) -> PreparedPicture { try Picture.prepare(bytes: bitmap.jpeg()) }
}
