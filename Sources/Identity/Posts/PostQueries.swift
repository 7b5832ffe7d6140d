public import Kernel
public import Store

/// What pages and acts ask about posts.
public enum PostQueries {
    /// Nil when there is none; ended posts are found too.
    public static func post(_ id: ID<PostTag>, tx: Tx) throws -> Post? {
        try tx.first("SELECT id, role, place, from_day, to_day FROM post WHERE id = \(id)").map(read)
    }

    /// Everybody who ever sat in the post, the earliest first: its change of hands.
    public static func holdings(of post: ID<PostTag>, tx: Tx) throws -> [Holding] {
        try tx.map(
            """
            SELECT person, kind, from_day, to_day FROM post_holding WHERE post = \(post)
            ORDER BY from_day, id
            """
        ) { Holding(person: try $0[0], kind: try $0[1], from: try $0[2], to: try $0[3]) }
    }

    /// The posts a person sits in on `day` or later, with the holding; the soonest first.
    public static func posts(of person: ID<PersonTag>, from day: Day, tx: Tx) throws -> [(post: Post, holding: Holding)]
    {
        try tx.map(
            """
            SELECT p.id, p.role, p.place, p.from_day, p.to_day, h.person, h.kind, h.from_day, h.to_day
            FROM post_holding h JOIN post p ON p.id = h.post
            WHERE h.person = \(person) AND (h.to_day IS NULL OR (h.to_day >= \(day) AND h.to_day >= h.from_day))
                AND (p.to_day IS NULL OR p.to_day >= \(day))
            ORDER BY h.from_day, h.id
            """
        ) { (try read($0), Holding(person: try $0[5], kind: try $0[6], from: try $0[7], to: try $0[8])) }
    }

    /// The posts within a scope that are open on `day` or later, by place and role; at most 1,000.
    public static func posts(within scope: Scope, from day: Day, tx: Tx) throws -> [Post] {
        try tx.map(
            """
            SELECT id, role, place, from_day, to_day FROM post
            WHERE \(scope, contains: "place") AND (to_day IS NULL OR to_day >= \(day))
            ORDER BY place, role, id LIMIT 1000
            """, read)
    }

    static func read(_ row: Row) throws -> Post {
        Post(id: try row[0], role: try row[1], place: try row[2], from: try row[3], to: try row[4])
    }
}
