/// How the values of a criterion become numbers without a unit of which more is better; x is a value, lo and hi the
/// smallest and largest of the column.
public enum Normalisation: String, Sendable, Hashable, CaseIterable {
    /// (x − lo) / (hi − lo); cost (hi − x) / (hi − lo).
    case minmax
    /// x / √Σx²; cost 1 − x / √Σx².
    case vector
    /// x / Σx; cost (1/x) / Σ(1/x). Positive values only.
    case sum
    /// x / hi; cost 1 − x / hi. No negative values.
    case max
    /// x / hi; cost lo / x. Positive values only.
    case linear
}
