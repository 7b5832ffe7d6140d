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

        func actor(_ person: ID<PersonTag>, requestID: String) -> Actor {
            Actor(
                kind: .person, person: person, label: name, sealedName: sealedName, grants: grants,
                requestID: requestID)
        }
    }

    private struct Remembered: Sendable {
        let version: Int64
        let day: Day
        let profile: Profile
    }

    private let people = Mutex<[ID<PersonTag>: Remembered]>([:])

    public init() {}

    func profile(of person: ID<PersonTag>, version: Int64, day: Day) -> Profile? {
        people.withLock { people in
            guard let found = people[person], found.version == version, found.day == day else { return nil }
            return found.profile
        }
    }

    func remember(_ profile: Profile, of person: ID<PersonTag>, version: Int64, day: Day) {
        people.withLock { people in
            // Full: begin anew. Whoever is there now is read again within one request each.
            if people.count >= Limits.peopleRemembered { people.removeAll(keepingCapacity: true) }
            people[person] = Remembered(version: version, day: day, profile: profile)
        }
    }
}

/// The counter of all changes of people, posts and rights.
enum PeopleVersion {
    /// Every recorded act on these subjects counts, but for comings and goings.
    static func isAffected(by entry: RecordEntry) -> Bool {
        switch entry.subject.kind {
        case "person", "post", "role", "rights": !entry.act.hasPrefix("session.")
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
