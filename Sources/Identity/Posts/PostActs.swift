public import Kernel
import Store

/// Appointments: who sits where, from when to when. A person may hold several posts, each for a time, with a deputy.
public enum PostActs {
    /// Makes a post and seats its first holder.
    /// - Returns: The post's id, which stays while holders change.
    /// - Throws: `Refusal`s `post.place.level`, `post.days`, `post.person`, `post.many`, `right.missing`.
    @discardableResult
    public static func appoint(
        _ person: ID<PersonTag>, as role: Role, at place: PlaceCode, from: Day, to: Day? = nil, deed: Deed
    ) throws -> ID<PostTag> {
        try deed.actor.require(.managePeople, at: place)
        try Appointing.requireNotAbove(role, at: place, deed: deed)
        var refusals = daysRefusals(from: from, to: to)
        if !role.levels.contains(place.level) { refusals.append(wrongLevel(role)) }
        refusals += try personRefusals(person, deed: deed)
        try Refusals.throwIfAny(refusals)

        let post = ID<PostTag>(at: deed.now)
        try deed.tx.run(
            """
            INSERT INTO post (id, role, place, from_day, to_day)
            VALUES (\(post), \(role), \(place), \(from), \(to))
            """)
        try seat(person, in: post, kind: .holder, from: from, to: to, deed: deed)
        var after: RecordFields = [
            "role": .text(role.rawValue), "holder": .text(person.description), "from": .text(from.description),
        ]
        if let to { after["to"] = .text(to.description) }
        try deed.record("post.appoint", on: Subject("post", post), at: place, after: after.json)
        return post
    }

    /// Closes a post with `lastDay`: its holder and deputy act no longer from the day after. With yesterday it ends at
    /// once.
    public static func end(_ post: ID<PostTag>, lastDay: Day, deed: Deed) throws {
        let open = try manageable(post, deed: deed)
        guard lastDay >= deed.today.adding(days: -1), lastDay >= open.from.adding(days: -1) else {
            throw Refusal(
                "post.days", zh: "岗位不能结束在已经过去的日子；最早为昨天。",
                en: "A post cannot end on a day long past; yesterday is the earliest.", field: "lastDay")
        }
        // Its holdings end with the post; a longer post would have nobody in it.
        if let to = open.to, lastDay > to {
            throw Refusal(
                "post.days", zh: "岗位的期限到 \(to) 为止，不能结束在更晚的日子；需要延长请新设岗位。",
                en: "The post ends on \(to) and cannot end later; to go on, set up a new post.", field: "lastDay")
        }
        try deed.tx.run("UPDATE post SET to_day = \(lastDay) WHERE id = \(post)")
        try deed.tx.run(
            """
            UPDATE post_holding SET to_day = \(lastDay)
            WHERE post = \(post) AND (to_day IS NULL OR to_day > \(lastDay))
            """)
        try deed.record(
            "post.end", on: Subject("post", post), at: open.place, before: lastDayFields(open.to),
            after: lastDayFields(lastDay))
    }

    /// The post changes hands on `day`: the same post, a new holder; the old one acts no longer from that day.
    public static func handOver(_ post: ID<PostTag>, to person: ID<PersonTag>, on day: Day, deed: Deed) throws {
        let open = try manageable(post, deed: deed)
        let holders = try PostQueries.holdings(of: post, tx: deed.tx).filter { $0.kind == .holder }
        var refusals = try personRefusals(person, deed: deed)
        if day < deed.today || open.to.map({ day > $0 }) ?? false {
            refusals.append(
                Refusal(
                    "post.days", zh: "交接日须在今天或以后，且在岗位期限之内。",
                    en: "A hand-over happens today or later, within the post's time.", field: "day"))
        }
        if holders.contains(where: { $0.from > day && $0.overlaps(from: day, to: nil) }) {
            refusals.append(
                Refusal(
                    .conflict, "post.planned", zh: "该岗位在此日之后已另有交接安排；请先结束那次安排。",
                    en: "A later hand-over of this post is already planned; end that one first.", field: "day"))
        }
        try Refusals.throwIfAny(refusals)
        let current = holders.last { $0.covers(day) }
        guard current?.person != person else {
            throw Refusal(
                .conflict, "post.same", zh: "此人已在该岗位上。", en: "This person already holds the post.", field: "person")
        }
        try deed.tx.run(
            """
            UPDATE post_holding SET to_day = \(day.adding(days: -1))
            WHERE post = \(post) AND kind = 'holder' AND from_day <= \(day) AND (to_day IS NULL OR to_day >= \(day))
            """)
        try seat(person, in: post, kind: .holder, from: day, to: open.to, deed: deed)
        let before: RecordFields = ["holder": current.map { .text($0.person.description) } ?? .null]
        try deed.record(
            "post.handOver", on: Subject("post", post), at: open.place, before: before.json,
            after: (["holder": .text(person.description), "from": .text(day.description)] as RecordFields).json)
    }

    /// Somebody stands in for the holder from day to day, with all the post's rights; the holder keeps them too.
    public static func deputise(
        _ person: ID<PersonTag>, for post: ID<PostTag>, from: Day, to: Day, deed: Deed
    ) throws {
        let open = try manageable(post, deed: deed)
        var refusals = daysRefusals(from: from, to: to) + (try personRefusals(person, deed: deed))
        if to.number - from.number >= Limits.deputyDays || open.to.map({ to > $0 }) ?? false || to < deed.today {
            refusals.append(
                Refusal(
                    "post.deputy.days", zh: "代理期须在岗位期限之内、未过去，且不超过 \(Limits.deputyDays) 天。",
                    en:
                        "A deputy stands in within the post's time, not past, \(Limits.deputyDays) days at most.",
                    field: "to"))
        }
        let holdings = try PostQueries.holdings(of: post, tx: deed.tx)
        if holdings.contains(where: { $0.kind == .deputy && $0.overlaps(from: from, to: to) }) {
            refusals.append(
                Refusal(
                    .conflict, "post.deputy.taken", zh: "这段时间已有人代理该岗位。",
                    en: "Somebody already stands in for this post in that time.", field: "from"))
        }
        if holdings.contains(where: { $0.kind == .holder && $0.person == person && $0.covers(from) }) {
            refusals.append(
                Refusal(
                    "post.deputy.self", zh: "本人不能代理自己的岗位。", en: "A holder cannot be the own deputy.",
                    field: "person"))
        }
        try Refusals.throwIfAny(refusals)
        try seat(person, in: post, kind: .deputy, from: from, to: to, deed: deed)
        let after: RecordFields = [
            "deputy": .text(person.description), "from": .text(from.description), "to": .text(to.description),
        ]
        try deed.record("post.deputise", on: Subject("post", post), at: open.place, after: after.json)
    }

    private static func seat(
        _ person: ID<PersonTag>, in post: ID<PostTag>, kind: Holding.Kind, from: Day, to: Day?, deed: Deed
    ) throws {
        try deed.tx.run(
            """
            INSERT INTO post_holding (id, post, person, kind, from_day, to_day)
            VALUES (\(ID<Holding>(at: deed.now)), \(post), \(person), \(kind), \(from), \(to))
            """)
    }

    /// The post, when it is still open and the actor may manage it.
    private static func manageable(_ id: ID<PostTag>, deed: Deed) throws -> Post {
        guard let post = try PostQueries.post(id, tx: deed.tx), deed.actor.may(.managePeople, at: post.place) else {
            try deed.actor.require(.managePeople)
            throw Refusal(
                .notFound, "post.unknown", zh: "没有这个岗位，或不在您的管理范围内。",
                en: "There is no such post, or it is not within your reach.")
        }
        try Appointing.requireNotAbove(post.role, at: post.place, deed: deed)
        guard post.to.map({ $0 >= deed.today }) ?? true else {
            throw Refusal(.conflict, "post.ended", zh: "该岗位已经结束。", en: "This post has ended.")
        }
        return post
    }

    private static func personRefusals(_ person: ID<PersonTag>, deed: Deed) throws -> [Refusal] {
        let row = try deed.tx.first("SELECT disabled_at, erased_at, place FROM person WHERE id = \(person)")
        guard let row, try row[0] as Int64? == nil, try row[1] as Int64? == nil,
            deed.actor.may(.managePeople, at: try row[2])
        else {
            return [
                Refusal(
                    "post.person", zh: "没有这个人，账号已停用，或不归您管理；请先启用，选择他人，或请其管理员操作。",
                    en: "There is no such person, or the account is disabled or not yours to manage. Enable it, choose "
                        + "somebody else, or ask who manages it.",
                    field: "person")
            ]
        }
        let posts = try PostQueries.posts(of: person, from: deed.today, tx: deed.tx).count
        guard posts < Limits.postsPerPerson else {
            return [
                Refusal(
                    "post.many", zh: "一人最多同时担任 \(Limits.postsPerPerson) 个岗位；请先结束一些。",
                    en: "One person holds at most \(Limits.postsPerPerson) posts; end some first.", field: "person")
            ]
        }
        return []
    }

    private static func daysRefusals(from: Day, to: Day?) -> [Refusal] {
        guard let to, to < from else { return [] }
        return [
            Refusal("post.days", zh: "结束日不能早于开始日。", en: "The last day cannot be before the first.", field: "to")
        ]
    }

    private static func wrongLevel(_ role: Role) -> Refusal {
        Refusal(
            "post.place.level", zh: "“\(role.name.zh)”不能设在这一级区划；请选择合适的地方。",
            en: "A post of \(role.name.en) cannot be set up at a place of this level; choose another place.",
            field: "place")
    }

    private static func lastDayFields(_ day: Day?) -> String {
        (["to": day.map { .text($0.description) } ?? .null] as RecordFields).json
    }
}

/// Nobody rises by appointing: whoever fills a post that manages people or rights must hold those rights there too.
enum Appointing {
    private static let ruling: [Right] = [.managePeople, .editRights]

    static func requireNotAbove(_ role: Role, at place: PlaceCode, deed: Deed) throws {
        let given = try RightQueries.rights(of: role, tx: deed.tx)
        for (right, reach) in given where ruling.contains(right) {
            try deed.actor.require(right, at: reach.place(from: place))
        }
    }
}
