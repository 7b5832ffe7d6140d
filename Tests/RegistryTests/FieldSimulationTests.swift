import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

/// Many phones in a country of bad networks. What a phone does here is what `Public/field-store.js` and
/// `field-sending.js` do there.
@Suite("Phones in the field, simulated")
struct FieldSimulationTests {
    @Test(
        "However answers and receipts are lost, doubled and late, each answer is a fact, agreed with, or in conflict",
        arguments: Engine.available, [1, 2, 3])
    func nothingIsLost(engine: Engine, run: UInt64) async throws {
        let seed = UInt64.random(in: 0...UInt64.max) ^ run
        try await Town.with(engine) { town in
            var country = try await Country(town, seed: seed)
            for _ in 0..<250 { try await country.step() }
            try await country.sendEverything()
            try await country.expectNothingLost()
            try await country.expectSendingAgainChangesNothing()
            try await country.settleAll()
            try await country.expectSendingAgainChangesNothing()
        }
    }
}

private struct Country {
    static let keys = ["households", "buildings", "entrances"]
    static let phones = 5
    static let estates = 4

    /// What a phone has sent once; the network may deliver it again at any time.
    struct Sent {
        let item: FieldItem
        let officer: Actor
        let clock: Int64
    }

    let town: Town
    let seed: UInt64
    var random: SeededRandom
    var now = Town.now
    var phones: [Phone] = []
    var estates: [ID<Estate>] = []
    var sent: [Sent] = []
    var made: [FieldItem] = []

    init(_ town: Town, seed: UInt64) async throws {
        (self.town, self.seed, random) = (town, seed, SeededRandom(seed: seed))
        let register = town.register
        for number in 0..<Self.estates {
            estates.append(try await town.act { try register.registerEstate(Town.estate("第\(number)小区"), in: $0) })
        }
        for number in 0..<Self.phones {
            // Right, a little off, a year early, a year late.
            let clock = [0, 60, -31_536_000, 31_536_000][Int(draw(0...3))] * 1000 as Int64
            var phone = Phone(officer: Field.officer(UInt64(number)), clock: clock)
            try await takeAlong(&phone)
            phones.append(phone)
        }
    }

    mutating func draw(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

    mutating func step() async throws {
        now = now.adding(seconds: draw(1...1800))
        let number = Int(draw(0...Int64(Self.phones - 1)))
        switch draw(0...9) {
        case 0...4: answer(number)
        case 5...6: try await send(number)
        case 7: try await deliverLate()
        case 8: try await takeAlong(&phones[number])
        default: try await correctAtTheDesk()
        }
    }

    private mutating func answer(_ number: Int) {
        let (estate, key) = (estates[Int(draw(0...Int64(Self.estates - 1)))], Self.keys[Int(draw(0...2))])
        let value = draw(0...4)
        let text = value == 0 ? nil : String(300 + value)
        let id = ID<FieldItem>(at: now, using: &random)
        phones[number].answer(estate, key, text, id: id, now: now)
    }

    /// A batch that is lost on the way, whose receipt is lost, or that arrives as it should.
    private mutating func send(_ number: Int) async throws {
        let batch = phones[number].nextBatch(Int(draw(1...4)))
        made += batch.filter { item in !made.contains { $0.id == item.id } }
        let (phone, fate) = (phones[number], draw(0...2))
        sent += batch.map { Sent(item: $0, officer: phone.officer, clock: phone.clock) }
        guard fate > 0 else { return }
        for item in batch {
            let receipt = try await deliver(Sent(item: item, officer: phone.officer, clock: phone.clock))
            if fate == 2 { phones[number].receive(item, receipt) }
        }
    }

    @discardableResult
    private func deliver(_ sent: Sent) async throws -> FieldReceipt {
        let register = town.register
        return try await town.database.act(as: sent.officer, clock: FixedClock(now)) { [now] deed in
            let shown = Instant(milliseconds: now.milliseconds + sent.clock)
            return try register.takeFieldItem(sent.item, sentAt: shown, in: deed)
        }
    }

    private mutating func deliverLate() async throws {
        guard let late = sent.randomElement(using: &random) else { return }
        try await deliver(late)
    }

    private func takeAlong(_ phone: inout Phone) async throws {
        let (register, officer) = (town.register, phone.officer)
        let form = try await town.read { try register.form(.estate, in: $0) }
        let taken = try await town.read {
            try register.fieldEstates(of: [Town.code("430111")], for: officer, in: $0)
        }
        for estate in taken {
            for key in Self.keys {
                phone.known[estate.id, default: [:]][key] = form.question(key)?.text(estate.facts[key])
            }
        }
        phone.taken = now
    }

    private mutating func correctAtTheDesk() async throws {
        let (register, estate) = (town.register, estates[Int(draw(0...Int64(Self.estates - 1)))])
        let (key, value) = (Self.keys[Int(draw(0...2))], Int(300 + draw(1...4)))
        let source = Provenance(source: "不动产登记", day: now.dayInChina)
        try await town.database.act(as: .machineOwner(requestID: "test"), clock: FixedClock(now)) { deed in
            let version = try register.estate(estate, in: deed.tx)?.version ?? 0
            let change = EstateChange(facts: [key: Fact(.integer(value), from: source)])
            _ = try register.correctEstate(estate, change, seen: version, in: deed)
        }
    }

    // MARK: the end

    /// Back in town: every phone sends until nothing is left.
    mutating func sendEverything() async throws {
        for number in phones.indices {
            var tries = 1000
            while !phones[number].queue.isEmpty, tries > 0 {
                try await send(number)
                tries -= 1
            }
            #expect(phones[number].queue.isEmpty, "seed \(seed)")
        }
    }

    func expectNothingLost() async throws {
        let rows = try await town.read { tx in
            try tx.map("SELECT id, outcome, detail FROM field_item") { row in
                (try row[0] as ID<FieldItem>, try row[1] as FieldOutcome, try row[2] as String)
            }
        }
        let stored = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, (outcome: $0.1, detail: $0.2)) })
        #expect(Set(stored.keys) == Set(made.map(\.id)), "seed \(seed)")
        #expect(Set(rows.map(\.1)).isSubset(of: [.applied, .unchanged, .conflict]), "seed \(seed)")
        #expect(Set(rows.map(\.1)).count == 3, "the run meets all of them: seed \(seed)")
        let history = try await town.texts("SELECT value_after FROM record_line WHERE act = 'estate.correct'")
        for item in made {
            let (answer, row) = (item.answers[0], stored[item.id])
            let json = answer.text ?? "null"
            switch row?.outcome {
            case .conflict:
                let kept = answer.text.map { "\"\($0)\"" } ?? "null"
                #expect(row?.detail.contains("\"mine\":\(kept)") ?? false, "seed \(seed)")
            case .applied where answer.text != nil:
                let told = "\"\(answer.question)\":\(json)"
                #expect(history.contains { $0.contains(told) || $0.contains("surveyDate") }, "seed \(seed)")
            default: break
            }
        }
        let days = try await town.texts("SELECT facts FROM estate_sheet").flatMap { sheet in
            sheet.matches(of: /"(\d{4}-\d\d-\d\d)"/).compactMap { Day($0.output.1) }
        }
        #expect(days.allSatisfy { $0 <= now.dayInChina }, "no fact is of the future: seed \(seed)")
    }

    mutating func expectSendingAgainChangesNothing() async throws {
        let before = try await town.rows()
        for each in sent.shuffled(using: &random) { try await deliver(each) }
        #expect(try await town.rows() == before, "seed \(seed)")
    }

    mutating func settleAll() async throws {
        let (register, officer) = (town.register, Field.officer(0))
        for _ in 0..<1000 {
            let open = try await town.read { try register.fieldConflicts(size: 1, for: officer, in: $0) }
            guard let conflict = open.list.first else { return }
            let choice: FieldChoice = draw(0...1) == 0 ? .mine : .theirs
            let choices = Dictionary(uniqueKeysWithValues: conflict.detail.questions(.conflict).map { ($0, choice) })
            try await town.database.act(as: officer, clock: FixedClock(now)) { deed in
                try register.settleFieldItem(conflict.id, choices, seen: conflict.estate.version, in: deed)
            }
        }
        Issue.record("conflicts never came to an end: seed \(seed)")
    }
}

/// One phone: what its officer knows, and what is not yet known to have arrived.
private struct Phone {
    struct Waiting {
        let item: FieldItem
        /// It may have arrived, so that it can no longer be replaced.
        var isTried = false
    }

    let officer: Actor
    /// Milliseconds by which the phone's clock is fast.
    let clock: Int64
    var known: [ID<Estate>: [String: String?]] = [:]
    var taken = Town.now
    var queue: [Waiting] = []

    mutating func answer(_ estate: ID<Estate>, _ key: String, _ text: String?, id: ID<FieldItem>, now: Instant) {
        let last = queue.lastIndex { $0.item.estate == estate && $0.item.answers[0].question == key }
        let shown = Instant(milliseconds: now.milliseconds + clock)
        func item(_ id: ID<FieldItem>, seen: [String?], taken: Instant) -> Waiting {
            Waiting(
                item: FieldItem(
                    id: id, estate: estate, at: shown, taken: taken, answers: [FieldAnswer(key, text, seen: seen)]))
        }
        guard let last else {
            queue.append(item(id, seen: [known[estate]?[key] ?? nil], taken: taken))
            return
        }
        let before = queue[last].item
        if queue[last].isTried {
            let seen = (before.answers[0].seen + [before.answers[0].text]).suffix(20)
            queue.append(item(id, seen: Array(seen), taken: taken))
        } else {
            queue[last] = item(before.id, seen: before.answers[0].seen, taken: before.taken)
        }
    }

    mutating func nextBatch(_ count: Int) -> [FieldItem] {
        for index in queue.indices.prefix(count) { queue[index].isTried = true }
        return queue.prefix(count).map(\.item)
    }

    mutating func receive(_ item: FieldItem, _ receipt: FieldReceipt) {
        queue.removeAll { $0.item.id == item.id }
        let answer = item.answers[0]
        guard receipt.outcome == .applied || receipt.outcome == .unchanged else { return }
        known[item.estate, default: [:]][answer.question] = answer.text
    }
}

extension SurveyQuestion {
    /// As a phone takes it along.
    fileprivate func text(_ fact: Fact?) -> String? {
        fact.flatMap { $0.value.isKnown ? cell($0.value) : nil }
    }
}
