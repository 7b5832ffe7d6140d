public import Common
public import Cryptography
public import Identity
public import Kernel
public import Store

/// Makes results public.
public enum Publishing {
    /// Characters of a title, and of a reason.
    public static let longestTitle = 100
    public static let longestReason = 500

    /// A document with its signature, in the file store and not yet public.
    struct Prepared: Sendable {
        let document: PublishedDocument
        let content: FileStore.Content
        let signature: DetachedSignature
    }

    /// Writes the document into the file store and signs it. The bytes come first and their row with `publish`: what is
    /// never published is swept away.
    /// - Parameter now: the time that the signature tells; hand the same to `publish`.
    /// - Throws: `Refusal` `publication.number`, `file.large`; `StoreError.full`.
    static func prepare(
        _ document: PublishedDocument, vault: Vault, files: FileStore, now: Instant
    ) async throws -> Prepared {
        let bytes = try document.bytes()
        let content = try await files.add(bytes)
        let signature = vault.sign(bytes, for: PublishedDocument.purpose, at: now)
        return Prepared(document: document, content: content, signature: signature)
    }

    /// Makes a prepared result public.
    /// - Throws: as `Evaluations.publish`.
    static func publish(_ prepared: Prepared, title: String, in deed: Deed) throws -> ID<Publication> {
        let (document, tx) = (prepared.document, deed.tx)
        try deed.actor.require(.publishEvaluation, at: document.place)
        try Refusals.throwIfAny(
            Words.refusals(title, field: "title", limit: longestTitle, Phrase(zh: "公布标题", en: "The title")))
        guard try PublicationQueries.publication(of: document.run, in: tx) == nil else {
            throw Refusal(
                .conflict, "publication.twice", zh: "这次评价的结果已经公布；如需重新公布，请先撤回并说明原因。",
                en: "This result is public already; to publish it anew, withdraw it first and say why.")
        }
        let (id, signature) = (ID<Publication>(at: deed.now), prepared.signature)
        let name = "evaluation-\(document.place)-\(document.asOf).json"
        try StoredFile(prepared.content, mediaType: "application/json", originalName: name, addedAt: deed.now)
            .insert(tx)
        try tx.run(
            """
            INSERT INTO publication (id, run, place, title, scheme_version, estates, digest, size, key_id,
                signature, published_at, published_by)
            VALUES (\(id), \(document.run), \(document.place), \(title), \(document.scheme.version),
                \(document.rows.count), \(prepared.content.digest), \(prepared.content.size), \(signature.keyID),
                \(signature.signature), \(signature.at), \(deed.actor.person))
            """)
        let told = JSON.object([
            "run": .string(document.run.description), "title": .string(title),
            "estates": .integer(Int64(document.rows.count)),
            "sha256": .string(prepared.content.digest.hex),
            "scheme": .integer(Int64(document.scheme.version)),
        ])
        try deed.record("publication.publish", on: Subject("publication", id), at: document.place, after: told.text)
        return id
    }

    /// Says that a result no longer stands, and why. The document and its signature stay to be read.
    /// - Throws: `Refusal` `publication.none`, `publication.withdrawn`, `right.missing`; by field.
    public static func withdraw(_ id: ID<Publication>, reason: String, in deed: Deed) throws {
        let publication = try PublicationQueries.publication(id, in: deed.tx)
        try deed.actor.require(.publishEvaluation, at: publication.place)
        guard publication.withdrawnAt == nil else {
            throw Refusal(.conflict, "publication.withdrawn", zh: "这项公布已经撤回。", en: "This was withdrawn already.")
        }
        try Refusals.throwIfAny(
            Words.refusals(reason, field: "reason", limit: longestReason, Phrase(zh: "撤回原因", en: "The reason")))
        try deed.tx.run(
            """
            UPDATE publication SET withdrawn_at = \(deed.now), withdrawn_by = \(deed.actor.person), reason = \(reason)
            WHERE id = \(id)
            """)
        try deed.record(
            "publication.withdraw", on: Subject("publication", id), at: publication.place,
            after: JSON.object(["reason": .string(reason)]).text)
    }

    /// A publication's document as it was published, read and checked against digest and signature.
    /// - Throws: `Refusal` `file.missing`, `file.altered`, `publication.forged`.
    public static func document(
        of publication: Publication, files: FileStore, key: VerifyingKey
    ) async throws -> [UInt8] {
        let bytes = try await files.bytes(of: publication.digest)
        guard PublishedDocument.verify(bytes, publication.signature, key) else {
            throw Refusal(
                .unavailable, "publication.forged", zh: "公布的结果与签名不符，可能被改动；请管理员执行 yiju verify 查明。",
                en: "The published result disagrees with its signature; an administrator must run yiju verify.")
        }
        return bytes
    }

    /// Checks every publication, withdrawn ones too: what `yiju verify` tells besides missing and altered files.
    /// - Returns: those whose signature the key did not make over what the file store holds.
    public static func forged(
        _ database: Database, files: FileStore, key: VerifyingKey
    ) async throws -> [Publication] {
        let all = try await database.read { tx in
            try tx.map("SELECT \(Publication.columns) FROM publication ORDER BY id") { try Publication($0) }
        }
        var forged: [Publication] = []
        for publication in all {
            do {
                _ = try await document(of: publication, files: files, key: key)
            } catch let refusal as Refusal where refusal.code.hasPrefix("publication.") {
                forged.append(publication)
            } catch is Refusal {
                // Missing and altered files are told as such.
            }
        }
        return forged
    }
}
