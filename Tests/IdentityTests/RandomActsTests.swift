import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

/// People come and go at random; whatever happens, the rules of posts hold and the record stays whole.
@Suite struct RandomActsTests {
    @Test(arguments: Engine.available)
    func postsKeepTheirRulesAndTheRecordStaysWhole(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await World.with(engine) { world in
            var people: [ID<PersonTag>] = []
            var posts: [ID<PostTag>] = []
            for step in 0..<150 {
                let answer = try await play(step, in: world, people: &people, posts: &posts, using: &random)
                let codes = answer?.split(separator: ",").map(String.init) ?? []
                #expect(Self.allowed.isSuperset(of: codes), "seed \(seed), step \(step)")
                if step % 10 == 0 { try await world.sealer.sealAll() }
                try await check(posts, world, "seed \(seed), step \(step)")
            }
            try await world.sealer.sealAll()
            let report = try await world.verify()
            #expect(report.isWhole, "seed \(seed): \(report.problems.map(\.message.en))")
        }
    }

    /// What an honest but clumsy administrator may be told.
    private static let allowed: Set<String> = [
        "post.person", "post.same", "post.planned", "post.ended", "post.deputy.taken", "post.deputy.self",
        "person.holds",
        "person.unknown", "post.days", "post.deputy.days",
    ]

    private func play(
        _ step: Int, in world: World, people: inout [ID<PersonTag>], posts: inout [ID<PostTag>],
        using random: inout SeededRandom
    ) async throws -> String? {
        let wait = Int.random(in: 0...2, using: &random)
        world.clock.advance(seconds: Int64(wait) * 40_000)
        let dice = Int.random(in: 0..<10, using: &random)
        let (from, days) = (Int.random(in: 0...3, using: &random), Int.random(in: 0...5, using: &random))
        guard let person = people.randomElement(using: &random), dice > 0 else {
            people.append(try await world.person("p\(step)x", at: World.yuhua))
            return nil
        }
        guard let post = posts.randomElement(using: &random), dice > 2 else {
            var made: ID<PostTag>?
            let answer = await refusal {
                made = try await world.act {
                    try PostActs.appoint(person, as: .districtOfficer, at: World.yuhua, from: $0.today, deed: $0)
                }
            }
            if let made { posts.append(made) }
            return answer
        }
        return await refusal {
            try await world.act { deed in
                let day = deed.today.adding(days: from)
                switch dice {
                case 3...6: try PostActs.handOver(post, to: person, on: day, deed: deed)
                case 7: try PostActs.deputise(person, for: post, from: day, to: day.adding(days: days), deed: deed)
                case 8: try PostActs.end(post, lastDay: day, deed: deed)
                default: try PersonActs.erase(person, deed: deed)
                }
            }
        }
    }

    /// On no day has a post two holders or two deputies, and whoever is gone acts nowhere.
    private func check(_ posts: [ID<PostTag>], _ world: World, _ note: String) async throws {
        let today = world.clock.now.dayInChina
        let holdings = try await world.database.read { tx in
            try posts.map { try PostQueries.holdings(of: $0, tx: tx) }
        }
        for holding in holdings {
            for kind in [Holding.Kind.holder, .deputy] {
                for offset in 0...8 {
                    let day = today.adding(days: offset)
                    #expect(holding.count { $0.kind == kind && $0.covers(day) } <= 1, "\(note), \(day)")
                }
            }
        }
        let ghosts = try await world.count(
            """
            SELECT count(*) FROM post_holding h JOIN person p ON p.id = h.person
            WHERE p.erased_at IS NOT NULL AND h.from_day <= \(today) AND (h.to_day IS NULL OR h.to_day >= \(today))
            """)
        #expect(ghosts == 0, "\(note)")
    }
}
