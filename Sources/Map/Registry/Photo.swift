public import Kernel

/// What people say of a photo.
public struct PhotoLabel: Sendable, Hashable {
    /// One of the estate's; nil for the estate itself.
    public var building: ID<Building>?
    /// The key of the survey question that the photo shows; nil for none.
    public var question: String?
    /// At most `PhotoLabel.longestCaption` characters, perhaps none.
    public var caption: String

    public static let longestCaption = 200

    public init(building: ID<Building>? = nil, question: String? = nil, caption: String = "") {
        self.building = building
        self.question = question
        self.caption = caption
    }
}

/// A photo on its way into the register. Its two contents lie in the file store already.
public struct PhotoDraft: Sendable, Hashable {
    /// Made by whoever sends it, so that sending it twice changes nothing; nil lets the register make one.
    public var id: ID<Photo>?
    public var label: PhotoLabel
    /// SHA-256 of the picture and of its thumbnail in the file store, as 64 hexadecimal digits.
    public let digest: String
    public let thumbDigest: String
    /// Of the picture.
    public let bytes: Int
    /// Of the picture, in pixels.
    public let width: Int
    public let height: Int
    /// What the camera says; nil where it does not.
    public var takenAt: Instant?
    public var location: Coordinate?

    public init(
        id: ID<Photo>? = nil, label: PhotoLabel = PhotoLabel(), digest: String, thumbDigest: String, bytes: Int,
        width: Int, height: Int, takenAt: Instant? = nil, location: Coordinate? = nil
    ) {
        self.id = id
        self.label = label
        self.digest = digest
        self.thumbDigest = thumbDigest
        self.bytes = bytes
        self.width = width
        self.height = height
        self.takenAt = takenAt
        self.location = location
    }
}

/// A photo of an estate or of one of its buildings.
public struct Photo: Sendable, Hashable {
    public let id: ID<Photo>
    public let estate: ID<Estate>
    public let label: PhotoLabel
    /// SHA-256 of the picture and of its thumbnail in the file store, as 64 hexadecimal digits. Both are JPEGs.
    public let digest: String
    public let thumbDigest: String
    /// Of the picture.
    public let bytes: Int
    /// Of the picture, in pixels.
    public let width: Int
    public let height: Int
    /// From 1990 on, never later than the upload; nil when the camera did not say, or what it said cannot be.
    public let takenAt: Instant?
    /// Where the camera says that it stood.
    public let location: Coordinate?
    public let uploadedAt: Instant
    /// Nil for the machine's owner and for what was generated.
    public let uploadedBy: ID<PersonTag>?

    /// The day it was taken where that is known, else the day it came.
    public var day: Day { (takenAt ?? uploadedAt).dayInChina }
}

/// What is odd about a photo that was taken in all the same.
public enum PhotoNotice: Sendable, Hashable {
    /// The camera's clock was wrong, so the time was left out.
    case timeLeftOut
    /// So many metres from the estate.
    case far(metres: Int)

    public var message: Phrase {
        switch self {
        case .timeLeftOut:
            Phrase(
                zh: "照片上的拍摄时间在将来或早于 1990 年，没有采用；请检查相机的日期。",
                en: "The photo's time lies ahead or before 1990 and was left out; check the camera's date.")
        case .far(let metres):
            Phrase(
                zh: "照片的拍摄位置距小区 \(metres) 米，请确认没有选错小区。",
                en: "The photo was taken \(metres) m from the estate; check that it belongs here.")
        }
    }
}
