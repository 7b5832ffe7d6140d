import Kernel
import Testing

@testable import Evaluation

@Suite("What experts say, and what it comes to")
struct JudgementTests {
    private static func pairs(_ scales: [Int], items count: Int) -> Judgement {
        var next = scales.makeIterator()
        var pairs: [Judgement.Comparison] = []
        for first in 0..<count {
            for second in first + 1..<count {
                if let scale = next.next() { pairs.append(.init(first, second, scale)) }
            }
        }
        return .pairwise(pairs)
    }

    private static func ends(_ best: Int, _ worst: Int, _ over: [Int?], _ under: [Int?]) -> Judgement {
        .bestWorst(.init(best: best, worst: worst, bestToOthers: over, othersToWorst: under))
    }

    private static func isNear(_ left: [Double], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
    }

    @Test("Pairs that fit give their proportions; the order in which they came does not matter")
    func fitting() throws {
        let weighed = try #require(try WeighedJudgement(Self.pairs([2, 4, 2], items: 3), items: 3))
        #expect(Self.isNear(weighed.weights, [4.0 / 7, 2.0 / 7, 1.0 / 7]))
        #expect(weighed.consistency < 1e-12 && weighed.isConsistent && weighed.misfit == nil)
        let shuffled = Judgement.pairwise([.init(1, 2, 2), .init(0, 2, 4), .init(0, 1, 2)])
        #expect(try WeighedJudgement(shuffled, items: 3)?.weights == weighed.weights)
    }

    @Test("Pairs that contradict each other are told, with the pair to look at first")
    func contradicting() throws {
        // The first counts nine times the second, the second nine times the third, and the third as much as the first.
        let weighed = try #require(try WeighedJudgement(Self.pairs([9, 1, 9], items: 3), items: 3))
        #expect(weighed.consistency > 0.1 && !weighed.isConsistent)
        let misfit = try #require(weighed.misfit)
        #expect(misfit.judged != misfit.fitting && misfit.first < misfit.second)
    }

    @Test("Best and worst that fit give their proportions")
    func bestWorst() throws {
        let said = Self.ends(0, 2, [1, 2, 8], [8, 4, 1])
        let weighed = try #require(try WeighedJudgement(said, items: 3))
        #expect(Self.isNear(weighed.weights, [8.0 / 13, 4.0 / 13, 1.0 / 13]))
        #expect(weighed.consistency == 0 && weighed.misfit == nil)
        let other = try #require(try WeighedJudgement(Self.ends(0, 2, [1, 3, 8], [8, 4, 1]), items: 3))
        #expect(other.consistency > 0 && other.misfit?.second == 1)
    }

    @Test("What is incomplete has no weights yet, and says how far it is")
    func incomplete() throws {
        let pairs = Self.pairs([2, 4], items: 3)
        #expect(pairs.progress(items: 3) == (2, 3) && !pairs.isComplete(items: 3))
        #expect(try WeighedJudgement(pairs, items: 3) == nil)
        let said = Self.ends(0, 2, [1, nil, 8], [8, 4, 1])
        #expect(said.progress(items: 3) == (5, 6))
        #expect(try WeighedJudgement(said, items: 3) == nil)
    }

    @Test("Two experts who say the opposite weigh everything alike, whichever way they are combined")
    func opposites() throws {
        let both = [Self.pairs([3, 9, 3], items: 3), Self.pairs([-3, -9, -3], items: 3)]
        let together = try WeighedJudgement(combining: both, items: 3)
        #expect(Self.isNear(together.weights, [1.0 / 3, 1.0 / 3, 1.0 / 3]) && together.consistency < 1e-12)
        let each = try both.map { try #require(try WeighedJudgement($0, items: 3)) }
        #expect(Self.isNear(try WeighedJudgement(averaging: each).weights, [1.0 / 3, 1.0 / 3, 1.0 / 3]))
    }

    @Test(
        "What cannot be is refused",
        arguments: [
            (Judgement.pairwise([.init(0, 1, 0)]), "weighting.scale"),
            (.pairwise([.init(0, 1, 10)]), "weighting.scale"), (.pairwise([.init(0, 1, -1)]), "weighting.scale"),
            (.pairwise([.init(0, 1, .min)]), "weighting.scale"),
            (.pairwise([.init(1, 0, 2)]), "weighting.judgement"), (.pairwise([.init(0, 3, 2)]), "weighting.judgement"),
            (.pairwise([.init(-1, 1, 2)]), "weighting.judgement"),
            (.pairwise([.init(0, 1, 2), .init(0, 1, 2)]), "weighting.judgement"),
            (ends(0, 0, [1, 2, 3], [3, 2, 1]), "weighting.ends"),
            (ends(0, 3, [1, 2, 3], [3, 2, 1]), "weighting.ends"),
            (ends(0, 2, [1, 2], [3, 2]), "weighting.ends"), (ends(0, 2, [2, 2, 3], [3, 2, 1]), "weighting.ends"),
            (ends(0, 2, [1, 2, 3], [4, 2, 1]), "weighting.ends"),
            (ends(0, 2, [1, 0, 3], [3, 2, 1]), "weighting.scale"),
        ])
    func refused(judgement: Judgement, code: String) async {
        #expect(await codes { try judgement.check(items: 3) } == [code])
    }

    @Test("An item that counts less than the worst is refused once everything is said")
    func beyondTheEnds() async {
        #expect(
            await codes { _ = try WeighedJudgement(Self.ends(0, 2, [1, 9, 3], [3, 2, 1]), items: 3) } == [
                "weighting.beyond"
            ])
    }

    @Test("A judgement is read back as it was stored")
    func stored() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 2...8, using: &random)
            let scales = (0..<count * (count - 1) / 2).map { _ in
                [Int.random(in: 1...9, using: &random), -Int.random(in: 2...9, using: &random)].randomElement(
                    using: &random) ?? 1
            }
            let pairs = Self.pairs(scales, items: count)
            let some = (0..<count).map { _ in Bool.random(using: &random) ? Int.random(in: 1...9, using: &random) : nil
            }
            for judgement in [pairs, Self.ends(0, count - 1, some, some.reversed())] {
                #expect(try Judgement(JSON(parsing: judgement.json.text)) == judgement, "seed \(seed)")
            }
        }
    }
}
