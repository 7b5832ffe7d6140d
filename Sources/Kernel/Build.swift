/// What this program calls itself to operators.
public enum Build {
    /// By semantic versioning.
    public static let version = "0.1.0"
}
