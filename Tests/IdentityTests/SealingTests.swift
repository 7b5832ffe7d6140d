import Cryptography
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct SealingTests {
    @Test(arguments: Engine.available, [Vault.Suites.standard, .national])
    func theRecordIsSealedInOrderAndWhole(engine: Engine, suites: Vault.Suites) async throws {
        try await World.with(engine, vault: .ephemeral(suites)) { world in
            try await world.seal(lines: 23)
            let report = try await world.verify()
            #expect(report.isWhole, "\(report.problems.map(\.message.en))")
            #expect(report.head?.size == report.lines)
            #expect(report.head?.suite == suites.digest)
            #expect(report.unsealed == 0)

            // The order of writing, within an act and from act to act.
            let subjects: [String] = try await world.database.read { tx in
                try tx.map("SELECT subject_id FROM record_line WHERE subject_kind = 'estate' ORDER BY leaf_index") {
                    try $0[0]
                }
            }
            #expect(subjects == (0..<23).map { "e\($0)" })

            // Anybody with the public key alone comes to the same verdict.
            let pem = try VerifyingKey(pem: world.vault.signing.publicKey.pem)
            #expect(try await world.verify(keys: RecordKeys(publicKey: pem)).isWhole)
        }
    }

    @Test(arguments: Engine.available)
    func anEmptyRecordIsWhole(engine: Engine) async throws {
        try await engine.withDatabase(schemas: [IdentitySchema.schema]) { database in
            let report = try await Verifier.verify(
                database, keys: Vault.ephemeral().recordKeys, now: TestClock().now)
            #expect(report.isWhole && report.head == nil && report.lines == 0)
        }
    }

    @Test(arguments: Engine.available)
    func aLineUnsealedForFiveSecondsIsReported(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 3)
            try await world.act { try $0.record("estate.correct", on: Subject("estate", "late"), at: World.yuhua) }
            world.clock.advance(seconds: 4)
            #expect(try await world.verify().isWhole)
            world.clock.advance(seconds: 2)
            let problem = try #require(try await world.verify().problems.first)
            #expect(problem.kind == .unsealed && problem.subject?.id == "late")
            try await world.sealer.sealAll()
            #expect(try await world.verify().isWhole)
        }
    }

    @Test(arguments: Engine.available)
    func aRefusedActLeavesNoLine(engine: Engine) async throws {
        try await World.with(engine) { world in
            let before = try await world.count("SELECT count(*) FROM record_line")
            _ = await refusal {
                try await world.act { deed in
                    try deed.record("estate.correct", on: Subject("estate", "e1"), at: World.yuhua)
                    throw Refusal("no", zh: "不行", en: "no")
                }
            }
            #expect(try await world.count("SELECT count(*) FROM record_line") == before)
        }
    }

    @Test(arguments: Engine.available)
    func anImportWritesItsLinesInBulkAndInOrder(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua, name: "李伟")
            try await world.act(as: officer.actor) { deed in
                var number = 0
                try Record.insertMany(deed: deed) {
                    guard number < 9_000 else { return nil }
                    defer { number += 1 }
                    return RecordEntry("estate.register", on: Subject("estate", "e\(number)"), at: World.yuhua)
                }
            }
            try await world.sealer.sealAll()
            #expect(try await world.verify().isWhole)
            let wrong = try await world.count(
                """
                SELECT count(*) FROM record_line a JOIN record_line b ON b.leaf_index = a.leaf_index + 1
                WHERE a.act = 'estate.register' AND b.act = 'estate.register' AND b.id <= a.id
                """)
            #expect(wrong == 0)
            let last = try await world.database.read { [vault = world.vault, admin = world.admin] in
                try RecordQueries.lines(RecordFilter(), reader: admin, limit: 1, vault: vault, tx: $0)
            }
            #expect(last.first?.subject == Subject("estate", "e8999"))
            #expect(last.first?.label == "李伟")
        }
    }

    @Test(arguments: Engine.available)
    func twoSealersAtOnceMakeOneTree(engine: Engine) async throws {
        try await World.with(engine) { world in
            let total = 60
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let sealer = world.sealer
                        for _ in 0..<30 {
                            do { try await sealer.sealOnce() } catch { Issue.record(error) }
                            world.clock.advance(seconds: 1)
                        }
                    }
                }
                group.addTask {
                    for number in 0..<total {
                        do {
                            try await world.act {
                                try $0.record("estate.correct", on: Subject("estate", "e\(number)"), at: World.yuhua)
                            }
                        } catch { Issue.record(error) }
                    }
                }
            }
            world.clock.advance(seconds: 3)
            try await world.sealer.sealAll()
            let report = try await world.verify()
            #expect(report.isWhole, "\(report.problems.map(\.message.en))")
            #expect(report.lines == (try await world.count("SELECT count(*) FROM record_line")))
        }
    }

    @Test(arguments: Engine.available)
    func theLeaseIsKeptFromOthersUntilItRunsOut(engine: Engine) async throws {
        try await World.with(engine) { world in
            let (first, second) = (world.sealer, world.sealer)
            #expect(try await first.sealOnce() > 0)
            try await world.act { try $0.record("estate.correct", on: Subject("estate", "e1"), at: World.yuhua) }
            #expect(try await second.sealOnce() == 0)
            world.clock.advance(seconds: 3)
            #expect(try await second.sealOnce() == 1)
            #expect(try await first.sealOnce() == 0)
            #expect(try await world.verify().isWhole)
        }
    }

    @Test(arguments: Engine.available)
    func theLoopSealsByItselfAndOnceMoreAtTheEnd(engine: Engine) async throws {
        try await World.with(engine) { world in
            let sealer = world.sealer
            let loop = Task { await sealer.run { Issue.record($0) } }
            for number in 0..<3 {
                try await world.act {
                    try $0.record("estate.correct", on: Subject("estate", "e\(number)"), at: World.yuhua)
                }
                // Not for ever: where the loop does not seal, the test fails instead of hanging.
                var tries = 600
                while tries > 0, try await world.verify().unsealed > 0 {
                    tries -= 1
                    try await Task.sleep(for: .milliseconds(200))
                }
                #expect(try await world.verify().unsealed == 0)
            }
            try await world.act { try $0.record("estate.correct", on: Subject("estate", "last"), at: World.yuhua) }
            loop.cancel()
            await loop.value
            #expect(try await world.verify().unsealed == 0)
            #expect(try await world.count("SELECT held_until FROM record_lease") == 0)
        }
    }

    @Test(arguments: Engine.available)
    func nothingIsSealedUponATamperedHead(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 4)
            try await world.forge { try $0.run("UPDATE tree_head SET frontier = \([UInt8](repeating: 7, count: 50))") }
            try await world.act { try $0.record("estate.correct", on: Subject("estate", "e9"), at: World.yuhua) }
            #expect(await refusal { try await world.sealer.sealAll() } == "seal.broken")
        }
    }

    @Test(arguments: Engine.available)
    func proofsAgreeWithTheTreeForEveryLineAndEverySize(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 11)
            let head = try await world.head
            let (ids, hashes) = try await world.database.read { tx in
                (
                    try tx.map("SELECT line FROM record_leaf ORDER BY idx") { try $0[0] as ID<RecordLine> },
                    try tx.map("SELECT hash FROM record_leaf ORDER BY idx") { try $0[0] as [UInt8] }
                )
            }
            #expect(MerkleTree.root(of: hashes, suite: head.suite) == head.root)
            for (index, id) in ids.enumerated() {
                let proof = try await world.database.read { try RecordProofs.inclusion(of: id, tx: $0) }
                #expect(proof.index == index)
                let expected = try MerkleTree.inclusionProof(index: index, size: hashes.count) {
                    MerkleTree.root(of: hashes[$0], suite: head.suite)
                }
                #expect(proof.path == expected)
            }
            for size in 1...head.size {
                let proof = try await world.database.read {
                    try RecordProofs.consistency(from: size, tx: $0)
                }
                let expected = try MerkleTree.consistencyProof(from: size, size: hashes.count) {
                    MerkleTree.root(of: hashes[$0], suite: head.suite)
                }
                #expect(proof.path == expected && proof.head == head)
            }
            let unknown = await refusal {
                _ = try await world.database.read { try RecordProofs.inclusion(of: ID(high: 1, low: 1), tx: $0) }
            }
            #expect(unknown == "proof.unsealed")
        }
    }

    @Test(arguments: Engine.available)
    func proofsOverManyBlocksReadTheirStoredRoots(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.act { deed in
                var number = 0
                try Record.insertMany(deed: deed) {
                    guard number < 13_000 else { return nil }
                    defer { number += 1 }
                    return RecordEntry("estate.register", on: Subject("estate", "e\(number)"), at: World.yuhua)
                }
            }
            try await world.sealer.sealAll()
            let head = try await world.head
            #expect(try await world.count("SELECT count(*) FROM record_block") == head.size >> Limits.blockHeight)
            for index in [0, 4095, 4096, 9_000, 12_287, 12_288, head.size - 1] {
                let proof = try await world.database.read { tx in
                    let line: ID<RecordLine>? = try tx.value("SELECT line FROM record_leaf WHERE idx = \(index)")
                    return try RecordProofs.inclusion(of: line ?? ID(high: 1, low: 1), tx: tx)
                }
                #expect(
                    MerkleTree.verifyInclusion(
                        of: proof.leafHash, index: index, size: head.size, root: head.root, proof: proof.path,
                        suite: head.suite), "\(index)")
            }
            let hashes = try await world.database.read { tx in
                try tx.map("SELECT hash FROM record_leaf ORDER BY idx") { try $0[0] as [UInt8] }
            }
            for size in [1, 4096, 5_000, 8_192, head.size] {
                let proof = try await world.database.read { try RecordProofs.consistency(from: size, tx: $0) }
                #expect(
                    MerkleTree.verifyConsistency(
                        from: size, root: MerkleTree.root(of: hashes.prefix(size), suite: head.suite), to: head.size,
                        root: head.root, proof: proof.path, suite: head.suite), "\(size)")
            }
        }
    }

    @Test(arguments: Engine.available)
    func aHeadIsPublishedAsTextAndReadBack(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.seal(lines: 3)
            let head = try await world.head
            let read = try TreeHead(text: head.text)
            #expect(read == head)
            #expect(read.isSigned(by: world.vault.signing.publicKey))
            #expect(!read.isSigned(by: Vault.ephemeral().signing.publicKey))
            #expect(throws: Refusal.self) {
                try TreeHead(text: head.text.replacingOccurrences(of: "size ", with: "size -"))
            }
        }
    }
}
