import Kernel
import Testing

@testable import Ledger

@Suite("Reading entries from files")
struct EntryReadingTests {
    private static let whole = #"""
        {"key":"2026-1","day":"2026-03-01","authority":{"kind":"document","reference":"财建〔2026〕1号"},
        "moves":[{"move":"allot","source":"central","project":"P1","year":2026,"amount":100000}],"memo":"首批"}
        """#

    @Test("A line says key, day, authority and moves")
    func line() throws {
        let draft = try EntryDraft(json: JSON(parsing: Self.whole))
        #expect(draft.key == "2026-1" && draft.day == Day("2026-03-01") && draft.memo == "首批")
        #expect(draft.work == .post([MoveDraft(.allot, 100_000, Slice(source: "central", project: "P1", year: 2026))]))
    }

    @Test("Other work: reservation, part, release, reversal")
    func work() throws {
        let head = #"{"key":"k","day":"2026-03-01","authority":{"kind":"a","reference":"b"},"#
        func work(_ rest: String) throws -> EntryDraft.Work {
            try EntryDraft(json: JSON(parsing: head + rest + "}")).work
        }
        let move = #"{"move":"draw","source":"s","project":"P1","year":2026,"amount":5}"#
        #expect(
            try work(#""reserve":\#(move),"until":"2026-04-01""#)
                == .reserve(
                    MoveDraft(.draw, 5, Slice(source: "s", project: "P1", year: 2026)),
                    until: #require(Day("2026-04-01"))))
        #expect(try work(#""capture":"h","amount":3"#) == .capture(hold: "h", amount: 3))
        #expect(try work(#""release":"h""#) == .release(hold: "h", expired: false))
        #expect(try work(#""reverse":"e""#) == .reverse("e"))
    }

    @Test(
        "What is wrong is named",
        arguments: [
            (#""amount":100000"#, #""amount":1000.5"#, "amount.decimals"),
            (#""amount":100000"#, #""amount":100000.0"#, "amount.decimals"),
            (#""amount":100000"#, #""amount":9223372036854775808"#, "amount.range"),
            (#""amount":100000"#, #""amount":"100000""#, "entry.value"),
            (#""amount":100000"#, #""amounts":100000"#, "entry.member"),
            (#""move":"allot""#, #""move":"alot""#, "move.unknown"),
            (#""year":2026"#, #""year":"2026""#, "entry.value"),
            (#""day":"2026-03-01""#, #""day":"2026-02-30""#, "entry.value"),
            (#""memo":"首批""#, #""memo":"首批","total":99999"#, "entry.unbalanced"),
            (#""memo":"首批""#, #""memo":"首批","reverse":"x""#, "entry.work"),
            (#""memo":"首批""#, #""memo":"首批","memo":"x""#, "entry.member"),
            (#""memo":"首批""#, #""fact":1"#, "entry.value"),
            (#""key":"2026-1","#, "", "entry.value"),
        ])
    func wrong(found: String, put: String, code: String) throws {
        let text = Self.whole.replacing(found, with: put)
        #expect(text != Self.whole)
        let refusal = #expect(throws: Refusal.self) { try EntryDraft(json: JSON(parsing: text)) }
        #expect(refusal?.code == code)
    }

    @Test("A line that was cut anywhere is refused")
    func cut() {
        let bytes = Array(Self.whole.utf8)
        for end in 0..<bytes.count - 1 {
            #expect(throws: Refusal.self, "cut at \(end)") { try EntryDraft(json: JSON(parsing: Array(bytes[..<end]))) }
        }
    }

    @Test("Shapes that no entry has are refused, whatever the journal holds")
    func shapes() throws {
        let good = try EntryDraft(json: JSON(parsing: Self.whole))
        func refused(_ change: (inout EntryDraft) -> Void) -> String? {
            var draft = good
            change(&draft)
            do { try draft.checkShape() } catch { return (error as? Refusal)?.code }
            return nil
        }
        #expect(refused { _ in } == nil)
        let slice = Slice(source: "central", project: "P1", year: 2026)
        #expect(refused { $0.work = .post([]) } == "entry.moves")
        #expect(refused { $0.work = .post([MoveDraft(.allot, 0, slice)]) } == "amount.range")
        #expect(refused { $0.work = .post([MoveDraft(.allot, -5, slice)]) } == "amount.range")
        #expect(refused { $0.work = .post([MoveDraft(.allot, LedgerLimits.amount + 1, slice)]) } == "amount.range")
        #expect(refused { $0.work = .post([MoveDraft(.allot, 5, Slice(source: "central"))]) } == "move.dimension")
        #expect(
            refused { $0.work = .post([MoveDraft(.allot, 5, slice), MoveDraft(.allot, 6, slice)]) } == "move.twice")
        #expect(refused { $0.work = .post([MoveDraft(.allot, 5, slice, measure: .use)]) } == "use.pays")
        #expect(refused { $0.evidence = ["abc"] } == "entry.evidence")
        #expect(refused { $0.key = "" } == "entry.text")
        #expect(refused { $0.key = String(repeating: "k", count: 101) } == "entry.text")
        #expect(refused { $0.memo = "a\u{7}b" } == "entry.text")
    }
}
