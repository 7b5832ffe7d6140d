import Foundation
import Kernel
import Store

@testable import Ledger

/// A town whose cash a bank's statement shows.
extension LedgerTown {
    static let statement = """
        日期,收入,支出,对方户名,流水号,摘要
        2026-06-30,10.00,,中央,,拨款
        2026-07-01,,3.85,Builder,,进度款
        2026-07-01,,1.00,工资专户,,农民工工资
        2026-07-02,,0.77,中央,,退回
        """

    static func statement(_ text: String, account: String = "专户") throws -> BankSheet {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try BankSheet(path: path, fileName: "bank.csv", account: account)
    }

    /// 1,000 fen came in, 385 and wages of 100 went out in one entry, 50 were given back; a plan is no cash.
    func busy() async throws {
        try await begin()
        try await post(Self.draft("certify", [MoveDraft(.certify, 500, Self.work)]))
        try await post(
            Self.draft("pay", [MoveDraft(.pay, 385, Self.bill), MoveDraft(.payWages, 100, Self.bill)]))
        try await post(Self.draft("back", [MoveDraft(.giveBack, 50, Self.money)]))
        try await post(Self.draft("wrong", [MoveDraft(.giveBack, 77, Self.money)]))
        try await reverse("wrong")
    }

    func reverse(_ key: String) async throws {
        try await post(
            EntryDraft(
                key: "undo \(key)", day: History.day, .reverse(key),
                authority: .init(kind: "document", reference: "1")))
    }

    func number(of key: String) async throws -> Int64 {
        let ledger = ledger
        return try await database.read { try ledger.entryNumber(of: key, in: $0) } ?? 0
    }

    /// All lines that are kept, as the machine's owner sees them.
    func bankLines(_ filter: BankLineFilter = .init()) async throws -> BankLinePage {
        let ledger = ledger
        return try await database.read { try ledger.bankLines(filter, size: 1_000, for: Self.owner, in: $0) }
    }

    func unseen(_ filter: UnseenCashFilter = .init()) async throws -> UnseenCashList {
        let ledger = ledger
        return try await database.read { try ledger.unseenCash(filter, size: 1_000, for: Self.owner, in: $0) }
    }

    /// Records the statement above with its answer: the wages of "pay".
    @discardableResult
    func recordStatement() async throws -> BankReport {
        let (ledger, sheet) = (ledger, try Self.statement(Self.statement))
        let answer = BankAnswer(row: 4, entry: try await number(of: "pay"), part: .wages)
        return try await act { try ledger.recordBank(sheet, answers: [answer], in: $0) }
    }

    static func actor(_ rights: [Right], at place: String) -> Actor {
        Actor(
            kind: .owner, label: "test", grants: rights.map { Grant($0, at: History.place(place)) }, requestID: "test")
    }
}
