import Decide
import Identity
import Kernel
import Store
import TestSupport
import Testing

@testable import Ledger

@Suite("Letters to households")
struct LetterTests {
    private static let terms = LetterTerms(contact: "街道改造办 0731-1", due: History.day.adding(days: 30))

    /// Three households promised 300, 400 and 500 fen for P1; two were asked for theirs, one paid; roof and greening
    /// took 600 of the 1,000 + 300 fen that are there.
    private func promise(_ town: LedgerTown) async throws {
        let amounts = [(party: "h1", fen: Int64(300)), (party: "h2", fen: 400), (party: "h3", fen: 500)]
        let moves = ShareMoves(
            project: "P1", source: "residents", year: 2026, authority: .init(kind: "vote", reference: "业主公约"))
        let planned = Slice(source: "residents", project: "P1", year: 2026)
        try await town.post(LedgerTown.draft("plan residents", [MoveDraft(.plan, 1_200, planned)]))
        let day = History.day
        for draft in moves.drafts(.pledge, amounts, key: "pledge", day: day)
            + moves.drafts(.call, Array(amounts.prefix(2)), key: "call", day: day)
            + moves.drafts(.receive, Array(amounts.prefix(1)), key: "paid", day: day)
        { try await town.post(draft) }
    }

    private func spend(_ town: LedgerTown) async throws {
        try await town.post(LedgerTown.draft("approve", [MoveDraft(.approve, 2_000, Slice(project: "P1"))]))
        let work = Slice(project: "P1", contract: "C2")
        try await town.post(LedgerTown.draft("commit", [MoveDraft(.commit, 300, work)]))
        try await town.post(LedgerTown.draft("certify", [MoveDraft(.certify, 200, work)]))
        for (key, item, fen) in [("a", "roof", Int64(50)), ("b", "greening", 101)] {
            let bill = Slice(source: "residents", project: "P1", item: item, contract: "C2", year: 2026)
            try await town.post(LedgerTown.draft(key, [MoveDraft(.pay, fen, bill)]))
        }
    }

    private func write(_ party: String, _ town: LedgerTown, as actor: Actor = LedgerTown.owner) async throws -> String {
        let ledger = town.ledger
        return try await town.act(as: actor) { deed in
            try ledger.writeLetter(to: party, of: "P1", Self.terms, in: deed).code
        }
    }

    private func open(_ code: String, _ town: LedgerTown) async throws -> HouseholdLetter? {
        let ledger = town.ledger
        return try await town.act { try ledger.openLetter(code, in: $0) }
    }

    private static func actor(_ place: String, _ rights: [Right]) -> Actor {
        Actor(
            kind: .owner, label: "test", grants: rights.map { Grant($0, at: History.place(place)) }, requestID: "1")
    }

    /// Somebody with an account and no right at all.
    private static func resident() -> Actor {
        Actor(kind: .system, person: ID(at: LedgerTown.now), label: "resident", grants: [], requestID: "1")
    }

    private func refusal(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? Refusal)?.code ?? "\(error)" }
    }

    @Test("A code is 16 signs that nobody mistakes, read however people type them")
    func codes() throws {
        let codes = (0..<200).map { _ in LetterCode.make() }
        #expect(Set(codes).count == 200)
        for code in codes {
            #expect(code.wholeMatch(of: /([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}/) != nil, "\(code)")
        }
        let code = codes[0]
        let digest = try #require(LetterCode.digest(of: code))
        let plain = code.filter { $0 != "-" }
        let wide = String(
            String.UnicodeScalarView(plain.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0xFEE0) }))
        for typed in [plain, code.lowercased(), " \(plain.prefix(8)) — \(plain.suffix(8))\n", wide] {
            #expect(LetterCode.digest(of: typed) == digest, "\(typed)")
        }
        for wrong in ["", String(plain.dropLast()), plain + "A", String(repeating: "0", count: 16), "十六个字十六个字十六个字十六个字"]
        {
            #expect(LetterCode.digest(of: wrong) == nil, "\(wrong)")
        }
        #expect(LetterCode.digest(of: plain + String(repeating: " ", count: 10_000)) == nil)
    }

    @Test("The holder of a letter sees the household's share and nobody else's", arguments: Engine.available)
    func share(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await promise(town)
            try await spend(town)
            let letter = try #require(try await open(try await write("h1", town), town))
            #expect(letter.party == "h1" && letter.terms == Self.terms && letter.state == .made)
            let share = try await town.database.read { try ledger.householdShare(by: letter, in: $0) }
            #expect([share.total.pledged, share.total.called, share.total.received] == [300, 300, 300])
            // All that residents paid is h1's: 151 of 300 is spent, each fen on one kind of work.
            #expect(share.used == 151)
            #expect(share.uses.map(\.item) == ["greening", "roof"] && share.uses.map(\.paid) == [101, 50])
            #expect(share.grounds.map(\.move) == [.pledge, .call])
            #expect(share.grounds.first?.authority.reference == "业主公约")
            #expect(share.together == .init(parties: 3, pledged: 1_200))
            #expect(share.entries.allSatisfy { $0.slice.party == "h1" } && share.entries.count == 3)
            #expect(!"\(share)".contains("h2") && !"\(share)".contains("h3"))
            let officers = try await town.database.read {
                try ledger.householdShare(of: "h1", project: "P1", for: LedgerTown.owner, in: $0)
            }
            #expect(officers == share)
        }
    }

    @Test("Two parties learn nothing of one another from what they promised together", arguments: Engine.available)
    func two(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            let slice = Slice(source: "residents", project: "P1", year: 2026)
            try await town.post(LedgerTown.draft("plan", [MoveDraft(.plan, 1_000, slice)]))
            for party in ["h1", "h2"] {
                var own = slice
                own.party = party
                try await town.post(LedgerTown.draft(party, [MoveDraft(.pledge, 500, own)]))
            }
            let share = try await town.database.read {
                try ledger.householdShare(of: "h1", project: "P1", for: LedgerTown.owner, in: $0)
            }
            #expect(share.together == nil && share.total.pledged == 500)
        }
    }

    @Test(
        "A new letter ends the old code; a revoked one opens nothing; first use is noted", arguments: Engine.available)
    func replaced(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await promise(town)
            func state() async throws -> HouseholdLetter.State? {
                try await town.database.read {
                    try ledger.letters(of: "P1", for: LedgerTown.owner, in: $0)["h1"]?.state
                }
            }
            let first = try await write("h1", town)
            #expect(try await state() == .made)
            #expect(try await open(first, town) != nil)
            #expect(try await state() == .seen)
            let second = try await write("h1", town)
            #expect(try await state() == .made)
            #expect(try await open(first, town) == nil)
            #expect(try await open(second, town)?.party == "h1")
            try await town.act { try ledger.revokeLetter(to: "h1", of: "P1", in: $0) }
            #expect(try await state() == .revoked)
            #expect(try await open(second, town) == nil)
            let again = await refusal { try await town.act { try ledger.revokeLetter(to: "h1", of: "P1", in: $0) } }
            #expect(again == "letter.none")
            #expect(try await open(try await write("h1", town), town) != nil)
            for code in [first, second] {
                let plain = code.filter { $0 != "-" }
                for text in [code, plain] {
                    #expect(try await town.database.columns(of: LedgerTown.schemas, holding: text).isEmpty)
                }
            }
            let acts = try await town.database.read { tx in
                try tx.map("SELECT act, subject_id FROM record_line WHERE subject_kind = 'letter' ORDER BY act") {
                    "\(try $0[0] as String) \(try $0[1] as String)"
                }
            }
            #expect(acts == ["letter.revoke P1 h1"] + Array(repeating: "letter.write P1 h1", count: 3))
        }
    }

    @Test("Letters are written and revoked by who posts entries there, and by nobody else", arguments: Engine.available)
    func rights(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await promise(town)
            let cases: [(actor: Actor, code: String?)] = [
                (Self.actor("430111", [.readLedger, .postEntries]), nil),
                (Self.actor("430111", [.readLedger, .closeLedger, .editSources]), "right.missing"),
                (Self.actor("430111", [.postEntries]), "right.missing"),
                (Self.actor("430102", [.readLedger, .postEntries]), "move.project"),
                (Self.resident(), "right.missing"),
            ]
            for (actor, code) in cases {
                let one = await refusal { _ = try await write("h1", town, as: actor) }
                #expect(one == code, "\(actor.grants)")
                let all = await refusal {
                    try await town.act(as: actor) {
                        _ = try ledger.writeLetters(of: "P1", again: true, Self.terms, in: $0)
                    }
                }
                #expect(all == code)
                let end = await refusal {
                    try await town.act(as: actor) { try ledger.revokeLetter(to: "h1", of: "P1", in: $0) }
                }
                #expect(end == code)
            }
            #expect(await refusal { _ = try await write("nobody", town) } == "letter.party")
            #expect(await refusal { _ = try await write("builder", town) } == "letter.party")
            let wordless = await refusal {
                try await town.act { _ = try ledger.writeLetter(to: "h1", of: "P1", LetterTerms(contact: ""), in: $0) }
            }
            #expect(wordless == "letter.contact")
        }
    }

    @Test("All households get a letter once, those with one only when asked for", arguments: Engine.available)
    func all(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await promise(town)
            let kept = try await write("h2", town)
            @Sendable func writeAll(again: Bool) async throws -> [String] {
                try await town.act { deed in
                    let (letters, left) = try ledger.writeLetters(of: "P1", again: again, Self.terms, in: deed)
                    #expect(left == 0 && Set(letters.map(\.code)).count == letters.count)
                    return letters.map(\.letter.party)
                }
            }
            #expect(try await writeAll(again: false) == ["h1", "h3"])
            #expect(try await open(kept, town) != nil)
            #expect(await refusal { _ = try await writeAll(again: false) } == "letter.nobody")
            #expect(try await writeAll(again: true) == ["h1", "h2", "h3"])
            #expect(try await open(kept, town) == nil)
        }
    }

    @Test(
        "A resident keeps households by their codes, loses them with the letter, and forgets",
        arguments: Engine.available)
    func kept(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, resident, stranger) = (town.ledger, Self.resident(), Self.resident())
            try await promise(town)
            func households(_ actor: Actor) async throws -> [String] {
                try await town.database.read { try ledger.keptHouseholds(of: actor, in: $0).map(\.party) }
            }
            func keep(_ code: String, _ actor: Actor) async throws -> String? {
                try await town.act(as: actor) { try ledger.keepHousehold(by: code, in: $0)?.party }
            }
            let (first, second) = (try await write("h1", town), try await write("h2", town))
            #expect(try await keep(first, resident) == "h1")
            #expect(try await keep(first, resident) == "h1", "again is no change")
            #expect(try await keep(second, resident) == "h2")
            #expect(try await keep("AAAA-AAAA-AAAA-AAAA", resident) == nil)
            #expect(try await households(resident) == ["h1", "h2"])
            #expect(try await households(stranger).isEmpty)
            let hidden = await refusal {
                _ = try await town.database.read { try ledger.keptHousehold("h1", of: "P1", by: stranger, in: $0) }
            }
            #expect(hidden == "letter.none")
            #expect(await refusal { _ = try await keep(first, LedgerTown.owner) } == "signin.required")

            _ = try await write("h1", town)
            #expect(try await households(resident) == ["h2"], "the old code opens nothing, not even what it opened")
            try await town.act(as: resident) { try ledger.forgetHousehold("h2", of: "P1", in: $0) }
            #expect(try await households(resident).isEmpty)
            let gone = await refusal {
                try await town.act(as: resident) { try ledger.forgetHousehold("h2", of: "P1", in: $0) }
            }
            #expect(gone == "letter.none")
            #expect(try await keep(second, resident) == "h2")
            let person = try #require(resident.person)
            try await town.act { try ledger.forgetHouseholds(of: person, in: $0) }
            #expect(try await households(resident).isEmpty)
        }
    }

    @Test("An account keeps so many households and no more", arguments: Engine.available)
    func many(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, resident) = (town.ledger, Self.resident())
            let slice = Slice(source: "residents", project: "P1", year: 2026)
            try await town.post(LedgerTown.draft("plan", [MoveDraft(.plan, 1_000, slice)]))
            let pledges = (0...HouseholdLetter.keepLimit).map { number in
                var own = slice
                own.party = "h\(number)"
                return MoveDraft(.pledge, 10, own)
            }
            try await town.post(LedgerTown.draft("pledges", pledges))
            let codes = try await town.act {
                try ledger.writeLetters(of: "P1", again: false, Self.terms, in: $0).letters.map(\.code)
            }
            for (index, code) in codes.enumerated() {
                let refused = await refusal {
                    try await town.act(as: resident) { _ = try ledger.keepHousehold(by: code, in: $0) }
                }
                #expect(refused == (index < HouseholdLetter.keepLimit ? nil : "letter.many"), "\(index)")
            }
        }
    }

    @Test("Guesses from one address are slowed down, a true code counts for none", arguments: Engine.available)
    func guesses(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let (ledger, vault) = (town.ledger, Vault.ephemeral())
            try await promise(town)
            let code = try await write("h1", town)
            func ask(_ code: String, from address: String) async throws -> String? {
                do {
                    return try await town.database.actByCode(
                        from: Client(address: address, agent: "test"), vault: vault, as: LedgerTown.owner,
                        clock: FixedClock(LedgerTown.now)
                    ) { try ledger.openLetter(code, in: $0)?.party }
                } catch let refusal as Refusal { return refusal.code }
            }
            for _ in 0..<40 { #expect(try await ask(code, from: "10.0.0.1") == "h1") }
            var answers: [String?] = []
            for _ in 0..<40 { answers.append(try await ask("AAAA-AAAA-AAAA-AAAA", from: "10.0.0.2")) }
            #expect(answers.prefix(20).allSatisfy { $0 == nil })
            #expect(answers.dropFirst(20).allSatisfy { $0 == "signin.wait" })
            #expect(try await ask(code, from: "10.0.0.2") == "signin.wait")
            #expect(try await ask(code, from: "10.0.0.1") == "h1")
        }
    }

    @Test("Why each pays what it promised is stated once the amounts agree", arguments: Engine.available)
    func reasons(engine: Engine) async throws {
        try await LedgerTown.with(engine) { town in
            let ledger = town.ledger
            try await promise(town)
            let rule = ShareRule(
                version: 3, day: "2026-01-01", source: "test", bearers: [.init(code: "district", part: 2_000)],
                keys: [.init(basis: .area, part: 10_000)])
            func split(_ areas: [Int64]) throws -> ShareSplit {
                let households = areas.enumerated().map { ShareHousehold(id: "h\($0 + 1)", area: $1) }
                return try ShareSplit(1_500, by: rule, among: households)
            }
            let (right, wrong) = (try split([30, 40, 50]), try split([40, 40, 40]))
            let differs = await refusal {
                try await town.act { try ledger.stateShares(wrong, rule: "works", of: "P1", in: $0) }
            }
            #expect(differs == "share.pledge")
            let stranger = await refusal {
                try await town.act(as: Self.actor("430111", [.readLedger])) {
                    try ledger.stateShares(right, rule: "works", of: "P1", in: $0)
                }
            }
            #expect(stranger == "right.missing")
            try await town.act { try ledger.stateShares(right, rule: "works", of: "P1", in: $0) }
            try await town.act { try ledger.stateShares(right, rule: "works", of: "P1", in: $0) }
            let share = try await town.database.read {
                try ledger.householdShare(of: "h2", project: "P1", for: LedgerTown.owner, in: $0)
            }
            let reason = try #require(share.reason)
            #expect([reason.total, reason.together, reason.amount] == [1_500, 1_200, 400])
            #expect(reason.rule == "works" && reason.version == 3)
            #expect(reason.reasons == right["h2"]?.reasons)
            #expect(reason.reasons.first?.zh.contains("0.40 ㎡ / 1.20 ㎡") == true)
        }
    }
}
