import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store
import TestSupport
import Testing

extension EveryStatementTests {
    private static let statement = "日期,金额,对方户名,流水号\n2026-06-30,1.00,1-101,R1\n2026-06-30,0.50,,\n"

    /// The acts around a bank's statement: kept, recorded, matches taken back, put aside.
    @Test("Whichever statement of matching a bank's lines fails, nothing half stands", arguments: Engine.available)
    func banking(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "bank.csv").path
            try Data(Self.statement.utf8).write(to: URL(filePath: path))
            let sheet = try BankSheet(path: path, fileName: "bank.csv", account: "专户")
            try await engine.withDriver { driver in
                let statements = StatementCounter()
                let database = Database(driver: FaultyDriver(driver, statements))
                _ = try await Migrator(Premises.schemas).migrate(database, now: Premises.start)
                let house = try await Premises(found: database, vault: .ephemeral())
                let ledger = try Premises.ledger()
                let entries = try await Self.receive(house, ledger)
                let loop = FaultLoop(database: database, statements: statements)
                let file = String(repeating: "0", count: 64)
                let answers = [BankAnswer(row: 3, entry: entries[1])]
                try await loop.run("keep") {
                    try await house.act { _ = try ledger.keepStatement(sheet, sheet: "", file: file, in: $0) }
                }
                try await loop.run("apply") {
                    try await house.act { deed in
                        let waiting = try #require(try ledger.bankStatements(for: deed.actor, in: deed.tx).first)
                        let seen = try ledger.bankReport(sheet, for: deed.actor, in: deed.tx)
                        #expect(seen.matches.count == 1 && seen.questions.count == 1)
                        _ = try ledger.applyStatement(
                            waiting.id, sheet, answers: answers, seen: seen.certain, in: deed)
                    }
                }
                try await loop.run("take back") {
                    try await house.act { deed in
                        let lines = try ledger.bankLines(of: entries[0], for: deed.actor, in: deed.tx)
                        try ledger.takeBackMatch(of: try #require(lines.first).id, reason: "不对", in: deed)
                    }
                }
                try await loop.run("record") {
                    let again = [BankAnswer(row: 2, entry: entries[0])]
                    try await house.act { _ = try ledger.recordBank(sheet, answers: again, in: $0) }
                }
                let second = try await house.act { try ledger.keepStatement(sheet, sheet: "", file: file, in: $0) }
                try await loop.run("discard") {
                    try await house.act { try ledger.discardStatement(second, in: $0) }
                }
                let report = try await house.database.read { try LedgerVerifier.verify(ledger, in: $0) }
                #expect(report.problems == [])
            }
        }
    }

    /// Two households paid in what they promised.
    private static func receive(_ house: Premises, _ ledger: Ledger) async throws -> [Int64] {
        try await house.act { deed in
            let estate = try house.register.registerEstate(Premises.estate("建安小区"), in: deed)
            let project = try house.register.createProject(ProjectDraft(name: "改造", estates: [estate]), in: deed)
            let number = try #require(try house.register.project(project, in: deed.tx)).number
            let year = deed.today.year
            try ledger.saveSource(
                FundSource(
                    code: "residents", name: Phrase(zh: "居民", en: "residents"), kind: .residentsCash, document: "业主表决",
                    amount: 1_000, years: year...year), in: deed)
            return try [("1-101", Int64(100)), ("1-102", 50)].map { party, fen in
                let slice = Slice(source: "residents", project: number, party: party, year: year)
                let moves = [Move.plan, .pledge, .call, .receive].map { MoveDraft($0, fen, slice) }
                let authority = EntryDraft.Authority(kind: "vote", reference: "业主表决")
                return try ledger.post(
                    EntryDraft(key: party, day: deed.today, .post(moves), authority: authority), in: deed
                ).number
            }
        }
    }
}
