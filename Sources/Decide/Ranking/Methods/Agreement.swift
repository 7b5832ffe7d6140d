/// How far two rankings of the same alternatives agree.
public enum Agreement {
    /// Spearman's ρ: the correlation of the places, ties averaged. Nil for lists of unequal length, and where one has all
    /// alternatives in one place.
    public static func spearman(_ first: [Double], _ second: [Double]) -> Double? { nil }

    /// Kendall's τ-b, in O(n log n). Nil as for `spearman`.
    public static func kendall(_ first: [Double], _ second: [Double]) -> Double? { nil }

    /// The share of the first k places that both give to the same alternatives, 0 to 1. Alternatives that share places
    /// across the cut have each an equal part of those within it. Nil for lists of unequal length or k out of range.
    public static func overlap(_ first: [Double], _ second: [Double], first k: Int) -> Double? { nil }
}
