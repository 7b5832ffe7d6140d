public import Geo
public import Kernel
public import Store

/// A photo as the map shows it.
public struct MapPhoto: Sendable, Hashable {
    public let photo: Photo
    public let location: Coordinate
    public let estateName: String
}

extension Register {
    /// The photos of an estate, or of one of its buildings, the latest first. The caller has checked that the reader
    /// may see the estate.
    public func photos(of estate: ID<Estate>, building: ID<Building>? = nil, in tx: Tx) throws -> [Photo] {
        let within: SQL = building.map { "AND building = \($0)" } ?? ""
        return try tx.map(
            """
            SELECT * FROM photo WHERE estate = \(estate) AND removed_at IS NULL \(within)
            ORDER BY uploaded_at DESC, id DESC LIMIT \(Self.photoLimit)
            """
        ) { try Photo($0) }
    }

    /// One photo, and the place of its estate.
    /// - Throws: a refusal of kind `.notFound`, also for one that was removed, or `.forbidden`.
    public func visiblePhoto(_ id: ID<Photo>, for actor: Actor, in tx: Tx) throws -> (photo: Photo, place: PlaceCode) {
        try actor.require(.readEstates)
        let found = try tx.first(
            """
            SELECT photo.*, estate.place FROM photo JOIN estate ON estate.id = photo.estate
            WHERE photo.id = \(id) AND removed_at IS NULL
            """)
        guard let found else { throw Self.noPhoto }
        let place: PlaceCode = try found["place"]
        try actor.require(.readEstates, at: place)
        return (try Photo(found), place)
    }

    /// The photos with these contents that the reader may see, by digest.
    /// - Parameter digests: SHA-256, hexadecimal.
    public func photos(withDigests digests: [String], for actor: Actor, in tx: Tx) throws -> [String: ID<Photo>] {
        guard actor.may(.readEstates), !digests.isEmpty else { return [:] }
        var found: [String: ID<Photo>] = [:]
        try tx.each(
            """
            SELECT photo.digest, photo.id FROM photo JOIN estate ON estate.id = photo.estate
            WHERE photo.digest IN \(list: digests) AND removed_at IS NULL
                AND \(actor.scope(.readEstates), contains: "estate.place") ORDER BY photo.id
            """
        ) { found[try $0[0]] = try $0[1] }
        return found
    }

    /// The latest photos whose place is known, within the reader's places and `box`.
    public func mapPhotos(in box: BoundingBox, limit: Int, for actor: Actor, in tx: Tx) throws -> [MapPhoto] {
        try actor.require(.readEstates)
        let found = try tx.map(
            """
            SELECT photo.*, estate.name AS estate_name FROM photo JOIN estate ON estate.id = photo.estate
            WHERE photo.longitude BETWEEN \(box.west) AND \(box.east)
                AND photo.latitude BETWEEN \(box.south) AND \(box.north) AND removed_at IS NULL
                AND \(actor.scope(.readEstates), contains: "estate.place")
            ORDER BY uploaded_at DESC, photo.id DESC LIMIT \(limit)
            """
        ) { row -> MapPhoto? in
            let photo = try Photo(row)
            let name: String = try row["estate_name"]
            return photo.location.map { MapPhoto(photo: photo, location: $0, estateName: name) }
        }
        return found.compactMap(\.self)
    }
}

extension Photo {
    init(_ row: Row) throws {
        let longitude: Double? = try row["longitude"]
        let latitude: Double? = try row["latitude"]
        self.init(
            id: try row["id"], estate: try row["estate"],
            label: PhotoLabel(
                building: try row["building"], question: try row["question"], caption: try row["caption"]),
            digest: try row["digest"], thumbDigest: try row["thumb_digest"], bytes: try row["bytes"],
            width: try row["width"], height: try row["height"], takenAt: try row["taken_at"],
            location: longitude.flatMap { longitude in
                latitude.map { Coordinate(longitude: longitude, latitude: $0) }
            },
            uploadedAt: try row["uploaded_at"], uploadedBy: try row["uploaded_by"])
    }
}
