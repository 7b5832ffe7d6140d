import Decide
import Kernel
import TestSupport
import Testing

@Suite("Several rankings together")
struct ConsensusTests {
    @Test("Borda counts whom one leaves behind, Copeland the duels won")
    func both() throws {
        // Three methods put 0 before 1 before 2, two put 1 before 2 before 0.
        let rankings = [[1.0, 2, 3], [1, 2, 3], [1, 2, 3], [3, 1, 2], [3, 1, 2]]
        let borda = try #require(Consensus.borda(rankings))
        #expect(borda.scores == [6, 7, 2] && borda.ranks == [2, 1, 3])
        let copeland = try #require(Consensus.copeland(rankings))
        #expect(copeland.scores == [2, 0, -2] && copeland.ranks == [1, 2, 3])
    }

    @Test("Shared places are half a win, and a drawn duel is none")
    func ties() {
        #expect(Consensus.borda([[1.5, 1.5, 3]])?.scores == [1.5, 1.5, 0])
        #expect(Consensus.copeland([[1, 2], [2, 1]])?.ranks == [1.5, 1.5])
    }

    @Test("Nothing, or rankings of unequal length, have no consensus")
    func none() {
        #expect(Consensus.borda([]) == nil && Consensus.copeland([[1, 2], [1]]) == nil)
        #expect(Consensus.copeland([[Double](repeating: 1, count: Consensus.mostDuelled + 1)]) == nil)
    }
}

@Suite("How far rankings agree")
struct AgreementTests {
    @Test("Figures by hand, with ties")
    func byHand() throws {
        let one = [1.0, 2, 3, 4, 5]
        #expect(Agreement.spearman(one, one) == 1 && Agreement.kendall(one, one) == 1)
        #expect(Agreement.spearman(one, one.reversed()) == -1 && Agreement.kendall(one, one.reversed()) == -1)
        // Of ten pairs one is turned round: (9 − 1) / 10; ρ = 1 − 6 · 2 / (5 · 24).
        #expect(Agreement.kendall(one, [2, 1, 3, 4, 5]) == 0.8)
        #expect(abs(try #require(Agreement.spearman(one, [2, 1, 3, 4, 5])) - 0.9) < 1e-15)
        // scipy.stats.kendalltau([1, 2.5, 2.5, 4], [1, 2, 3.5, 3.5]) = 0.8.
        #expect(abs(try #require(Agreement.kendall([1, 2.5, 2.5, 4], [1, 2, 3.5, 3.5])) - 0.8) < 1e-15)
    }

    @Test("Kendall's τ-b is what counting all pairs gives")
    func pairs() throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let count = Int.random(in: 2...60, using: &random)
            let lists = (0..<2).map { _ in
                Ranks.averaged((0..<count).map { _ in Double(Int.random(in: 0...9, using: &random)) }, best: .highest)
            }
            var (sum, inFirst, inSecond) = (0, 0, 0)
            for one in 0..<count {
                for other in 0..<one {
                    let first = (lists[0][one] - lists[0][other]).sign()
                    let second = (lists[1][one] - lists[1][other]).sign()
                    sum += first * second
                    inFirst += first * first
                    inSecond += second * second
                }
            }
            let found = Agreement.kendall(lists[0], lists[1])
            if inFirst == 0 || inSecond == 0 {
                #expect(found == nil, "seed \(seed)")
            } else {
                let expected = Double(sum) / (Double(inFirst) * Double(inSecond)).squareRoot()
                #expect(abs(try #require(found) - expected) < 1e-14, "seed \(seed)")
            }
        }
    }

    @Test("The first k in common; who shares the last place within counts in part")
    func overlap() {
        #expect(Agreement.overlap([1, 2, 3, 4], [2, 1, 4, 3], first: 2) == 1)
        #expect(Agreement.overlap([1, 2, 3, 4], [4, 3, 2, 1], first: 2) == 0)
        #expect(Agreement.overlap([1, 2, 3, 4], [1, 3, 2, 4], first: 2) == 0.5)
        // Two share places 2 and 3: half of each is among the first two.
        #expect(Agreement.overlap([1, 2.5, 2.5, 4], [1, 2, 3, 4], first: 2) == 0.75)
        #expect(
            Agreement.overlap([1, 2], [1, 2], first: 3) == nil && Agreement.overlap([1, 2], [1], first: 1) == nil)
        #expect(Agreement.overlap([], [], first: 1) == nil)
    }

    @Test("Rankings without any order have no correlation")
    func flat() {
        #expect(Agreement.spearman([2, 2, 2], [1, 2, 3]) == nil && Agreement.kendall([1, 2, 3], [2, 2, 2]) == nil)
        #expect(Agreement.spearman([1, 2], [1]) == nil && Agreement.kendall([], []) == nil)
    }
}

extension Double {
    fileprivate func sign() -> Int { self > 0 ? 1 : self < 0 ? -1 : 0 }
}
