import Kernel
import Store
import TestSupport
import Testing

@testable import Identity

@Suite struct RightsTests {
    @Test func theShippedTableIsLawfulAndKnowsEveryRoleAndRight() throws {
        let table = try DefaultRights.load(resources: World.resources).entries
        #expect(Set(table.map(\.role)) == Set(Role.allCases))
        #expect(Set(table.map(\.right)) == Set(Right.allCases))
        #expect(Set(table.map { "\($0.role) \($0.right)" }).count == table.count)
        #expect(table.filter { $0.role == .public }.map(\.right) == [.readTotals])
        #expect(table.filter { $0.role == .resident }.map(\.right) == [.readTotals])
        #expect(table.filter { $0.role == .auditor }.allSatisfy { $0.right.isReading })
        for entry in table { #expect(throws: Never.self) { try RightActs.refuseUnlawful(entry) } }
        #expect(throws: Refusal.self) {
            try DefaultRights(csv: "role,right,reach,source\nauditor,fly,within,default\n")
        }
    }

    @Test(arguments: Engine.available)
    func aYuhuaOfficerWorksInYuhuaAndReadsTheCitysTotals(engine: Engine) async throws {
        try await World.with(engine) { world in
            let actor = try await world.officer("liwei", .districtOfficer, at: World.yuhua).actor
            let writing: [Right] = [.correctEstates, .registerEstates, .importEstates, .exportLists]
            for right in writing + [.readEstates] {
                #expect(actor.scope(right) == Scope([World.yuhua]), "\(right)")
                #expect(actor.may(right, at: World.zuojiatang))
                #expect(!actor.may(right, at: World.furong))
                #expect(!actor.may(right, at: World.city))
            }
            #expect(actor.scope(.readTotals) == Scope([World.city]))
            #expect(!actor.may(.managePeople) && !actor.may(.editRights))
        }
    }

    @Test(arguments: Engine.available)
    func anAuditorReadsEverythingAndChangesNothing(engine: Engine) async throws {
        try await World.with(engine) { world in
            let actor = try await world.officer("guolan", .auditor, at: World.city).actor
            for right in Right.allCases {
                #expect(actor.may(right, at: World.zuojiatang) == right.isReading, "\(right)")
            }
        }
    }

    @Test(arguments: Engine.available)
    func theTableIsEditedByTheAdministratorAndRecorded(engine: Engine) async throws {
        try await World.with(engine) { world in
            let set = { (right: Right, role: Role, reach: Reach?) in
                await refusal { try await world.act { try RightActs.set(right, of: role, reach: reach, deed: $0) } }
            }
            let planner = try await world.officer("huangyan", .planner, at: World.zuojiatang)
            #expect(!planner.actor.may(.correctEstates))
            #expect(await set(.correctEstates, .planner, .within) == nil)
            #expect(try await world.actor(planner.id).may(.correctEstates, at: World.zuojiatang))
            #expect(await set(.correctEstates, .planner, nil) == nil)
            #expect(!(try await world.actor(planner.id).may(.correctEstates)))

            #expect(await set(.correctEstates, .auditor, .within) == "rights.onlyReads")
            #expect(await set(.readRecord, .public, .within) == "rights.public")
            #expect(await set(.editRights, .administrator, nil) == "rights.lockout")
            let officer = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            let denied = await refusal {
                try await world.act(as: officer.actor) {
                    try RightActs.set(.editRights, of: .districtOfficer, reach: .city, deed: $0)
                }
            }
            #expect(denied == "right.missing")

            let lines = try await world.database.read { [vault = world.vault, admin = world.admin] in
                try RecordQueries.history(of: Subject("role", "planner"), reader: admin, vault: vault, tx: $0)
            }
            #expect(lines.map(\.act) == ["rights.edit", "rights.edit"])
            #expect(lines.last?.after["estate.correct"] == .text("within"))
        }
    }

    @Test(arguments: Engine.available)
    func anUpgradeBringsNewRightsAndKeepsWhatWasChanged(engine: Engine) async throws {
        try await World.with(engine) { world in
            let defaults = try DefaultRights.load(resources: World.resources)
            try await world.act { try RightActs.set(.importEstates, of: .subdistrictOfficer, reach: nil, deed: $0) }
            // As if this version were the first to know of cross-check lists.
            try await world.forge { tx in
                try tx.run("DELETE FROM right_known WHERE right_code = 'checklist.import'")
                try tx.run("DELETE FROM role_right WHERE right_code = 'checklist.import'")
            }
            #expect(try await world.act(as: .system(requestID: "start")) { try defaults.install(deed: $0) } == 1)
            #expect(try await world.act(as: .system(requestID: "start")) { try defaults.install(deed: $0) } == 0)
            let table = try await world.database.read { try RightQueries.table(tx: $0) }
            #expect(table.contains { $0.role == .districtOfficer && $0.right == .importChecklists })
            #expect(!table.contains { $0.role == .subdistrictOfficer && $0.right == .importEstates })
            #expect(table.count == defaults.entries.count - 1)
        }
    }

    @Test(arguments: Engine.available)
    func theVisitorReadsPublishedTotalsAndIsAskedToSignIn(engine: Engine) async throws {
        try await World.with(engine) { world in
            let visitor = try await world.database.read { try Actors.visitor(requestID: "r", tx: $0) }
            #expect(visitor.may(.readTotals, at: World.city))
            #expect(visitor.grants.count == 1)
            #expect(await refusal { try visitor.require(.readEstates, at: World.city) } == "signin.required")
        }
    }

    @Test(arguments: Engine.available)
    func theDemoPeopleCoverTheRoles(engine: Engine) async throws {
        try await World.with(engine) { world in
            let people = DemoPeople.changsha { _ in World.password }
            for _ in 0..<2 {
                try await DemoPeople.create(
                    people, database: world.database, vault: world.vault, clock: world.clock, pool: world.pool)
            }
            #expect(people.count == 12 && Set(people.map(\.role)).count == 11)
            #expect(try await world.count("SELECT count(*) FROM person") == 12)
            let signedIn = try #require(try await world.find(try await world.token("liwei")))
            #expect(signedIn.name == "李伟" && signedIn.actor.scope(.correctEstates) == Scope([World.yuhua]))
        }
    }

    @Test(arguments: Engine.available)
    func administratorsNeedCodesUntilOneDecidesOtherwise(engine: Engine) async throws {
        try await World.with(engine) { world in
            let table = { try await world.database.read { try CodeDuties.table(tx: $0) } }
            #expect(try await table() == [.administrator: CodeDuty(isRequired: true, isDefault: true)])
            let signedIn = { (login: String) in try await world.find(world.token(login))?.mustSetUpCodes }
            _ = try await world.officer("liwei", .districtOfficer, at: World.yuhua)
            #expect(try await signedIn("liwei") == false)
            try await world.act { try CodeDuties.set(true, of: .districtOfficer, deed: $0) }
            #expect(try await signedIn("liwei") == true)
            let officer = try await world.actor(try #require(try await world.find(world.token("liwei"))).person)
            let answer = await refusal {
                try await world.act(as: officer) { try CodeDuties.set(false, of: .districtOfficer, deed: $0) }
            }
            #expect(answer == "right.missing")
            // What an administrator decided stays at the next start.
            try await world.act { try CodeDuties.set(false, of: .administrator, deed: $0) }
            _ = try await FirstRun.prepare(
                world.database, vault: world.vault, clock: world.clock, resources: World.resources, place: World.city,
                pool: world.pool)
            #expect(try await table()[.administrator] == CodeDuty(isRequired: false, isDefault: false))
        }
    }
}
