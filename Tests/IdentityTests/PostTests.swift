import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct PostTests {
    @Test func everyRoleOfTheCityIsThereAndNamedInBothLanguages() {
        #expect(Role.allCases.count == 24)
        #expect(Set(Role.allCases.map(\.name.zh)).count == 24)
        #expect(Set(Role.allCases.map(\.name.en)).count == 24)
        #expect(Role.allCases.filter(\.levels.isEmpty) == [.public])
    }

    @Test(arguments: Engine.available)
    func aPostChangesHandsWithoutLoss(engine: Engine) async throws {
        try await World.with(engine) { world in
            let old = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let new = try await world.person("zhaolei", at: World.yuhua)
            let day = world.clock.now.dayInChina.adding(days: 3)
            try await world.act { try PostActs.handOver(old.post, to: new, on: day, deed: $0) }

            #expect(try await world.actor(old.id).may(.correctEstates, at: World.yuhua))
            #expect(!(try await world.actor(new).may(.correctEstates)))
            world.clock.advance(days: 2)
            #expect(try await world.actor(old.id).may(.correctEstates, at: World.yuhua))
            world.clock.advance(days: 1)
            #expect(!(try await world.actor(old.id).may(.correctEstates)))
            #expect(try await world.actor(new).may(.correctEstates, at: World.yuhua))

            let holdings = try await world.database.read { try PostQueries.holdings(of: old.post, tx: $0) }
            #expect(holdings.map(\.person) == [old.id, new])
            #expect(holdings.map(\.to) == [day.adding(days: -1), nil])
            let again = await refusal {
                try await world.act { try PostActs.handOver(old.post, to: new, on: $0.today, deed: $0) }
            }
            #expect(again == "post.same")
        }
    }

    @Test(arguments: Engine.available)
    func nobodyIsSeatedByWhoDoesNotManageTheAccount(engine: Engine) async throws {
        try await World.with(engine) { world in
            try await world.act { try RightActs.set(.managePeople, of: .districtOfficer, reach: .within, deed: $0) }
            let (officer, helper) = (
                try await world.officer("liwei", .districtOfficer, at: World.yuhua),
                try await world.officer("liufang", .subdistrictOfficer, at: World.zuojiatang)
            )
            let stranger = try await world.person("chenjing", at: World.furong)
            let today = world.clock.now.dayInChina
            let answers = [
                await refusal {
                    try await world.act(as: officer.actor) {
                        _ = try PostActs.appoint(stranger, as: .planner, at: World.yuhua, from: today, deed: $0)
                    }
                },
                await refusal {
                    try await world.act(as: officer.actor) {
                        try PostActs.handOver(helper.post, to: stranger, on: today, deed: $0)
                    }
                },
                await refusal {
                    try await world.act(as: officer.actor) {
                        try PostActs.deputise(stranger, for: helper.post, from: today, to: today, deed: $0)
                    }
                },
            ]
            #expect(answers == ["post.person", "post.person", "post.person"])
        }
    }

    @Test(arguments: Engine.available)
    func aPostEndsNoLaterThanItWasSetUpFor(engine: Engine) async throws {
        try await World.with(engine) { world in
            let person = try await world.person("liwei", at: World.yuhua)
            let today = world.clock.now.dayInChina
            let post = try await world.act {
                try PostActs.appoint(
                    person, as: .districtOfficer, at: World.yuhua, from: today, to: today.adding(days: 10), deed: $0)
            }
            let end = { (days: Int) in
                await refusal {
                    try await world.act { try PostActs.end(post, lastDay: today.adding(days: days), deed: $0) }
                }
            }
            #expect(await end(11) == "post.days")
            #expect(await end(10) == nil)
            #expect(await end(3) == nil)
        }
    }

    @Test(arguments: Engine.available)
    func aPostHandedOverOnItsFirstDayIsTheNewHoldersAtOnce(engine: Engine) async throws {
        try await World.with(engine) { world in
            let old = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let new = try await world.person("zhaolei", at: World.yuhua)
            try await world.act { try PostActs.handOver(old.post, to: new, on: $0.today, deed: $0) }
            #expect(!(try await world.actor(old.id).may(.readTotals)))
            #expect(try await world.actor(new).may(.readTotals, at: World.city))
            let past = await refusal {
                try await world.act {
                    try PostActs.handOver(old.post, to: old.id, on: $0.today.adding(days: -1), deed: $0)
                }
            }
            #expect(past == "post.days,post.planned")
        }
    }

    @Test(arguments: Engine.available)
    func aDeputyActsForTheTimeAndNoLonger(engine: Engine) async throws {
        try await World.with(engine) { world in
            let holder = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let deputy = try await world.person("zhaolei", at: World.yuhua)
            let today = world.clock.now.dayInChina
            let deputise = { (person: ID<PersonTag>, from: Int, to: Int) in
                await refusal {
                    try await world.act {
                        try PostActs.deputise(
                            person, for: holder.post, from: today.adding(days: from), to: today.adding(days: to),
                            deed: $0)
                    }
                }
            }
            #expect(await deputise(deputy, 1, 2) == nil)
            #expect(await deputise(deputy, 2, 5) == "post.deputy.taken")
            #expect(await deputise(holder.id, 5, 6) == "post.deputy.self")
            #expect(await deputise(deputy, 9, 8) == "post.days")
            #expect(await deputise(deputy, 5, 900) == "post.deputy.days")

            let may = {
                (
                    try await world.actor(holder.id).may(.importEstates, at: World.zuojiatang),
                    try await world.actor(deputy).may(.importEstates, at: World.zuojiatang)
                )
            }
            #expect(try await may() == (true, false))
            world.clock.advance(days: 1)
            #expect(try await may() == (true, true))
            world.clock.advance(days: 1)
            #expect(try await may() == (true, true))
            world.clock.advance(days: 1)
            #expect(try await may() == (true, false))
        }
    }

    @Test(arguments: Engine.available)
    func aPostBeginsAndEndsByItsDays(engine: Engine) async throws {
        try await World.with(engine) { world in
            let id = try await world.person("liwei", at: World.yuhua)
            let today = world.clock.now.dayInChina
            let post = try await world.act {
                try PostActs.appoint(
                    id, as: .districtOfficer, at: World.yuhua, from: today.adding(days: 1), to: today.adding(days: 4),
                    deed: $0)
            }
            var days: [Bool] = []
            for day in 0..<6 {
                if day == 2 {
                    try await world.act { try PostActs.end(post, lastDay: today.adding(days: 3), deed: $0) }
                }
                days.append(try await world.actor(id).may(.correctEstates, at: World.yuhua))
                world.clock.advance(days: 1)
            }
            #expect(days == [false, true, true, true, false, false])
            let ended = await refusal { try await world.act { try PostActs.end(post, lastDay: $0.today, deed: $0) } }
            #expect(ended == "post.ended")
        }
    }

    @Test(arguments: Engine.available)
    func severalPostsAddUp(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            try await world.act {
                _ = try PostActs.appoint(officer.id, as: .auditor, at: World.furong, from: $0.today, deed: $0)
            }
            let actor = try await world.actor(officer.id)
            #expect(actor.scope(.readEstates) == Scope([World.yuhua, World.furong]))
            #expect(actor.scope(.correctEstates) == Scope([World.yuhua]))
            _ = try await world.token("liwei")
            let signedIn = try #require(try await world.find(try await world.token("liwei")))
            #expect(Set(signedIn.posts.map(\.role)) == [.districtOfficer, .auditor])
            #expect(Set(signedIn.actor.grants) == Set(actor.grants))
        }
    }
}
