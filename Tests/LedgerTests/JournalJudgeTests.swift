import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

/// Other people's bookkeeping programs, run as programs.
private enum Judge {
    static let hledger = "/usr/bin/hledger"
    static let beancount = "/usr/bin/bean-query"

    static var areHere: Bool { [hledger, beancount].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) } }

    struct Refused: Error {
        let text: String
    }

    /// What it printed, as rows of cells.
    static func run(_ program: String, _ arguments: [String]) throws -> [[String]] {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ["LANG": "C.UTF-8", "HOME": NSTemporaryDirectory()]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Refused(text: text) }
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            line.split(separator: ",").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"")) }
        }
    }
}

@Suite(
    "Exports judged by hledger and beancount",
    .enabled(if: Judge.areHere, "hledger and beancount are not installed: run the set-up"))
struct JournalJudgeTests {
    @Test("Both read the journal and come to the ledger's own balances")
    func balances() async throws {
        let seed = testSeed()
        try await LedgerTown.with(.sqlite) { town in
            var history = History(seed: seed)
            for _ in 0..<300 { _ = try await town.refusal(history.next()) }
            try await withTemporaryFolder { folder in
                let live = try await town.balances().filter { $0.balance != 0 }
                for format in JournalExport.allCases {
                    let file = folder.appending(path: "journal.\(format.rawValue)")
                    let text = try await town.database.read { tx in
                        var text = ""
                        try format.write(for: LedgerTown.owner, in: tx) { text += $0 }
                        return text
                    }
                    try Data(text.utf8).write(to: file)
                    let expected = live.map { line in
                        let amount = Money.yuan(line.balance)
                        let unit = line.measure == .fen ? "CNY" : "USE"
                        return "\(format.account(line.stage, line.slice)) \(amount) \(unit)"
                    }
                    #expect(try Self.told(format, file.path).sorted() == expected.sorted(), "seed \(seed), \(format)")
                }
            }
        }
    }

    /// "account amount unit", of accounts that are not at zero.
    private static func told(_ format: JournalExport, _ file: String) throws -> [String] {
        switch format {
        case .hledger:
            let rows = try Judge.run(
                Judge.hledger, ["-f", file, "balance", "--flat", "--no-total", "-O", "csv", "--layout", "bare"])
            return rows.map { "\($0[0]) \($0[2]) \($0[1])" }
        case .beancount:
            let query = """
                SELECT account, currency, sum(number) AS n GROUP BY account, currency
                """
            return try Judge.run(Judge.beancount, ["-q", "-f", "csv", file, query])
                .filter { Double($0[2]) != 0 }.map { "\($0[0]) \($0[2]) \($0[1])" }
        }
    }
}
