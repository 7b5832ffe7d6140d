/// TOPSIS as a picture: each alternative by its distances, and the line behind the first k.
public struct DistancePlane: Sendable, Hashable {
    /// Distance of each alternative to the ideal: the horizontal coordinate.
    public let toIdeal: [Double]
    /// Distance to the worst: the vertical coordinate.
    public let toWorst: [Double]
    /// toWorst / (toIdeal + toWorst); one half for an alternative that is both (all are equal).
    public let closeness: [Double]
    /// The closeness of the k-th best.
    public let cutOff: Double
    /// Points of equal closeness lie on a ray from the origin; here it leaves the picture.
    public let isolineEnd: Point

    public struct Point: Sendable, Hashable {
        public let toIdeal: Double
        public let toWorst: Double
    }

    /// - Parameter first: how many are helped; 1...alternatives.
    public init(toIdeal: [Double], toWorst: [Double], first: Int) throws(RobustnessFlaw) { preconditionFailure() }

    /// With weighted values; ideal and worst are the best and the worst of each aspect among the alternatives.
    public init(_ table: ValueTable, _ weights: Weights, first: Int) throws(RobustnessFlaw) { preconditionFailure() }
}
