public import Kernel
public import Store

/// Turns people and posts into what acts and queries check: an `Actor` with its grants.
public enum Actors {
    /// A person with the rights of all posts held or stood in for today. One query.
    /// - Throws: `Refusal` `person.unknown` when there is no such person or the account is closed.
    public static func load(
        _ person: ID<PersonTag>, now: Instant, requestID: String, vault: Vault, tx: Tx
    ) throws -> Actor {
        guard let profile = try profile(of: person, on: now.dayInChina, vault: vault, tx: tx) else {
            throw Refusal(
                .notFound, "person.unknown", zh: "没有这个账号，或账号已停用。",
                en: "There is no such account, or it is disabled.")
        }
        return profile.actor(person, requestID: requestID)
    }

    /// Whoever is not signed in: what the role `public` may do, everywhere.
    public static func visitor(requestID: String, tx: Tx) throws -> Actor {
        let grants = try RightQueries.rights(of: .public, tx: tx).map { Grant($0.right, at: .country) }
        return Actor(kind: .visitor, label: "访客 visitor", grants: grants, requestID: requestID)
    }

    /// Nil when there is no such person or the account is closed.
    static func profile(
        of person: ID<PersonTag>, on day: Day, vault: Vault, tx: Tx
    ) throws -> SessionCache.Profile? {
        let rows = try tx.rows(
            """
            SELECT q.login, q.name_sealed, k.wrapped, q.language, q.mode, q.must_change, q.totp_confirmed,
                d.needs_code, p.id, p.role, p.place, h.kind, g.right_code, g.reach
            FROM person q JOIN person_key k ON k.person = q.id
            LEFT JOIN post_holding h ON h.person = q.id
                AND h.from_day <= \(day) AND (h.to_day IS NULL OR h.to_day >= \(day))
            LEFT JOIN post p ON p.id = h.post
                AND p.from_day <= \(day) AND (p.to_day IS NULL OR p.to_day >= \(day))
            LEFT JOIN role_code d ON d.role = p.role
            LEFT JOIN role_right g ON g.role = p.role
            WHERE q.id = \(person) AND q.disabled_at IS NULL ORDER BY h.id
            """)
        guard let first = rows.first else { return nil }
        let key = try PersonKeys.unwrap(first[2], of: person, vault: vault)
        let sealedName: [UInt8] = try first[1]
        let name = Opener(key.map { [person: $0] } ?? [:]).name(sealedName, of: person)
        let (grants, posts) = try read(rows, from: 8)
        return SessionCache.Profile(
            login: try first[0], name: name, sealedName: sealedName,
            language: Language(rawValue: try first[3]) ?? .zh, mode: try first[4], mustChangePassword: try first[5],
            hasSecondFactor: try first[6],
            mustHaveSecondFactor: try rows.contains { try $0[7] ?? false }, grants: grants, posts: posts)
    }

    /// Reads post, role, place, kind, right and reach; a role or right that only a newer version knows gives nothing.
    private static func read(_ rows: [Row], from first: Int) throws -> (grants: [Grant], posts: [ActingPost]) {
        var grants: Set<Grant> = []
        var posts: [ActingPost] = []
        for row in rows {
            guard let id: ID<PostTag> = try row[first], let name: String = try row[first + 1],
                let role = Role(rawValue: name)
            else { continue }
            let place: PlaceCode = try row[first + 2]
            if posts.last?.post != id {
                posts.append(ActingPost(post: id, role: role, place: place, kind: try row[first + 3]))
            }
            guard let code: String = try row[first + 4], let right = Right(rawValue: code) else { continue }
            let reach: Reach = try row[first + 5]
            grants.insert(Grant(right, at: reach.place(from: place)))
        }
        return (Array(grants), posts)
    }
}
