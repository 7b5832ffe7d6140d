import Common
import Foundation
import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import Evaluation

@Suite("Publications")
struct PublicationTests {
    /// A borough with keys and a place for files.
    private struct Press {
        let borough: Borough
        let files: FileStore
        let vault = Vault.ephemeral()

        static func with(_ engine: Engine, _ body: (Press) async throws -> Void) async throws {
            try await withTemporaryFolder { folder in
                let files = try FileStore(folder: folder.appending(path: "files").path)
                try await Borough.with(engine) { try await body(Press(borough: $0, files: files)) }
            }
        }

        func publish(
            _ run: EvaluationRun, title: String = "2026 年评估结果", as actor: Actor = Borough.owner
        ) async throws -> Publication {
            let id = try await borough.evaluations.publish(
                run.id, title: title, as: actor, vault: vault, files: files, clock: FixedClock(Borough.now),
                in: borough.database)
            return try await borough.read { _, tx in try PublicationQueries.publication(id, in: tx) }
        }

        func bytes(_ publication: Publication) async throws -> [UInt8] {
            try await Publishing.document(of: publication, files: files, key: vault.recordKeys.verifying)
        }

        func forged() async throws -> [ID<Publication>] {
            try await Publishing.forged(borough.database, files: files, key: vault.recordKeys.verifying).map(\.id)
        }
    }

    @Test(
        "A published result is the same for good, counted among the files and checked by its signature",
        arguments: Engine.available)
    func published(engine: Engine) async throws {
        try await Press.with(engine) { press in
            let run = try await press.borough.evaluate()
            let publication = try await press.publish(run)
            #expect(publication.run == run.id && publication.estates == 3 && publication.withdrawnAt == nil)
            let bytes = try await press.bytes(publication)
            #expect(bytes.count == publication.size)
            let document = try PublishedDocument(bytes: bytes)
            #expect(document.run == run.id && document.scheme.digest == run.schemeDigest)
            let verified = try await press.files.verify(press.borough.database)
            #expect(verified.named == 1 && verified.isWhole)
            #expect(try await press.forged() == [])

            // What happens to estates and schemes afterwards changes nothing of it.
            try await press.borough.correct(0, ["roofLeakage": .choice("good")])
            _ = try await press.borough.evaluate(after: 10)
            #expect(try await press.bytes(publication) == bytes)
        }
    }

    @Test(
        "Anybody with the key can check it; a changed byte, another key, purpose or time fails",
        arguments: [Vault.Suites.standard, .national])
    func signature(suites: Vault.Suites) throws {
        let vault = Vault.ephemeral(suites)
        let key = vault.recordKeys.verifying
        let document = Array("{\"yiju\":\"evaluation 1\"}".utf8)
        let signature = vault.sign(document, for: PublishedDocument.purpose, at: Borough.now)
        #expect(PublishedDocument.verify(document, signature, key))
        #expect(try DetachedSignature(text: signature.text) == signature)
        #expect(try PublishedDocument.verify(document, DetachedSignature(text: signature.text), key))

        for place in document.indices {
            var changed = document
            changed[place] ^= 1
            #expect(!PublishedDocument.verify(changed, signature, key))
        }
        #expect(!PublishedDocument.verify(document + [0], signature, key))
        #expect(!PublishedDocument.verify(document, signature, Vault.ephemeral(suites).recordKeys.verifying))
        let other = vault.sign(document, for: "certificate", at: Borough.now)
        #expect(!PublishedDocument.verify(document, other, key))
        let passed = DetachedSignature(
            purpose: PublishedDocument.purpose, at: other.at, keyID: other.keyID, signature: other.signature)
        #expect(!PublishedDocument.verify(document, passed, key), "one purpose does not pass for another")
        let moved = DetachedSignature(
            purpose: signature.purpose, at: Borough.now.adding(seconds: 1), keyID: signature.keyID,
            signature: signature.signature)
        #expect(!PublishedDocument.verify(document, moved, key))
    }

    @Test(
        "A signature that is no text of ours is refused",
        arguments: ["", "yiju-signature 2\n", "yiju-tree-head 1\nsize 1"])
    func unreadable(text: String) async {
        #expect(await codes { _ = try DetachedSignature(text: text) } == ["signature.unreadable"])
    }

    @Test("A row that was rewritten in the database is found", arguments: Engine.available)
    func forged(engine: Engine) async throws {
        try await Press.with(engine) { press in
            let run = try await press.borough.evaluate()
            let publication = try await press.publish(run)
            let later = Borough.now.adding(seconds: 60)
            try await press.borough.database.write { try $0.run("UPDATE publication SET published_at = \(later)") }
            #expect(try await press.forged() == [publication.id])
            let forged = try await press.borough.read { _, tx in
                try PublicationQueries.publication(publication.id, in: tx)
            }
            #expect(await codes { _ = try await press.bytes(forged) } == ["publication.forged"])
        }
    }

    @Test(
        "Withdrawing says why and leaves the document; then the run can be published anew", arguments: Engine.available)
    func withdrawn(engine: Engine) async throws {
        try await Press.with(engine) { press in
            let borough = press.borough
            let run = try await borough.evaluate()
            let publication = try await press.publish(run)
            #expect(await codes { _ = try await press.publish(run) } == ["publication.twice"])
            let withdraw = { (reason: String, actor: Actor) in
                await codes {
                    try await borough.act(as: actor) { _, deed in
                        try Publishing.withdraw(publication.id, reason: reason, in: deed)
                    }
                }
            }
            #expect(await withdraw("", Borough.owner) == ["text.missing"])
            #expect(await withdraw("有误", Borough.officer("4301", [.editEvaluation])) == ["right.missing"])
            #expect(await withdraw("一处数据有误", Borough.owner) == [])
            #expect(await withdraw("再撤一次", Borough.owner) == ["publication.withdrawn"])
            let kept = try await borough.read { _, tx in try PublicationQueries.publication(publication.id, in: tx) }
            #expect(kept.reason == "一处数据有误" && kept.digest == publication.digest)
            _ = try await press.bytes(kept)
            #expect(try await borough.read { _, tx in try PublicationQueries.publication(of: run.id, in: tx) } == nil)
            let anew = try await press.publish(run)
            #expect(anew.digest == publication.digest, "equal results are equal bytes")
            let all = try await borough.read { _, tx in
                try PublicationQueries.publications(at: Borough.code("4301"), in: tx).count
            }
            #expect(all == 2)
        }
    }

    @Test(
        "Who may not publish, or reads only a part, publishes nothing and leaves no file", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await Press.with(engine) { press in
            let run = try await press.borough.evaluate()
            let reader = Borough.officer("4301")
            #expect(await codes { _ = try await press.publish(run, as: reader) } == ["right.missing"])
            let part = Borough.officer("430111", [.readEvaluation, .publishEvaluation])
            #expect(await codes { _ = try await press.publish(run, as: part) } == ["right.missing"])
            #expect(await codes { _ = try await press.publish(run, title: "") } == ["text.missing"])
            #expect(try await press.files.verify(press.borough.database).named == 0)
        }
    }
}
