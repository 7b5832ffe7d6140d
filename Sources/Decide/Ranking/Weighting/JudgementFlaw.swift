/// Why an expert's judgements cannot be taken. Criteria, rows and columns count from zero.
public enum JudgementFlaw: Error, Sendable, Hashable {
    /// Fewer criteria than can be compared, or more than the method is published for.
    case criteria(Int)
    /// A row, a list of pairs or of comparisons of the wrong length.
    case count(Int, expected: Int)
    /// Beyond Saaty's scale of 1 to 9 (in AHP also its reciprocals), or no number.
    case outsideScale(row: Int, column: Int)
    /// A criterion compared with itself must be 1.
    case diagonal(Int)
    /// The two sides of the pair are not each other's reciprocals.
    case notReciprocal(row: Int, column: Int)
    /// None, or more than `Weights.mostExperts`.
    case experts(Int)
    /// This expert judged other criteria than the first.
    case differentCriteria(expert: Int)

    /// Best and worst are the same criterion, or one is not among the criteria.
    case bestAndWorst(best: Int, worst: Int)
    /// The best over this criterion: not in 1...9; not 1 for itself.
    case best(over: Int)
    /// This criterion over the worst: not in 1...9; not 1 for the worst itself.
    case overWorst(Int)
    /// Best over worst was judged twice, and differently.
    case twoAnswers(Double, Double)
    /// By this judgement the criterion is less than the worst or more than the best.
    case beyondEnds(Int)

    /// Points of a swing outside 0...100, or no number.
    case points(criterion: Int)
    /// No swing has the 100 points that the others are measured by.
    case noFullSwing
}
