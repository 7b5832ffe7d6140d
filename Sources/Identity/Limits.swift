/// The numbers of this room in one place: how long, how many, how often. Milliseconds unless named otherwise.
public enum Limits {
    // Sessions. OWASP ASVS 3.3: an idle and an absolute end.
    public static let sessionAbsolute: Int64 = 12 * hour
    public static let sessionIdle: Int64 = 60 * minute
    /// How long the page that asks for the one-time code waits.
    public static let codeStep: Int64 = 5 * minute
    /// `last_seen` is written at most this often, so that reading pages costs no writes.
    public static let touchEvery: Int64 = minute
    /// Open sessions a person may have; the oldest ends when one more begins.
    public static let sessionsPerPerson = 20
    /// People a node remembers between requests.
    public static let peopleRemembered = 10_000

    // Passwords. OWASP ASVS 2.1.1 and 2.1.2; residents sign in on old phones (NIST SP 800-63B: at least 8).
    public static let passwordOfficial = 12
    public static let passwordResident = 8
    public static let passwordLongest = 128
    /// How long a password made by an administrator may be used for its one sign-in (ASVS 2.3.1).
    public static let oneTimePassword: Int64 = 7 * 24 * hour

    // Fields of a person.
    public static let login = 3...32
    public static let name = 1...40
    public static let nameBytes = 400
    public static let phone = 5...20

    // The record.
    public static let sealBatch = 5_000
    public static let sealEvery: Int64 = 300
    /// How often the interval doubles while sealing fails: to 2.4 s, half of `unsealedAge`.
    public static let sealBackoff = 3
    /// A node that stopped without giving the lease back is succeeded after this.
    public static let sealLease: Int64 = 2_000
    /// A line not sealed by then makes `verify` fail.
    public static let unsealedAge: Int64 = 5_000
    public static let verifyChunk = 1_000
    public static let problemsListed = 20
    public static let recordPage = 200
    /// Parts of one thing whose lines are read as one history.
    public static let historySubjects = 2000
    /// Full subtrees of 4,096 leaves are stored with their root, for proofs.
    public static let blockHeight = 12
    public static let fieldBytes = 262_144
    /// How often a node looks whether something was done, while somebody watches.
    public static let watchEvery: Int64 = 2_000
    public static let watchers = 1_000

    // API tokens.
    public static let tokensPerPerson = 20
    /// Those that ended stay in the list for a while.
    public static let tokensEndedKept = 20
    /// The day of issue included.
    public static let tokenDays = 366
    public static let tokenTitle = 1...40
    public static let tokenPlaces = 20

    // Posts.
    public static let postsPerPerson = 50
    public static let deputyDays = 366

    static let minute: Int64 = 60_000
    static let hour: Int64 = 60 * minute
}
