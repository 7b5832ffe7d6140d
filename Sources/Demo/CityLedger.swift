import Identity
import Kernel
import Ledger
import Registry
import Store

/// The city's ledger of 2018 to 2026, made from what the register holds and posted by the ledger's own acts.
struct CityLedger {
    private let projects: [ProjectLedger]
    private let sources: [FundSource]
    private let entries: [EntryDraft]

    var entryCount: Int { entries.count }

    /// A pure function of the projects, the day and the seed.
    init(_ funded: [FundedProject], asOf: Day, seed: UInt64) {
        projects = funded.map { project in
            var ledger = ProjectLedger(project, asOf: asOf, seed: seed)
            ledger.addOwners()
            return ledger
        }
        var sums: [String: (source: DemoSource, year: Int, fen: Int64)] = [:]
        for (project, ledger) in zip(funded, projects) {
            for (source, fen) in ledger.planned {
                sums[source.code(project.year), default: (source, project.year, 0)].fen += fen
            }
            if ledger.appraisal != nil {
                let space = DemoSource.useOfSpace
                sums[space.code(project.year), default: (space, project.year, 0)].fen += 0
            }
        }
        // Documents allow for a little more than what is planned so far.
        sources = sums.sorted { $0.key < $1.key }.map { _, sum in
            sum.source.source(sum.year, amount: (sum.fen / 100 * 103 / 1_000_000 + 1) * 1_000_000)
        }
        // By day, each project's in their order.
        entries = projects.flatMap(\.entries).enumerated()
            .sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }.map(\.element)
    }

    /// Terms first, then the entries, a thousand a transaction; disputes last, since they hold payments.
    /// - Throws: the first refusal, when the generator made something that the ledger would refuse from people.
    func write(_ ledger: Ledger, with scribe: Scribe) async throws {
        let (sources, projects) = (sources, projects)
        try await scribe.write { _, deed in
            for source in sources { try ledger.saveSource(source, in: deed) }
        }
        for start in stride(from: 0, to: projects.count, by: 200) {
            let some = projects[start..<min(start + 200, projects.count)]
            try await scribe.write { _, deed in try Self.enterTerms(of: some, ledger, deed) }
        }
        for start in stride(from: 0, to: entries.count, by: LedgerLimits.batch) {
            let some = Array(entries[start..<min(start + LedgerLimits.batch, entries.count)])
            try await scribe.write { _, deed in
                for result in try ledger.postMany(some, in: deed) { _ = try result.get() }
            }
        }
        try await scribe.write { _, deed in
            for project in projects where project.isDisputed {
                if let contract = project.contract {
                    try ledger.disputeContract(contract.code, isDisputed: true, in: deed)
                }
            }
        }
    }

    private static func enterTerms(of projects: ArraySlice<ProjectLedger>, _ ledger: Ledger, _ deed: Deed) throws {
        for project in projects {
            if let contract = project.contract { try ledger.signContract(contract, in: deed) }
            if let fund = project.fund { try ledger.saveRepairFund(fund, in: deed) }
            if let appraisal = project.appraisal { try ledger.saveAppraisal(appraisal, in: deed) }
            for clearance in project.clearances { try ledger.issue(clearance, in: deed) }
            if let variation = project.variation, let contract = project.contract {
                try ledger.varyContract(contract.code, by: variation.amount, on: variation.clearance, in: deed)
            }
        }
    }
}
