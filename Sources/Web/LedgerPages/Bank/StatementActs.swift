import Common
import Frame
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// What is done with a bank's statement on its way to the ledger.
enum StatementActs {
    /// Keeps the statement with what would become of its rows.
    static func take(
        _ upload: Upload, account: String, sheet: String, _ visit: Visit
    ) async throws -> ID<BankStatement> {
        try visit.actor.require(.postEntries, at: visit.hall.city.code)
        let brought = try BroughtFile(upload)
        let statement = try read(brought.path, brought.name, account: account, sheet: sheet)
        let content = try await brought.store(in: visit.hall.files)
        let ledger = visit.hall.ledger
        return try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try brought.keep(content, in: deed)
            return try ledger.keepStatement(statement, sheet: sheet, file: content.digest.hex, in: deed)
        }
    }

    private static func read(_ path: String, _ name: String, account: String, sheet: String) throws -> BankSheet {
        try BankSheet(path: path, fileName: name, account: account, sheet: sheet.isEmpty ? nil : sheet)
    }

    static func find(_ visit: Visit) async throws -> BankStatement {
        let (id, ledger, actor): (ID<BankStatement>, Ledger, Actor) = (
            try visit.id("statement"), visit.hall.ledger, visit.actor
        )
        return try await visit.hall.database.read { try ledger.bankStatement(id, for: actor, in: $0) }
    }

    /// The statement that waits, from its bytes in the store.
    static func sheet(of statement: BankStatement, _ visit: Visit) async throws -> BankSheet {
        try await BroughtFile.read(statement.file, from: visit.hall.files) { path in
            try read(path, statement.fileName, account: statement.account, sheet: statement.sheet)
        }
    }

    /// Records in one transaction of its own, so that small acts of others do not wait in its commit.
    static func apply(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let statement = try await find(visit)
        try visit.actor.require(.postEntries, at: visit.hall.city.code)
        // Sent twice: its page says that it is done.
        guard statement.state == .previewed else { return .see(statement.link) }
        let (table, chosen, seen) = (try await sheet(of: statement, visit), chosen(form), form.text("certain"))
        let (hall, actor) = (visit.hall, visit.actor)
        do {
            let answers = try answers(chosen)
            try await hall.database.writeAlone { tx in
                let deed = Deed(actor: actor, now: hall.clock.now, tx: tx)
                _ = try hall.ledger.applyStatement(statement.id, table, answers: answers, seen: seen, in: deed)
                try forget(statement, hall.ledger, tx)
            }
        } catch {
            return try await StatementPage.read(visit, chosen: chosen, refusals: mendable(error)).answer(visit)
        }
        return .see(statement.link)
    }

    static func discard(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let statement = try await find(visit)
        let ledger = visit.hall.ledger
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.discardStatement(statement.id, in: deed)
            try forget(statement, ledger, deed.tx)
        }
        return .see("/ledger/bank/statements")
    }

    /// A statement names people: its bytes stay no longer than they are needed.
    private static func forget(_ statement: BankStatement, _ ledger: Ledger, _ tx: Tx) throws {
        guard let digest = ContentDigest(statement.file), try !ledger.needsFile(digest.hex, in: tx) else { return }
        try StoredFile.delete(digest, tx)
    }

    /// What was chosen by the row, "3041:wages"; rows that are to stay open are left out.
    private static func chosen(_ form: FormData) -> [Int: String] {
        var chosen: [Int: String] = [:]
        let prefix = BankAnswer.fieldPrefix
        for (name, value) in form.fields where name.hasPrefix(prefix) && !value.isEmpty {
            guard let row = Int(name.dropFirst(prefix.count)) else { continue }
            chosen[row] = String(value.prefix(40))
        }
        return chosen
    }

    private static func answers(_ chosen: [Int: String]) throws -> [BankAnswer] {
        try chosen.sorted { $0.key < $1.key }.map { row, text in
            guard let answer = BankAnswer(row: row, text) else {
                throw Refusal(
                    "bank.answer", zh: "第 \(row) 行的选择“\(text)”无法识别；请重新选择。",
                    en: "The choice “\(text)” for row \(row) cannot be read; choose again.",
                    field: BankAnswer.field(row))
            }
            return answer
        }
    }
}

extension BankStatement {
    var link: Link { "/ledger/bank/statements/\(id)" }
}
