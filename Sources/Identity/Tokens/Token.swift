import Cryptography
public import Kernel
public import Store

/// Marks the ids of API tokens, so that no other id is taken for one.
public enum TokenTag {}

/// What a token lets a program do of what its person may: never more, whatever stands here.
public struct TokenScope: Sendable, Hashable {
    public enum Access: String, Sendable, CaseIterable, SQLConvertible {
        case read
        case write
    }

    public let access: Access
    /// None lies within another.
    public let places: [PlaceCode]

    public init(_ access: Access, within places: [PlaceCode]) {
        self.access = access
        self.places = Scope(places).places
    }

    /// As stored: codes with a space between them; the whole country's is empty, as everywhere.
    init(_ access: Access, stored: String) {
        let codes = stored.split(separator: " ").compactMap { PlaceCode($0) }
        self.init(access, within: stored.isEmpty ? [.country] : codes)
    }

    var stored: String { places.map(\.digits).joined(separator: " ") }

    /// The person's grants cut down to these places, and to reading where the token only reads.
    func cut(_ grants: [Grant]) -> [Grant] {
        let scope = Scope(places)
        return grants.filter { access == .write || $0.right.isReading }.flatMap { grant in
            scope.narrowed(to: grant.place).places.map { Grant(grant.right, at: $0) }
        }
    }
}

/// The token by which a request came.
public struct ActingToken: Sendable, Hashable {
    public let id: ID<TokenTag>
    public let scope: TokenScope
}

/// A token as its owner, and whoever manages the account, see it: never its secret, which is kept nowhere.
public struct APIToken: Sendable, Hashable {
    public enum State: Sendable {
        case live, expired, revoked
    }

    public let id: ID<TokenTag>
    /// The owner's word for what it is for.
    public let title: String
    public let scope: TokenScope
    public let createdAt: Instant
    public let expiresAt: Instant
    /// Written at most once a day.
    public let lastUsedOn: Day?
    public let revokedAt: Instant?

    /// The last day on which it works.
    public var lastDay: Day { expiresAt.adding(seconds: -1).dayInChina }

    public func state(at now: Instant) -> State {
        if revokedAt != nil { return .revoked }
        return expiresAt > now ? .live : .expired
    }
}

/// The form "new token".
public struct NewToken: Sendable {
    public var title: String
    public var scope: TokenScope
    /// The last day on which it works.
    public var lastDay: Day

    public init(title: String, scope: TokenScope, lastDay: Day) {
        self.title = title.trimmed
        self.scope = scope
        self.lastDay = lastDay
    }

    var expiresAt: Instant { lastDay.adding(days: 1).startInChina }

    func refusals(for actor: Actor, on today: Day) -> [Refusal] {
        var refusals: [Refusal] = []
        if !Limits.tokenTitle.contains(title.count) || title.utf8.count > Limits.nameBytes
            || title.unicodeScalars.contains(where: { $0.properties.isControl })
        {
            refusals.append(
                Refusal(
                    "token.title", zh: "请写明令牌的用途，1 至 40 个字。",
                    en: "Say in 1 to 40 characters what the token is for.", field: "title"))
        }
        if let refusal = placesRefusal(for: actor) { refusals.append(refusal) }
        if lastDay < today || lastDay >= today.adding(days: Limits.tokenDays) {
            let latest = today.adding(days: Limits.tokenDays - 1)
            refusals.append(
                Refusal(
                    "token.days", zh: "最后一天须在今天至 \(latest) 之间；到期后可以另发新的令牌。",
                    en: "The last day lies between today and \(latest); a new token can follow when it is over.",
                    field: "lastDay"))
        }
        return refusals
    }

    private func placesRefusal(for actor: Actor) -> Refusal? {
        guard !scope.places.isEmpty, scope.places.count <= Limits.tokenPlaces else {
            return Refusal(
                "token.places", zh: "请选择 1 至 \(Limits.tokenPlaces) 个地区。",
                en: "Choose 1 to \(Limits.tokenPlaces) places.", field: "places")
        }
        let reach = Scope(actor.grants.map(\.place))
        guard scope.places.allSatisfy(reach.contains) else {
            return Refusal(
                "token.places", zh: "令牌的地区须在您岗位的权限范围之内；请重新选择。",
                en: "A token's places lie within the reach of your posts; choose again.", field: "places")
        }
        return nil
    }
}

/// The text that a program sends: `yiju_` and 32 random bytes in Base64URL.
enum TokenText {
    private static let prefix = "yiju_"
    private static let length = prefix.utf8.count + 43

    static func make() -> (text: String, hash: [UInt8]) {
        let secret = Random.bytes(32)
        return (prefix + Base64URL.encode(secret), hash(secret))
    }

    /// Nil when the text can be no token.
    static func hash(of text: String) -> [UInt8]? {
        guard text.utf8.count == length, text.hasPrefix(prefix) else { return nil }
        return Base64URL.decode(text.dropFirst(prefix.count)).map(hash)
    }

    private static func hash(_ secret: [UInt8]) -> [UInt8] { DigestSuite.sha256.hash(secret) }
}
