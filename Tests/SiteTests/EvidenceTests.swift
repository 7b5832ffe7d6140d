import Common
import Frame
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

/// Files that several rooms name: who is given them, and when they go.
@Suite struct EvidenceTests {
    private static let street = "430111002001"

    /// A picture of an estate, kept as an upload keeps it.
    private static func photo(of estate: ID<Estate>, _ text: String, _ test: TestHall) async throws -> ID<Photo> {
        let (content, register) = (try await test.hall.files.add(Array(text.utf8)), test.hall.register)
        let digest = content.digest.hex
        return try await test.act { deed in
            try StoredFile(content, mediaType: "image/jpeg", originalName: "\(text).jpg", addedAt: deed.now)
                .insert(deed.tx)
            let draft = PhotoDraft(digest: digest, thumbDigest: digest, bytes: 1, width: 4, height: 3)
            return try register.addPhoto(draft, to: estate, in: deed).id
        }
    }

    private static func project(_ name: String, _ test: TestHall) async throws -> (ID<Estate>, ID<Project>) {
        let (estate, register) = (try await test.addEstate(name, at: street), test.hall.register)
        return try await test.act { deed in
            (estate, try register.createProject(ProjectDraft(name: name, estates: [estate]), in: deed))
        }
    }

    /// A table whose bytes are kept, as an upload of the ledger keeps it.
    private static func table(at place: String, _ text: String, _ test: TestHall) async throws -> ID<LedgerImport> {
        let (content, place, id) = (
            try await test.hall.files.add(Array(text.utf8)), try TestHall.code(place),
            ID<LedgerImport>(at: TestHall.now)
        )
        try await test.act { deed in
            try StoredFile(content, mediaType: "text/csv", originalName: "\(text).csv", addedAt: deed.now)
                .insert(deed.tx)
            try deed.tx.run(
                """
                INSERT INTO ledger_import (id, kind, state, place, file, file_name, sheet, report, by_label, at)
                VALUES (\(id), 'budget', 'previewed', \(place), \(content.digest), '', '', '{}', '', 0)
                """)
        }
        return id
    }

    private static func digest(_ text: String, _ test: TestHall) async throws -> String {
        try await test.hall.files.add(Array(text.utf8)).digest.hex
    }

    private func isStored(_ digest: String, _ test: TestHall) async throws -> Bool {
        let digest = try #require(ContentDigest(digest))
        return try await test.hall.database.read { try !StoredFile.known([digest], $0).isEmpty }
    }

    @Test(
        "Naming a file in an entry opens none: photos of its projects are given out, and tables of the ledger to who reads them",
        arguments: Engine.available)
    func evidence(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.cityOfficer, at: "4301")
            try await test.addPerson(.districtOfficer, at: "430111")
            let (estate, project) = try await Self.project("建安小区", test)
            let (elsewhere, _) = try await Self.project("别处小区", test)
            let own = try await Self.photo(of: estate, "north", test)
            _ = try await Self.photo(of: elsewhere, "south", test)
            _ = try await Self.table(at: "430111", "district", test)
            let city = try await Self.table(at: "4301", "city", test)
            // What somebody brought to another room, or put aside: known by its digest alone.
            let register = test.hall.register
            let names = try await test.hall.files.add(Array("names".utf8))
            let place = try TestHall.code("430111")
            try await test.act { deed in
                try StoredFile(names, mediaType: "text/csv", originalName: "住户名单.csv", addedAt: deed.now)
                    .insert(deed.tx)
                _ = try register.keepBatch(
                    ImportOptions(place: "430111"), file: names.digest.hex, fileName: "住户名单.csv", at: place, in: deed)
            }
            let texts = ["north", "south", "district", "city", "names", "nowhere"]
            var digests: [String: String] = [:]
            for text in texts { digests[text] = try await Self.digest(text, test) }
            let evidence = texts.compactMap { digests[$0] }
            let entry = try await Self.post(project, evidence, test)
            let found = digests

            try await Application(router: Site.router(test.hall)).test(.router) { client in
                func given(_ role: Role) async throws -> [String] {
                    let token = try await test.signIn(role)
                    let page = String(buffer: try await client.get("/ledger/entries/\(entry)", token).body)
                    var given: [String] = []
                    for text in texts {
                        let digest = try #require(found[text])
                        let path = "/ledger/entries/\(entry)/\(digest).file"
                        let answer = try await client.get(path, token)
                        #expect(page.contains(digest))
                        if answer.status == .ok {
                            #expect(String(buffer: answer.body) == text)
                            given.append(text)
                        } else {
                            #expect(answer.status == .notFound && !page.contains(path), "\(text)")
                        }
                    }
                    #expect(!page.contains("住户名单"))
                    return given
                }
                #expect(try await given(.cityOfficer) == ["north", "district", "city"])
                #expect(try await given(.districtOfficer) == ["north", "district"])
                let ledger = test.hall.ledger
                try await test.act { deed in
                    try register.removePhoto(own, in: deed)
                    try ledger.discardImport(city, in: deed)
                }
                #expect(try await given(.cityOfficer) == ["district"], "what is out of sight or put aside is closed")
            }
        }
    }

    private static func post(_ project: ID<Project>, _ evidence: [String], _ test: TestHall) async throws -> Int64 {
        let (register, ledger) = (test.hall.register, test.hall.ledger)
        return try await test.act { deed in
            guard let number = try register.project(project, in: deed.tx)?.number else { throw Visit.notFound }
            let year = deed.today.year
            try ledger.saveSource(
                FundSource(
                    code: "central", name: Phrase(zh: "中央", en: "central"), kind: .central, document: "1",
                    amount: 1_000, years: year...year), in: deed)
            let slice = Slice(source: "central", project: number, year: year)
            let draft = EntryDraft(
                key: "plan", day: deed.today, .post([MoveDraft(.plan, 100, slice)]),
                authority: EntryDraft.Authority(kind: "document", reference: "1"), evidence: evidence)
            return try ledger.post(draft, in: deed).number
        }
    }

    @Test(
        "An upload that is put aside takes its bytes from no other room; the last one frees them",
        arguments: Engine.available)
    func discarded(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.districtOfficer, at: "430111")
            try await test.addPerson(.financeOfficer, at: "430111")
            let register = test.hall.register
            let digest = try await Self.digest("list", test)
            let table = try await Self.table(at: "430111", "list", test)
            let place = try TestHall.code("430111")
            let batch = try await test.act { deed in
                try register.keepBatch(
                    ImportOptions(place: "430111"), file: digest, fileName: "list.csv", at: place, in: deed)
            }
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                let officer = try await test.signIn(.districtOfficer)
                let keeper = try await test.signIn(.financeOfficer)
                #expect(try await client.post("/imports/\(batch)/discard", officer).status == .seeOther)
                #expect(try await isStored(digest, test), "the ledger's table waits for its decision")
                let discard = "/ledger/import/\(table)/discard"
                #expect(try await client.post(discard, keeper).status == .seeOther)
                #expect(try await !isStored(digest, test))
                for act in ["preview", "apply", "discard"] {
                    let again = try await client.post("/ledger/import/\(table)/\(act)", keeper)
                    #expect(again.status == .conflict, "\(act): it says that it was put aside")
                }
            }
        }
    }

    @Test("An entry keeps the file that proves it", arguments: Engine.available)
    func kept(engine: Engine) async throws {
        try await TestHall.with(engine) { test in
            try await test.addPerson(.financeOfficer, at: "430111")
            let (_, project) = try await Self.project("建安小区", test)
            let table = try await Self.table(at: "430111", "voucher", test)
            let digest = try await Self.digest("voucher", test)
            _ = try await Self.post(project, [digest], test)
            try await Application(router: Site.router(test.hall)).test(.router) { client in
                let keeper = try await test.signIn(.financeOfficer)
                #expect(try await client.post("/ledger/import/\(table)/discard", keeper).status == .seeOther)
                #expect(try await isStored(digest, test))
            }
        }
    }
}
