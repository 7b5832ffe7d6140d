import Foundation
import Frame
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import Registry
import Site
import TestSupport
import Testing

/// Officers are named on what they entered to those who may see people there, and erased everywhere at once.
@Suite struct ErasureTests {
    static let name = "段无痕"
    static let phone = "13907310042"

    @Test(
        "An officer's name stands sealed in one place, is told by reach, and is gone after erasure",
        arguments: Engine.available)
    func erasure(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            let (officer, post) = try await test.addPerson(
                .districtOfficer, at: "430111", name: Self.name, phone: Self.phone)
            _ = try await test.addPerson(.planner, at: "430111002")
            _ = try await test.addPerson(.administrator, at: "4301")
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                let token = try await test.signIn(.districtOfficer)
                let saved = try await client.post(
                    "/estates/\(estate)/edit", token,
                    [
                        ("version", "1"), ("was.fact.households", ""), ("fact.households", "364"),
                        ("evidence", "不动产登记"), ("day", "2026-06-01"),
                    ])
                #expect(saved.headers[.location]?.contains("saved=1") == true)
                let kept = try await client.upload(
                    "/imports", token, [("kind", "estates"), ("datum", "cgcs2000"), ("source", "区住建局")],
                    file: "小区名称,街道,户数\n东塘小区,左家塘街道,120\n")
                let batch = try #require(kept.headers[.location])
                #expect(batch.hasPrefix("/imports/"))

                let api = "/api/v1/estates/\(estate)"
                let own = try await client.get(api, token)
                #expect(String(buffer: own.body).contains(#"["不动产登记","2026-06-01","\#(Self.name)"]"#))
                #expect(String(buffer: try await client.get("/estates/\(estate)", token).body).contains(Self.name))
                #expect(String(buffer: try await client.get(batch, token).body).contains(Self.name))

                let planner = try await test.signIn(.planner)
                let hidden = String(buffer: try await client.get(api, planner).body)
                #expect(hidden.contains(#"["不动产登记","2026-06-01","工作人员 staff"]"#))
                let page = String(buffer: try await client.get("/estates/\(estate)", planner).body)
                #expect(!page.contains(Self.name) && page.contains("不动产登记 · 工作人员"))

                for text in [Self.name, Self.phone] {
                    #expect(try await test.hall.database.columns(of: TestHall.schemas, holding: text).isEmpty)
                }
                try await test.act { deed in
                    try PostActs.end(post, lastDay: deed.today.adding(days: -1), deed: deed)
                    try PersonActs.erase(officer, deed: deed)
                }
                for text in [Self.name, Self.phone, "districtofficer"] {
                    #expect(
                        try await test.hall.database.columns(of: TestHall.schemas, holding: text).isEmpty, "\(text)")
                }
                let administrator = try await test.signIn(.administrator)
                let after = try await client.get(api, administrator)
                #expect(String(buffer: after.body).contains(#""已删除 erased""#))
                #expect(after.headers[.eTag] != own.headers[.eTag])
            }
        }
    }
}
