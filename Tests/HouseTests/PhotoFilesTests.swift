import Common
import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite("Photos' files")
struct PhotoFilesTests {
    private static let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))

    /// What a page does with a picture that was prepared.
    private struct Album {
        let house: Premises
        let files: FileStore
        let estate: ID<Estate>

        init(_ database: Database, _ folder: URL) async throws {
            let house = try await Premises(found: database, vault: .ephemeral())
            let register = house.register
            estate = try await house.act { try register.registerEstate(Premises.estate("建安小区"), in: $0) }
            (self.house, files) = (house, try FileStore(folder: folder.appending(path: "files").path))
        }

        func add(_ picture: String) async throws -> (id: ID<Photo>, full: ContentDigest, thumb: ContentDigest) {
            let (register, estate) = (house.register, estate)
            let full = try await files.add(Array(picture.utf8))
            let thumb = try await files.add(Array((picture + " small").utf8))
            let draft = PhotoDraft(
                digest: full.digest.hex, thumbDigest: thumb.digest.hex, bytes: Int(full.size), width: 4, height: 3)
            let id = try await house.act { deed in
                for content in [full, thumb] {
                    try StoredFile(content, mediaType: "image/jpeg", originalName: picture, addedAt: deed.now)
                        .insert(deed.tx)
                }
                return try register.addPhoto(draft, to: estate, in: deed).id
            }
            return (id, full.digest, thumb.digest)
        }

        func path(_ digest: ContentDigest) -> String {
            "\(files.folder)/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2).prefix(2))/\(digest.hex)"
        }
    }

    private func withAlbum(_ engine: Engine, _ body: (Album, URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try await engine.withDatabase(schemas: Premises.schemas, now: Premises.start) { database in
                try await body(Album(database, folder), folder)
            }
        }
    }

    @Test("Verification finds a photo that is missing and a thumbnail that was damaged", arguments: Engine.available)
    func verification(engine: Engine) async throws {
        try await withAlbum(engine) { album, _ in
            let (first, second) = (try await album.add("north"), try await album.add("south"))
            let database = album.house.database
            #expect(try await album.files.verify(database).isWhole)
            try FileManager.default.removeItem(atPath: album.path(first.full))
            try Data("sooth".utf8).write(to: URL(filePath: album.path(second.thumb)))
            let found = try await album.files.verify(database)
            #expect(found.named == 4 && found.missing == [first.full] && found.altered == [second.thumb])
        }
    }

    @Test(
        "A sweep keeps what photos need, removed ones too, and frees that of a photo that was refused",
        arguments: Engine.available)
    func sweep(engine: Engine) async throws {
        try await withAlbum(engine) { album, _ in
            let (live, removed) = (try await album.add("north"), try await album.add("south"))
            let register = album.house.register
            try await album.house.act { try register.removePhoto(removed.id, in: $0) }
            let refused = try await album.files.add(Array("east".utf8))
            let later = Self.now.adding(seconds: 2 * 86_400)
            #expect(try await album.files.sweep(album.house.database, now: later) == 1)
            for digest in [live.full, live.thumb, removed.full, removed.thumb] {
                #expect(try await !album.files.bytes(of: digest).isEmpty)
            }
            await #expect {
                try await album.files.bytes(of: refused.digest)
            } throws: { ($0 as? Refusal)?.code == "file.missing" }
        }
    }

    /// Whoever brings a photo's own bytes as a spreadsheet and discards it must not take the photo away.
    @Test("An upload that is discarded leaves the file to the photo that shows it", arguments: Engine.available)
    func discardedUpload(engine: Engine) async throws {
        try await withAlbum(engine) { album, _ in
            let photo = try await album.add("north")
            let register = album.house.register
            for digest in [photo.full, photo.thumb] {
                let isNamed = try await album.house.act { deed in
                    let batch = try register.keepBatch(
                        ImportOptions(place: "430111"), file: digest.hex, fileName: "a.csv",
                        at: Premises.place("430111"), in: deed)
                    return try register.names(file: register.discardBatch(batch, in: deed), in: deed.tx)
                }
                #expect(isNamed)
            }
        }
    }

    @Test("A backup brings photos back, pictures and all", arguments: Engine.available)
    func backup(engine: Engine) async throws {
        try await withAlbum(engine) { album, folder in
            let photo = try await album.add("north")
            let path = folder.appending(path: "city.zip").path
            _ = try await Backup.write(
                album.house.database, schemas: Premises.schemas, files: album.files, to: path, now: Premises.start)
            let checked = try await Restore.check(path, schemas: Premises.schemas)
            let elsewhere = try FileStore(folder: folder.appending(path: "elsewhere").path)
            try await engine.withDatabase(schemas: Premises.schemas, now: Premises.start) { database in
                try await Restore.apply(
                    checked, to: database, files: elsewhere, schemas: Premises.schemas, now: Premises.start)
                let (register, estate) = (album.house.register, album.estate)
                let photos = try await database.read { try register.photos(of: estate, in: $0) }
                #expect(photos.map(\.id) == [photo.id])
                #expect(try await elsewhere.verify(database).isWhole)
                #expect(try await elsewhere.bytes(of: photo.thumb) == Array("north small".utf8))
            }
        }
    }
}
