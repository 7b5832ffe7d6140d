import Decide

/// The decreed scale of an indicator: which value, 0 to 1, an answer has. For need 1 is the worst state, for readiness
/// the best. Bounds are decreed, never taken from the data, so that one estate's score does not depend on another's.
public struct Scale: Sendable, Hashable {
    public enum Shape: Sendable, Hashable {
        /// Straight between the points, level beyond them.
        case linear([Point])
        /// From each point on, its value, until the next; under the first, the first's.
        case steps([Point])
        /// By the code of the answer.
        case choices([Choice])
        case flag(yes: Double, no: Double)
    }

    public struct Point: Sendable, Hashable {
        public var x: Double
        public var value: Double

        public init(_ x: Double, _ value: Double) { (self.x, self.value) = (x, value) }
    }

    public struct Choice: Sendable, Hashable {
        public var code: String
        public var value: Double

        public init(_ code: String, _ value: Double) { (self.code, self.value) = (code, value) }
    }

    /// What more of the measure means; decreed beside the points, so that a scale upside down is noticed.
    public enum Direction: String, Sendable, CaseIterable {
        /// The value rises with the measure.
        case rising
        /// The value falls as the measure grows.
        case falling
        /// Choices and flags, or a value that is best in the middle.
        case free
    }

    public var shape: Shape
    public var direction: Direction
    /// What the measure is counted in: "年", "m2/户"; empty for choices and flags.
    public var unit: String

    public init(_ shape: Shape, direction: Direction, unit: String = "") {
        (self.shape, self.direction, self.unit) = (shape, direction, unit)
    }
}

extension Scale {
    /// The scale as a function. Yes and no are categories like others.
    /// - Throws: `ValueFlaw`; not for the scales of a scheme that was read.
    var function: ValueFunction {
        get throws(ValueFlaw) {
            let sense: Decide.Direction? =
                switch direction {
                case .rising: .benefit
                case .falling: .cost
                case .free: nil
                }
            switch shape {
            case .linear(let points):
                return try ValueFunction(points: points.map { .init($0.x, $0.value) }, direction: sense)
            case .steps(let points):
                let bands = points.enumerated().map { index, point in
                    ValueFunction.Band(
                        from: index == 0 ? nil : point.x, to: index + 1 < points.count ? points[index + 1].x : nil,
                        value: point.value)
                }
                return try ValueFunction(bands: bands, direction: sense)
            case .choices(let choices):
                return try ValueFunction(categories: choices.map { .init($0.code, $0.value) }, direction: nil)
            case .flag(let yes, let no):
                return try ValueFunction(
                    categories: [.init(Self.code(true), yes), .init(Self.code(false), no)], direction: nil)
            }
        }
    }

    /// The category of yes or no.
    static func code(_ flag: Bool) -> String { flag ? "yes" : "no" }
}
