import Components
import Decide
import Evaluation
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// How scores, ranks and bands are said: never a bare rank, and points of a hundred with one decimal.
enum EvaluationWords {
    /// 0…1 as points of a hundred: "57.3".
    static func points(_ value: Double) -> String { decimal((value * 1000).rounded() / 10, 1) }

    /// Parts of a score, rounded as they are shown so that they add up to what is shown of their sum.
    static func adding(_ parts: [Double]) -> [Double] {
        Contributions.whole(parts.map { $0 * 1000 }).map { Double($0) / 1000 }
    }

    /// With its sign: "+3.1".
    static func change(_ value: Double) -> String { (value >= 0 ? "+" : "−") + points(abs(value)) }

    /// "61.2–68.4", or one number where it is certain.
    static func range(_ range: ScoreRange) -> String {
        range.isCertain ? points(range.low) : "\(points(range.low))–\(points(range.high))"
    }

    /// How much higher or lower, in words: "高出 3.1 分".
    static func higher(_ value: Double, _ t: Language) -> String {
        let size = points(abs(value))
        return value < 0 ? t("低 \(size) 分", "\(size) points lower") : t("高出 \(size) 分", "\(size) points higher")
    }

    static func ranks(_ t: Language, _ line: RankingLine) -> String {
        guard let best = line.bestRank, let worst = line.worstRank else { return t("不排名", "not ranked") }
        return best == worst ? t("第 \(grouped(best)) 名", "rank \(grouped(best))") : "\(grouped(best))–\(grouped(worst))"
    }

    /// "97 %", of weightings.
    static func share(_ share: Double?) -> String { percentText(share, 0) }

    /// The band, with a question mark while missing facts leave it open.
    static func band(_ line: RankingLine, _ scheme: Scheme, _ t: Language) -> Html {
        guard let code = line.band, let index = scheme.bands.firstIndex(where: { $0.code == code }) else {
            return line.flag.map { pill($0.name(t), .neutral) } ?? "—"
        }
        let isOpen = line.bestBand != line.worstBand
        let word = t("\(code) \(scheme.bands[index].name.zh)", "\(code) \(scheme.bands[index].name.en)")
        return pill(word + (isOpen ? t("（待定）", " (open)") : ""), tone(index, of: scheme.bands.count))
    }

    static func tone(_ index: Int, of count: Int) -> Tone {
        switch index {
        case 0: .cinnabar
        case count - 1: .neutral
        case 1: .amber
        default: .indigo
        }
    }

    static func gate(_ gate: Gate, _ t: Language) -> Html {
        switch gate {
        case .ready: pill(gate.name(t), .jade)
        case .notReady: pill(gate.name(t), .neutral)
        case .unknown: pill(gate.name(t), .amber)
        }
    }

    /// "第 1 版 综合评价方案", with the mark that it is ours where it is.
    static func scheme(_ run: EvaluationRun, _ t: Language) -> Html {
        let version = run.schemeVersion.map { t("第 \($0) 版", "version \($0)") } ?? t("草稿试算", "trial of a draft")
        let mark: Html = run.isDefaultScheme ? " " + defaultPill(t) : ""
        return "\(run.schemeTitle(t)) · \(version)\(mark)"
    }

    static func defaultPill(_ t: Language) -> Html { pill(t("系统默认，可修改", "system default, editable"), .amber) }
}

extension Visit {
    /// The run of the address, as far as the reader may see it.
    func run(in tx: Tx) throws -> EvaluationRun {
        try hall.evaluations.run(try id(), for: actor, in: tx)
    }

    /// What stands at the foot of a printed page.
    func runSource(_ run: EvaluationRun) -> String {
        let generated = run.isGenerated ? language(" · 演示数据", " · generated data") : ""
        let digest = run.resultDigest.prefix(12)
        return language("来源：综合评价 \(run.asOf)，结果摘要 ", "Source: evaluation as of \(run.asOf), result digest ") + digest
            + generated
    }
}

extension EvaluationRun {
    var link: Link { "/evaluation/runs/\(id)" }

    func link(_ part: String) -> Link { "/evaluation/runs/\(id)/\(part)" }

    func link(to estate: ID<Estate>) -> Link { "/evaluation/runs/\(id)/estates/\(estate)" }
}

/// Who edited and issued, as the reader may be told.
struct AuthorNames {
    private let names: PersonNames
    private let place: PlaceCode

    init(_ people: [ID<PersonTag>?], _ visit: Visit, in tx: Tx) throws {
        names = try PersonNames(
            of: Set(people.compactMap { $0 }), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        place = visit.hall.city.code
    }

    /// `label` is who it was where it was no person.
    func name(_ person: ID<PersonTag>?, _ label: String) -> Phrase {
        ActorWords.person(person.map { names.name($0, at: place) } ?? label)
    }
}
