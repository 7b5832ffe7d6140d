import Frame
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import Registry
import Site
import Store
import TestSupport
import Testing

@Suite struct WallTests {
    @Test(
        "The wall tells what was done today where the reader sees estates, and names nobody",
        arguments: Engine.available)
    func tellsToday(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111", name: "李伟")
            let own = try await test.addEstate("公交小区", at: "430111002001")
            _ = try await test.addEstate("别处小区", at: "430102001001")
            let person = try await test.hall.database.read { [vault = test.hall.vault] tx in
                let id = try #require(try PersonQueries.id(login: "districtofficer", tx: tx))
                return try Actors.load(id, now: TestHall.now, requestID: "wall", vault: vault, tx: tx)
            }
            let register = test.hall.register
            try await test.hall.database.act(as: person, clock: test.hall.clock) { deed in
                let source = Provenance(source: "王芳口述", day: deed.today, surveyor: "赵磊")
                let seen = try #require(try register.estate(own, in: deed.tx)).version
                let facts = [
                    CoreFact.households: Fact(.integer(364), from: source),
                    "originalUnit": Fact(.text("联系人张三"), from: source),
                ]
                _ = try register.correctEstate(
                    own, EstateChange(facts: facts), seen: seen, evidence: "张三来电", in: deed)
            }
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                let token = try await test.signIn(.districtOfficer)
                let parts = String(buffer: try await client.get("/wall/parts", token).body)
                #expect(parts.contains("公交小区") && parts.contains("「户数」") && parts.contains("364"))
                #expect(parts.contains("更正了「原产权单位」"))
                for word in ["别处小区", "李伟", "张三", "赵磊", "王芳"] { #expect(!parts.contains(word), "\(word)") }
                let page = String(buffer: try await client.get("/wall", token).body)
                #expect(page.contains(parts))
                #expect(page.contains("data-theme=\"dark\""))
            }
        }
    }
}
