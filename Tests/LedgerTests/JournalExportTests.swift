import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Export of the journal")
struct JournalExportTests {
    private func text(_ format: JournalExport, _ town: LedgerTown) async throws -> String {
        try await town.database.read { tx in
            var text = ""
            try format.write(for: LedgerTown.owner, in: tx) { text += $0 }
            return text
        }
    }

    @Test("Entries in their order, yuan with two decimals, accounts from stage and key", arguments: Engine.available)
    func formats(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            var plan = LedgerTown.draft("plan", [MoveDraft(.plan, 1_234, LedgerTown.money)])
            plan.memo = "首批; 第|一"
            try await town.post(plan)
            let hledger = try await text(.hledger, town)
            #expect(
                hledger.hasSuffix(
                    """
                    2026-06-30 (1) plan | 首批, 第/一
                        funding:open:Sou-central  -12.34 CNY
                        funding:planned:Sou-central:Pro-P1:Yea-2026  12.34 CNY


                    """))
            let beancount = try await text(.beancount, town)
            #expect(
                beancount.hasSuffix(
                    """
                    2026-06-30 * "plan" "首批; 第|一"
                        number: "1"
                        Assets:Funding:Open:Sou-central  -12.34 CNY
                        Assets:Funding:Planned:Sou-central:Pro-P1:Yea-2026  12.34 CNY


                    """))
            #expect(beancount.contains("1900-01-01 open Assets:Funding:Open:Sou-central\n"))
        }
    }
}
