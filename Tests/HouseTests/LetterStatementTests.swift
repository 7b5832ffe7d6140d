import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store
import TestSupport
import Testing

extension EveryStatementTests {
    /// A letter stands with its code, what is kept by it and its line in the record, or not at all.
    @Test("Whichever statement of a letter fails, the old code is good or the new one", arguments: Engine.available)
    func letters(engine: Engine) async throws {
        try await engine.withDriver { driver in
            let statements = StatementCounter()
            let database = Database(driver: FaultyDriver(driver, statements))
            _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
            let house = try await Premises(found: database, vault: .ephemeral())
            let ledger = Ledger(menu: try Premises.menu())
            let number = try await Self.promise(house, ledger)
            let loop = FaultLoop(database: database, statements: statements)
            let terms = LetterTerms(contact: "街道改造办")
            let resident = Actor(
                kind: .system, person: ID(at: Premises.start), label: "resident", grants: [], requestID: "test")
            try await loop.run("write") {
                try await house.act { _ = try ledger.writeLetter(to: "h1", of: number, terms, in: $0) }
            }
            try await loop.run("write all") {
                try await house.act { _ = try ledger.writeLetters(of: number, again: true, terms, in: $0) }
            }
            let code = try await house.act { try ledger.writeLetter(to: "h1", of: number, terms, in: $0).code }
            try await loop.run("keep") {
                let kept = try await house.database.act(as: resident, clock: FixedClock(Premises.start)) {
                    try ledger.keepHousehold(by: code, in: $0)?.party
                }
                #expect(kept == "h1")
            }
            try await loop.run("forget") {
                try await house.database.act(as: resident, clock: FixedClock(Premises.start)) {
                    try ledger.forgetHousehold("h1", of: number, in: $0)
                }
            }
            try await loop.run("revoke") {
                try await house.act { try ledger.revokeLetter(to: "h1", of: number, in: $0) }
            }
        }
    }

    /// A project to which two households promised something; its number.
    private static func promise(_ house: Premises, _ ledger: Ledger) async throws -> String {
        try await house.act { deed in
            let estate = try house.register.registerEstate(Premises.estate("建安小区"), in: deed)
            let id = try house.register.createProject(ProjectDraft(name: "改造", estates: [estate]), in: deed)
            let number = try #require(try house.register.project(id, in: deed.tx)?.number)
            let year = deed.today.year
            try ledger.saveSource(
                FundSource(
                    code: "cash", name: Phrase(zh: "居民", en: "residents"), kind: .residentsCash, document: "1",
                    amount: 1_000, years: year...year), in: deed)
            let moves = ["h1", "h2"].flatMap { party in
                let slice = Slice(source: "cash", project: number, party: party, year: year)
                return [MoveDraft(.plan, 100, slice), MoveDraft(.pledge, 100, slice)]
            }
            let vote = EntryDraft.Authority(kind: "vote", reference: "业主公约")
            try ledger.post(EntryDraft(key: "pledge", day: deed.today, .post(moves), authority: vote), in: deed)
            return number
        }
    }
}
