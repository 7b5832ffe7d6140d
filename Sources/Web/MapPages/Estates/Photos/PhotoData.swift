import Common
import Components
import Frame
import Geo
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// Photos as bytes: the pictures themselves, points for the map, lines for programs.
enum PhotoData {
    /// Points that a map shows at once; the latest win.
    private static let mapLimit = 500

    static func full(_ visit: Visit) async throws -> Frame.Answer { try await picture(visit) { $0.digest } }

    static func thumb(_ visit: Visit) async throws -> Frame.Answer { try await picture(visit) { $0.thumbDigest } }

    /// What was re-encoded here is a JPEG and nothing else. The browser keeps it and asks each time whether its reader
    /// may still see it.
    private static func picture(
        _ visit: Visit, _ content: @escaping @Sendable (Photo) -> String
    ) async throws -> Frame.Answer {
        let (hall, actor, id): (Hall, Actor, ID<Photo>) = (visit.hall, visit.actor, try visit.id())
        let hex = try await hall.database.read { tx in
            content(try hall.register.visiblePhoto(id, for: actor, in: tx).photo)
        }
        guard let digest = ContentDigest(hex) else { throw Visit.notFound }
        let headers: HTTPFields = [
            .contentType: "image/jpeg", .contentDisposition: "inline", .eTag: "\"\(digest)\"",
            .cacheControl: "private, no-cache",
        ]
        if visit.knownTag == headers[.eTag] { return Frame.Answer(.notModified, headers: headers) }
        return Frame.Answer(headers: headers, body: .bytes(try await hall.files.bytes(of: digest)))
    }

    /// `GET /map/photos.geojson?bbox=west,south,east,north` in degrees: the latest photos whose place is known.
    static func map(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let (register, t) = (visit.hall.register, visit.language)
        let box = try box(visit.query)
        let words = try PhotoWords(register, [], in: tx)
        var writer = FeatureCollectionWriter(decimals: 6)
        for found in try register.mapPhotos(in: box, limit: mapLimit, for: visit.actor, in: tx) {
            let photo = found.photo
            let properties = [
                JSON.Member("title", .string(words.title(photo, t))), JSON.Member("estate", .string(found.estateName)),
                JSON.Member("day", .string(photo.day.description)), JSON.Member("href", .string(photo.link.text)),
                JSON.Member("thumb", .string(photo.thumb.text)),
            ]
            writer.append(.point(found.location), id: photo.id.description, properties: properties)
        }
        return Frame.Answer(
            headers: [.contentType: "application/geo+json", .cacheControl: "no-store"], body: .bytes(writer.finish()))
    }

    /// The whole Earth where none is given.
    private static func box(_ query: FormData) throws -> BoundingBox {
        guard let text = query["bbox"] else { return BoundingBox(west: -180, south: -90, east: 180, north: 90) }
        let sides = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        // Written so that what is no number is refused too.
        guard sides.count == 4, sides[0] <= sides[2], sides[1] <= sides[3],
            Coordinate(longitude: sides[0], latitude: sides[1]).isOnEarth,
            Coordinate(longitude: sides[2], latitude: sides[3]).isOnEarth
        else {
            throw Refusal(
                "bbox.malformed", zh: "bbox 须为四个以度为单位的数：西,南,东,北，例如 112.9,28.1,113.1,28.3。",
                en: "bbox must be four numbers in degrees: west,south,east,north, such as 112.9,28.1,113.1,28.3.",
                field: "bbox")
        }
        return BoundingBox(west: sides[0], south: sides[1], east: sides[2], north: sides[3])
    }

    /// `GET /api/v1/estates/{id}/photos`: `{"photos":[…]}`, the latest first, at most `Register.photoLimit`.
    static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        let photos = try register.photos(of: estate.id, in: tx)
        let names = try PersonNames(
            of: Set(photos.compactMap(\.uploadedBy)), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        let lines = photos.map { photo in
            photo.json(by: photo.uploadedBy.map { names.name($0, at: estate.place) })
        }
        return Frame.Answer(json: JSON.object(["photos": .array(lines)]).text)
    }
}

extension Photo {
    fileprivate func json(by name: String?) -> JSON {
        let text = { (value: String?) in value.map { JSON.string($0) } ?? .null }
        return .object([
            "id": .string(id.description), "building": text(label.building?.description),
            "question": text(label.question), "caption": .string(label.caption), "takenAt": text(takenAt?.rfc3339),
            "location": location.map { .array([.number($0.longitude), .number($0.latitude)]) } ?? .null,
            "width": .integer(Int64(width)), "height": .integer(Int64(height)), "bytes": .integer(Int64(bytes)),
            "sha256": .string(digest), "uploadedAt": .string(uploadedAt.rfc3339), "uploadedBy": text(name),
            "full": .string("/api/v1\(picture.text)"), "thumb": .string("/api/v1\(thumb.text)"),
        ])
    }
}
