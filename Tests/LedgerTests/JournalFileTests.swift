import Cryptography
import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("The sealed journal, checked by its file alone")
struct JournalFileTests {
    private static let vault = Vault.ephemeral()

    /// A town whose record is sealed under `vault`.
    private func withTown<Value>(
        _ engine: Engine, _ body: (LedgerTown) async throws -> Value
    ) async throws -> Value {
        try await engine.withDatabase(
            schemas: LedgerTown.schemas, now: LedgerTown.now, signet: Self.vault.signet
        ) { try await body(LedgerTown(found: $0)) }
    }

    private func seal(_ town: LedgerTown) async throws {
        try await Sealer(database: town.database, vault: Self.vault, clock: FixedClock(LedgerTown.now)).sealAll()
    }

    private func file(_ town: LedgerTown, for head: TreeHead? = nil) async throws -> String {
        try await town.database.read { tx in
            var text = ""
            try SealedJournal(vault: Self.vault, now: LedgerTown.now, published: head)
                .write(for: LedgerTown.owner, in: tx) { text += $0 }
            return text
        }
    }

    private func check(_ bytes: [UInt8], against head: TreeHead? = nil) -> JournalFileReport {
        var verifier = JournalFileVerifier(published: head)
        // In pieces, as a large file is read.
        for start in stride(from: 0, to: bytes.count, by: 10_000) {
            verifier.read(Array(bytes[start..<min(start + 10_000, bytes.count)]))
        }
        return verifier.finish()
    }

    private func check(_ text: String, against head: TreeHead? = nil) -> JournalFileReport {
        check(Array(text.utf8), against: head)
    }

    /// Lines under digests that fit them: what a forger without the city's key can make.
    private func resealed(_ lines: [String]) -> String {
        var (text, sum) = ("", JournalFileLine.start)
        for line in lines.dropLast() {
            let body = line.dropLast(JournalFileLine.tail(sum).utf8.count)
            sum = JournalFileLine.sum(body.utf8, after: sum)
            text += body + JournalFileLine.tail(sum) + "\n"
        }
        return text + (lines.last ?? "") + "\n"
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test("A journal of everything is whole, and has the ledger's balances", arguments: Engine.available)
    func whole(engine: Engine) async throws {
        let seed = testSeed()
        try await withTown(engine) { town in
            try await town.begin()
            try await town.post(LedgerTown.draft("fact", [MoveDraft(.pay, 600, LedgerTown.bill)], manner: .fact))
            var history = History(seed: seed)
            for _ in 0..<300 { _ = try await town.refusal(history.next()) }
            try await seal(town)
            // Not sealed yet: not in the file, and not in its balances.
            try await town.post(LedgerTown.draft("late", [MoveDraft(.plan, 1, LedgerTown.money)]))
            let report = check(try await file(town))
            #expect(report.problems == [], "seed \(seed)")
            let ledger = try await town.verify()
            #expect(ledger.isWhole && report.entries == ledger.entries - 1, "seed \(seed)")
            let live = try await town.balances().filter { ($0.debit, $0.credit, $0.held) != (0, 0, 0) }
            #expect(report.balances == live.count, "seed \(seed)")
        }
    }

    @Test("One byte changed anywhere is found, and its line is the first that is named", arguments: Engine.available)
    func oneByte(engine: Engine) async throws {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let bytes = try await withTown(engine) { town in
            var history = History(seed: seed)
            for _ in 0..<40 { _ = try await town.refusal(history.next()) }
            try await town.begin()
            try await seal(town)
            return Array(try await file(town).utf8)
        }
        #expect(check(bytes).isWhole, "seed \(seed)")
        for _ in 0..<80 {
            let position = Int.random(in: bytes.indices, using: &random)
            var altered = bytes
            altered[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
            let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
            #expect(check(altered).problems.first?.line == line, "seed \(seed), byte \(position)")
        }
    }

    @Test("Lines that are missing, twice, in another order or after the end are found", arguments: Engine.available)
    func otherLines(engine: Engine) async throws {
        try await withTown(engine) { town in
            try await town.begin()
            try await seal(town)
            let text = try await file(town)
            let whole = lines(text)
            var (less, twice, swapped) = (whole, whole, whole)
            less.remove(at: 3)
            twice.insert(whole[3], at: 3)
            swapped.swapAt(3, 4)
            for changed in [
                less, twice, swapped, whole + ["{}"], Array(whole.dropLast()),
                whole.dropLast(2) + [whole[whole.count - 1]],
            ] {
                #expect(!check(changed.joined(separator: "\n") + "\n").isWhole)
            }
            #expect(!check(String(text.dropLast())).isWhole)
            #expect(!check("").isWhole)
        }
    }

    @Test("A forger who makes all digests anew fails on the chain and on the signature", arguments: Engine.available)
    func forged(engine: Engine) async throws {
        try await withTown(engine) { town in
            try await town.begin()
            try await seal(town)
            let whole = lines(try await file(town))
            #expect(check(resealed(whole)).isWhole)
            var richer = whole
            richer[3] = richer[3].replacing("1000", with: "1001")
            let report = check(resealed(richer))
            #expect(report.problems.first?.entry == 3)
            #expect(report.problems.last?.line == whole.count)
            // An entry is told of as it was, its postings are not.
            var unbalanced = whole
            unbalanced[3] = unbalanced[3].replacing("\"amount\":1000", with: "\"amount\":1001")
            #expect(check(resealed(unbalanced)).problems.first?.entry == 3)
            // With a key of his own he signs no head of the city.
            var other = whole
            let (ours, theirs) = (Self.vault.recordKeys.verifying.pem, Vault.ephemeral().recordKeys.verifying.pem)
            other[0] = other[0].replacing(
                JSON.string(ours).text, with: JSON.string(theirs).text)
            #expect(check(resealed(other)).problems.first?.line == 1)
        }
    }

    @Test("The file proves that the record begins with a head that was published before", arguments: Engine.available)
    func publishedHead(engine: Engine) async throws {
        try await withTown(engine) { town in
            try await town.begin()
            try await seal(town)
            let published = try #require(try await town.database.read { try TreeHead.latest(tx: $0) })
            #expect(check(try await file(town), against: published).isPublished)
            try await town.post(LedgerTown.draft("more", [MoveDraft(.plan, 1, LedgerTown.money)]))
            try await seal(town)
            let text = try await file(town, for: published)
            #expect(check(text, against: published).isWhole && check(text, against: published).isPublished)
            #expect(check(text).isWhole && !check(text).isPublished)
            // A file that was made for no head, or for another one, proves nothing of this one.
            #expect(!check(try await file(town), against: published).isWhole)
        }
    }

    @Test("Before an entry is sealed there is no file; and none for those who do not read the whole city's ledger")
    func refused() async throws {
        try await withTown(.sqlite) { town in
            let unsealed = await #expect(throws: Refusal.self) { try await file(town) }
            #expect(unsealed?.code == "ledger.unsealed")
            try await town.begin()
            try await seal(town)
            let other = Actor(
                kind: .person, label: "芙蓉", grants: [Grant(.readLedger, at: History.place("430102"))], requestID: "1")
            let denied = await #expect(throws: Refusal.self) {
                try await town.database.read { tx in
                    try SealedJournal(vault: Self.vault, now: LedgerTown.now).write(for: other, in: tx) { _ in }
                }
            }
            #expect(denied?.code == "right.missing")
        }
    }
}
