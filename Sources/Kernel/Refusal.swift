/// Why something asked for was not done. A refusal changes nothing, names what to mend, and is written in both
/// languages.
public struct Refusal: Error, Sendable, Hashable {
    /// How a refusal is answered on the outside; HTTP status codes and exit codes follow from it.
    public enum Kind: String, Sendable {
        /// The input is wrong (422).
        case invalid
        /// The request itself cannot be read: an unknown parameter, a value of another kind (400).
        case malformed
        /// Nobody is signed in (401).
        case unauthenticated
        /// Signed in, but not for this act or this place (403).
        case forbidden
        /// There is no such thing, or not for this reader (404).
        case notFound
        /// It is there, but not to be used in this way (405).
        case wrongMethod
        /// Somebody else changed it first (409).
        case conflict
        /// It is not, or no longer, as the sender says to have seen it (412).
        case outdated
        /// The sender must say what it saw (428).
        case unconditional
        /// What was sent is of a kind that is not taken here (415).
        case unsupported
        /// Larger than the stated limit (413).
        case tooLarge
        /// Too often (429).
        case tooMany
        /// Not possible right now; try again (503).
        case unavailable
    }

    public let kind: Kind
    /// A stable code for programs: `estate.year.future`.
    public let code: String
    /// What is wrong and how to mend it.
    public let message: Phrase
    /// The field, column or parameter it is about.
    public let field: String?

    public init(_ kind: Kind, _ code: String, zh: String, en: String, field: String? = nil) {
        self.kind = kind
        self.code = code
        self.message = Phrase(zh: zh, en: en)
        self.field = field
    }

    /// Wrong input, the most frequent kind.
    public init(_ code: String, zh: String, en: String, field: String? = nil) {
        self.init(.invalid, code, zh: zh, en: en, field: field)
    }
}

extension Refusal: CustomStringConvertible {
    public var description: String { "\(code): \(message.both)" }
}

/// Several refusals of one input: a form's fields, a file's rows.
public struct Refusals: Error, Sendable {
    public let all: [Refusal]

    public init(_ all: [Refusal]) {
        self.all = all
    }

    /// Throws what was collected: nothing, one refusal, or all of them together.
    public static func throwIfAny(_ refusals: [Refusal]) throws {
        if refusals.count == 1 { throw refusals[0] }
        if refusals.count > 1 { throw Refusals(refusals) }
    }
}
