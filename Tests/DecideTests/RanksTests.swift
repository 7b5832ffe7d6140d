import Decide
import Testing

@Suite("Places of alternatives")
struct RanksTests {
    @Test("The best is first, whichever end is the good one")
    func bestFirst() {
        #expect(Ranks.averaged([0.2, 0.9, 0.5], best: .highest) == [3, 1, 2])
        #expect(Ranks.averaged([0.2, 0.9, 0.5], best: .lowest) == [1, 3, 2])
    }

    @Test("Equal scores share the mean of their places")
    func shared() {
        #expect(Ranks.averaged([1, 2, 2, 3], best: .highest) == [4, 2.5, 2.5, 1])
        #expect(Ranks.averaged([7, 7, 7], best: .highest) == [2, 2, 2])
    }
}
