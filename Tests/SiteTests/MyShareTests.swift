import Frame
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Kernel
import Ledger
import NIOCore
import Registry
import Site
import Store
import TestSupport
import Testing

/// Households at the door: what a letter's code opens, and that nothing else does.
@Suite("A household's own share at the door")
struct MyShareTests {
    private static let wrong = "AAAA-AAAA-AAAA-AAAA"

    /// A finance officer's project to which 1-101 and 1-102 promised 300 and 400 yuan, and a resident with an account.
    private static func withTown(
        _ engine: Engine, _ body: @escaping @Sendable (TestHall, any TestClientProtocol, String) async throws -> Void
    ) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.financeOfficer, at: "4301")
            try await test.addPerson(.resident, at: "430111002")
            let estate = try await test.addEstate("公交小区", at: "430111002001")
            let (register, ledger) = (test.hall.register, test.hall.ledger)
            let number = try await test.act { deed in
                let project = try register.createProject(ProjectDraft(name: "公交改造", estates: [estate]), in: deed)
                guard let number = try register.project(project, in: deed.tx)?.number else { throw Visit.notFound }
                let year = deed.today.year
                try ledger.saveSource(
                    FundSource(
                        code: "cash", name: Phrase(zh: "居民", en: "residents"), kind: .residentsCash,
                        document: "业主表决", amount: 100_000, years: year...year), in: deed)
                let moves = [("1-101", Int64(30_000)), ("1-102", 40_000)].flatMap { party, fen in
                    let slice = Slice(source: "cash", project: number, party: party, year: year)
                    return [MoveDraft(.plan, fen, slice), MoveDraft(.pledge, fen, slice), MoveDraft(.call, fen, slice)]
                }
                let vote = EntryDraft.Authority(kind: "vote", reference: "业主公约")
                try ledger.post(EntryDraft(key: "pledge", day: deed.today, .post(moves), authority: vote), in: deed)
                return number
            }
            try await Application(router: Site.router(test.hall)).test(.router) { try await body(test, $0, number) }
        }
    }

    private static func codes(_ answer: TestResponse) -> [String] {
        String(buffer: answer.body).matches(of: /<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})<\/code>/).map {
            String($0.output.1)
        }
    }

    @Test("A code opens its household's share and no other's, without an account", arguments: Engine.available)
    func opened(engine: Engine) async throws {
        try await Self.withTown(engine) { test, client, number in
            let officer = try await test.signIn(.financeOfficer)
            let paper = try await client.post(
                "/ledger/letters/\(number)", officer, [("contact", "街道改造办 0731-1"), ("due", "2026-07-31")])
            let codes = Self.codes(paper)
            #expect(paper.status == .ok && codes.count == 2)
            let page = String(buffer: try await client.get("/ledger/letters/\(number)/1-101", officer).body)
            #expect(codes.allSatisfy { !page.contains($0) }, "shown once")

            let seen = try await client.post("/my-share", "", [("code", codes[0].lowercased())])
            let text = String(buffer: seen.body)
            #expect(seen.status == .ok && seen.headers[.cacheControl] == "no-store")
            #expect(text.contains("1-101") && text.contains("300.00") && text.contains("街道改造办 0731-1"))
            #expect(text.contains(#"datetime="2026-07-31""#))
            #expect(!text.contains("1-102") && !text.contains("400.00") && !text.contains("/ledger/"))
            let listed = String(buffer: try await client.get("/ledger/households/\(number)", officer).body)
            #expect(listed.contains("已查看") && listed.contains("已写信"))
            for line in test.log.lines {
                #expect(!line.values.contains { value in codes.contains { value.contains($0) } }, "\(line)")
            }
        }
    }

    @Test("Unknown, replaced and revoked codes get one and the same answer", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Self.withTown(engine) { test, client, number in
            let officer = try await test.signIn(.financeOfficer)
            let path = "/ledger/letters/\(number)/1-101"
            let replaced = try #require(Self.codes(try await client.post(path, officer, [("contact", "x")])).first)
            let revoked = try #require(Self.codes(try await client.post(path, officer, [("contact", "x")])).first)
            let ended = try await client.post("\(path)/revoke", officer)
            #expect(ended.headers[.location] == "/ledger/households/\(number)/1-101")
            var answers: Set<String> = []
            for code in [Self.wrong, replaced, revoked, "", "not a code at all"] {
                let answer = try await client.post("/my-share", "", [("code", code)])
                #expect(answer.status == .unprocessableContent)
                answers.insert(String(buffer: answer.body))
            }
            #expect(answers.count == 1)
            #expect(answers.first?.contains("验证码不对或已作废") == true)
            var status = HTTPResponse.Status.ok
            for _ in 0..<40 where status != .tooManyRequests {
                status = try await client.post("/my-share", "", [("code", Self.wrong)]).status
            }
            #expect(status == .tooManyRequests)
        }
    }

    @Test("A resident keeps a household, finds it without the code, and takes it off", arguments: Engine.available)
    func kept(engine: Engine) async throws {
        try await Self.withTown(engine) { test, client, number in
            let (officer, resident) = (try await test.signIn(.financeOfficer), try await test.signIn(.resident))
            let letter = "/ledger/letters/\(number)/1-101"
            let code = try #require(Self.codes(try await client.post(letter, officer, [("contact", "x")])).first)
            let own = "/my-share/\(number)/1-101"
            #expect(try await client.get(own, resident).status == .notFound)
            let keep = try await client.post("/my-share/keep", resident, [("code", code)])
            #expect(keep.status == .seeOther && keep.headers[.location] == own)
            #expect(String(buffer: try await client.get("/my-share", resident).body).contains(own))
            #expect(String(buffer: try await client.get(own, resident).body).contains("300.00"))
            #expect(try await client.get("/my-share/\(number)/1-102", resident).status == .notFound)
            #expect(try await client.get(own, officer).status == .notFound)
            #expect(try await client.post("\(own)/forget", resident).status == .seeOther)
            #expect(try await client.get(own, resident).status == .notFound)

            _ = try await client.post("/my-share/keep", resident, [("code", code)])
            _ = try await client.post("\(letter)/revoke", officer)
            #expect(try await client.get(own, resident).status == .notFound)
        }
    }
}
