import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

/// Lines as files bring them, each wrong in one way: refused by its rule, with the number that was asked and what would
/// be allowed, in both languages, and nothing is changed.
@Suite("Bad lines of entries")
struct BadEntryTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let name: String
        let line: String
        let code: String
        /// What both languages must tell.
        let says: [String]

        var testDescription: String { name }

        init(_ name: String, _ line: String, _ code: String, says: [String] = []) {
            (self.name, self.line, self.code, self.says) = (name, line, code, says)
        }

        /// An entry of one move, as text put together: what JSON writers would mend stays as it is.
        init(
            _ name: String, key: String = #""bad""#, day: String = "2026-06-30", move: String = "plan",
            source: String = #""central""#, project: String = "P1", year: String = "2026", amount: String = "100",
            more: String = "", rest: String = "", _ code: String, says: [String] = []
        ) {
            self.init(
                name,
                #"{"key":\#(key),"day":"\#(day)","authority":{"kind":"document","reference":"1"},"#
                    + #""moves":[{"move":"\#(move)","source":\#(source),"project":"\#(project)","year":\#(year),"amount":\#(amount)\#(more)}]\#(rest)}"#,
                code, says: says)
        }
    }

    private static let bill = #","contract":"C1","item":"roof""#
    private static let work = #"{"key":"bad","day":"2026-06-30","authority":{"kind":"a","reference":"b"},"#

    private static let rules: [Bad] = [
        Bad("does not balance", rest: #","total":99"#, "entry.unbalanced", says: ["1.00", "0.99"]),
        Bad("unknown source", source: #""none""#, "source.unknown", says: ["none", "1.00", "0.00"]),
        Bad("wrong year", year: "2024", "source.year", says: ["2025-2026"]),
        Bad("no such project", project: "P9", "move.project", says: ["P9"]),
        Bad("no project at all", project: "", "move.dimension", says: ["project"]),
        Bad("beyond the source's document", amount: "4001", "source.amount", says: ["40.01", "40.00"]),
        Bad("closed period", day: "2026-05-31", "period.closed", says: ["2026-05-31", "2026-06-01"]),
        Bad("tomorrow", day: "2026-07-01", "day.future", says: ["2026-07-01", "2026-06-30"]),
        Bad("key of another entry", key: #""plan""#, "key.reused", says: ["plan"]),
        Bad(
            "ineligible use", move: "pay", more: #","contract":"C1","item":"canteen""#, "source.use",
            says: ["canteen"]),
        Bad("above certified", move: "pay", amount: "386", more: bill, "certified.exceeded", says: ["3.86", "3.85"]),
        Bad(
            "no such contract", move: "pay", more: #","contract":"C9","item":"roof""#, "contract.unknown", says: ["C9"]),
        Bad("another project's contract", move: "pay", more: #","contract":"C3","item":"roof""#, "contract.unknown"),
        Bad("more than is there", move: "giveBack", amount: "1001", "cash.short", says: ["10.01", "10.00"]),
        Bad("no clearance", move: "advance", more: bill, "clearance.missing", says: ["advance C1"]),
        Bad("a fact that is none", rest: #","fact":true"#, "fact.evidence", says: ["treasury"]),
    ]

    private static let numbers: [Bad] = [
        Bad("decimals", amount: "1.5", "amount.decimals", says: ["1.5", "moves[0].amount"]),
        Bad("a power of ten", amount: "1e3", "amount.decimals", says: ["1000"]),
        Bad("a whole number with a point", amount: "100.0", "amount.decimals"),
        Bad("minus nothing", amount: "-0", "amount.range", says: ["1000000000000000"]),
        Bad("nothing", amount: "0", "amount.range"),
        Bad("less than nothing", amount: "-100", "amount.range", says: ["-100"]),
        Bad("beyond Int64", amount: "9223372036854775808", "amount.range", says: ["1000000000000000"]),
        Bad("far beyond", amount: "1" + String(repeating: "0", count: 400), "json.malformed"),
        Bad("the largest Int64", amount: "9223372036854775807", "amount.range", says: ["9223372036854775807"]),
        Bad("zeros before", amount: "0100", "json.malformed"),
        Bad("no digit behind the point", amount: "100.", "json.malformed"),
        Bad("a plus", amount: "+100", "json.malformed"),
        Bad("hexadecimal", amount: "0x64", "json.malformed"),
        Bad("as text", amount: #""100""#, "entry.value", says: ["moves[0].amount"]),
        Bad("no amount", amount: "null", "entry.value"),
        Bad("year as text", year: #""2026""#, "entry.value"),
        Bad("year of five digits", year: "20260", "entry.value"),
    ]

    private static let texts: [Bad] = [
        Bad("a raw NUL", key: "\"ba\0d\"", "json.malformed", says: ["11"]),
        Bad("an escaped NUL", key: #""ba\u0000d""#, "entry.value"),
        Bad("a control character", key: #""ba\u0007d""#, "entry.text", says: ["key"]),
        Bad("a later control character", key: #""ba\u0085d""#, "entry.text"),
        Bad("one that turns the text", rest: #","memo":"a\u202eb""#, "entry.text", says: ["memo"]),
        Bad("one that nobody sees", key: #""bad\u200b""#, "entry.text"),
        Bad("a break of lines", rest: #","memo":"a\u2028b""#, "entry.text"),
        // U+F90A is U+91D1 to Swift, and another text to the database.
        Bad("a compatibility ideograph", more: #","party":"\uf90a1""#, "entry.text", says: ["party", "NFC"]),
        Bad("the Kelvin sign", key: #""\u212a-1""#, "entry.text"),
        Bad("half a surrogate pair", key: #""\ud800""#, "json.malformed"),
        Bad("an escape that is none", key: #""\u+041""#, "json.malformed"),
        Bad("no key", key: #""""#, "entry.value", says: ["key"]),
        Bad("a long key", key: "\"" + String(repeating: "k", count: 101) + "\"", "entry.text", says: ["100"]),
        Bad("a long memo", rest: #","memo":"\#(String(repeating: "长", count: 501))""#, "entry.text", says: ["500"]),
        Bad("corrects what is not there", rest: #","corrects":"none""#, "entry.none", says: ["none"]),
        Bad("evidence that is no digest", rest: #","evidence":["abc"]"#, "entry.evidence", says: ["SHA-256"]),
        Bad("evidence that is no list", rest: #","evidence":"abc""#, "entry.value", says: ["evidence"]),
        Bad("a day that is none", day: "2026-02-30", "entry.value", says: ["2026-06-30"]),
    ]

    private static let shapes: [Bad] = [
        Bad("cut", #"{"key":"bad","day":"2026-06-30","authority":{"kind":"docu"#, "json.malformed"),
        Bad("nothing", "", "json.malformed"),
        Bad("a list", "[]", "entry.object"),
        Bad("null", "null", "entry.object"),
        Bad("two on a line", "{}{}", "json.malformed"),
        Bad("a byte order mark", "\u{FEFF}{}", "json.malformed"),
        Bad("deep", String(repeating: "[", count: 100), "json.malformed", says: ["64"]),
        Bad("an unknown member", rest: #","colour":1"#, "entry.member", says: ["colour", "clearance"]),
        Bad("an unknown one of a move", more: #","colour":1"#, "entry.member", says: ["moves[0].colour", "contract"]),
        Bad("one that is given twice", rest: #","key":"bad""#, "entry.member", says: ["key"]),
        Bad("one of the authority", work.replacing(#""b""#, with: #""b","who":"c""#) + #""moves":[]}"#, "entry.member"),
        Bad("no moves", work + #""moves":[]}"#, "entry.moves", says: ["200"]),
        Bad("moves that are no list", work + #""moves":{}}"#, "entry.value", says: ["200"]),
        Bad("a move that is no object", work + #""moves":["plan"]}"#, "entry.value", says: ["moves[0].move"]),
        Bad("a move that there is not", move: "alot", "move.unknown", says: ["allot"]),
        Bad("two kinds of work", rest: #","reverse":"plan""#, "entry.work", says: ["reserve"]),
        Bad("reversal of nothing", work + #""reverse":"none"}"#, "entry.none", says: ["none"]),
        Bad("part of no reservation", work + #""capture":"none","amount":1}"#, "hold.none", says: ["none"]),
    ]

    @Test(
        "A bad line is refused by its rule with number and remedy, and changes nothing", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await town.begin()
            try await town.post(LedgerTown.draft("work", [MoveDraft(.certify, 500, LedgerTown.work)]))
            let may = try #require(Day("2026-05-31"))
            try await town.act { try ledger.closePeriod(until: may, in: $0) }
            let before = try await Self.everything(town)
            for bad in Self.rules + Self.numbers + Self.texts + Self.shapes {
                let refused = try await Self.refusals(of: bad.line, town)
                let named = refused.filter { $0.code == bad.code }
                #expect(named.count == 1, "\(bad.name): \(refused)")
                for refusal in named {
                    let (zh, en) = (refusal.message.zh, refusal.message.en)
                    #expect(zh.unicodeScalars.contains { $0.value > 0x4E00 } && zh.hasSuffix("。"), "\(bad.name): \(zh)")
                    #expect(en.hasSuffix("."), "\(bad.name): \(en)")
                    for word in bad.says { #expect(zh.contains(word) && en.contains(word), "\(bad.name): \(zh) \(en)") }
                }
                try #require(try await Self.everything(town) == before, "\(bad.name) changed something")
            }
            // What is left as it was still takes a good one.
            let good = Bad("good", "")
            #expect(try await Self.refusals(of: good.line, town).isEmpty)
            #expect(try await Self.everything(town) != before)
            #expect(try await town.verify().problems == [])
        }
    }

    @Test("Among good lines a bad one is refused alone, whatever is wrong with it", arguments: Engine.available)
    func together(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await town.begin()
            let bad = Self.rules + Self.numbers + Self.texts + Self.shapes
            let read = bad.compactMap { try? EntryDraft(json: JSON(parsing: $0.line)) }
            let good = (0..<read.count).map { LedgerTown.draft("good\($0)", [MoveDraft(.plan, 1, LedgerTown.money)]) }
            let drafts = zip(read, good).flatMap { [$0, $1] }
            let results = try await town.act { try ledger.postMany(drafts, in: $0) }
            for (draft, result) in zip(drafts, results) where draft.key.hasPrefix("good") {
                #expect(throws: Never.self) { try result.get() }
            }
            #expect(read.count > 15 && results.count == drafts.count)
            #expect(try await town.verify().problems == [])
        }
    }

    /// None where it was posted.
    private static func refusals(of line: String, _ town: LedgerTown) async throws -> [Refusal] {
        do { return try await town.refusal(try EntryDraft(json: JSON(parsing: line))) } catch let refusal as Refusal {
            return [refusal]
        }
    }

    /// The journal with its balances, as its file has it, and the length of the record.
    private static func everything(_ town: LedgerTown) async throws -> String {
        let balances = try await town.balances()
        return try await town.database.read { tx in
            var text = "\(balances)"
            try JournalExport.hledger.write(for: LedgerTown.owner, in: tx) { text += $0 }
            let lines: Int? = try tx.value("SELECT count(*) FROM record_line")
            return text + "\(lines ?? 0)"
        }
    }
}
