import Cryptography
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct SignInTests {
    @Test(arguments: Engine.available)
    func theAdministratorOfTheFirstRunSignsInOnceAndMustChangeThePassword(engine: Engine) async throws {
        try await engine.withDatabase(schemas: [IdentitySchema.schema]) { database in
            let (vault, clock) = (Vault.ephemeral(), TestClock())
            let pool = Password.Pool(threads: 1, longestQueue: 20, cost: .test)
            let prepare = {
                try await FirstRun.prepare(
                    database, vault: vault, clock: clock, resources: World.resources, place: World.city, pool: pool)
            }
            let administrator = try #require(try await prepare())
            #expect(try await prepare() == nil)

            let signIn = SignIn(database: database, vault: vault, clock: clock, pool: pool)
            let client = Client(address: "10.0.0.1", agent: "test")
            let step = try await signIn.begin(
                login: " Admin ", password: administrator.password, client: client, requestID: "r1")
            guard case .open(let token) = step else { throw Missing("an open session") }
            let found = try await database.read {
                try Sessions.find(token, now: clock.now, requestID: "r2", vault: vault, tx: $0)
            }
            let signedIn = try #require(found)
            #expect(signedIn.mustChangePassword)
            #expect(signedIn.name == "系统管理员")
            #expect(signedIn.posts.map(\.role) == [.administrator])
            #expect(signedIn.actor.may(.editRights, at: World.city))

            clock.advance(days: 8)
            let late = await refusal {
                _ = try await signIn.begin(
                    login: "admin", password: administrator.password, client: client, requestID: "r3")
            }
            #expect(late == "signin.expired")
        }
    }

    @Test(arguments: Engine.available)
    func aWrongPasswordAndAnUnknownNameAreToldTheSame(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            #expect(await refusal { _ = try await world.enter("zhoumin", "wrong wrong wrong") } == "signin.wrong")
            #expect(await refusal { _ = try await world.enter("nobody", "wrong wrong wrong") } == "signin.wrong")
            #expect(
                await refusal { _ = try await world.enter(String(repeating: "x", count: 9_000), "") } == "signin.wrong")
            #expect(await refusal { _ = try await world.enter("zhou\u{0}min'; --", "\u{0}") } == "signin.wrong")
            #expect(try await world.find("not a token") == nil)
        }
    }

    @Test(arguments: Engine.available)
    func guessingIsSlowedDownAndTheOwnerStillGetsInFromAKnownAddress(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            _ = try await world.token("zhoumin", from: "10.1.1.1")

            // Five free guesses from one address, then waits that double.
            for _ in 0..<5 {
                #expect(
                    await refusal { _ = try await world.enter("zhoumin", "guess", from: "6.6.6.6") } == "signin.wrong")
            }
            #expect(await refusal { _ = try await world.enter("zhoumin", from: "6.6.6.6") } == "signin.wait")
            world.clock.advance(seconds: 2)
            _ = try await world.token("zhoumin", from: "6.6.6.6")

            // A botnet guesses from a hundred addresses: strangers wait a minute at most, the owner's own address not
            // at all.
            for number in 0..<30 {
                _ = await refusal { _ = try await world.enter("zhoumin", "guess", from: "7.7.7.\(number)") }
            }
            #expect(await refusal { _ = try await world.enter("zhoumin", from: "8.8.8.8") } == "signin.wait")
            _ = try await world.token("zhoumin", from: "10.1.1.1")
            world.clock.advance(seconds: 61)
            _ = try await world.token("zhoumin", from: "8.8.8.8")
        }
    }

    @Test(arguments: Engine.available)
    func aBusyOfficeThatMistypesDoesNotWait(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            _ = try await world.token("zhoumin")
            for number in 0..<60 { _ = await refusal { _ = try await world.enter("typo\(number)", "guess") } }
            #expect(await refusal { _ = try await world.enter("another", "guess") } == "signin.wait")
            // Whoever has signed in from here before is let in; the others' mistakes are forgotten one by one.
            _ = try await world.token("zhoumin")
            world.clock.advance(seconds: 30 * 60)
            #expect(await refusal { _ = try await world.enter("another", "guess") } == "signin.wrong")
        }
    }

    @Test func failuresAreForgottenOneByOne() {
        let (rule, start) = (Throttle.Rule.address, Instant(milliseconds: 1_000_000))
        let after = { (seconds: Int64) in rule.remembered(50, since: start, now: start.adding(seconds: seconds)) }
        #expect(after(71).failures == 50 && after(71).since == start)
        #expect(after(73).failures == 49 && after(73).since == start.adding(seconds: 72))
        #expect(after(725).failures == 40)
        #expect(after(3_601).failures == 0)
        #expect(rule.remembered(1, since: start, now: start.adding(seconds: 72)).failures == 0)
    }

    @Test(arguments: Engine.available)
    func aHashOfAnOlderCostIsMadeAnewAtTheNextSignIn(engine: Engine) async throws {
        try await World.with(engine) { world in
            let id = try await world.person("zhoumin")
            let old = try await PasswordHash(World.password, pool: Password.Pool(cost: .standard))
            _ = try await world.database.write {
                try $0.run("UPDATE person SET password = \(old.phc) WHERE id = \(id)")
            }
            let stored = {
                try await world.database.read {
                    try $0.value("SELECT password FROM person WHERE id = \(id)", as: String.self)
                }
            }
            _ = await refusal { _ = try await world.enter("zhoumin", "guess") }
            #expect(try await stored() == old.phc)
            _ = try await world.token("zhoumin")
            let new = try #require(try await stored())
            #expect(new != old.phc && !Password.needsRehash(new, cost: .test))
            _ = try await world.token("zhoumin")
            #expect(try await stored() == new)
        }
    }

    @Test func waitsDoubleUpToALimit() {
        let rule = Throttle.Rule.pair
        #expect((0...8).map { rule.wait(after: $0) } == [0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000])
        #expect(rule.wait(after: 1_000_000) == 15 * 60_000)
        #expect(ClientAddress.bucket("2001:db8:1:2:3:4:5:6") == ClientAddress.bucket("2001:0db8:1:2::9"))
        #expect(ClientAddress.bucket("2001:db8:1:2::1") != ClientAddress.bucket("2001:db8:1:3::1"))
        #expect(ClientAddress.bucket("::ffff:10.0.0.1") == "10.0.0.1")
    }

    @Test(arguments: Engine.available)
    func manyGuessesAtOnceAreCountedBeforeTheyAreChecked(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            let answers = await withTaskGroup(of: String?.self) { group in
                for _ in 0..<20 {
                    group.addTask { await refusal { _ = try await world.enter("zhoumin", "guess") } }
                }
                return await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(answers.count { $0 == "signin.wrong" } <= 5)
            #expect(answers.count { $0 == "signin.wait" } >= 15)
        }
    }

    @Test(arguments: Engine.available)
    func aSessionEndsWhenIdleAndAtTheLatestAfterTwelveHours(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            let idle = try await world.token("zhoumin")
            world.clock.advance(seconds: 59 * 60)
            #expect(try await world.find(idle)?.touchIsDue == true)
            world.clock.advance(seconds: 60)
            #expect(try await world.find(idle) == nil)

            let busy = try await world.token("zhoumin")
            for _ in 0..<(12 * 60 / 30 - 1) {
                world.clock.advance(seconds: 30 * 60)
                try await world.database.write { [clock = world.clock] in
                    try Sessions.touch(busy, now: clock.now, tx: $0)
                }
                #expect(try await world.find(busy) != nil)
                #expect(try await world.find(busy)?.touchIsDue == false)
            }
            world.clock.advance(seconds: 30 * 60)
            #expect(try await world.find(busy) == nil)
        }
    }

    @Test(arguments: Engine.available)
    func signingOutEndsOneSessionOrAll(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            var tokens: [String] = []
            for _ in 0..<4 {
                tokens.append(try await world.token("zhoumin"))
                world.clock.advance(seconds: 1)
            }
            let signedIn = try #require(try await world.find(tokens[0]))
            try await world.act(as: signedIn.actor) { [tokens] in try Sessions.end(tokens[0], deed: $0) }
            #expect(try await world.find(tokens[0]) == nil)

            let list = try await world.database.read { [tokens, clock = world.clock] in
                try Sessions.list(of: signedIn.person, current: tokens[1], now: clock.now, tx: $0)
            }
            #expect(list.count == 3)
            #expect(list.filter(\.isCurrent).count == 1)
            let other = try #require(list.first { !$0.isCurrent })
            try await world.act(as: signedIn.actor) { try Sessions.end(handle: other.handle, deed: $0) }
            #expect(try await world.count("SELECT count(*) FROM session") == 2)
            try await world.act(as: signedIn.actor) { try Sessions.endAll(deed: $0) }
            #expect(try await world.find(tokens[1]) == nil)
            #expect(try await world.count("SELECT count(*) FROM session") == 0)
        }
    }

    @Test(arguments: Engine.available)
    func onlyTheHashOfATokenIsStored(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            let token = try await world.token("zhoumin")
            let stored = try await world.database.read { try $0.value("SELECT token_hash FROM session") as [UInt8]? }
            #expect(stored == DigestSuite.sha256.hash(token.utf8))
            #expect(token.utf8.count == 43)
        }
    }

    @Test func aFormOfAnotherSessionIsNotAccepted() {
        let (mine, theirs) = (Random.token(), Random.token())
        #expect(CSRF.accepts(CSRF.token(for: mine), for: mine))
        #expect(!CSRF.accepts(CSRF.token(for: theirs), for: mine))
        #expect(!CSRF.accepts("", for: mine))
        #expect(!CSRF.token(for: mine).contains(mine))
    }

    @Test(arguments: Engine.available)
    func aCodeIsAskedForAndNeverAcceptedTwice(engine: Engine) async throws {
        try await World.with(engine) { world in
            let id = try await world.person("zhoumin")
            let actor = try await world.actor(id)
            let factor = SecondFactor(
                database: world.database, vault: world.vault, clock: world.clock, pool: world.pool)
            #expect(
                await refusal { _ = try await factor.enrol(as: actor, password: "not mine", issuer: "宜居") }
                    == "password.wrong")
            let enrolment = try await factor.enrol(as: actor, password: World.password, issuer: "宜居")
            #expect(try await world.count("SELECT count(*) FROM record_line WHERE act = 'totp.enrol'") == 1)
            let secret = try #require(Base32.decode(enrolment.secret))
            let code = { TOTP.code(secret: secret, at: world.clock.now) }
            #expect(await refusal { try await factor.confirm("000000", as: actor) } == "totp.wrong")
            // Not confirmed: the password is still enough.
            _ = try await world.token("zhoumin")
            try await factor.confirm(code(), as: actor)

            guard case .code(let waiting) = try await world.enter("zhoumin") else { throw Missing("the code's page") }
            #expect(try await world.find(waiting) == nil)
            let client = Client(address: "10.0.0.1", agent: "test")
            let confirm = { (code: String, token: String) in
                try await world.signIn.confirm(code: code, token: token, client: client, requestID: "r")
            }
            // The code that switched it on was used already.
            #expect(await refusal { _ = try await confirm(code(), waiting) } == "totp.wrong")
            world.clock.advance(seconds: 30)
            let used = code()
            let token = try await confirm(used, waiting)
            #expect(try await world.find(token)?.hasSecondFactor == true)
            #expect(await refusal { _ = try await confirm(used, waiting) } == "signin.again")

            guard case .code(let second) = try await world.enter("zhoumin") else { throw Missing("the code's page") }
            #expect(await refusal { _ = try await confirm(used, second) } == "totp.wrong")
            world.clock.advance(seconds: 301)
            #expect(await refusal { _ = try await confirm(code(), second) } == "signin.again")

            #expect(await refusal { try await factor.disable("123", as: actor) } == "totp.wrong")
            try await factor.disable(code(), as: actor)
            _ = try await world.token("zhoumin")
        }
    }

    @Test(arguments: Engine.available)
    func guessingCodesIsSlowedDown(engine: Engine) async throws {
        try await World.with(engine) { world in
            let actor = try await world.actor(try await world.person("zhoumin"))
            let factor = SecondFactor(
                database: world.database, vault: world.vault, clock: world.clock, pool: world.pool)
            let enrolment = try await factor.enrol(as: actor, password: World.password, issuer: "宜居")
            let secret = try #require(Base32.decode(enrolment.secret))
            try await factor.confirm(TOTP.code(secret: secret, at: world.clock.now), as: actor)
            guard case .code(let waiting) = try await world.enter("zhoumin") else { throw Missing("the code's page") }
            var answers: [String?] = []
            for _ in 0..<7 {
                answers.append(
                    await refusal {
                        _ = try await world.signIn.confirm(
                            code: "000000", token: waiting, client: Client(address: "", agent: ""), requestID: "r")
                    })
            }
            #expect(answers == Array(repeating: "totp.wrong", count: 5) + ["signin.wait", "signin.wait"])
        }
    }

    @Test(arguments: Engine.available)
    func twentySessionsAreEnoughForAnybody(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            let first = try await world.token("zhoumin")
            for _ in 0..<20 {
                world.clock.advance(seconds: 1)
                _ = try await world.token("zhoumin")
            }
            #expect(try await world.find(first) == nil)
            #expect(try await world.count("SELECT count(*) FROM session") == 20)
        }
    }

    @Test(arguments: Engine.available)
    func whoeverHasThePasswordAloneEndsNoSessionOfTheOwner(engine: Engine) async throws {
        try await World.with(engine) { world in
            let id = try await world.person("zhoumin")
            let open = try await world.token("zhoumin")
            try await world.forge { try $0.run("UPDATE person SET totp_confirmed = 1 WHERE id = \(id)") }
            for _ in 0..<25 {
                world.clock.advance(seconds: 1)
                guard case .code = try await world.enter("zhoumin") else { throw Missing("the code's page") }
            }
            #expect(try await world.find(open) != nil)
            #expect(try await world.count("SELECT count(*) FROM session WHERE stage = 'code'") == 20)
        }
    }
}
