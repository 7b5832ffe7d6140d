public import Common
public import Identity
public import Kernel
import Registry
public import Store

extension Evaluations {
    /// Publishes the result of a run: an immutable document in the file store, signed with the key of the record.
    /// - Throws: `Refusal` `publication.trial` for a draft's run, `publication.twice` for one that is public already,
    ///   `right.missing` without the right to publish, and to read all of it; by field.
    public func publish(
        _ run: ID<EvaluationRun>, title: String, as actor: Actor, vault: Vault, files: FileStore, clock: any Clock,
        in database: Database
    ) async throws -> ID<Publication> {
        let document = try await database.read { tx in
            try self.document(of: self.run(run, for: actor, in: tx), for: actor, in: tx)
        }
        let prepared = try await Publishing.prepare(document, vault: vault, files: files, now: clock.now)
        return try await database.act(as: actor, clock: clock) { deed in
            try Publishing.publish(prepared, title: title, in: deed)
        }
    }

    /// What publishing this run would make public.
    /// - Throws: `Refusal` `publication.trial`, `right.missing`.
    public func document(
        of run: EvaluationRun, for actor: Actor, in tx: Tx
    ) throws -> PublishedDocument {
        try actor.require(.publishEvaluation, at: run.place)
        try actor.require(.readEvaluation, at: run.place)
        guard let version = run.schemeVersion else {
            throw Refusal(
                .conflict, "publication.trial", zh: "这是用方案草稿试算的结果，不能公布；请先启用方案再评价。",
                en: "This is a trial of a draft; issue the scheme and evaluate with it, then publish.")
        }
        let scheme = try scheme(of: run, in: tx)
        var rows: [PublishedRow] = []
        rows.reserveCapacity(run.estates)
        try eachLine(of: run, for: actor, in: tx) { rows.append(PublishedRow($0, scheme)) }
        let place = try register.place(run.place, in: tx)
        let code = Phrase(zh: run.place.digits, en: run.place.digits)
        return PublishedDocument(
            place: run.place, placeName: place?.title ?? code,
            scheme: .init(
                version: version, title: run.schemeTitle, digest: run.schemeDigest, isDefault: run.isDefaultScheme),
            run: run.id, asOf: run.asOf, snapshot: run.snapshotDigest, isGenerated: run.isGenerated, rows: rows)
    }
}

extension PublishedRow {
    /// Reasons of one row.
    private static let mostReasons = 3

    fileprivate init(_ line: RankingLine, _ scheme: Scheme) {
        self.init(
            rank: line.rank, best: line.bestRank, worst: line.worstRank, band: line.band, flag: line.flag?.rawValue,
            number: line.number, name: line.name, need: line.need.middle, low: line.need.low, high: line.need.high,
            reasons: Self.reasons(line, scheme))
    }

    /// The aspects that add most to the score, in points of a hundred; of equals the scheme's first.
    private static func reasons(_ line: RankingLine, _ scheme: Scheme) -> [Phrase] {
        let parts = zip(scheme.aspects, line.aspects).filter { $0.0.purpose == .need }.map { aspect, value in
            (name: aspect.name, tenths: Int((1000 * aspect.weight * value.middle).rounded()))
        }
        let order = parts.indices.sorted { (parts[$1].tenths, $0) < (parts[$0].tenths, $1) }
        return order.prefix(mostReasons).filter { parts[$0].tenths > 0 }.map { index in
            let (name, tenths) = parts[index]
            let points = "\(tenths / 10).\(tenths % 10)"
            return Phrase(zh: "\(name.zh) \(points) 分", en: "\(name.en) \(points) points")
        }
    }
}
