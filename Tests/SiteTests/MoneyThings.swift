import Frame
import Identity
import Kernel
import Ledger
import Registry
import Store

/// What a household promised to a project, for addresses that name the entry, its evidence, its source or its party.
struct MoneyThings {
    let entry: Int64
    /// Of the project.
    let number: String
    let source: String
    let party = "3-2-501"
    /// Of a file that the entry names.
    let digest: String

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
                .post([MoveDraft(.plan, 100, slice), MoveDraft(.pledge, 100, slice)]),
                authority: EntryDraft.Authority(kind: "vote", reference: "业主表决"), evidence: [digest])
            return (try ledger.post(draft, in: deed).number, number)
        }
    }
}
