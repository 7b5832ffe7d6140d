import Kernel

/// Where pictures are prepared, off the requests' threads: one at a time in the whole process, since the largest takes
/// 670 MB, with a queue that refuses rather than grows.
public final class PicturePool: Sendable {
    /// The one that a process shares.
    public static let shared = PicturePool()

    /// Forty ordinary pictures wait about twenty seconds.
    private let pool = WorkPool("yiju.pictures", threads: 1, longestQueue: 40, busy: .picturesBusy)

    private init() {}

    /// `Picture.prepare` of what `read` answers, which is asked only when the picture's turn has come, so that those
    /// that wait take no memory.
    /// - Throws: what `Picture.prepare` refuses, `Refusal` `photo.busy`, and what `read` throws.
    public func prepare(_ read: @escaping @Sendable () throws -> [UInt8]) async throws -> PreparedPicture {
        try await pool.run { try Picture.prepare(bytes: try read()) }
    }
}
