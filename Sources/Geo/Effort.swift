public import Kernel

/// What one question about shapes has cost, in comparisons of an edge with another edge or with a point. Shapes come
/// from people and programs; none of them may cost more than this.
public struct Effort: Sendable {
    /// Less than 0.1 s.
    public static let limit = 20_000_000

    public private(set) var spent = 0

    public init() {}

    /// - Throws: `geo.shape.intricate` once the limit is passed.
    public mutating func spend(_ comparisons: Int) throws(Refusal) {
        spent += comparisons
        guard spent <= Self.limit else {
            throw Refusal(
                .tooLarge, "geo.shape.intricate", zh: "图形过于复杂，无法逐点比对；请先简化图形。",
                en: "The shape is too intricate to be compared point by point; simplify it first.", field: "geometry")
        }
    }
}
