import Foundation
import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Own and standing questions")
struct LedgerQuestionTests {
    private static let yesterday = History.day.adding(days: -1)

    private static func reader(_ place: String, _ rights: [Right]) -> Actor {
        Actor(
            kind: .owner, label: "test", grants: rights.map { Grant($0, at: History.place(place)) }, requestID: "1")
    }

    private func ask(_ town: LedgerTown, _ change: (inout LedgerQuestion) -> Void) async throws -> AskedTable {
        var question = LedgerQuestion()
        change(&question)
        let (ledger, asked) = (town.ledger, question)
        return try await town.database.read { try ledger.ask(asked, for: LedgerTown.owner, in: $0) }
    }

    /// 1,000 there, 385 of it paid for the roof, all on one day.
    private func busy(_ town: LedgerTown) async throws {
        try await town.begin()
        try await town.post(LedgerTown.draft("work", [MoveDraft(.certify, 500, LedgerTown.work)]))
        try await town.post(LedgerTown.draft("pay", [MoveDraft(.pay, 385, LedgerTown.bill)]))
    }

    @Test("Along every axis alone, a stage's sum is the same", arguments: Engine.available)
    func axes(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            for axis in AskAxis.allCases {
                let table = try await ask(town) { ($0.by, $0.stages) = ([axis], [.paid]) }
                #expect(table.axes == [axis])
                #expect(table.lines.map(\.amount).reduce(0, +) == 385, "\(axis)")
                #expect(table.totals.map(\.amount) == [385])
            }
            let table = try await ask(town) { ($0.by, $0.stages) = ([.district, .kind, .year], [.received]) }
            #expect(table.lines.map { $0.keys.map(\.code) } == [["430111", "central", "2026"]])
            #expect(table.lines.first?.keys.first?.name?.zh == "雨花区")
            let none = try await ask(town) { $0.stages = [.received] }
            #expect(none.axes.isEmpty && none.lines.map(\.amount) == [1_000])
        }
    }

    @Test(
        "What came in, went out and stands there; stages are told apart unless one is chosen",
        arguments: Engine.available)
    func values(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            for (value, fen) in [(LedgerQuestion.Value.arrived, 1_000), (.left, 385), (.balance, 615)] {
                let table = try await ask(town) { ($0.by, $0.stages, $0.value) = ([.source], [.received], value) }
                #expect(table.lines.map(\.amount) == [Int64(fen)], "\(value)")
            }
            let all = try await ask(town) { ($0.by, $0.value) = ([.project], .balance) }
            #expect(all.axes == [.project, .stage])
            #expect(all.totals.count > 3, "one sum for each stage, never over all")
            let sheet = try await town.balances(BalanceQuestion(by: [.project]))
            for line in all.lines {
                let known = sheet.first { $0.stage.code == line.keys[1].code && $0.slice.project == line.keys[0].code }
                #expect(known?.balance == line.amount, "\(line)")
            }
            let use = try await ask(town) { ($0.by, $0.measure) = ([.source], .use) }
            #expect(use.lines.isEmpty)
        }
    }

    @Test("Two periods stand beside each other with their difference", arguments: Engine.available)
    func periods(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let tomorrow = History.day.adding(days: 1)
            try await town.post(
                LedgerTown.draft("later", [MoveDraft(.pay, 15, LedgerTown.bill)], day: tomorrow),
                at: tomorrow.startInChina)
            let table = try await ask(town) { question in
                (question.by, question.stages) = ([.contract], [.paid])
                question.beside = LedgerPeriod(LedgerMoment(asOf: History.day))
            }
            let line = try #require(table.lines.first)
            #expect([line.amount, line.beside, line.difference] == [400, 385, 15])
            let fresh = try await ask(town) { question in
                (question.stages, question.period) = ([.paid], LedgerPeriod(from: tomorrow))
            }
            #expect(fresh.lines.map(\.amount) == [15])
            let known = try await ask(town) { question in
                (question.stages, question.period) = ([.paid], LedgerPeriod(LedgerMoment(known: Self.yesterday)))
            }
            #expect(known.lines.isEmpty, "nothing was recorded by then")
        }
    }

    @Test(
        "Readers of another district ask about nothing of it; without the right there is no answer",
        arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            try await busy(town)
            let ledger = town.ledger
            var question = LedgerQuestion(by: [.project])
            question.stages = [.received]
            let asked = question
            func lines(_ reader: Actor) async throws -> [String] {
                let table = try await town.database.read { try ledger.ask(asked, for: reader, in: $0) }
                return table.lines.flatMap { $0.keys.map(\.code) }
            }
            #expect(try await lines(Self.reader("430111", [.readLedger])) == ["P1"])
            #expect(try await lines(Self.reader("430102", [.readLedger])).isEmpty)
            let refused = await #expect(throws: Refusal.self) {
                _ = try await lines(Self.reader("4301", [.readEstates]))
            }
            #expect(refused?.code == "right.missing")
        }
    }

    @Test(
        "A question is kept for oneself or for all, recorded, and removed by whoever may", arguments: Engine.available)
    func saved(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            func names(_ reader: Actor) async throws -> [String] {
                try await town.database.read { try ledger.savedQuestions(for: reader, in: $0).map(\.name) }
            }
            let (own, shared) = try await town.act { deed in
                (
                    try ledger.saveQuestion("own", "by=source", isShared: false, in: deed),
                    try ledger.saveQuestion("shared", "by=year", isShared: true, in: deed)
                )
            }
            #expect(try await names(LedgerTown.owner) == ["own", "shared"])
            var other = Self.reader("430111", [.readLedger, .closeLedger])
            other = Actor(
                kind: .system, person: ID(at: LedgerTown.now), label: "other", grants: other.grants, requestID: "1")
            let stranger = other
            #expect(try await names(stranger) == ["shared"])
            for (id, code) in [(own, "question.none"), (shared, "question.foreign")] {
                let refused = await #expect(throws: Refusal.self) {
                    try await town.act(as: stranger) { try ledger.removeQuestion(id, in: $0) }
                }
                #expect(refused?.code == code)
            }
            let nameless = await #expect(throws: Refusal.self) {
                try await town.act { try ledger.saveQuestion("", "by=source", isShared: false, in: $0) }
            }
            #expect(nameless?.code == "question.name")
            try await town.act { deed in
                try ledger.removeQuestion(own, in: deed)
                try ledger.removeQuestion(shared, in: deed)
            }
            #expect(try await names(LedgerTown.owner).isEmpty)
            let acts = try await town.database.read { tx in
                try tx.map("SELECT act FROM record_line WHERE subject_kind = 'question' ORDER BY act") {
                    try $0[0] as String
                }
            }
            #expect(
                acts == [
                    "ledger.question.remove", "ledger.question.remove", "ledger.question.save", "ledger.question.save",
                ])
        }
    }

    @Test("Every standing question has its weight and the finding that it comes from")
    func origins() {
        #expect(AuditQuestion.allCases.count == 14)
        #expect(Set(AuditQuestion.allCases.map(\.origin.zh)).count == 14)
        #expect(AuditQuestion.wages.severity < AuditQuestion.arrival.severity)
        #expect(AuditQuestion.Severity.allCases == AuditQuestion.Severity.allCases.sorted())
    }
}

@Suite("Tables on their way to the journal")
struct LedgerImportTests {
    private func sheet(_ rows: String, _ kind: LedgerSheet.Kind = .receipts) throws -> LedgerSheet {
        let path = FileManager.default.temporaryDirectory.appending(path: "yiju-\(UUID().uuidString).csv").path
        try Data(("来源代码,项目编号,年度,金额,日期,凭证号\n" + rows).utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try LedgerSheet(path: path, fileName: "receipts.csv", kind: kind)
    }

    private static let good = "central,P1,2026,2.00,2026-06-30,V1\n"

    @Test(
        "A preview posts nothing; what it promised is posted once; again changes nothing", arguments: Engine.available)
    func applied(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, table) = (town.ledger, try sheet(Self.good))
            func preview(_ table: LedgerSheet) async throws -> LedgerImportReport {
                try await ledger.preview(
                    table, as: LedgerTown.owner, clock: FixedClock(LedgerTown.now), in: town.database)
            }
            func keep(_ report: LedgerImportReport) async throws -> ID<LedgerImport> {
                try await town.act { try ledger.keepImport(report, sheet: "", file: History.digest, in: $0) }
            }
            func found(_ id: ID<LedgerImport>) async throws -> LedgerImport {
                try await town.database.read { try ledger.ledgerImport(id, for: LedgerTown.owner, in: $0) }
            }
            try await town.begin()
            let id = try await keep(try await preview(table))
            #expect(try await found(id).summary.posted == 1)
            #expect(try await town.total(.received) == 1_000, "nothing was posted")
            try await town.act { try ledger.applyImport(id, table, acceptGood: false, in: $0) }
            let applied = try await found(id)
            #expect(applied.state == .applied && applied.summary.amount == 200)
            #expect(try await town.total(.received) == 1_200)
            let again = await #expect(throws: Refusal.self) {
                try await town.act { try ledger.applyImport(id, table, acceptGood: false, in: $0) }
            }
            #expect(again?.code == "import.done")
            let second = try await preview(table)
            #expect(second.posted == 0 && second.unchanged == 1)
            #expect(try await town.verify().isWhole)
        }
    }

    @Test("Refused rows are kept with row, column and reason, and hold the others back", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, table) = (town.ledger, try sheet(Self.good + "none,P1,2026,x,2026-06-30,V2\n"))
            try await town.begin()
            let report = try await ledger.preview(
                table, as: LedgerTown.owner, clock: FixedClock(LedgerTown.now), in: town.database)
            let id = try await town.act { try ledger.keepImport(report, sheet: "", file: History.digest, in: $0) }
            let brought = try await town.database.read { tx in
                try ledger.imports(for: LedgerTown.owner, in: tx).first
            }
            let remark = try #require(brought?.summary.refusals.first)
            #expect(brought?.summary.refused == 1 && brought?.summary.posted == 1)
            #expect(remark.row == 3 && remark.field == "amount" && !remark.words.en.isEmpty)
            await #expect(throws: LedgerImportHindered.self) {
                try await town.act { try ledger.applyImport(id, table, acceptGood: false, in: $0) }
            }
            #expect(try await town.total(.received) == 1_000)
            try await town.act { try ledger.applyImport(id, table, acceptGood: true, in: $0) }
            #expect(try await town.total(.received) == 1_200)
        }
    }

    @Test("A table that waits is put aside by whoever may post there, and by nobody else", arguments: Engine.available)
    func discarded(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, table) = (town.ledger, try sheet(Self.good))
            let report = try await ledger.preview(
                table, as: LedgerTown.owner, clock: FixedClock(LedgerTown.now), in: town.database)
            let id = try await town.act { try ledger.keepImport(report, sheet: "", file: History.digest, in: $0) }
            func actor(_ place: String) -> Actor {
                Actor(
                    kind: .owner, label: "test",
                    grants: [.readLedger, .postEntries].map { Grant($0, at: History.place(place)) }, requestID: "1")
            }
            let hidden = await #expect(throws: Refusal.self) {
                try await town.act(as: actor("430111")) { try ledger.discardImport(id, in: $0) }
            }
            #expect(hidden?.code == "import.none", "it belongs to the whole city")
            try await town.act { try ledger.discardImport(id, in: $0) }
            let state = try await town.database.read {
                try ledger.ledgerImport(id, for: LedgerTown.owner, in: $0).state
            }
            #expect(state == .discarded)
        }
    }
}
