import Cryptography
import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct PeopleTests {
    @Test(arguments: Engine.available)
    func namesAndPhonesAreSealedInTheDatabaseAndOpenForReaders(engine: Engine) async throws {
        try await World.with(engine) { world in
            let hash = try await PasswordHash(World.password, pool: world.pool)
            let id = try await world.act { [vault = world.vault] deed in
                let form = NewPerson(login: "ZhouMin", name: " 周敏 ", phone: "0731-8888 1234", place: World.city)
                return try PersonActs.create(form, password: hash, vault: vault, deed: deed)
            }
            let found = try await world.database.read { [vault = world.vault] in
                try PersonQueries.person(id, vault: vault, tx: $0)
            }
            let person = try #require(found)
            #expect(person.name == "周敏" && person.phone == "0731-8888 1234" && person.login == "zhoumin")

            let stored = try await world.database.read { tx in
                let person = try tx.rows("SELECT * FROM person").flatMap(\.values)
                return try person + tx.rows("SELECT * FROM record_line").flatMap(\.values)
            }
            let dump = stored.map { value in
                if case .bytes(let bytes) = value { String(decoding: bytes, as: UTF8.self) } else { "\(value)" }
            }
            #expect(!dump.joined().contains("周敏"))
            #expect(!dump.joined().contains("8888"))
        }
    }

    @Test(arguments: Engine.available)
    func whatIsWrongWithANewPersonIsToldFieldByField(engine: Engine) async throws {
        try await World.with(engine) { world in
            _ = try await world.person("zhoumin")
            let hash = try await PasswordHash(World.password, pool: world.pool)
            let make = { (login: String, name: String, phone: String?) in
                await refusal {
                    _ = try await world.act { [vault = world.vault] deed in
                        let form = NewPerson(login: login, name: name, phone: phone, place: World.city)
                        try PersonActs.create(form, password: hash, vault: vault, deed: deed)
                    }
                }
            }
            #expect(await make("1x", "", "abc") == "person.login,person.name,person.phone")
            #expect(await make("ZHOUMIN", "周敏", nil) == "person.login.taken")
            #expect(await make("周敏", "周敏", nil) == "person.login")
            #expect(await make("x'; DROP TABLE person; --", "周敏", nil) == "person.login")
            #expect(await make("longname", String(repeating: "长", count: 10_000), nil) == "person.name")
            #expect(await make("control", "周\u{0}敏", nil) == "person.name")
            #expect(await make("html", "<b>周敏</b>", nil) == nil)
        }
    }

    @Test(arguments: Engine.available)
    func aPasswordChangeEndsTheOtherSessions(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let (here, there) = (try await world.token("liwei"), try await world.token("liwei"))
            let passwords = PasswordActs(
                database: world.database, vault: world.vault, clock: world.clock,
                rules: try PasswordRules.load(resources: World.resources), pool: world.pool)
            let change = { (old: String, new: String) in
                await refusal { try await passwords.change(from: old, to: new, keeping: here, as: officer.actor) }
            }
            #expect(await change("wrong wrong wrong", "four loud geese swim") == "password.wrong")
            #expect(await change(World.password, World.password) == "password.same")
            #expect(await change(World.password, "short") == "password.short")
            #expect(await change(World.password, "four loud geese swim") == nil)
            #expect(try await world.find(here) != nil)
            #expect(try await world.find(there) == nil)
            #expect(await refusal { _ = try await world.enter("liwei") } == "signin.wrong")
            _ = try await world.enter("liwei", "four loud geese swim")

            // An administrator's one-time password ends them all and must be changed.
            let oneTime = try await passwords.reset(officer.id, as: world.admin)
            #expect(try await world.find(here) == nil)
            guard case .open(let token) = try await world.enter("liwei", oneTime) else { throw Missing("a session") }
            #expect(try await world.find(token)?.mustChangePassword == true)
        }
    }

    @Test func commonPasswordsAreRefusedHoweverTheyAreDressedUp() throws {
        let rules = try PasswordRules.load(resources: World.resources)
        let code = { (password: String) in
            rules.refusals(password, login: "zhoumin", official: true).first?.code
        }
        for bad in [
            "P@ssw0rd2026!", "@dmin2026!!!!", "changsha123456", "123456789012", "qwertyuiop12", "aaaaaaaaaaaaaa",
            "abcabcabcabcabc", "zhoumin2026!!", "1qaz2wsx3edc", "passwordpassword", "abcdefghijklm", "987654321098",
        ] { #expect(code(bad) == "password.common", "\(bad)") }
        for good in [
            "three quiet herons walk", "湘江北去橘子洲头看万山红遍", "tr0ub4dor and 3 cows", "493827439182", "!!kl9#xw;;2qz",
        ] {
            #expect(code(good) == nil, "\(good)")
        }
        #expect(code("abcdefghijk") == "password.short")
        #expect(code(String(repeating: "长江", count: 65)) == "password.long")
        #expect(rules.refusals("quietone", login: "wang", official: false).isEmpty)
    }

    @Test(arguments: Engine.available)
    func aDisabledAccountIsSignedOutAndCannotSignIn(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let token = try await world.token("liwei")
            try await world.act { try PersonActs.disable(officer.id, deed: $0) }
            #expect(try await world.find(token) == nil)
            #expect(await refusal { _ = try await world.enter("liwei") } == "signin.wrong")
            #expect(await refusal { _ = try await world.actor(officer.id) } == "person.unknown")
            try await world.act { try PersonActs.enable(officer.id, deed: $0) }
            _ = try await world.token("liwei")
            let own = try #require(world.admin.person)
            #expect(await refusal { try await world.act { try PersonActs.disable(own, deed: $0) } } == "person.self")
        }
    }

    @Test(arguments: Engine.available)
    func whoManagesPeopleDoesNotRiseByIt(engine: Engine) async throws {
        try await World.with(engine) { world in
            // Yuhua's officers are given people to manage: within Yuhua, and nobody above themselves.
            try await world.act { try RightActs.set(.managePeople, of: .districtOfficer, reach: .within, deed: $0) }
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let helper = try await world.person("liufang", at: World.zuojiatang)
            let auditor = try await world.officer("guolan", .auditor, at: World.city)
            let own = try #require(world.admin.person)
            let appoint = { (role: Role, place: PlaceCode) in
                await refusal {
                    _ = try await world.act(as: officer.actor) {
                        try PostActs.appoint(helper, as: role, at: place, from: $0.today, deed: $0)
                    }
                }
            }
            #expect(await appoint(.subdistrictOfficer, World.zuojiatang) == nil)
            #expect(await appoint(.districtOfficer, World.furong) == "right.missing")
            #expect(await appoint(.administrator, World.city) == "right.missing")
            #expect(await appoint(.cityOfficer, World.yuhua) == "post.place.level")
            for stranger in [own, auditor.id] {
                let answer = await refusal {
                    try await world.act(as: officer.actor) { try PersonActs.disable(stranger, deed: $0) }
                }
                #expect(answer == "person.unknown")
            }
            // An account of Yuhua that also sits in a city post is the city's to manage.
            try await world.act {
                _ = try PostActs.appoint(helper, as: .cityOfficer, at: World.city, from: $0.today, deed: $0)
            }
            let answer = await refusal {
                try await world.act(as: officer.actor) { try PersonActs.disable(helper, deed: $0) }
            }
            #expect(answer == "right.missing")
        }
    }

    @Test(arguments: Engine.available)
    func anErasedPersonIsNowhereReadableAndTheRecordStaysWhole(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua, name: "李伟")
            try await world.act(as: officer.actor) {
                try $0.record(
                    "estate.correct", on: Subject("estate", "e1"), at: World.yuhua, after: #"{"households":3}"#)
            }
            try await world.sealer.sealAll()
            let history = { (subject: Subject) in
                try await world.database.read { [vault = world.vault, admin = world.admin] in
                    try RecordQueries.history(of: subject, reader: admin, vault: vault, tx: $0)
                }
            }
            #expect(try await history(Subject("estate", "e1")).map(\.label) == ["李伟"])
            let erase = { await refusal { try await world.act { try PersonActs.erase(officer.id, deed: $0) } } }
            #expect(await erase() == "person.holds")
            try await world.act { try PostActs.end(officer.post, lastDay: $0.today.adding(days: -1), deed: $0) }
            #expect(await erase() == nil)
            try await world.sealer.sealAll()

            for text in ["李伟", "liwei"] {
                let clear = try await world.database.columns(of: [IdentitySchema.schema], holding: text)
                #expect(clear.isEmpty, "\(text) in \(clear)")
            }
            #expect(try await history(Subject("estate", "e1")).map(\.label) == ["已删除 erased"])
            let created = try #require(try await history(Subject("person", officer.id)).last)
            #expect(created.act == "person.create")
            #expect(created.after["name"] == .text("已删除 erased"))
            let report = try await world.verify()
            #expect(report.isWhole, "\(report.problems)")
            #expect(await refusal { _ = try await world.enter("liwei") } == "signin.wrong")
            // The login name is free again.
            _ = try await world.person("liwei")
        }
    }

    @Test(arguments: Engine.available)
    func peopleAreListedWithinTheReadersReach(engine: Engine) async throws {
        try await World.with(engine) { world in
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            _ = try await world.officer("chenjing", .districtOfficer, at: World.furong)
            _ = try await world.officer("liufang", .subdistrictOfficer, at: World.zuojiatang)
            let list = { (reader: Actor, after: Person?, limit: Int) in
                try await world.database.read { [vault = world.vault] in
                    try PersonQueries.list(reader: reader, after: after, limit: limit, vault: vault, tx: $0)
                }
            }
            #expect(try await list(officer.actor, nil, 100).map(\.login) == ["liwei", "liufang"])
            #expect(try await list(world.admin, nil, 100).map(\.login) == ["admin", "chenjing", "liwei", "liufang"])
            let first = try await list(world.admin, nil, 3)
            #expect(try await list(world.admin, first.last, 3).map(\.login) == ["liufang"])
            let planner = try await world.officer("huangyan", .planner, at: World.yuhua)
            #expect(await refusal { _ = try await list(planner.actor, nil, 9) } == "right.missing")
        }
    }
}
