public import Kernel
import Registry
public import Store

extension Evaluations {
    private static let reasons = 3

    /// A run as it would be made public: see `Publishing`.
    /// - Throws: `Refusal` `publication.draft` for a trial of a draft and for a part of the city; without the right to
    ///   publish there.
    public func document(of run: EvaluationRun, for actor: Actor, in tx: Tx) throws -> PublishedDocument {
        try actor.require(.publishEvaluation, at: run.place)
        let city = try register.city(in: tx)
        guard let version = run.schemeVersion, run.place == city.code else {
            throw Refusal(
                .conflict, "publication.draft", zh: "草稿方案的试算和局部地区的评价不能公布；请用启用的方案对全市评价后再公布。",
                en: """
                    A trial of a draft, or of a part of the city, cannot be published; evaluate the whole city by a \
                    scheme in force.
                    """)
        }
        let scheme = try scheme(of: run, in: tx)
        let lines = try tx.map("SELECT \(RankingLine.columns) FROM evaluation_result WHERE run = \(run.id)") {
            try RankingLine($0)
        }
        return PublishedDocument(
            city: city.code, cityName: city.name,
            scheme: .init(
                version: version, title: run.schemeTitle, digest: run.schemeDigest, isDefault: run.isDefaultScheme),
            run: run.id.description, asOf: run.asOf, snapshot: run.snapshotDigest, isGenerated: run.isGenerated,
            rows: try lines.map { line in
                let reasons = try Plea(line, scheme).contributions.filter { $0.points > 0 }.prefix(Self.reasons)
                return PublishedRow(
                    rank: line.rank, best: line.bestRank, worst: line.worstRank, band: line.band,
                    flag: line.flag?.rawValue, number: line.number, name: line.name, need: line.need.middle,
                    low: line.need.low, high: line.need.high, reasons: reasons.map { scheme.aspects[$0.aspect].name })
            })
    }
}
