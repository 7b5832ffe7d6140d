import Kernel

/// What one expert says of a session's items. Items are named by their position.
public enum Judgement: Sendable, Hashable {
    case pairwise([Comparison])
    case bestWorst(BestWorstJudgement)

    /// One pair on Saaty's scale.
    public struct Comparison: Sendable, Hashable {
        /// Less than `second`.
        public let first: Int
        public let second: Int
        /// 1: both count the same; 2 to 9: the first counts so many times as much; −2 to −9: the second does.
        public let scale: Int

        public init(_ first: Int, _ second: Int, _ scale: Int) {
            (self.first, self.second, self.scale) = (first, second, scale)
        }

        /// How many times as much the first counts: 1/9 to 9.
        public var ratio: Double { scale > 0 ? Double(scale) : 1 / Double(-scale) }
    }

    /// The best item and the worst, and how all stand to them; 1 to 9, nil where nothing is said yet.
    public struct BestWorstJudgement: Sendable, Hashable {
        public let best: Int
        public let worst: Int
        /// How many times as much the best counts as each item; 1 at the best itself.
        public let bestToOthers: [Int?]
        /// How many times as much each item counts as the worst; 1 at the worst itself.
        public let othersToWorst: [Int?]

        public init(best: Int, worst: Int, bestToOthers: [Int?], othersToWorst: [Int?]) {
            (self.best, self.worst) = (best, worst)
            (self.bestToOthers, self.othersToWorst) = (bestToOthers, othersToWorst)
        }
    }

    public var method: WeightingMethod {
        switch self {
        case .pairwise: .pairwise
        case .bestWorst: .bestWorst
        }
    }

    /// How much is still to be said, of how much: 3 of 10 pairs.
    public func progress(items count: Int) -> (said: Int, of: Int) {
        switch self {
        case .pairwise(let pairs): (pairs.count, count * (count - 1) / 2)
        case .bestWorst(let said):
            (said.bestToOthers.count { $0 != nil } + said.othersToWorst.count { $0 != nil }, 2 * count)
        }
    }

    /// Only complete judgements have weights.
    public func isComplete(items count: Int) -> Bool {
        let (said, all) = progress(items: count)
        return said == all
    }

    // MARK: what cannot be

    /// - Throws: `Refusal` `weighting.judgement` that names the pair.
    func check(items count: Int) throws {
        switch self {
        case .pairwise(let pairs):
            var seen: Set<Int> = []
            for pair in pairs {
                guard pair.first >= 0, pair.first < pair.second, pair.second < count else { throw Self.noPair(pair) }
                guard (1...9).contains(pair.scale) || (-9 ... -2).contains(pair.scale) else {
                    throw Self.offScale(pair.first + 1, pair.second + 1)
                }
                guard seen.insert(pair.first * count + pair.second).inserted else { throw Self.noPair(pair) }
            }
        case .bestWorst(let said):
            let items = 0..<count
            guard items.contains(said.best), items.contains(said.worst), said.best != said.worst,
                said.bestToOthers.count == count, said.othersToWorst.count == count
            else { throw Self.noEnds }
            for item in items {
                let isOnScale = [said.bestToOthers[item], said.othersToWorst[item]].allSatisfy {
                    $0.map { (1...9).contains($0) } ?? true
                }
                guard isOnScale else { throw Self.offScale(said.best + 1, item + 1) }
            }
            guard said.bestToOthers[said.best] == 1, said.othersToWorst[said.worst] == 1,
                said.bestToOthers[said.worst] == said.othersToWorst[said.best]
            else { throw Self.noEnds }
        }
    }

    private static func noPair(_ pair: Comparison) -> Refusal {
        Refusal(
            "weighting.judgement", zh: "没有第 \(pair.first + 1) 项与第 \(pair.second + 1) 项这一对，或说了两次；请刷新页面后重填。",
            en: """
                There is no pair of items \(pair.first + 1) and \(pair.second + 1), or it was given twice; reload the \
                page and judge again.
                """,
            field: "pairs")
    }

    private static func offScale(_ first: Int, _ second: Int) -> Refusal {
        Refusal(
            "weighting.scale", zh: "第 \(first) 项与第 \(second) 项的比较须为 1 到 9 的整数。",
            en: "Items \(first) and \(second) must be compared by a whole number from 1 to 9.", field: "pairs")
    }

    private static var noEnds: Refusal {
        Refusal(
            "weighting.ends", zh: "请选出不同的最优项和最劣项；最优项对自身、最劣项对自身须为 1，两处“最优对最劣”须一致。",
            en: """
                Choose a best and a worst item that differ; each compares to itself as 1, and best to worst is the same \
                number in both rows.
                """,
            field: "best")
    }

    // MARK: as it is stored

    var json: JSON {
        switch self {
        case .pairwise(let pairs):
            let told = pairs.map { pair -> JSON in
                .array([.integer(Int64(pair.first)), .integer(Int64(pair.second)), .integer(Int64(pair.scale))])
            }
            return .object(["pairs": .array(told)])
        case .bestWorst(let said):
            let numbers = { (values: [Int?]) in JSON.array(values.map { $0.map { .integer(Int64($0)) } ?? .null }) }
            return .object([
                "best": .integer(Int64(said.best)), "worst": .integer(Int64(said.worst)),
                "bestToOthers": numbers(said.bestToOthers), "othersToWorst": numbers(said.othersToWorst),
            ])
        }
    }

    init(_ json: JSON) {
        let whole = { (json: JSON?) in Int(json?.integer ?? 0) }
        if let pairs = json["pairs"] {
            self = .pairwise(
                pairs.elements.filter { $0.elements.count == 3 }.map { triple in
                    Comparison(whole(triple.elements[0]), whole(triple.elements[1]), whole(triple.elements[2]))
                })
        } else {
            let numbers = { (key: String) in (json[key]?.elements ?? []).map { $0.integer.map(Int.init) } }
            self = .bestWorst(
                BestWorstJudgement(
                    best: whole(json["best"]), worst: whole(json["worst"]), bestToOthers: numbers("bestToOthers"),
                    othersToWorst: numbers("othersToWorst")))
        }
    }
}
