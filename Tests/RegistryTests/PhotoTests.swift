import Foundation
import Geo
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct PhotoTests {
    /// A photo whose content is named after a number.
    private static func draft(
        _ number: Int, id: ID<Photo>? = nil, _ label: PhotoLabel = PhotoLabel(), takenAt: Instant? = nil,
        location: Coordinate? = nil
    ) -> PhotoDraft {
        let digits = String(number, radix: 16)
        let digest = String(repeating: "0", count: 64 - digits.count) + digits
        return PhotoDraft(
            id: id, label: label, digest: digest, thumbDigest: "f" + digest.dropFirst(), bytes: 1000, width: 800,
            height: 600, takenAt: takenAt, location: location)
    }

    /// A town with one estate in Yuhua.
    private func withEstate(
        _ engine: Engine, _ body: (Town, Register, ID<Estate>) async throws -> Void
    ) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let estate = try await town.act { try register.registerEstate(Town.estate("建安小区"), in: $0) }
            try await body(town, register, estate)
        }
    }

    private func lines(_ town: Town) async throws -> [String] {
        try await town.read { tx in
            try tx.map("SELECT act FROM record_line WHERE act LIKE 'photo.%' ORDER BY id") { try $0[0] }
        }
    }

    @Test("A photo sent twice, by its id or as the same picture, is there once", arguments: Engine.available)
    func twice(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            let id = ID<Photo>(at: Town.now)
            let first = try await town.act { try register.addPhoto(Self.draft(1, id: id), to: estate, in: $0) }
            #expect(first == AddedPhoto(id: id, isNew: true, notices: []))
            let known = AddedPhoto(id: id, isNew: false, notices: [])
            #expect(try await town.act { try register.addPhoto(Self.draft(1, id: id), to: estate, in: $0) } == known)
            // The phone that has lost its id, and the one that sends another picture under an old one.
            #expect(try await town.act { try register.addPhoto(Self.draft(1), to: estate, in: $0) } == known)
            #expect(try await town.act { try register.addPhoto(Self.draft(2, id: id), to: estate, in: $0) } == known)
            let photos = try await town.read { try register.photos(of: estate, in: $0) }
            #expect(photos.map(\.id) == [id] && photos[0].digest == Self.draft(1).digest)
            #expect(photos[0].uploadedAt == Town.now && photos[0].day == Town.now.dayInChina)
            #expect(try await lines(town) == ["photo.add"])

            let other = try await town.act { try register.registerEstate(Town.estate("铁建小区"), in: $0) }
            await #expect {
                try await town.act { try register.addPhoto(Self.draft(1, id: id), to: other, in: $0) }
            } throws: { ($0 as? Refusal)?.code == "photo.id" }
        }
    }

    @Test("The sixty-first photo of an estate is refused until another goes", arguments: Engine.available)
    func limit(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            let ids = try await town.act { deed in
                try (1...60).map { try register.addPhoto(Self.draft($0), to: estate, in: deed).id }
            }
            await #expect {
                try await town.act { try register.addPhoto(Self.draft(61), to: estate, in: $0) }
            } throws: { ($0 as? Refusal)?.code == "photo.many" }
            // One of the sixty again is no sixty-first.
            #expect(try await town.act { try register.addPhoto(Self.draft(60), to: estate, in: $0) }.isNew == false)
            try await town.act { try register.removePhoto(ids[0], in: $0) }
            #expect(try await town.act { try register.addPhoto(Self.draft(61), to: estate, in: $0) }.isNew)
            #expect(try await town.read { try register.photos(of: estate, in: $0) }.count == 60)
        }
    }

    @Test("A removed photo is shown no more; its row and a line stay", arguments: Engine.available)
    func removal(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            let id = try await town.act { try register.addPhoto(Self.draft(1), to: estate, in: $0).id }
            try await town.act { try register.removePhoto(id, in: $0) }
            let owner = Actor.machineOwner(requestID: "test")
            #expect(try await town.read { try register.photos(of: estate, in: $0) }.isEmpty)
            let after: [@Sendable (Deed) throws -> Void] = [
                { try register.removePhoto(id, in: $0) },
                { _ = try register.correctPhoto(id, PhotoLabel(caption: "围墙"), in: $0) },
                { _ = try register.visiblePhoto(id, for: owner, in: $0.tx) },
            ]
            for act in after {
                await #expect {
                    try await town.act(act)
                } throws: { ($0 as? Refusal)?.code == "photo.none" }
            }
            // A phone that never heard of the removal does not bring it back; a person may.
            let again = try await town.act { try register.addPhoto(Self.draft(1, id: id), to: estate, in: $0) }
            #expect(again.id == id && !again.isNew)
            #expect(try await town.read { try register.photos(of: estate, in: $0) }.isEmpty)
            #expect(try await town.act { try register.addPhoto(Self.draft(1), to: estate, in: $0) }.isNew)
            let rows: Int? = try await town.read { try $0.value("SELECT count(*) FROM photo") }
            #expect(rows == 2)
            #expect(try await lines(town) == ["photo.add", "photo.remove", "photo.add"])
        }
    }

    @Test(
        "What is said of a photo is stored with what it was before; nothing new leaves no line",
        arguments: Engine.available)
    func corrects(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            let building = try await town.act {
                try register.registerBuilding(BuildingChange(name: "3栋"), of: estate, in: $0)
            }
            let id = try await town.act {
                try register.addPhoto(Self.draft(1, PhotoLabel(caption: "漏水")), to: estate, in: $0).id
            }
            let label = PhotoLabel(building: building, question: CoreFact.floors, caption: "北墙渗水")
            #expect(try await town.act { try register.correctPhoto(id, label, in: $0) })
            #expect(try await town.act { try register.correctPhoto(id, label, in: $0) } == false)
            let photos = try await town.read { try register.photos(of: estate, building: building, in: $0) }
            #expect(photos.map(\.label) == [label])
            let line = try await town.read {
                try $0.first("SELECT value_before, value_after FROM record_line WHERE act = 'photo.correct'")
            }
            let (before, after): (String?, String?) = (try line?[0], try line?[1])
            #expect(before == #"{"caption":"漏水","question":null,"building":null}"#)
            #expect(after?.hasSuffix(#""caption":"北墙渗水","question":"floors","building":"3栋"}"#) == true)
            #expect(try await lines(town) == ["photo.add", "photo.correct"])
        }
    }

    @Test("What cannot be said of a photo is refused by field, all at once", arguments: Engine.available)
    func refusesLabels(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            let foreign = try await town.act { deed in
                let other = try register.registerEstate(Town.estate("铁建小区"), in: deed)
                return try register.registerBuilding(BuildingChange(name: "1栋"), of: other, in: deed)
            }
            let label = PhotoLabel(
                building: foreign, question: "colourOfCats", caption: String(repeating: "长", count: 201))
            await #expect {
                try await town.act { try register.addPhoto(Self.draft(1, label), to: estate, in: $0) }
            } throws: { error in
                Set((error as? Refusals)?.all.compactMap(\.field) ?? []) == ["building", "question", "caption"]
            }
        }
    }

    @Test(
        "A time that cannot be is left out with a word; a place far away stays with one", arguments: Engine.available)
    func notices(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            // The estate's own point is 113.012, 28.176; a thousandth of a degree of latitude is 111 m.
            let (near, far) = (
                Coordinate(longitude: 113.012, latitude: 28.184), Coordinate(longitude: 113.012, latitude: 28.186)
            )
            let drafts = [
                Self.draft(1, takenAt: Town.now, location: near),
                Self.draft(2, takenAt: Town.now.adding(seconds: 1), location: far),
                Self.draft(3, takenAt: Day(year: 1989, month: 12, day: 31)?.startInChina),
                Self.draft(4, takenAt: Day(year: 1990, month: 1, day: 1)?.startInChina),
            ]
            let added = try await town.act { deed in
                try drafts.map { try register.addPhoto($0, to: estate, in: deed) }
            }
            #expect(added.map(\.notices) == [[], [.timeLeftOut, .far(metres: 1111)], [.timeLeftOut], []])
            let stored = try await town.read { tx in
                try added.map { try register.visiblePhoto($0.id, for: .machineOwner(requestID: "test"), in: tx).photo }
            }
            #expect(stored.map { $0.takenAt != nil } == [true, false, false, true])
            #expect(stored.map(\.location) == [near, far, nil, nil])
        }
    }

    @Test(
        "A photo is its district's: another's officer adds, changes, removes and sees none",
        arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await withEstate(engine) { town, register, estate in
            let (yuhua, furong) = (Town.officer("430111"), Town.officer("430102"))
            let reader = Town.officer("430111", rights: [.readEstates])
            let here = Coordinate(longitude: 113.013, latitude: 28.177)
            let id = try await town.act(as: yuhua) {
                try register.addPhoto(Self.draft(1, location: here), to: estate, in: $0).id
            }
            for actor in [furong, reader] {
                let acts: [@Sendable (Deed) throws -> Void] = [
                    { _ = try register.addPhoto(Self.draft(2), to: estate, in: $0) },
                    { _ = try register.correctPhoto(id, PhotoLabel(caption: "围墙"), in: $0) },
                    { try register.removePhoto(id, in: $0) },
                ]
                for act in acts {
                    await #expect {
                        try await town.act(as: actor, act)
                    } throws: { ($0 as? Refusal)?.kind == .forbidden }
                }
            }
            let box = BoundingBox(west: 113, south: 28, east: 113.1, north: 28.2)
            let beside = BoundingBox(west: 113.02, south: 28, east: 113.1, north: 28.2)
            let seen = try await town.read { tx in
                try [(yuhua, box), (reader, box), (furong, box), (yuhua, beside)].map { actor, box in
                    try register.mapPhotos(in: box, limit: 500, for: actor, in: tx).map(\.photo.id)
                }
            }
            #expect(seen == [[id], [id], [], []])
        }
    }
}
