import Common
import Foundation
import Frame
import Identity
import Kernel
import Ledger
import Registry
import Store

/// What a household promised and paid to a project, with its letter, for addresses that name the entry, its evidence,
/// its source or its party, or the bank's line that shows it.
struct MoneyThings {
    let entry: Int64
    /// Of the project.
    let number: String
    let source: String
    let party = "3-2-501"
    /// Of a file that the entry names.
    let digest: String
    /// Of the bank, matched with the entry.
    let line: String
    /// Waits for a decision.
    let statement: ID<BankStatement>

    /// - Parameters:
    ///   - name: of a source that there is not yet.
    ///   - digest: of a photo that shows an estate of the project.
    init(_ project: ID<Project>, source name: String, evidence digest: String, _ test: TestHall) async throws {
        let (register, ledger, party) = (test.hall.register, test.hall.ledger, party)
        (source, self.digest) = (name, digest)
        (entry, number) = try await test.act { deed in
            guard let number = try register.project(project, in: deed.tx)?.number else { throw Visit.notFound }
            let year = deed.today.year
            try ledger.saveSource(
                FundSource(
                    code: name, name: Phrase(zh: name, en: name), kind: .residentsCash, document: "业主表决", amount: 1_000,
                    years: year...year), in: deed)
            let slice = Slice(source: name, project: number, party: party, year: year)
            let draft = EntryDraft(
                key: name, day: deed.today,
                .post([Move.plan, .pledge, .call, .receive].map { MoveDraft($0, 100, slice) }),
                authority: EntryDraft.Authority(kind: "vote", reference: "业主表决"), evidence: [digest])
            let posted = try ledger.post(draft, in: deed)
            _ = try ledger.writeLetter(
                to: party, of: number, LetterTerms(contact: "街道改造办", due: deed.today), in: deed)
            return (posted.number, number)
        }
        (line, statement) = try await Self.bring("日期,金额,流水号\n2026-06-30,1.00,\(name)\n", entry, test)
    }

    /// A statement with a line of the entry, recorded, and another one that waits.
    private static func bring(
        _ text: String, _ entry: Int64, _ test: TestHall
    ) async throws -> (String, ID<BankStatement>) {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sheet = try BankSheet(path: path, fileName: "bank.csv", account: "专户")
        let (ledger, file) = (test.hall.ledger, try await test.hall.files.add(Array(text.utf8)).digest.hex)
        return try await test.act { deed in
            _ = try ledger.recordBank(sheet, answers: [BankAnswer(row: 2, entry: entry)], in: deed)
            let line = try ledger.bankLines(of: entry, for: deed.actor, in: deed.tx).first?.id
            return (line ?? "", try ledger.keepStatement(sheet, sheet: "", file: file, in: deed))
        }
    }
}
