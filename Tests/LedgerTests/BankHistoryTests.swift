import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

/// Statements, answers, matches taken back and entries reversed, drawn at random. After every step: what is matched and
/// what no statement shows are all the cash there is, the ledger is whole, and the lists say what a filter of all says.
@Suite("Random histories of a bank's statements")
struct BankHistoryTests {
    @Test("The bank's side and the book's side are always the whole cash", arguments: Engine.available)
    func sides(engine: Engine) async throws {
        let seed = testSeed()
        try await LedgerTown.with(engine) { town in
            try await town.begin()
            var history = BankHistory(seed: seed, town: town)
            for step in 0..<24 {
                try await history.next(step)
                let (matched, reversed) = (try await sum(.matched, town), try await sum(.reversed, town))
                let unseen = try await town.unseen()
                let cash = try await town.total(.received)
                #expect(matched - reversed + unseen.cameIn - unseen.wentOut == cash, "seed \(seed), step \(step)")
                #expect(unseen.cameIn - unseen.wentOut == unseen.items.reduce(0) { $0 + $1.amount }, "seed \(seed)")
                try await checkLists(town, &history.random, "seed \(seed), step \(step)")
            }
            #expect(try await town.verify().problems == [], "seed \(seed)")
            #expect(history.done.count == 4, "seed \(seed): all was done: \(history.done)")
        }
    }

    private func sum(_ state: BankLineFilter.State, _ town: LedgerTown) async throws -> Int64 {
        var filter = BankLineFilter()
        filter.state = state
        let page = try await town.bankLines(filter)
        return page.cameIn - page.wentOut
    }

    /// A random filter beside the same over all lines.
    private func checkLists(_ town: LedgerTown, _ random: inout SeededRandom, _ place: Comment) async throws {
        var filter = BankLineFilter()
        filter.account = ["", "甲", "乙"][Int.random(in: 0...2, using: &random)]
        filter.state = (BankLineFilter.State.allCases + [nil]).randomElement(using: &random) ?? nil
        filter.from = Bool.random(using: &random) ? History.day.adding(days: 1) : nil
        filter.text = ["", "k1", "0.03", "%"][Int.random(in: 0...3, using: &random)]
        let all = try await town.bankLines().lines
        let naive = all.filter { line in
            let isOfState =
                switch filter.state {
                case .matched: line.match != nil
                case .unmatched: line.match == nil
                case .reversed: line.match?.isReversed == true
                case nil: true
                }
            let says =
                filter.text.isEmpty || line.account.contains(filter.text) || line.reference.contains(filter.text)
                || filter.text == "0.03" && abs(line.amount) == 3
            return isOfState && says && (filter.account.isEmpty || line.account == filter.account)
                && (filter.from.map { line.day >= $0 } ?? true)
        }
        let page = try await town.bankLines(filter)
        #expect(page.lines == naive && page.total == naive.count, place)
        #expect(page.cameIn - page.wentOut == naive.reduce(0) { $0 + $1.amount }, place)
    }
}

private struct BankHistory {
    var random: SeededRandom
    let town: LedgerTown
    /// Kinds of steps that did something.
    private(set) var done: Set<String> = []
    private var keys: [String] = []

    init(seed: UInt64, town: LedgerTown) {
        (random, self.town) = (SeededRandom(seed: seed), town)
    }

    private mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func next(_ step: Int) async throws {
        // Each kind comes first once, so that none is left out by chance.
        switch step < 8 ? [0, 0, 0, 1, 2, 1, 3, 1][step] : draw(0...3) {
        case 0: try await give("k\(step)")
        case 1: try await bring(withGrant: step == 3 || draw(0...3) == 0)
        case 2: try await takeBack()
        default: try await reverse()
        }
    }

    /// Of few amounts, so that many are alike.
    private mutating func give(_ key: String) async throws {
        try await town.post(LedgerTown.draft(key, [MoveDraft(.giveBack, Int64(draw(1...4)), LedgerTown.money)]))
        keys.append(key)
        done.insert("give")
    }

    /// - Parameter withGrant: with a line that is sure where it is not matched yet.
    private mutating func bring(withGrant: Bool) async throws {
        var rows = ["日期,金额,对方户名,流水号"]
        for _ in 0..<draw(1...6) {
            let day = History.day.adding(days: draw(0...3))
            let reference = keys.isEmpty || draw(0...1) == 0 ? "" : keys[draw(0...keys.count - 1)] + "000"
            rows.append("\(day),-0.0\(draw(1...4)),\(draw(0...1) == 0 ? "中央" : ""),\(reference)")
        }
        if withGrant { rows.append("2026-06-30,10.00,中央,") }
        let account = draw(0...1) == 0 ? "甲" : "乙"
        let (ledger, sheet) = (town.ledger, try LedgerTown.statement(rows.joined(separator: "\n"), account: account))
        let report = try await town.database.read { try ledger.bankReport(sheet, for: LedgerTown.owner, in: $0) }
        var answers: [BankAnswer] = []
        for question in report.questions where draw(0...1) == 0 {
            let free = question.candidates.filter { item in !answers.contains { $0.entry == item.entry } }
            if let item = free.randomElement(using: &random) {
                answers.append(BankAnswer(row: question.line.row, entry: item.entry, part: item.part))
            }
        }
        let chosen = answers
        let recorded = try await town.act {
            try ledger.recordBank(sheet, answers: chosen, seen: report.certain, in: $0)
        }
        let again = try await town.act { try ledger.recordBank(sheet, in: $0) }
        #expect(again.recorded == 0 && again.matches.isEmpty, "the same file again is no change")
        if recorded.recorded > 0 { done.insert("bring") }
    }

    private mutating func takeBack() async throws {
        let matched = try await town.bankLines().lines.filter { $0.match != nil }
        guard let line = matched.randomElement(using: &random) else { return }
        let ledger = town.ledger
        try await town.act { _ = try ledger.takeBackMatch(of: line.id, reason: "wrong", in: $0) }
        done.insert("takeBack")
    }

    private mutating func reverse() async throws {
        guard !keys.isEmpty else { return }
        try await town.reverse(keys.remove(at: draw(0...keys.count - 1)))
        done.insert("reverse")
    }
}
