import Cryptography
import Foundation
import Kernel
import Store
import Synchronization
import TestSupport
import Testing

@testable import Identity

/// Whoever can write to the database, but has not the vault, rewrites history; each time the first wrong line is named.
@Suite struct ForgedHistoryTests {
    typealias Kind = VerificationReport.Problem.Kind

    private static let firstLine: SQL = "(SELECT line FROM record_leaf WHERE idx = 9)"

    /// A record of at least twenty lines in several sealed batches, forged, and what verify says first.
    private func forged(
        _ engine: Engine, published: Bool = false, keys: ((World) -> RecordKeys)? = nil,
        _ forgery: @escaping @Sendable (Tx) throws -> Void
    ) async throws -> (kind: Kind?, index: Int?, subject: String?, count: Int) {
        try await World.with(engine) { world in
            try await world.seal(lines: 20)
            let head = try await world.head
            #expect(try await world.verify().isWhole)
            try await world.forge(forgery)
            let report = try await world.verify(published: published ? [head] : [], keys: keys?(world))
            let first = report.problems.first
            return (first?.kind, first?.index, first?.subject?.id, report.problems.count)
        }
    }

    @Test(arguments: Engine.available)
    func aChangedLineIsNamed(engine: Engine) async throws {
        let columns: [SQL] = [
            "value_after = '{\"households\":9000}'", "value_before = NULL", "at = at + 1", "act = 'estate.register'",
            "place = '430102'", "person = NULL", "actor_kind = 'system'", "label = \([UInt8(7)])", "request_id = ''",
            "subject_id = 'e999'", "subject_kind = 'building'",
        ]
        for column in columns {
            let found = try await forged(engine) { tx in
                try tx.run("UPDATE record_line SET \(column) WHERE id = \(Self.firstLine)")
            }
            #expect(found.kind == .changed && found.index == 9 && found.count == 1, "\(column.template): \(found)")
        }
    }

    @Test(arguments: Engine.available)
    func aRemovedLineIsNamed(engine: Engine) async throws {
        let found = try await forged(engine) { try $0.run("DELETE FROM record_line WHERE id = \(Self.firstLine)") }
        #expect(found.kind == .removed && found.index == 9)
    }

    @Test(arguments: Engine.available)
    func aLineRemovedTogetherWithItsLeafIsNamed(engine: Engine) async throws {
        let found = try await forged(engine) { tx in
            try tx.run("DELETE FROM record_line WHERE id = \(Self.firstLine)")
            try tx.run("DELETE FROM record_leaf WHERE idx = 9")
        }
        #expect(found.kind == .leafMissing && found.index == 9)
    }

    @Test(arguments: Engine.available)
    func aLineRemovedAndTheOthersMovedUpIsNamed(engine: Engine) async throws {
        let found = try await forged(engine) { tx in
            try tx.run("DELETE FROM record_line WHERE id = \(Self.firstLine)")
            try tx.run("DELETE FROM record_leaf WHERE idx = 9")
            // One at a time and from the front, since an index is unique at every moment.
            let leaves: Int = try tx.value("SELECT max(idx) FROM record_leaf") ?? 0
            for index in 10...leaves { try tx.run("UPDATE record_leaf SET idx = \(index - 1) WHERE idx = \(index)") }
            try tx.run("UPDATE record_line SET leaf_index = leaf_index - 1 WHERE leaf_index > 9")
        }
        #expect(found.kind == .leafRewritten && found.index == 9)
    }

    @Test(arguments: Engine.available)
    func anInsertedLineIsNamed(engine: Engine) async throws {
        let insert: @Sendable (Tx, Int) throws -> Void = { tx, index in
            try tx.run(
                """
                INSERT INTO record_line (id, at, actor_kind, person, label, act, subject_kind, subject_id, place,
                    request_id, witness, leaf_index)
                SELECT \(ID<RecordLine>(high: 5, low: 5)), at, actor_kind, person, label, act, subject_kind, 'forged',
                    place, request_id, witness, \(index)
                FROM record_line WHERE id = \(Self.firstLine)
                """)
        }
        var found = try await forged(engine) { try insert($0, 9) }
        #expect(found.kind == .inserted && found.index == 9 && found.subject == "forged")

        // With a leaf of its own, all later ones moved down, and every hash right.
        found = try await forged(engine) { tx in
            let leaves: Int = try tx.value("SELECT max(idx) FROM record_leaf") ?? 0
            for index in (9...leaves).reversed() {
                try tx.run("UPDATE record_leaf SET idx = \(index + 1) WHERE idx = \(index)")
            }
            try tx.run("UPDATE record_line SET leaf_index = leaf_index + 1 WHERE leaf_index >= 9")
            let row = try tx.first("SELECT \(RecordLine.columns) FROM record_line r WHERE r.leaf_index = 8")
            guard let row else { throw Missing("line 8") }
            try tx.run("UPDATE record_line SET leaf_index = NULL WHERE leaf_index = 8")
            try tx.run(
                """
                INSERT INTO record_leaf (idx, line, hash, witness)
                SELECT 9, line, \(try RecordLine(row).leafHash(.sha256)), witness FROM record_leaf WHERE idx = 8
                """)
        }
        #expect(found.index == 8 || found.index == 9)
        #expect(found.count > 0)
    }

    @Test(arguments: Engine.available)
    func twoLinesThatChangedPlacesAreNamed(engine: Engine) async throws {
        let swap: @Sendable (Tx) throws -> Void = { tx in
            try tx.run("UPDATE record_leaf SET idx = 999 WHERE idx = 9")
            try tx.run("UPDATE record_leaf SET idx = 9 WHERE idx = 12")
            try tx.run("UPDATE record_leaf SET idx = 12 WHERE idx = 999")
        }
        // Leaves exchanged with their lines' own numbers: only the witness knows.
        var found = try await forged(engine) { tx in
            try swap(tx)
            try tx.run("UPDATE record_line SET leaf_index = 21 - leaf_index WHERE leaf_index IN (9, 12)")
        }
        #expect(found.kind == .leafRewritten && found.index == 9)
        // Leaves exchanged, lines left alone.
        found = try await forged(engine) { try swap($0) }
        #expect(found.kind == .reordered && found.index == 9)
        // The leaves point at each other's lines.
        found = try await forged(engine) { tx in
            let lines = try tx.map("SELECT line FROM record_leaf WHERE idx IN (9, 12) ORDER BY idx") {
                try $0[0] as [UInt8]
            }
            try tx.run("UPDATE record_leaf SET line = \(lines[1]) WHERE idx = 9")
            try tx.run("UPDATE record_leaf SET line = \(lines[0]) WHERE idx = 12")
        }
        #expect(found.kind == .reordered && found.index == 9)
    }

    /// Changes line 9 and its leaf so that they agree.
    private static let rewrite: @Sendable (Tx) throws -> Void = { tx in
        try tx.run("UPDATE record_line SET value_after = '{}' WHERE id = \(firstLine)")
        let row = try tx.first("SELECT \(RecordLine.columns) FROM record_line r WHERE r.id = \(firstLine)")
        guard let row else { throw Missing("line 9") }
        try tx.run("UPDATE record_leaf SET hash = \(try RecordLine(row).leafHash(.sha256)) WHERE idx = 9")
    }

    @Test(arguments: Engine.available)
    func aLineRewrittenWithItsLeafIsNamed(engine: Engine) async throws {
        let found = try await forged(engine, Self.rewrite)
        #expect(found.kind == .leafRewritten && found.index == 9 && found.subject != nil)
    }

    @Test(arguments: Engine.available)
    func withThePublicKeyAloneTheBatchOfARewrittenLineIsNamed(engine: Engine) async throws {
        let found = try await forged(
            engine, keys: { RecordKeys(publicKey: $0.vault.signing.publicKey) }, Self.rewrite)
        #expect(found.kind == .rootDiffers)
        let first = try #require(found.index)
        #expect(first <= 9 && first > 9 - 5, "\(first) begins the batch of five that holds line 9")
    }

    @Test(arguments: Engine.available)
    func aRewrittenHeadIsFound(engine: Engine) async throws {
        // The whole tree rewritten from line 9 on, heads included, signed with a key of the forger's own.
        let thief = Vault.ephemeral()
        let resign: @Sendable (Tx) throws -> Void = { tx in
            try Self.rewrite(tx)
            let hashes = try tx.map("SELECT hash FROM record_leaf ORDER BY idx") { try $0[0] as [UInt8] }
            for size in try tx.map("SELECT size FROM tree_head", { try $0[0] as Int }) {
                let root = MerkleTree.root(of: hashes.prefix(size), suite: .sha256)
                let head = TreeHead(
                    size: size, root: root, at: Instant(milliseconds: 0), suite: .sha256, signedBy: thief.signing)
                try tx.run(
                    """
                    UPDATE tree_head SET root = \(root), at = \(head.at), signature = \(head.signature)
                    WHERE size = \(size)
                    """)
            }
        }
        let found = try await forged(engine, keys: { RecordKeys(publicKey: $0.vault.signing.publicKey) }, resign)
        #expect(found.kind == .headForged)
        #expect(try await forged(engine, resign).count > 0)

        let gone = try await forged(engine) { try $0.run("DELETE FROM tree_head") }
        #expect(gone.kind == .unsigned && gone.index == 0)
    }

    private static let newLine = ID<RecordLine>(high: 5, low: 5)

    @Test(arguments: Engine.available)
    func aLineInsertedInAnOfficersNameIsNeverSealed(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 20)
            // Backdated, in somebody's name and with a witness that was honest for another line.
            try await world.forge { tx in
                try tx.run(
                    """
                    INSERT INTO record_line (id, at, actor_kind, person, label, act, subject_kind, subject_id, place,
                        request_id, witness)
                    SELECT \(Self.newLine), at, actor_kind, person, label, act, subject_kind, 'forged', place,
                        request_id, witness
                    FROM record_line WHERE id = \(Self.firstLine)
                    """)
            }
            let waiting = try await world.verify().problems
            #expect(waiting.map(\.kind) == [.forged] && waiting.first?.line == Self.newLine)

            let told = Told()
            try await world.act { try $0.record("estate.correct", on: Subject("estate", "after"), at: World.yuhua) }
            try await world.sealer.sealAll { told.hear($0) }
            #expect(told.codes == ["seal.forged"])
            let report = try await world.verify()
            #expect(report.problems.map(\.kind) == [.forged] && report.problems.first?.line == Self.newLine)
            #expect(report.unsealed == 0)
            let shown = try await world.database.read { [vault = world.vault, admin = world.admin] in
                try RecordQueries.lines(RecordFilter(), reader: admin, vault: vault, tx: $0).map(\.subject.id)
            }
            #expect(shown.contains("after") && !shown.contains("forged"))
            // Refused is refused, for whoever has the public key alone too.
            let seen = try await world.verify(keys: RecordKeys(publicKey: world.vault.signing.publicKey))
            #expect(seen.problems.map(\.kind) == [.forged])
        }
    }

    @Test(arguments: Engine.available)
    func aLineChangedBeforeItIsSealedIsNeverSealed(engine: Engine) async throws {
        let columns: [SQL] = [
            "value_after = '{}'", "at = at - 1", "act = 'x'", "person = NULL", "label = \([UInt8(7)])", "place = '43'",
            "subject_id = 'e999'", "request_id = ''", "witness = \([UInt8]())",
        ]
        try await World.with(engine) { world in
            try await world.seal(lines: 5)
            for (refused, column) in columns.enumerated() {
                try await world.act { try $0.record("estate.correct", on: Subject("estate", "e"), at: World.yuhua) }
                try await world.forge { try $0.run("UPDATE record_line SET \(column) WHERE leaf_index IS NULL") }
                let problems = try await world.verify().problems
                #expect(problems.map(\.kind) == (0...refused).map { _ in .forged }, "\(column.template)")
                try await world.sealer.sealAll()
            }
            let refused = try await world.count("SELECT count(*) FROM record_line WHERE leaf_index = -1")
            #expect(refused == columns.count)
            #expect(try await world.verify().problems.map(\.kind) == columns.map { _ in .forged })
        }
    }

    @Test(arguments: Engine.available)
    func aBatchOfForgedLinesDoesNotStallTheRecord(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 1)
            try await world.forge { tx in
                let columns: [StaticString] = [
                    "id", "at", "actor_kind", "label", "act", "subject_kind", "subject_id", "place", "request_id",
                    "witness",
                ]
                try tx.insert(
                    into: "record_line", columns: columns,
                    rows: (1...UInt64(Limits.sealBatch + 1)).map { number in
                        [
                            ID<RecordLine>(high: 5, low: number).sqlValue, .integer(0), .text("system"), .bytes([]),
                            .text("x"), .text("x"), .text("x"), .text("4301"), .text(""), .bytes([]),
                        ]
                    })
            }
            try await world.act { try $0.record("estate.correct", on: Subject("estate", "e"), at: World.yuhua) }
            try await world.sealer.sealAll()
            let sealed = try await world.count(
                "SELECT count(*) FROM record_line WHERE subject_id = 'e' AND leaf_index >= 0")
            #expect(sealed == 1)
        }
    }

    @Test(arguments: Engine.available)
    func withoutTheSignetNothingIsRecorded(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let database = Database(driver: driver)
            _ = try await Migrator([IdentitySchema.schema]).migrate(database, now: TestClock().now)
            let answer = await refusal {
                try await database.act(as: .system(requestID: "r"), clock: TestClock()) {
                    try $0.record("estate.correct", on: Subject("estate", "e1"), at: World.yuhua)
                }
            }
            #expect(answer == "record.signet")
        }
    }

    @Test(arguments: Engine.available)
    func aRecordCutShortIsFoundByTheHeadKeptBesideTheKeys(engine: Engine) async throws {
        let cuts: [@Sendable (Tx) throws -> Void] = [
            { tx in
                try tx.run("DELETE FROM tree_head WHERE size > 12")
                let size: Int = try tx.value("SELECT max(size) FROM tree_head") ?? 0
                try tx.run("DELETE FROM record_line WHERE leaf_index >= \(size)")
                try tx.run("DELETE FROM record_leaf WHERE idx >= \(size)")
            },
            { tx in
                for table in ["tree_head", "record_line", "record_leaf"] as [SQL] { try tx.run("DELETE FROM \(table)") }
            },
        ]
        for cut in cuts {
            try await withTemporaryFolder { folder in
                let vault = try Vault.open(folder.appending(path: "keys").path, creating: .standard)
                try await World.with(engine, vault: vault) { world in
                    try await world.seal(lines: 20)
                    let kept = try #require(try vault.keptHead?.read())
                    #expect(kept == (try await world.head))
                    #expect(try await world.verify(published: [kept]).isWhole)
                    try await world.forge(cut)
                    let found = try await world.verify(published: [kept])
                    #expect(found.problems.map(\.kind) == [.publishedDiffers])
                    // A restore goes back rightly: its newest head is kept instead, or none.
                    try await vault.keptHead?.follow(world.database)
                    let followed = try vault.keptHead?.read()
                    #expect(followed == (try await world.database.read { try TreeHead.latest(tx: $0) }))
                    #expect(try await world.verify(published: followed.map { [$0] } ?? []).isWhole)
                }
            }
        }
    }

    @Test func aHeadThatCannotBeKeptIsToldAndTheRecordGoesOn() async throws {
        try await withTemporaryFolder { folder in
            let keys = folder.appending(path: "keys")
            let vault = try Vault.open(keys.path, creating: .standard)
            try await World.with(.sqlite, vault: vault) { world in
                try FileManager.default.removeItem(at: keys)
                try await world.act { try $0.record("estate.correct", on: Subject("estate", "e1"), at: World.yuhua) }
                let told = Told()
                try await world.sealer.sealAll { told.hear($0) }
                #expect(told.codes == ["vault.unwritable"])
                #expect(try await world.verify().unsealed == 0)
            }
        }
    }

    @Test(arguments: Engine.available)
    func aRecordCutShortIsFoundByThePublishedHead(engine: Engine) async throws {
        // Cut back to an older head that was truly signed: only a head kept elsewhere can tell.
        let cut: @Sendable (Tx) throws -> Void = { tx in
            try tx.run("DELETE FROM tree_head WHERE size > 12")
            let size: Int = try tx.value("SELECT max(size) FROM tree_head") ?? 0
            try tx.run("DELETE FROM record_line WHERE leaf_index >= \(size)")
            try tx.run("DELETE FROM record_leaf WHERE idx >= \(size)")
        }
        #expect(try await forged(engine, cut).kind == nil)
        let found = try await forged(engine, published: true, cut)
        #expect(found.kind == .publishedDiffers)
        #expect((found.index ?? 99) <= 12)

        // Cut without the heads.
        let torn = try await forged(engine) { tx in
            try tx.run("DELETE FROM record_line WHERE leaf_index >= 9")
            try tx.run("DELETE FROM record_leaf WHERE idx >= 9")
        }
        #expect(torn.kind == .leafMissing && torn.index == 9)
    }

    @Test(arguments: Engine.available)
    func aRecordRewrittenWithTheStolenKeyIsFoundByThePublishedHead(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 20)
            let published = try await world.head
            // With the whole vault in hand everything is witnessed and sealed anew, one line changed.
            let signet = world.vault.signet
            try await world.forge { tx in
                try tx.run("UPDATE record_line SET value_after = '{}' WHERE id = \(Self.firstLine)")
                let row = try tx.first("SELECT \(RecordLine.columns) FROM record_line r WHERE r.id = \(Self.firstLine)")
                guard let row else { throw Missing("line 9") }
                let witness = lineWitness(try RecordLine(row).leafContent, key: signet)
                try tx.run("UPDATE record_line SET witness = \(witness) WHERE id = \(Self.firstLine)")
                try tx.run("DELETE FROM tree_head")
                try tx.run("DELETE FROM record_leaf")
                try tx.run("UPDATE record_line SET leaf_index = NULL")
            }
            try await world.sealer.sealAll()
            #expect(try await world.verify().isWhole)
            let found = try await world.verify(published: [published]).problems.first
            #expect(found?.kind == .publishedDiffers)
            let foreign = await refusal {
                _ = try await Verifier.verify(
                    world.database, keys: Vault.ephemeral().recordKeys, now: world.clock.now, published: [published])
            }
            #expect(foreign == "head.foreign")
        }
    }

    @Test(arguments: Engine.available)
    func aThousandWrongLinesAreReportedAsTheFirstTwenty(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 1_200, batch: 400)
            try await world.forge { try $0.run("UPDATE record_line SET request_id = 'x' WHERE leaf_index >= 3") }
            let problems = try await world.verify().problems
            #expect(problems.count == 20 && problems.map(\.index) == (3..<23).map { $0 })
            #expect(problems[0].message.en.hasPrefix("line 3 "))
        }
    }
}

/// Hears what the sealer tells beside its work.
private final class Told: Sendable {
    private let heard = Mutex<[String]>([])

    var codes: [String] { heard.withLock { $0 } }

    func hear(_ error: any Error) { heard.withLock { $0.append((error as? Refusal)?.code ?? "\(error)") } }
}
