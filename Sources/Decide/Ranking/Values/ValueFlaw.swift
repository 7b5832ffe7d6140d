/// Why something cannot be a value function. Points, bands and categories count from zero, as written.
public enum ValueFlaw: Error, Sendable, Hashable {
    /// Less than two points, one band, one category; or more than `ValueFunction.mostParts`.
    case parts(Int)
    /// A place or a value that is no number, or points too far apart to be subtracted.
    case notFinite(Int)
    /// A value outside 0...1.
    case outside(Int, value: Double)
    /// The same place or code as an earlier one.
    case duplicate(Int)
    /// This point lies before the one written before it; this band ends where it begins, or before.
    case unordered(Int)
    /// Nothing between the end of this band and the beginning of the next.
    case gap(after: Int)
    /// This band reaches into the next.
    case overlap(after: Int)
    /// The value goes against the declared direction here.
    case upsideDown(Int)
}
