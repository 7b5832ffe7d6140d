import Geo
public import Identity
public import Kernel
import Store

/// What became of a photo that was sent.
public struct AddedPhoto: Sendable, Hashable {
    public let id: ID<Photo>
    /// False when it was there already, and nothing changed.
    public let isNew: Bool
    public let notices: [PhotoNotice]

    public init(id: ID<Photo>, isNew: Bool, notices: [PhotoNotice]) {
        self.id = id
        self.isNew = isNew
        self.notices = notices
    }
}

extension Register {
    /// Photos of one estate that are shown at the same time.
    public static let photoLimit = 60
    /// Cameras that write a time did not exist before.
    private static let firstPhotoDay = Day(year: 1990, month: 1, day: 1)
    /// Metres from the estate's point beyond which a photo's place is worth a word; large estates measure as much.
    private static let farAway = 1000.0

    /// Adds a photo to an estate. One that is there already, by its id or as the same picture, stays as it is.
    ///
    /// Its files' rows belong into the same transaction, and only when it is new: a content without a row is swept.
    /// - Throws: `Refusals` by field; `Refusal` `photo.many` above the limit, `photo.id` when another estate has one of
    ///   that id.
    public func addPhoto(_ draft: PhotoDraft, to estate: ID<Estate>, in deed: Deed) throws -> AddedPhoto {
        guard let estate = try self.estate(estate, in: deed.tx) else { throw Self.noEstate }
        try deed.actor.require(.correctEstates, at: estate.place)
        if let known = try knownPhoto(draft, of: estate.id, in: deed) {
            return AddedPhoto(id: known, isNew: false, notices: [])
        }
        let building = try checked(draft.label, of: estate.id, in: deed)
        let count: Int =
            try deed.tx.value("SELECT count(*) FROM photo WHERE estate = \(estate.id) AND removed_at IS NULL") ?? 0
        guard count < Self.photoLimit else { throw Self.tooManyPhotos }
        let (draft, notices) = sensible(draft, of: estate, in: deed)
        let id = draft.id ?? ID<Photo>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO photo (id, estate, building, question, digest, thumb_digest, bytes, width, height, taken_at,
                longitude, latitude, caption, uploaded_at, uploaded_by)
            VALUES (\(id), \(estate.id), \(draft.label.building), \(draft.label.question), \(draft.digest),
                \(draft.thumbDigest), \(draft.bytes), \(draft.width), \(draft.height), \(draft.takenAt),
                \(draft.location?.longitude), \(draft.location?.latitude), \(draft.label.caption), \(deed.now),
                \(deed.actor.person))
            """)
        var told = [JSON.Member("photo", .string(id.description)), JSON.Member("sha256", .string(draft.digest))]
        told += Self.told(draft.label, building)
        if let takenAt = draft.takenAt { told.append(JSON.Member("takenAt", .string(takenAt.rfc3339))) }
        if draft.location != nil { told.append(JSON.Member("location", draft.location.json)) }
        try deed.record(
            "photo.add", on: Subject("estate", estate.id), at: estate.place, after: JSON.object(told).text)
        return AddedPhoto(id: id, isNew: true, notices: notices)
    }

    /// Says something else of a photo.
    /// - Returns: false when nothing differed.
    /// - Throws: `Refusals` by field; `Refusal` `photo.none`.
    public func correctPhoto(_ id: ID<Photo>, _ label: PhotoLabel, in deed: Deed) throws -> Bool {
        let (photo, place) = try correctablePhoto(id, in: deed)
        guard label != photo.label else { return false }
        let building = try checked(label, of: photo.estate, was: photo.label, in: deed)
        let oldBuilding = try photo.label.building.flatMap { try self.building($0, in: deed.tx) }
        try deed.tx.run(
            """
            UPDATE photo SET building = \(label.building), question = \(label.question), caption = \(label.caption)
            WHERE id = \(id)
            """)
        let (was, now) = (Self.told(photo.label, oldBuilding), Self.told(label, building))
        try deed.record(
            "photo.correct", on: Subject("estate", photo.estate), at: place,
            before: JSON.object(was.filter { !now.contains($0) }).text,
            after: JSON.object([JSON.Member("photo", .string(id.description))] + now.filter { !was.contains($0) }).text)
        return true
    }

    /// Takes a photo out of sight for good. Its row and its files stay, as the record's evidence.
    /// - Throws: `Refusal` `photo.none`, also for one that was removed before.
    public func removePhoto(_ id: ID<Photo>, in deed: Deed) throws {
        let (photo, place) = try correctablePhoto(id, in: deed)
        try deed.tx.run("UPDATE photo SET removed_at = \(deed.now) WHERE id = \(id)")
        let told = [
            JSON.Member("photo", .string(id.description)), JSON.Member("sha256", .string(photo.digest)),
            JSON.Member("caption", .string(photo.label.caption)),
        ]
        try deed.record(
            "photo.remove", on: Subject("estate", photo.estate), at: place, before: JSON.object(told).text)
    }

    private func correctablePhoto(_ id: ID<Photo>, in deed: Deed) throws -> (Photo, PlaceCode) {
        let (photo, place) = try visiblePhoto(id, for: deed.actor, in: deed.tx)
        try deed.actor.require(.correctEstates, at: place)
        return (photo, place)
    }

    /// The photo that `draft` was sent as before: by its id, also when it was removed since, or a live one of the
    /// estate that shows the same.
    private func knownPhoto(_ draft: PhotoDraft, of estate: ID<Estate>, in deed: Deed) throws -> ID<Photo>? {
        if let id = draft.id, let owner: ID<Estate> = try deed.tx.value("SELECT estate FROM photo WHERE id = \(id)") {
            guard owner == estate else { throw Self.photoElsewhere }
            return id
        }
        return try deed.tx.value(
            """
            SELECT id FROM photo WHERE estate = \(estate) AND digest = \(draft.digest) AND removed_at IS NULL LIMIT 1
            """)
    }

    /// - Returns: the building it names.
    /// - Parameter was: what was said before and need not be right any more, such as a question of an older form.
    private func checked(
        _ label: PhotoLabel, of estate: ID<Estate>, was: PhotoLabel = PhotoLabel(), in deed: Deed
    ) throws -> Building? {
        var refusals = EstateRules.text(
            label.caption, field: "caption", limit: PhotoLabel.longestCaption,
            label: Phrase(zh: "照片说明", en: "The caption"))
        if let question = label.question, question != was.question {
            let isAsked = try SurveySubject.allCases.contains {
                try form($0, in: deed.tx).question(question) != nil
            }
            if !isAsked { refusals.append(Self.noQuestion) }
        }
        let building = try label.building.flatMap { try self.building($0, in: deed.tx) }
        if label.building != nil, building?.estate != estate { refusals.append(Self.foreignBuilding) }
        try Refusals.throwIfAny(refusals)
        return building
    }

    /// Without a time that cannot be, and with what is to be told about it.
    private func sensible(
        _ draft: PhotoDraft, of estate: Estate, in deed: Deed
    ) -> (draft: PhotoDraft, notices: [PhotoNotice]) {
        var (draft, notices) = (draft, [PhotoNotice]())
        let first = Self.firstPhotoDay?.startInChina ?? deed.now
        if let takenAt = draft.takenAt, takenAt < first || takenAt > deed.now {
            draft.takenAt = nil
            notices.append(.timeLeftOut)
        }
        if let location = draft.location, let home = estate.location {
            let metres = location.distance(to: home)
            if metres > Self.farAway { notices.append(.far(metres: Int(metres))) }
        }
        return (draft, notices)
    }

    /// As the record tells it: the building by the name it has now.
    private static func told(_ label: PhotoLabel, _ building: Building?) -> [JSON.Member] {
        [
            JSON.Member("caption", .string(label.caption)),
            JSON.Member("question", label.question.map(JSON.string) ?? .null),
            JSON.Member("building", building.map { .string($0.name) } ?? .null),
        ]
    }
}

extension Register {
    static var noPhoto: Refusal {
        Refusal(
            .notFound, "photo.none", zh: "没有这张照片，或已移除；请从小区页重新打开。",
            en: "There is no such photo, or it was removed; open it from its estate.")
    }

    private static var tooManyPhotos: Refusal {
        Refusal(
            .conflict, "photo.many", zh: "一个小区最多 \(photoLimit) 张照片；请先移除不再需要的照片。",
            en: "An estate may have \(photoLimit) photos at most; remove some that are no longer needed first.",
            field: "photo")
    }

    private static var photoElsewhere: Refusal {
        Refusal(
            .conflict, "photo.id", zh: "这张照片的编号已被另一个小区使用；请重新选择照片上传。",
            en: "Another estate has a photo of this id; choose the photo again and send it.", field: "photo")
    }

    private static var foreignBuilding: Refusal {
        Refusal(
            "photo.building", zh: "所选楼栋不属于这个小区；请重新选择。",
            en: "The building is not one of this estate; choose again.", field: "building")
    }

    private static var noQuestion: Refusal {
        Refusal(
            "photo.question", zh: "调查表里没有这个问题；请重新选择。", en: "The survey form has no such question; choose again.",
            field: "question")
    }
}
