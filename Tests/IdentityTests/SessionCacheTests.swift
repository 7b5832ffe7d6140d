import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct SessionCacheTests {
    private func find(_ token: String, _ cache: SessionCache, _ world: World) async throws -> SignedIn? {
        try await world.database.read { [vault = world.vault, clock = world.clock] tx in
            try Sessions.find(token, now: clock.now, requestID: "r", vault: vault, cache: cache, tx: tx)
        }
    }

    @Test(arguments: Engine.available)
    func whatIsRememberedIsNotReadAgain(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let (token, cache) = (try await world.token("liwei"), SessionCache())
            #expect(try await find(token, cache, world)?.language == .zh)
            // Behind the version's back, as no act does.
            try await world.forge { try $0.run("UPDATE person SET language = 'en'") }
            #expect(try await find(token, cache, world)?.language == .zh)
            #expect(try await find(token, SessionCache(), world)?.language == .en)
            // Somebody's sign-in is no reason to forget.
            _ = try await world.token("liwei")
            #expect(try await find(token, cache, world)?.language == .zh)
        }
    }

    @Test(arguments: Engine.available)
    func everyChangeIsSeenByTheNextRequest(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let other = try await world.person("zhaolei", at: World.yuhua)
            let (token, cache) = (try await world.token("liwei"), SessionCache())
            let now = { try await find(token, cache, world) }
            #expect(try await now()?.actor.may(.importEstates) == true)

            try await world.act { try RightActs.set(.importEstates, of: .districtOfficer, reach: nil, deed: $0) }
            #expect(try await now()?.actor.may(.importEstates) == false)
            try await world.act(as: officer.actor) { try PersonActs.prefer(.en, .elder, deed: $0) }
            #expect(try await now()?.mode == .elder)
            try await world.act { [vault = world.vault] in
                try PersonActs.correct(officer.id, name: "李维", phone: nil, vault: vault, deed: $0)
            }
            #expect(try await now()?.name == "李维")
            try await world.act {
                _ = try PostActs.appoint(officer.id, as: .auditor, at: World.city, from: $0.today, deed: $0)
            }
            #expect(try await now()?.posts.count == 2)
            try await world.act { try PostActs.handOver(officer.post, to: other, on: $0.today, deed: $0) }
            #expect(try await now()?.posts.map(\.role) == [.auditor])

            // A deputy's day comes without any act.
            let tomorrow = world.clock.now.dayInChina.adding(days: 1)
            try await world.act {
                try PostActs.deputise(officer.id, for: officer.post, from: tomorrow, to: tomorrow, deed: $0)
            }
            #expect(try await now()?.posts.count == 1)
            world.clock.advance(
                seconds: Int64(tomorrow.startInChina.milliseconds - world.clock.now.milliseconds) / 1000)
            _ = try await world.database.write { [clock = world.clock] in
                try $0.run("UPDATE session SET last_seen = \(clock.now)")
            }
            #expect(try await now()?.posts.count == 2)
            try await world.act { try PersonActs.disable(officer.id, deed: $0) }
            #expect(try await now() == nil)
        }
    }
}
