public import Registry

/// The keeper of the evaluation: what its acts and queries need beside the database. They are its methods, one subject
/// a file; see `Acts/` and `Queries/`.
public final class Evaluations: Sendable {
    public let register: Register
    /// The scheme shipped with this version; where a city issued its own, the newest of those is in force.
    public let shipped: Scheme

    /// - Parameter shipped: read with `Scheme.load`.
    public init(register: Register, shipped: Scheme) {
        self.register = register
        self.shipped = shipped
    }
}

/// The numbers of evaluations.
public enum EvaluationLimits {
    public static let aspects = 60
    public static let indicators = 200
    public static let groups = 60
    public static let bands = 12
    public static let conditions = 20
    public static let samples = 10_000
    /// UTF-8 bytes of a scheme's document.
    public static let documentBytes = 512 * 1024
    /// Unicode code points of a name.
    public static let name = 100
    public static let drafts = 50
    public static let pageSize = 200
    /// Estates laid side by side.
    public static let compared = 12
    /// Values named as worth surveying first.
    public static let wishes = 500
    /// Runs listed.
    public static let runs = 500
}
