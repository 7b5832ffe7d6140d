import Cryptography
import Kernel
import Store
import Synchronization

/// What a node remembers of signed-in people between requests: name, choices, posts, grants. It never tells anything
/// stale: each request reads the session and the version of all people, posts and rights in one statement and one
/// snapshot, and what was remembered under another version, or on another day, is read anew. One for each `Database`.
public final class SessionCache: Sendable {
    struct Profile: Sendable {
        let login: String
        let name: String
        let sealedName: [UInt8]
        let language: Language
        let mode: DisplayMode
        let mustChangePassword: Bool
        let hasSecondFactor: Bool
        /// One of today's posts requires one-time codes.
        let mustHaveSecondFactor: Bool
        let grants: [Grant]
        let posts: [ActingPost]

        /// - Parameter scope: of the token by which the person's program came.
        func actor(_ person: ID<PersonTag>, requestID: String, within scope: TokenScope? = nil) -> Actor {
            Actor(
                kind: .person, person: person, label: name, sealedName: sealedName,
                grants: scope?.cut(grants) ?? grants, requestID: requestID)
        }
    }

    private struct Remembered: Sendable {
        let version: Int64
        let day: Day
        let profile: Profile
    }

    private let people = Mutex<[ID<PersonTag>: Remembered]>([:])

    public init() {}

    /// What the cache remembers, else what the database says, to be remembered; nil when the account is closed.
    static func profile(
        of person: ID<PersonTag>, version: Int64, day: Day, cache: SessionCache?, vault: Vault, tx: Tx
    ) throws -> Profile? {
        if let remembered = cache?.profile(of: person, version: version, day: day) { return remembered }
        guard let profile = try Actors.profile(of: person, on: day, vault: vault, tx: tx) else { return nil }
        cache?.remember(profile, of: person, version: version, day: day)
        return profile
    }

    private func profile(of person: ID<PersonTag>, version: Int64, day: Day) -> Profile? {
        people.withLock { people in
            guard let found = people[person], found.version == version, found.day == day else { return nil }
            return found.profile
        }
    }

    private func remember(_ profile: Profile, of person: ID<PersonTag>, version: Int64, day: Day) {
        people.withLock { people in
            // Full: begin anew. Whoever is there now is read again within one request each.
            if people.count >= Limits.peopleRemembered { people.removeAll(keepingCapacity: true) }
            people[person] = Remembered(version: version, day: day, profile: profile)
        }
    }
}

/// The counter of all changes of people, posts and rights.
enum PeopleVersion {
    /// Every recorded act on these subjects counts, but for comings and goings, of people and of their programs.
    static func isAffected(by entry: RecordEntry) -> Bool {
        switch entry.subject.kind {
        case "person", "post", "role", "rights": !entry.act.hasPrefix("session.") && !entry.act.hasPrefix("token.")
        default: false
        }
    }

    static func raise(_ tx: Tx) throws {
        try tx.run(
            """
            INSERT INTO people_version (id, version) VALUES (1, 1)
            ON CONFLICT (id) DO UPDATE SET version = people_version.version + 1
            """)
    }
}
