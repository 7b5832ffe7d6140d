import Cryptography
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite("API tokens")
struct TokenTests {
    @Test("A token acts for its person, and of its secret only a hash is stored", arguments: Engine.available)
    func acts(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let text = try await world.issue(officer.actor, .write)
            let found = try #require(try await world.program(text))
            #expect(found.person == officer.id && found.actor.person == officer.id && found.login == "liwei")
            #expect(found.actor.may(.correctEstates, at: World.zuojiatang))
            #expect(found.token?.scope == TokenScope(.write, within: [World.yuhua]))

            #expect(text.hasPrefix("yiju_") && text.utf8.count == 48)
            let secret = try #require(Base64URL.decode(text.dropFirst(5)))
            let stored = try await world.database.read {
                try $0.value("SELECT secret_hash FROM api_token", as: [UInt8].self)
            }
            #expect(secret.count == 32 && stored == DigestSuite.sha256.hash(secret))
            #expect(
                try await world.database.columns(of: [IdentitySchema.schema], holding: String(text.dropFirst(5)))
                    .isEmpty)
            // A token is no session, and a session no token.
            #expect(try await world.find(text) == nil)
            #expect(try await world.program(try await world.token("liwei")) == nil)
        }
    }

    @Test("A token that reads does not write, and one for a place ends at its border", arguments: Engine.available)
    func scopes(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("zhoumin", .cityOfficer, at: World.city)
            let reading = try #require(try await world.program(world.issue(officer.actor, .read, [World.city])))
            #expect(reading.actor.may(.readEstates, at: World.furong))
            #expect(reading.actor.grants.allSatisfy { $0.right.isReading })

            let narrow = try #require(try await world.program(world.issue(officer.actor, .write, [World.zuojiatang])))
            #expect(narrow.actor.may(.correctEstates, at: World.zuojiatang))
            #expect(!narrow.actor.may(.correctEstates, at: World.yuhua))
            #expect(!narrow.actor.may(.readEstates, at: World.furong))
            #expect(narrow.actor.scope(.readEstates).places == [World.zuojiatang])
        }
    }

    @Test("A token never gives more than its person has when it is used", arguments: Engine.available)
    func followsThePerson(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let other = try await world.person("zhaolei", at: World.yuhua)
            let (text, cache) = (try await world.issue(officer.actor, .write), SessionCache())
            let actor = { try #require(try await world.program(text, cache)).actor }
            #expect(try await actor().may(.importEstates, at: World.yuhua))
            try await world.act { try RightActs.set(.importEstates, of: .districtOfficer, reach: nil, deed: $0) }
            #expect(try await !actor().may(.importEstates))
            // A further post elsewhere is nothing to a token for this place.
            try await world.act {
                _ = try PostActs.appoint(officer.id, as: .planner, at: World.furong, from: $0.today, deed: $0)
            }
            #expect(try await !actor().may(.readEstates, at: World.furong))
            try await world.act { try PostActs.handOver(officer.post, to: other, on: $0.today, deed: $0) }
            #expect(try await !actor().may(.readEstates))
        }
    }

    @Test("A token costs no more than a session: who it acts for is remembered", arguments: Engine.available)
    func isRemembered(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let (text, cache) = (try await world.issue(officer.actor), SessionCache())
            #expect(try await world.program(text, cache)?.language == .zh)
            // Behind the version's back, as no act does.
            try await world.forge { try $0.run("UPDATE person SET language = 'en'") }
            #expect(try await world.program(text, cache)?.language == .zh)
            #expect(try await world.program(text)?.language == .en)
            // Another token is no reason to forget.
            _ = try await world.issue(officer.actor)
            #expect(try await world.program(text, cache)?.language == .zh)
        }
    }

    @Test("A token ends with its last day in China", arguments: Engine.available)
    func expires(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            // It is six in the evening.
            let text = try await world.issue(officer.actor, days: 2)
            world.clock.advance(seconds: 30 * 3600 - 1)
            #expect(try await world.program(text) != nil)
            world.clock.advance(seconds: 1)
            #expect(try await world.program(text) == nil)
            let token = try #require(try await world.tokens(of: officer.id).first)
            #expect(token.state(at: world.clock.now) == .expired && token.lastDay.description == "2026-07-01")
        }
    }

    @Test("What is no token, or not quite one, opens nothing", arguments: Engine.available)
    func refusesTexts(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let text = try await world.issue(officer.actor)
            let long = String(repeating: "x", count: 100_000)
            for wrong in [
                "", "yiju_", String(text.dropFirst(5)), text + "A", " " + text, "YIJU_" + text.dropFirst(5), long,
            ] {
                #expect(try await world.program(wrong) == nil, "\(wrong.prefix(60))")
            }
            for _ in 0..<50 {
                var bytes = Array(text.utf8)
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let byte = UInt8.random(in: 0x20...0x7E, using: &random)
                guard bytes[place] != byte else { continue }
                bytes[place] = byte
                let wrong = String(decoding: bytes, as: UTF8.self)
                #expect(try await world.program(wrong) == nil, "seed \(seed): byte \(place) made \(byte)")
            }
            #expect(try await world.program(text) != nil)
        }
    }

    @Test("A token's form is told what is wrong with it, field by field", arguments: Engine.available)
    func refusesForms(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let idle = try await world.actor(try await world.person("idle"))
            let issue = { (actor: Actor, title: String, places: [PlaceCode], days: Int) in
                await refusal { _ = try await world.issue(actor, .read, places, days: days, title: title) }
            }
            #expect(await issue(officer.actor, " ", [], 0) == "token.title,token.places,token.days")
            #expect(await issue(officer.actor, "a\u{0}b", [World.yuhua], 1) == "token.title")
            #expect(await issue(officer.actor, String(repeating: "长", count: 41), [World.yuhua], 1) == "token.title")
            #expect(
                await issue(officer.actor, "report", [World.furong, World.yuhua], 1) == nil, "totals reach the city")
            #expect(await issue(officer.actor, "report", [.country], 1) == "token.places")
            #expect(await issue(officer.actor, "report", [place("4303")], 1) == "token.places")
            let many = (1...21).map { place("4301110020\($0 < 10 ? "0" : "")\($0)") }
            #expect(await issue(officer.actor, "report", many, 1) == "token.places")
            #expect(await issue(idle, "report", [World.yuhua], 1) == "token.places")
            #expect(await issue(officer.actor, "report", [World.yuhua], 367) == "token.days")
            #expect(await issue(officer.actor, "report", [World.yuhua], 366) == nil)
        }
    }

    @Test("The password is asked for, and guessing it is slowed down", arguments: Engine.available)
    func asksForThePassword(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            var answers: [String?] = []
            for _ in 0..<6 {
                answers.append(
                    await refusal { _ = try await world.issue(officer.actor, password: "three loud herons walk") })
            }
            #expect(answers == Array(repeating: "password.wrong", count: 5) + ["signin.wait"])
            #expect(try await world.tokens(of: officer.id) == [])
            // A form to be mended is no guess.
            world.clock.advance(seconds: 3600)
            for _ in 0..<6 {
                let answer = await refusal { _ = try await world.issue(officer.actor, days: 0) }
                #expect(answer == "token.days")
            }
            _ = try await world.issue(officer.actor)
        }
    }

    @Test(
        "Twenty live tokens are enough for anybody, and those that ended long ago are forgotten",
        arguments: Engine.available)
    func limits(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            for _ in 0..<20 { _ = try await world.issue(officer.actor) }
            #expect(await refusal { _ = try await world.issue(officer.actor) } == "token.many")
            let first = try #require(try await world.tokens(of: officer.id).last)
            try await world.revoke(first.id, of: officer.id, as: officer.actor)
            world.clock.advance(seconds: 1)
            _ = try await world.issue(officer.actor, days: 3)
            #expect(try await world.tokens(of: officer.id).count == 21)
            world.clock.advance(days: 100)
            _ = try await world.issue(officer.actor)
            let left = try await world.tokens(of: officer.id)
            #expect(left.count == 21 && left.count { $0.state(at: world.clock.now) == .live } == 1)
            #expect(!left.contains { $0.id == first.id })
        }
    }

    @Test("The day of the last use is written once a day", arguments: Engine.available)
    func touches(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let text = try await world.issue(officer.actor)
            let touch = {
                let found = try #require(try await world.program(text))
                guard found.touchIsDue, let token = found.token else { return false }
                try await world.database.write { [clock = world.clock] in
                    try Tokens.touch(token.id, now: clock.now, tx: $0)
                }
                return true
            }
            #expect(try await world.tokens(of: officer.id).first?.lastUsedOn == nil)
            #expect(try await touch())
            #expect(try await !touch())
            #expect(try await world.tokens(of: officer.id).first?.lastUsedOn?.description == "2026-06-30")
            world.clock.advance(seconds: 6 * 3600)
            #expect(try await touch())
            #expect(try await world.tokens(of: officer.id).first?.lastUsedOn?.description == "2026-07-01")
        }
    }

    @Test("What ends a person's sessions ends the tokens", arguments: Engine.available)
    func endsWithSessions(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let bystander = try await world.officer("chenjing", .districtOfficer, at: World.furong)
            let kept = try await world.issue(bystander.actor)
            let acts = PasswordActs(
                database: world.database, vault: world.vault, clock: world.clock,
                rules: try PasswordRules.load(resources: World.resources), pool: world.pool)
            let new = "four quiet herons walk"
            let endings: [(String, String, () async throws -> Void)] = [
                (
                    "sign out", World.password,
                    { try await world.act(as: officer.actor) { try Sessions.endAll(deed: $0) } }
                ),
                (
                    "change", World.password,
                    { try await acts.change(from: World.password, to: new, keeping: nil, as: officer.actor) }
                ),
                (
                    "disable", new,
                    {
                        try await world.act { try PersonActs.disable(officer.id, deed: $0) }
                        try await world.act { try PersonActs.enable(officer.id, deed: $0) }
                    }
                ),
                ("reset", new, { _ = try await acts.reset(officer.id, as: world.admin) }),
                (
                    "restore", "",
                    { try await world.database.write { try Tokens.endEverybodys(now: world.clock.now, $0) } }
                ),
            ]
            for (name, password, end) in endings {
                if password.isEmpty {
                    #expect(try await world.program(kept) != nil, "nobody else's tokens end")
                    try await end()
                    #expect(try await world.program(kept) == nil, "\(name)")
                    continue
                }
                let text = try await world.issue(officer.actor, password: password)
                #expect(try await world.program(text) != nil)
                try await end()
                #expect(try await world.program(text) == nil, "\(name)")
            }
        }
    }

    @Test("A disabled person's token opens nothing, and an erased person's is gone", arguments: Engine.available)
    func leaves(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let text = try await world.issue(officer.actor, title: "李伟的月报")
            // As a node that knows nothing of revoking would: the account alone is closed.
            try await world.forge { try $0.run("UPDATE person SET disabled_at = 1 WHERE id = \(officer.id)") }
            #expect(try await world.program(text) == nil)
            try await world.act {
                try PostActs.end(officer.post, lastDay: $0.today.adding(days: -1), deed: $0)
                try PersonActs.erase(officer.id, deed: $0)
            }
            #expect(try await world.count("SELECT count(*) FROM api_token") == 0)
            #expect(try await world.database.columns(of: [IdentitySchema.schema], holding: "李伟的月报").isEmpty)
        }
    }

    @Test(
        "Tokens are revoked by their owner or whoever manages the account, at once and on the record",
        arguments: Engine.available)
    func revokes(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let other = try await world.officer("chenjing", .districtOfficer, at: World.furong)
            for actor in [officer.actor, world.admin] {
                let text = try await world.issue(officer.actor)
                let id = try #require(try await world.program(text)?.token?.id)
                #expect(
                    await refusal { try await world.revoke(id, of: officer.id, as: other.actor) } == "right.missing")
                #expect(await refusal { try await world.revoke(id, of: other.id, as: other.actor) } == "token.unknown")
                #expect(try await world.program(text) != nil)
                try await world.revoke(id, of: officer.id, as: actor)
                try await world.revoke(id, of: officer.id, as: actor)
                #expect(try await world.program(text) == nil)
            }
            let lines = try await world.database.read { [vault = world.vault, actor = officer.actor] tx in
                try RecordQueries.history(of: Subject("person", officer.id), reader: actor, vault: vault, tx: tx)
            }
            let told = lines.filter { $0.act.hasPrefix("token.") }
            #expect(told.map(\.act) == ["token.revoke", "token.issue", "token.revoke", "token.issue"])
            #expect(told.first?.actorKind == .person && told.first?.person == world.admin.person)
            #expect(told.last?.after["title"] == .text("report") && told.last?.after["access"] == .text("read"))
            #expect(told.last?.after["within"] == .list([.text("430111")]))
        }
    }
}

extension World {
    /// A token of the actor's, for `days` days from today.
    func issue(
        _ actor: Actor, _ access: TokenScope.Access = .read, _ places: [PlaceCode] = [World.yuhua], days: Int = 90,
        title: String = "report", password: String = World.password
    ) async throws -> String {
        let lastDay = clock.now.dayInChina.adding(days: days - 1)
        let form = NewToken(title: title, scope: TokenScope(access, within: places), lastDay: lastDay)
        return try await TokenActs(database: database, vault: vault, clock: clock, pool: pool)
            .issue(form, password: password, as: actor)
    }

    func revoke(_ id: ID<TokenTag>, of person: ID<PersonTag>, as actor: Actor) async throws {
        try await act(as: actor) { [vault] in try TokenActs.revoke(id, of: person, vault: vault, deed: $0) }
    }

    /// Whom a program with the token acts for.
    func program(_ text: String, _ cache: SessionCache? = nil) async throws -> SignedIn? {
        try await database.read { [vault, clock] tx in
            try Tokens.find(text, now: clock.now, requestID: "r", vault: vault, cache: cache, tx: tx)
        }
    }

    func tokens(of person: ID<PersonTag>) async throws -> [APIToken] {
        try await database.read { try Tokens.list(of: person, tx: $0) }
    }
}
