import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Tables, terms and the statistical form")
struct LedgerTableTests {
    private func with(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test(
        "Amounts are read to the fen",
        arguments: [
            ("1,234.5", false, 123_450), ("￥0.01", false, 1), ("12.345678", true, 12_345_678),
            ("1e-06", true, 1), ("1.2345E3", false, 123_450), ("0.30000000000000004", false, 30),
            ("9999999.9999999999", false, 1_000_000_000), ("1234567.8899999999", false, 123_456_789),
            ("3万元", false, 3_000_000),
            ("100.00", false, 10_000), ("7元", true, 700), ("1,234,567.8", false, 123_456_780),
            ("1，234", false, 123_400), ("¥ 5 元", false, 500),
        ] as [(String, Bool, Int64)])
    func amounts(text: String, tenThousands: Bool, fen: Int64) throws {
        #expect(try MoneyCell.fen(text, tenThousands: tenThousands, field: "amount") == fen)
    }

    @Test(
        "What is no amount is refused",
        arguments: [
            "", "abc", "1.001", "0", "-5", "1e", "1e99", "99999999999999999999", "1.2.3", "1,00", "1,0000", ",100",
            "1,,000", "1 00", "1¥5", "0x10", "１", "5-", "(5)", ".5", "NaN", "1\u{200B}",
        ])
    func noAmounts(text: String) {
        #expect(throws: Refusal.self) { try MoneyCell.fen(text, tenThousands: false, field: "amount") }
    }

    @Test(
        "Days are read as people write them",
        arguments: ["2026-06-30", "2026/6/30", "2026.6.30", "2026年6月30日", "20260630"])
    func days(text: String) throws {
        #expect(try MoneyCell.day(text, field: "day") == History.day)
    }

    @Test(
        "What is no day is refused",
        arguments: ["", "2026-13-01", "2026-02-30", "1/2/26", "45000", "2026-06-01 10:00", "9999-01-01", "二〇二六年"])
    func noDays(text: String) {
        #expect(throws: Refusal.self) { try MoneyCell.day(text, field: "day") }
    }

    @Test("A table is posted once, whole or not at all", arguments: Engine.available)
    func imported(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            let head = "二〇二六年指标\n文号,来源代码,项目编号,年度,金额（元）,日期\n"
            let good = head + "1,central,P1,2026,10.00,2026-06-01\n1,central,P1,2026,10.00,2026-06-01\n合计,,,,20.00,\n"
            try await with(good) { path in
                let sheet = try LedgerSheet(path: path, fileName: "good.csv", kind: .budget)
                #expect(sheet.rows.map(\.number) == [3, 4])
                for posted in [2, 0] {
                    let report = try await town.act { try ledger.importSheet(sheet, in: $0) }
                    #expect(report.posted == posted && report.unchanged == 2 - posted)
                }
            }
            #expect(try await town.total(.allotted) == 2_000)
            let bad =
                head + "1,central,P1,2026,5.00,2026-06-01\n2,central,P1,2026,1,2026-06-01\n1,none,P1,20,x,2026-06-40\n"
            try await with(bad) { path in
                let sheet = try LedgerSheet(path: path, fileName: "bad.csv", kind: .budget)
                let hindered = await #expect(throws: LedgerImportHindered.self) {
                    try await town.act { try ledger.importSheet(sheet, in: $0) }
                }
                let refused = try #require(hindered?.report.refused)
                #expect(refused.map(\.row) == [4, 5])
                #expect(refused[0].refusals.map(\.code) == ["import.document"])
                #expect(Set(refused[1].refusals.map { $0.field ?? "" }) == ["amount", "day", "year"])
                #expect(try await town.total(.allotted) == 2_000, "nothing of it was kept")
                let report = try await town.act { try ledger.importSheet(sheet, acceptGood: true, in: $0) }
                #expect(report.posted == 1 && report.refused.count == 2)
            }
            try await with("项目,金额\nP1,5\n") { path in
                let refused = #expect(throws: Refusal.self) {
                    try LedgerSheet(path: path, fileName: "odd.csv", kind: .payments)
                }
                #expect(refused?.code == "import.header")
            }
            #expect(try await town.verify().isWhole)
        }
    }

    @Test("A payment of the treasury is a fact: posted and flagged", arguments: Engine.available)
    func facts(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            let ledger = town.ledger
            let text = "来源,项目,合同,年度,金额,支付日期,凭证号,改造内容\ncentral,P1,C1,2026,1.00,2026-06-05,支-1,屋面\n"
            try await with(text) { path in
                let sheet = try LedgerSheet(path: path, fileName: "p.csv", kind: .payments, menu: ["屋面": "roof"])
                let report = try await town.act { try ledger.importSheet(sheet, in: $0) }
                #expect(report.flagged.flatMap(\.findings).map(\.rule) == [.certified])
            }
            #expect(try await town.total(.paid) == 100)
        }
    }

    @Test("Terms are entered once; other content under the same code is refused", arguments: Engine.available)
    func terms(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            func enter(_ text: String) async throws -> Bool {
                let term = try TermDraft(json: try JSON(parsing: text))
                return try await town.act { try ledger.enter(term, in: $0) }
            }
            let id = "019b76da-a800-7000-8000-000000000001"
            let lines = [
                """
                {"source":{"code":"new","zh":"新","en":"new","kind":"city","document":"9","amount":5,"from":2026,"to":2026,"stat":"112"}}
                """,
                """
                {"contract":{"code":"C9","title":"t","project":"P1","party":"b","price":900,"retentionUntil":"2027-01-01"}}
                """,
                """
                {"clearance":{"id":"\(id)","kind":"variation","subject":"C9","digest":"\(History.digest)","issuer":"i","from":"2026-01-01"}}
                """,
                #"{"variation":{"contract":"C9","amount":50,"clearance":"\#(id)"}}"#,
                #"{"dispute":{"contract":"C9","disputed":true}}"#,
            ]
            for line in lines {
                let isNew = try await enter(line)
                let isNewAgain = try await enter(line)
                #expect(isNew && !isNewAgain, "\(line)")
            }
            // The contract that was signed is still the same one, though varied and disputed since.
            let other = await #expect(throws: Refusal.self) {
                _ = try await enter(lines[1].replacing("900", with: "901"))
            }
            #expect(other?.code == "term.other")
            for bad in ["{}", #"{"source":{},"contract":{}}"#, #"{"dispute":{"contract":"C9","disputed":1}}"#] {
                await #expect(throws: Refusal.self) { _ = try await enter(bad) }
            }
            #expect(try await town.verify().isWhole)
        }
    }

    @Test("The form's sums are those of its rows, and bank credit is none of them", arguments: Engine.available)
    func statistics(engine: Engine) async throws {
        let codes = try StatCodes.load(
            file: FileManager.default.currentDirectoryPath + "/Resources/ledger/stat-codes.json")
        let money = FundSource.Kind.allCases.filter { $0 != .cededUse }
        #expect(Set(codes.rows.flatMap(\.kinds)) == Set(money), "every kind of money has its code")
        try await LedgerTown.with(engine) { town in
            let (ledger, owner) = (town.ledger, LedgerTown.owner)
            // Each kind receives another power of two, so that every sum tells what is in it.
            for (index, kind) in money.enumerated() {
                let code = "s-\(kind.rawValue)"
                let source = FundSource(
                    code: code, name: Phrase(zh: code, en: code), kind: kind, document: "1", amount: 1_000_000,
                    years: 2026...2026)
                try await town.act { try ledger.saveSource(source, in: $0) }
                let slice = Slice(source: code, project: "P1", party: "x", year: 2026)
                for move in [Move.plan, .pledge, .call, .receive]
                where kind != .repairFund || move != .call && move != .receive {
                    try await town.post(
                        LedgerTown.draft("\(code)-\(move)", [MoveDraft(move, 1 << Int64(index), slice)]))
                }
            }
            let form = try await town.database.read { try ledger.statForm(codes, year: 2026, for: owner, in: $0) }
            func fen(_ code: String) -> Int64 { if case .money(let fen) = form[code] { fen } else { -1 } }
            func bits(_ kinds: [FundSource.Kind]) -> Int64 {
                kinds.compactMap { kind in money.firstIndex(of: kind) }.reduce(0) { $0 + 1 << Int64($1) }
            }
            #expect(fen("108") == bits([.central]) && fen("106") == fen("108"))
            #expect(fen("105") == bits([.central, .provincial, .city, .district, .generalBond, .specialBond]))
            #expect(fen("118") == bits([.residentsCash, .commonIncome]))
            #expect(fen("119") == bits([.bankCredit]))
            #expect(fen("115") == fen("116") + fen("117") + fen("118"))
            #expect(fen("104") == fen("105") + fen("115") + fen("120"))
            #expect(form.lines.first { $0.row.code == "120" }?.named.count == 3)
            let last = try await town.database.read { try ledger.statForm(codes, year: 2025, for: owner, in: $0) }
            #expect(last["104"] == .money(0))
            #expect(StatForm.tenThousandYuan(12_345_678) == "12.345678" && StatForm.tenThousandYuan(-5) == "-0.000005")
        }
    }
}
