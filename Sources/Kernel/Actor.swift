/// Whoever asks for something: a signed-in person, the machine's owner on the command line, the system itself, the
/// public. Carries what it may do and where; acts and queries ask here and nowhere else.
public struct Actor: Sendable {
    public enum Kind: String, Sendable {
        case person, owner, system, visitor
    }

    public let kind: Kind
    /// Nil unless a person.
    public let person: ID<PersonTag>?
    /// What the record and the pages call the actor: "周敏", "machine owner".
    public let label: String
    /// A person's name as it is stored, sealed; nil where it was not at hand: the record then looks it up.
    public let sealedName: [UInt8]?
    public let grants: [Grant]
    /// Ties everything one request did together, in the record and in the log.
    public let requestID: String

    public init(
        kind: Kind, person: ID<PersonTag>? = nil, label: String, sealedName: [UInt8]? = nil, grants: [Grant],
        requestID: String
    ) {
        self.kind = kind
        self.person = person
        self.label = label
        self.sealedName = sealedName
        self.grants = grants
        self.requestID = requestID
    }

    /// The places where the actor may use `right`.
    public func scope(_ right: Right) -> Scope {
        Scope(grants.filter { $0.right == right }.map(\.place))
    }

    /// A grant at a place holds for everything within it.
    public func may(_ right: Right, at place: PlaceCode) -> Bool {
        grants.contains { $0.right == right && $0.place.contains(place) }
    }

    /// Somewhere at least; which places they are says `scope`.
    public func may(_ right: Right) -> Bool {
        grants.contains { $0.right == right }
    }

    /// The one check behind every act. Denied unless granted.
    public func require(_ right: Right, at place: PlaceCode) throws {
        guard may(right, at: place) else { throw refusal(right) }
    }

    /// The same actor with `right` only where `other` is held too: taking lists out asks for both.
    public func holding(_ right: Right, onlyWhere other: Right) -> Actor {
        let within = scope(other)
        let kept = scope(right).places.flatMap { within.narrowed(to: $0).places }
        return Actor(
            kind: kind, person: person, label: label,
            grants: grants.filter { $0.right != right } + kept.map { Grant(right, at: $0) }, requestID: requestID)
    }

    public func require(_ right: Right) throws {
        guard may(right) else { throw refusal(right) }
    }

    private func refusal(_ right: Right) -> Refusal {
        if kind == .visitor {
            return Refusal(.unauthenticated, "signin.required", zh: "请先登录。", en: "Please sign in first.")
        }
        return Refusal(
            .forbidden, "right.missing",
            zh: "您的岗位在此处没有“\(right.name.zh)”的权限；需要时请联系管理员。",
            en: "Your post does not include “\(right.name.en)” here; ask an administrator if you need it.")
    }

    /// Whoever runs the command line on the machine that holds the data: may do everything, and is recorded as such.
    public static func machineOwner(requestID: String) -> Actor {
        Actor(kind: .owner, label: "机主 machine owner", grants: Grant.everything, requestID: requestID)
    }

    /// Yiju itself: migrations, the sealer, expiry of posts.
    public static func system(requestID: String) -> Actor {
        Actor(kind: .system, label: "系统 system", grants: Grant.everything, requestID: requestID)
    }
}

/// The subject of person ids. The person itself is Identity's; lower rooms only carry the id.
public enum PersonTag {}

/// One right at one place and everything below it.
public struct Grant: Hashable, Sendable {
    public let right: Right
    public let place: PlaceCode

    public init(_ right: Right, at place: PlaceCode) {
        self.right = right
        self.place = place
    }

    static let everything = Right.allCases.map { Grant($0, at: .country) }
}

/// The places within which a query may look: a list of prefixes, none containing another.
public struct Scope: Hashable, Sendable {
    public let places: [PlaceCode]

    public init(_ places: [PlaceCode]) {
        let sorted = Set(places).sorted()
        var kept: [PlaceCode] = []
        for place in sorted where !(kept.last?.contains(place) ?? false) { kept.append(place) }
        self.places = kept
    }

    public var isEmpty: Bool { places.isEmpty }

    public func contains(_ place: PlaceCode) -> Bool {
        places.contains { $0.contains(place) }
    }

    /// This scope cut down to what lies within `place`.
    public func narrowed(to place: PlaceCode) -> Scope {
        Scope(places.compactMap { $0.contains(place) ? place : place.contains($0) ? $0 : nil })
    }
}
