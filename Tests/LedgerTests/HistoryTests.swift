import Foundation
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Random histories beside a naive model")
struct HistoryTests {
    @Test("The book says what the naive model says, after every step")
    func book() throws {
        let seed = testSeed()
        let isQuick = ProcessInfo.processInfo.environment["YIJU_TEST_QUICK"] != nil
        for run in 0..<(isQuick ? 5 : 40) {
            try check(seed &+ UInt64(run), steps: 150) { drafts in Self.differenceOfBook(drafts) }
        }
    }

    @Test("What is taken back at once leaves every balance, turnover and total as it was, and can be posted again")
    func reversals() throws {
        let seed = testSeed()
        var taken = 0
        for run in 0..<40 {
            try check(seed &+ UInt64(run), steps: 100) { drafts in
                let (difference, count) = Self.differenceOfReversals(drafts)
                taken += count
                return difference
            }
        }
        #expect(taken > 400, "seed \(seed): enough was taken back: \(taken)")
    }

    /// - Returns: the first difference, and how many entries were taken back until then.
    private static func differenceOfReversals(_ drafts: [EntryDraft]) -> (String?, Int) {
        let world = BookWorld()
        var taken = 0
        for draft in drafts {
            let before = state(of: world.book)
            guard world.post(draft).isEmpty, case .post = draft.work else { continue }
            let back = EntryDraft(
                key: "back \(draft.key)", day: draft.day, .reverse(draft.key), authority: draft.authority)
            let refused = world.post(back)
            // What a reduction freed may no longer be asked for: taking it back is a plan or a contract of its own.
            let isReduction = draft.moves.contains { [.unplan, .decommit].contains($0.move) }
            if isReduction, !refused.isEmpty { continue }
            guard refused.isEmpty else { return ("\(draft.key): not taken back: \(refused.sorted())", taken) }
            guard state(of: world.book) == before else { return ("\(draft.key): not as it was", taken) }
            taken += 1
            var again = draft
            again.key = "again \(draft.key)"
            let second = world.post(again)
            guard second.isEmpty else { return ("\(draft.key): not posted again: \(second.sorted())", taken) }
        }
        return (nil, taken)
    }

    /// Debit, credit and what is held of all cells that were ever moved.
    private static func state(of book: Book) -> [String: [Int64]] {
        var state: [String: [Int64]] = [:]
        for cell in book.cells where (cell.debit, cell.credit, cell.held) != (0, 0, 0) {
            let name = "\(cell.stage) \(cell.measure) \(cell.isTotal) \(book.slices[Int(cell.slice)])"
            state[name] = [cell.debit, cell.credit, cell.held]
        }
        return state
    }

    /// Fails with the shortest history that still shows the difference.
    private func check(_ seed: UInt64, steps: Int, _ difference: ([EntryDraft]) -> String?) throws {
        var history = History(seed: seed)
        var drafts = (0..<steps).map { _ in history.next() }
        guard var found = difference(drafts) else { return }
        var size = drafts.count / 2
        while size > 0 {
            var start = 0
            while start < drafts.count {
                var fewer = drafts
                fewer.removeSubrange(start..<min(start + size, drafts.count))
                if let still = difference(fewer) { (drafts, found) = (fewer, still) } else { start += size }
            }
            size /= 2
        }
        let shown = drafts.map { "\($0.key) \($0.work)" }.joined(separator: "\n")
        Issue.record("seed \(seed): \(found)\n\(shown)")
    }

    private static func differenceOfBook(_ drafts: [EntryDraft]) -> String? {
        var naive = History.naive
        let world = BookWorld()
        for draft in drafts {
            let (real, wanted) = (world.post(draft), naive.post(draft))
            if real != wanted { return "\(draft.key): refused for \(real.sorted()), naive \(wanted.sorted())" }
            for cell in world.book.cells where !cell.isTotal {
                let slice = world.book.slices[Int(cell.slice)]
                let balance = naive.sum([cell.stage], of: cell.measure) { $0.kept(cell.stage.key) == slice }
                if balance != cell.balance {
                    return "\(draft.key): \(cell.stage) \(slice) is \(cell.balance), naive \(balance)"
                }
                if balance < 0, !cell.stage.isOutside { return "\(draft.key): \(cell.stage) is below zero" }
            }
            for measure in LedgerMeasure.allCases {
                let cells = world.book.cells.filter { $0.measure == measure && !$0.isTotal }
                let sum = cells.reduce(0) { $0 + $1.balance }
                if sum != 0 { return "\(draft.key): all \(measure) sum to \(sum)" }
            }
        }
        return nil
    }

    @Test("The stored ledger says the same, live and as of now, and is whole", arguments: Engine.available)
    func stored(engine: Engine) async throws {
        let seed = testSeed()
        try await LedgerTown.with(engine) { town in
            var history = History(seed: seed)
            var naive = History.naive
            var posted: [EntryDraft] = []
            let classes = town.ledger.classes
            for step in 0..<120 {
                let draft = history.next()
                let real = Set(try await town.refusal(draft).map(\.code))
                let wanted = naive.post(draft)
                try #require(real == wanted, "seed \(seed), step \(step): \(draft.work)")
                if real.isEmpty { posted.append(draft) }
                guard step % 20 == 19 else { continue }
                for line in try await town.balances() {
                    let balance = naive.sum([line.stage], of: line.measure) { $0.kept(line.stage.key) == line.slice }
                    #expect(line.balance == balance, "seed \(seed), step \(step): \(line)")
                }
            }
            #expect(
                classes["roof"] == "basic" && classes["greening"] == "completion", "the model's classes are the menu's")
            #expect(posted.count > 10, "seed \(seed): enough was posted")

            let live = try await town.balances()
            #expect(try await town.balances(BalanceQuestion(asOf: History.day)) == live, "seed \(seed)")
            #expect(try await town.balances(BalanceQuestion(known: History.day)) == live, "seed \(seed)")
            #expect(try await town.verify().problems == [], "seed \(seed)")

            // All once more: every key is known, nothing changes.
            for draft in posted { #expect(try await !town.post(draft).isNew) }
            #expect(try await town.balances() == live)
        }
    }
}

/// A book without a database, and the world it asks.
final class BookWorld: BookLookups {
    let book = Book(classes: History.classes)
    private var originals: [String: Original] = [:]
    private var number: Int64 = 0

    init() {
        for source in History.sources { book.sources[source.code] = source }
        for contract in History.contracts { book.contracts[contract.code] = contract }
    }

    /// The codes of what was refused; none when it was posted.
    func post(_ draft: EntryDraft) -> Set<String> {
        do {
            let outcome = try book.post(draft, today: History.day, self)
            number += 1
            var movesNothing = false
            switch draft.work {
            case .reserve, .release: movesNothing = true
            case .reverse(let key):
                movesNothing = true
                if let original = originals[key] { originals[key] = copy(original, isReversed: true) }
            default: break
            }
            originals[draft.key] = Original(
                number: number, postings: outcome.postings, clearance: draft.clearance, isReversed: false,
                movesNothing: movesNothing)
            return []
        } catch let refusal as Refusal {
            return [refusal.code]
        } catch let refusals as Refusals {
            return Set(refusals.all.map(\.code))
        } catch {
            return ["\(error)"]
        }
    }

    private func copy(_ original: Original, isReversed: Bool) -> Original {
        Original(
            number: original.number, postings: original.postings, clearance: original.clearance,
            isReversed: isReversed, movesNothing: original.movesNothing)
    }

    func place(of project: String) throws -> PlaceCode? { History.projects[project] }
    func clearance(_ id: ID<Clearance>) throws -> Clearance? { History.clearances.first { $0.id == id } }
    func hold(_ key: String) throws -> Hold? { nil }
    func original(_ key: String) throws -> Original? { originals[key] }
}
