import Common
import Foundation
import Frame
import Identity
import Kernel
import Ledger
import Store

/// What the auditor's desk keeps in one district, for addresses that name it.
struct LedgerThings {
    let saved: ID<SavedQuestion>
    let brought: ID<LedgerImport>

    init(at district: PlaceCode, _ test: TestHall) async throws {
        let hall = test.hall
        let ledger = hall.ledger
        let keeper = Actor(
            kind: .owner, label: "test", grants: [.readLedger, .postEntries].map { Grant($0, at: district) },
            requestID: "test")
        let bytes = Array("来源代码,项目编号,年度,金额,日期,凭证号\nnone,none,2026,1,2026-06-01,V1\n".utf8)
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).csv").path
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let table = try LedgerSheet(path: path, fileName: "receipts.csv", kind: .receipts)
        let report = try await ledger.preview(table, as: keeper, clock: hall.clock, in: hall.database)
        let file = try await hall.files.add(bytes).digest.hex
        (saved, brought) = try await hall.database.act(as: keeper, clock: hall.clock) { deed in
            // There may be so many and no more: one that serves no longer goes.
            for old in try ledger.savedQuestions(for: keeper, in: deed.tx) where old.place == district {
                try ledger.removeQuestion(old.id, in: deed)
            }
            return (
                try ledger.saveQuestion("问题", "by=source", isShared: true, in: deed),
                try ledger.keepImport(report, sheet: "", file: file, in: deed)
            )
        }
    }
}
