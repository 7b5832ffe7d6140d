import Common
import Evaluation
import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store
import TestSupport
import Testing

/// The same bytes are one file, whoever brought them: it stays while a room names it.
@Suite("Discarded uploads")
struct DiscardTests {
    /// Asks every room, as the pages do.
    private struct Rooms: Sendable {
        let house: Premises
        let ledger: Ledger
        let evaluations: Evaluations

        func name(_ digest: String) async throws -> [Bool] {
            try await house.database.read { tx in
                [
                    try house.register.names(file: digest, in: tx), try ledger.names(file: digest, in: tx),
                    try evaluations.names(file: digest, in: tx),
                ]
            }
        }
    }

    private func withRooms(_ engine: Engine, _ body: (Rooms) async throws -> Void) async throws {
        try await engine.withDatabase(schemas: Premises.schemas, now: Premises.start) { database in
            let house = try await Premises(found: database, vault: .ephemeral())
            let evaluations = Evaluations(register: house.register, shipped: try Premises.scheme())
            try await body(
                Rooms(house: house, ledger: Ledger(menu: try Premises.menu()), evaluations: evaluations))
        }
    }

    @Test("The bytes of a discarded upload go with the last batch that names them", arguments: Engine.available)
    func discarded(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            try await withRooms(engine) { rooms in
                let (house, files) = (rooms.house, try FileStore(folder: folder.path))
                let register = house.register
                let content = try await files.add(Array("小区名称\n".utf8))
                let batches = try await house.act { deed in
                    try StoredFile(content, mediaType: "text/csv", originalName: "a.csv", addedAt: deed.now)
                        .insert(deed.tx)
                    return try (0..<2).map { _ in
                        try register.keepBatch(
                            ImportOptions(place: "430111"), file: content.digest.hex, fileName: "a.csv",
                            at: Premises.place("430111"), in: deed)
                    }
                }
                let given = try await house.act { try register.discardBatch(batches[0], in: $0) }
                #expect(given == content.digest.hex)
                #expect(try await rooms.name(given) == [true, false, false], "the second batch waits")
                try await house.act { _ = try register.discardBatch(batches[1], in: $0) }
                #expect(try await rooms.name(given) == [false, false, false])

                let later = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 2 * 86_400_000)
                #expect(try await files.sweep(house.database, now: later) == 0)
                try await house.act { try StoredFile.delete(content.digest, $0.tx) }
                #expect(try await files.sweep(house.database, now: later) == 1)
            }
        }
    }

    /// Every column of every room that holds the digest of a file.
    @Test("A file is named by whatever still needs it, and by nothing else", arguments: Engine.available)
    func named(engine: Engine) async throws {
        try await withRooms(engine) { rooms in
            let (house, none) = (rooms.house, [UInt8]())
            let (id, day, now) = (ID<Estate>(at: Premises.start), Premises.start.dayInChina, Premises.start)
            let estate = try await house.act { deed in
                try house.register.registerEstate(Premises.estate("建安小区"), in: deed)
            }
            var (number, room) = (0, 0)
            func digest() -> String { String(repeating: "0", count: 60) + String(1000 + number) }
            func stays(_ what: String, _ sql: @escaping @Sendable (String) -> SQL) async throws {
                number += 1
                let digest = digest()
                #expect(try await rooms.name(digest) == [false, false, false], "\(what): nobody names it yet")
                try await house.act { _ = try $0.tx.run(sql(digest)) }
                #expect(try await rooms.name(digest) == (0..<3).map { $0 == room }, "\(what)")
            }
            let batch: @Sendable (SQL, SQL) -> SQL = { file, report in
                """
                INSERT INTO import_batch (id, kind, state, place, file, file_name, options, report, by_label, at)
                VALUES (\(ID<Estate>(at: now)), 'estates', 'applied', '4301', \(file), '', '{}', \(report), '', 0)
                """
            }
            let photo: @Sendable (String, String) -> SQL = { full, thumb in
                """
                INSERT INTO photo (id, estate, digest, thumb_digest, bytes, width, height, uploaded_at, removed_at)
                VALUES (\(ID<Photo>(at: now)), \(estate), \(full), \(thumb), 1, 1, 1, 0, 0)
                """
            }
            let other = String(repeating: "f", count: 64)
            try await stays("an applied batch") { batch("\($0)", "'{}'") }
            try await stays("refused rows") { batch("\(other)", "\(#"{"refused":"\#($0)"}"#)") }
            try await stays("a removed photo") { photo($0, other) }
            try await stays("its thumbnail") { photo(other, $0) }

            room = 1
            try await stays("a table of the ledger") { digest in
                """
                INSERT INTO ledger_import (id, kind, state, place, file, file_name, sheet, report, by_label, at)
                VALUES (\(id), 'budget', 'previewed', '4301', \(digest), '', '', '{}', '', 0)
                """
            }
            try await stays("a clearance") { digest in
                """
                INSERT INTO clearance (id, kind, subject, digest, issuer, from_day, issued_at)
                VALUES (\(id), 'estimate', 'P1', \(digest), 'x', \(day), 0)
                """
            }
            try await stays("the second of an entry's evidence") { digest in
                """
                INSERT INTO journal_entry (number, id, key, kind, stated, effective, recorded, actor_kind,
                    authority_kind, authority_ref, evidence, memo, manner, reason, content, chain)
                VALUES (1, \(id), 'k', 'post', \(day), \(day), 0, 'owner', 'a', 'b', \("\(other) \(digest)"), '',
                    'ordinary', '', \(none), \(none))
                """
            }

            room = 2
            try await stays("a withdrawn publication") { digest in
                """
                INSERT INTO publication (id, run, place, title, scheme_version, estates, digest, size, key_id,
                    signature, published_at, withdrawn_at, reason)
                VALUES (\(id), \(id), '4301', '', 1, 0, \(digest), 1, '', \(none), 0, 0, 'x')
                """
            }
            try await stays("an appeal") { digest in
                """
                INSERT INTO appeal (id, number, run, estate, place, aspect, fact, stated, claimed, reason, evidence,
                    state, made_at)
                VALUES (\(id), 1, \(id), \(estate), '4301', 'a', 'f', '1', '2', 'r',
                    \(#"{"photos":[],"files":["\#(digest)"]}"#), 'open', 0)
                """
            }
        }
    }

    @Test("A discarded table of the ledger is named no longer", arguments: Engine.available)
    func table(engine: Engine) async throws {
        try await withRooms(engine) { rooms in
            let digest = String(repeating: "a", count: 64)
            try await rooms.house.act { deed in
                try deed.tx.run(
                    """
                    INSERT INTO ledger_import (id, kind, state, place, file, file_name, sheet, report, by_label, at)
                    VALUES (\(ID<LedgerImport>(at: deed.now)), 'budget', 'previewed', '4301', \(digest), '', '', '{}',
                        '', 0)
                    """)
                let waiting = try #require(try rooms.ledger.imports(for: deed.actor, in: deed.tx).first)
                let given = try rooms.ledger.discardImport(waiting.id, in: deed)
                #expect(given == digest)
            }
            #expect(try await rooms.name(digest) == [false, false, false])
        }
    }
}
