import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("The standing questions over random histories")
struct AuditTests {
    /// From here on everything is found.
    private static let limits = {
        var limits = AuditLimits()
        (limits.residentsShare, limits.arrivalRate, limits.useRate, limits.certifiedAtAcceptance) = (1e6, 1e6, 1e6, 1e6)
        (limits.idleDays, limits.pledgeDays, limits.wageDays, limits.settlementDays) = (-1, -1, -1, -1)
        limits.paidInFull = 0
        return limits
    }()

    private func answers(
        _ town: LedgerTown, _ moment: LedgerMoment, of place: PlaceCode? = nil
    ) async throws -> [AuditAnswer] {
        let ledger = town.ledger
        return try await town.database.read { tx in
            try ledger.audit(
                of: place, limits: Self.limits, at: moment, today: History.day, for: LedgerTown.owner, in: tx)
        }
    }

    /// Works on P1 were reported as begun, those on P2 as accepted too.
    private func busy(_ town: LedgerTown, _ seed: UInt64) async throws {
        let ledger = town.ledger
        var history = History(seed: seed)
        let drafts = (0..<250).map { _ in history.next() }
        try await town.act { deed in
            for (project, stages) in [("P1", ["works"]), ("P2", ["works", "accepted"])] {
                for (position, stage) in stages.enumerated() {
                    try deed.tx.run(
                        """
                        INSERT INTO project_stage (project, position, stage, day) VALUES (
                            (SELECT id FROM project WHERE number = \(project)), \(position + 1), \(stage), '2026-02-01')
                        """)
                }
            }
            _ = try ledger.postMany(drafts, in: deed)
        }
        // The treasury paid what nobody had certified, and more than was there.
        var bill = LedgerTown.bill
        bill.contract = "C2"
        try await town.post(LedgerTown.draft("fact", [MoveDraft(.pay, 5_000, bill)], manner: .fact))
    }

    @Test("What stands now is found as what all postings up to today come to", arguments: Engine.available)
    func now(engine: Engine) async throws {
        let seed = testSeed()
        try await LedgerTown.with(engine) { town in
            try await busy(town, seed)
            let live = try await answers(town, .now)
            #expect(try await answers(town, LedgerMoment(asOf: History.day)) == live, "seed \(seed)")
            #expect(try await answers(town, LedgerMoment(known: History.day)) == live, "seed \(seed)")
            let none = LedgerMoment(known: History.day.adding(days: -1))
            for answer in try await answers(town, none) where answer.question != .brokenRules {
                #expect(answer.findings.isEmpty && answer.examined == 0, "seed \(seed): \(answer.question)")
            }
            let found = Set(live.filter { !$0.findings.isEmpty }.map(\.question))
            #expect(found.isSuperset(of: [.arrival, .paidBeyond, .brokenRules]), "seed \(seed): \(found)")
        }
    }

    @Test("Amounts are those of the tables beside the questions", arguments: Engine.available)
    func beside(engine: Engine) async throws {
        let seed = testSeed()
        try await LedgerTown.with(engine) { town in
            try await busy(town, seed)
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            let live = try await answers(town, .now)
            func found(_ question: AuditQuestion) -> [String: Int64] {
                let answer = live.first { $0.question == question }
                let pairs = (answer?.findings ?? []).map { ($0.project, $0.amount) }
                return Dictionary(pairs, uniquingKeysWith: +)
            }
            let (rates, sheets) = try await town.database.read { tx in
                (
                    try ledger.rates(by: .project, today: History.day, for: owner, in: tx),
                    try ["P1", "P2"].map { try ledger.projectSheet($0, for: owner, in: tx) }
                )
            }
            for line in rates.lines {
                if line.sums.planned > 0 { #expect(found(.arrival)[line.key] == line.sums.gap, "seed \(seed)") }
                if line.sums.received > line.sums.returned {
                    #expect(found(.use)[line.key] == line.sums.cash, "seed \(seed)")
                }
                if line.idleDays != nil {
                    #expect(found(.idleCash)[line.key] ?? 0 >= max(0, line.sums.cash), "seed \(seed)")
                }
            }
            for (project, sheet) in zip(["P1", "P2"], sheets) {
                let wages = sheet.works.reduce(0) { $0 + $1.wagesDue }
                if wages > 0 { #expect(found(.wages)[project] == wages, "seed \(seed)") }
                let broken = sheet.findings.reduce(0) { $0 + max(0, $1.finding.asked - $1.finding.allowed) }
                #expect(found(.brokenRules)[project] ?? 0 == broken, "seed \(seed)")
            }
        }
    }

    @Test("A district's questions are about its projects alone", arguments: Engine.available)
    func place(engine: Engine) async throws {
        let seed = testSeed()
        try await LedgerTown.with(engine) { town in
            try await busy(town, seed)
            let all = try await answers(town, .now)
            let (yuhua, furong) = (History.place("430111"), History.place("430102"))
            for (place, project) in [(yuhua, "P1"), (furong, "P2")] {
                for moment in [LedgerMoment.now, LedgerMoment(asOf: History.day)] {
                    let own = try await answers(town, moment, of: place)
                    for (answer, whole) in zip(own, all) {
                        let expected = whole.findings.filter { $0.project == project }
                        #expect(answer.findings == expected, "seed \(seed): \(answer.question) of \(project)")
                    }
                }
            }
        }
    }
}
