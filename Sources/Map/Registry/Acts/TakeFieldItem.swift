public import Identity
public import Kernel
import Store

extension Register {
    /// What facts from the field rest on.
    static let fieldEvidence = "现场摸底"

    /// Takes what a phone brings about one estate. An item that was here before is answered as it was then and changes
    /// nothing. A fact that somebody else changed meanwhile is left for a person to choose; the other answers are
    /// stored.
    /// - Parameter sentAt: what the phone's clock showed when it sent.
    /// - Throws: `Refusal` when the item's id belongs to another person's; what is wrong with the item itself the
    ///   receipt tells.
    public func takeFieldItem(_ item: FieldItem, sentAt: Instant, in deed: Deed) throws -> FieldReceipt {
        if let known = try fieldReceipt(item.id, of: deed.actor, in: deed.tx) { return known }
        let clock = PhoneClock(showing: sentAt, at: deed.now)
        let at = clock.instant(item.at, notBefore: item.taken)
        let results = try fieldResults(of: item, on: at.dayInChina, in: deed)
        let receipt = FieldReceipt(
            id: item.id, outcome: FieldOutcome(of: results),
            detail: FieldDetail(
                day: at.dayInChina, clock: clock.offset == 0 ? nil : clock.offset / 1000, note: item.note,
                answers: results.map(\.member)))
        try deed.tx.run(
            """
            INSERT INTO field_item (id, estate, person, received_at, at, outcome, detail)
            VALUES (\(item.id), \(item.estate), \(deed.actor.person), \(deed.now), \(at), \(receipt.outcome),
                \(receipt.detail.json.text))
            """)
        return receipt
    }

    private func fieldResults(of item: FieldItem, on day: Day, in deed: Deed) throws -> [AnswerResult] {
        let desk: FieldDesk
        do {
            desk = try FieldDesk(self, item, on: day, in: deed)
        } catch let refusal as Refusal {
            return item.answers.map { AnswerResult($0, .refused(refusal)) }
        }
        return try desk.take()
    }

    /// Nil when the item is new.
    private func fieldReceipt(_ id: ID<FieldItem>, of actor: Actor, in tx: Tx) throws -> FieldReceipt? {
        guard let row = try tx.first("SELECT person, outcome, detail FROM field_item WHERE id = \(id)") else {
            return nil
        }
        let person: ID<PersonTag>? = try row[0]
        guard person == actor.person else {
            throw Refusal(
                .conflict, "field.id.taken", zh: "这个编号属于另一位同事发送的内容。", en: "This id belongs to what somebody else sent.",
                field: "id")
        }
        return FieldReceipt(id: id, outcome: try row[1], detail: try FieldDetail(stored: try row[2]))
    }
}

/// What becomes of one answer.
private struct AnswerResult {
    enum Verdict {
        case applied(Fact)
        case unchanged
        case conflict(theirs: Fact?)
        case refused(Refusal)
    }

    let answer: FieldAnswer
    let verdict: Verdict

    init(_ answer: FieldAnswer, _ verdict: Verdict) {
        self.answer = answer
        self.verdict = verdict
    }

    var news: (key: String, fact: Fact)? {
        if case .applied(let fact) = verdict { (answer.question, fact) } else { nil }
    }

    var outcome: FieldOutcome {
        switch verdict {
        case .applied: .applied
        case .unchanged: .unchanged
        case .conflict: .conflict
        case .refused: .refused
        }
    }

    /// See `FieldDetail`.
    var member: JSON.Member {
        var members = [JSON.Member("is", .string(outcome.rawValue))]
        let mine = JSON.Member("mine", answer.text.map(JSON.string) ?? .null)
        switch verdict {
        case .applied, .unchanged: break
        case .conflict(let theirs):
            let day = theirs?.provenance.day.map { JSON.string($0.description) } ?? .null
            members += [mine, JSON.Member("theirs", .array([theirs?.value.json ?? .null, day]))]
        case .refused(let refusal):
            members += [
                mine, JSON.Member("code", .string(refusal.code)), JSON.Member("zh", .string(refusal.message.zh)),
                JSON.Member("en", .string(refusal.message.en)),
            ]
        }
        return JSON.Member(answer.question, .object(members))
    }
}

extension FieldOutcome {
    /// Whoever has to do something comes first.
    fileprivate init(of results: [AnswerResult]) {
        let outcomes = Set(results.map(\.outcome))
        self = [.conflict, .applied, .refused].first { outcomes.contains($0) } ?? .unchanged
    }
}

/// Everything to judge one item by.
private struct FieldDesk {
    private let item: FieldItem
    private let estate: Estate
    private let desk: EstateDesk
    private let provenance: Provenance

    /// - Throws: `Refusal` when there is no such estate or the actor may not correct it.
    init(_ register: Register, _ item: FieldItem, on day: Day, in deed: Deed) throws {
        estate = try register.correctableEstate(item.estate, in: deed)
        desk = try EstateDesk(register, deed)
        self.item = item
        provenance = Provenance(source: Register.fieldEvidence, day: day, officer: deed.actor.person)
    }

    /// Judges the answers and stores what holds, as one correction.
    func take() throws -> [AnswerResult] {
        let results = item.answers.map { AnswerResult($0, verdict($0)) }
        let news = Dictionary(
            results.compactMap(\.news).map { ($0.key, $0.fact) }, uniquingKeysWith: { first, _ in first })
        guard !news.isEmpty else { return results }
        let change = EstateChange(facts: news)
        // Asked before the correction: what refuses that may have written already.
        let state = EstateState(estate).applying(change)
        if let refusal = desk.rules.refusals(of: state, changed: Set(news.keys), areRead: true).first {
            return results.map { $0.news == nil ? $0 : AnswerResult($0.answer, .refused(refusal)) }
        }
        let evidence = Register.fieldEvidence + (item.note.isEmpty ? "" : "：" + item.note)
        _ = try desk.correct(estate, change, evidence: evidence)
        return results
    }

    private func verdict(_ answer: FieldAnswer) -> AnswerResult.Verdict {
        guard answer.question != CoreFact.name, let question = desk.form.question(answer.question) else {
            return .refused(noQuestion(answer.question))
        }
        let mine: Fact
        do throws(Refusal) {
            mine = try fact(question, answer.text)
        } catch {
            return .refused(error)
        }
        if let refusal = desk.rules.fact(question.key, mine, isRead: true).first { return .refused(refusal) }
        let stored = estate.facts[question.key]
        if let stored, stored.agrees(with: mine) { return mine.isLater(than: stored) ? .applied(mine) : .unchanged }
        return hasSeen(stored, answer, question) ? .applied(mine) : .conflict(theirs: stored)
    }

    /// Whether what is stored was before the officer's eyes. What nobody has answered reads as unknown.
    private func hasSeen(_ stored: Fact?, _ answer: FieldAnswer, _ question: SurveyQuestion) -> Bool {
        let stored = stored ?? Fact(.unknown, from: provenance)
        return answer.seen.contains { text in
            do throws(Refusal) {
                return try fact(question, text).agrees(with: stored)
            } catch {
                return false
            }
        }
    }

    private func fact(_ question: SurveyQuestion, _ text: String?) throws(Refusal) -> Fact {
        let read = try text.map { text throws(Refusal) in try question.read(text) } ?? .unknown
        return Fact(read.value, isApproximate: read.isApproximate, from: provenance)
    }

    private func noQuestion(_ key: String) -> Refusal {
        Refusal(
            "fact.unknown", zh: "现行调查表里没有“\(CellText.quoted(key))”这一项；请重新带走资料。",
            en: "The form in force has no question “\(CellText.quoted(key))”; take the estates along again.",
            field: key)
    }
}
