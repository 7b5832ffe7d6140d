import Decide
import Testing

@Suite("Weights that people set, and groups of them")
struct ExpertWeightTests {
    @Test("Direct points and swings are shares of their sum")
    func points() throws {
        #expect(try Weights([30, 20, 50]).values == [0.3, 0.2, 0.5])
        #expect(try Weights.swing([100, 60, 40, 0]).values == [0.5, 0.3, 0.2, 0])
    }

    @Test("A swing is measured by the greatest, which has 100")
    func refusedSwings() {
        #expect(throws: JudgementFlaw.noFullSwing) { try Weights.swing([90, 60]) }
        #expect(throws: JudgementFlaw.noFullSwing) { try Weights.swing([]) }
        #expect(throws: JudgementFlaw.points(criterion: 1)) { try Weights.swing([100, 101]) }
        #expect(throws: JudgementFlaw.points(criterion: 0)) { try Weights.swing([.nan, 100]) }
    }

    @Test("A group's priorities are the geometric mean; a zero names its expert")
    func aggregated() throws {
        let one = try Weights([8, 1, 1])
        let other = try Weights([2, 4, 4])
        let both = try Weights(aggregating: [one, other])
        // √(0.8 × 0.2) : √(0.1 × 0.4) twice = 2 : 1 : 1
        #expect(zip(both.values, [0.5, 0.25, 0.25]).allSatisfy { abs($0 - $1) < 1e-15 })
        #expect(throws: WeightFlaw.experts(0)) { try Weights(aggregating: []) }
        #expect(throws: WeightFlaw.differentCounts(3, 2)) { try Weights(aggregating: [one, .equal(2)]) }
        let veto = try Weights([1, 0, 1])
        #expect(throws: WeightFlaw.zero(expert: 1, criterion: 1)) { try Weights(aggregating: [one, veto]) }
    }

    @Test("Experts' and data's weights multiply or mix")
    func combined() throws {
        let experts = try Weights([2, 1, 1])
        let data = try Weights([1, 2, 1])
        #expect(try experts.multiplied(by: data).values == [0.4, 0.4, 0.2])
        #expect(try experts.blended(with: data, share: 0.25).values == [0.4375, 0.3125, 0.25])
        #expect(try experts.blended(with: data, share: 0) == experts)
        #expect(try experts.blended(with: data, share: 1) == data)
    }

    @Test("What cannot be combined is refused")
    func refused() throws {
        let three = Weights.equal(3)
        #expect(throws: WeightFlaw.differentCounts(3, 2)) { try three.multiplied(by: .equal(2)) }
        #expect(throws: WeightFlaw.differentCounts(3, 2)) { try three.blended(with: .equal(2), share: 0.5) }
        #expect(throws: WeightFlaw.share(1.5)) { try three.blended(with: three, share: 1.5) }
        let (first, second) = (try Weights([1, 0]), try Weights([0, 1]))
        #expect(throws: WeightFlaw.nothingInCommon) { try first.multiplied(by: second) }
    }
}

@Suite("Weights in groups")
struct WeightTreeTests {
    private let need = [
        WeightTree(
            "building", share: 0.6,
            parts: [
                WeightTree("structure", share: 0.5),
                WeightTree("roof", share: 0.25),
                WeightTree(
                    "pipes", share: 0.25, parts: [WeightTree("water", share: 0.5), WeightTree("gas", share: 0.5)]),
            ]),
        WeightTree("services", share: 0.4),
    ]

    @Test("A leaf's weight is the product of the shares that lead to it, together one")
    func product() throws {
        let leaves = try WeightTree.leaves(of: need)
        #expect(
            leaves.map { $0.path.joined(separator: " › ") } == [
                "building › structure", "building › roof", "building › pipes › water", "building › pipes › gas",
                "services",
            ])
        #expect(zip(leaves.map(\.weight), [0.3, 0.15, 0.075, 0.075, 0.4]).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    private func flaw(_ groups: [WeightTree]) -> TreeFlaw? {
        do throws(TreeFlaw) {
            _ = try WeightTree.leaves(of: groups)
            return nil
        } catch { return error }
    }

    @Test("A flaw says where")
    func refused() {
        #expect(flaw([]) == .empty)
        #expect(flaw([WeightTree("a", share: 0.5)]) == .sum([], 0.5))
        #expect(flaw([WeightTree("a", share: 1, parts: [WeightTree("b", share: 0.75)])]) == .sum(["a"], 0.75))
        #expect(flaw([WeightTree("a", share: 1.5), WeightTree("b", share: -0.5)]) == .share(["b"], -0.5))
        #expect(flaw([WeightTree("a", share: 0.5), WeightTree("a", share: 0.5)]) == .duplicate(["a"]))
        #expect(flaw((0...1_000).map { WeightTree("\($0)", share: 0) }) == .tooMany([]))
        // Tenths that do not add up to one exactly are no mistake.
        #expect(flaw((0..<10).map { WeightTree("\($0)", share: 0.1) }) == nil)
    }

    @Test("Eight levels are the limit")
    func depth() {
        func tower(_ levels: Int) -> [WeightTree] {
            (1..<levels).reduce([WeightTree("x", share: 1)]) { parts, _ in [WeightTree("x", share: 1, parts: parts)] }
        }
        #expect(flaw(tower(8)) == nil)
        #expect(flaw(tower(9)) == .tooDeep([String](repeating: "x", count: 8)))
    }
}
