public import Identity
public import Kernel
import Store

extension Register {
    /// Chooses, for each question of an item in conflict, which value stays: the phone's or the register's.
    /// - Parameters:
    ///   - choices: by question; all that are in conflict.
    ///   - seen: the estate's version that whoever chooses looked at.
    /// - Throws: `Refusal` when there is no such item within the actor's places, when somebody else has chosen, when a
    ///   choice is missing, or when the estate has changed once more.
    public func settleFieldItem(
        _ id: ID<FieldItem>, _ choices: [String: FieldChoice], seen: Int, in deed: Deed
    ) throws {
        guard let row = try deed.tx.first("SELECT estate, person, outcome, detail FROM field_item WHERE id = \(id)")
        else { throw Self.noFieldItem }
        let estate = try correctableEstate(try row[0], in: deed)
        let outcome: FieldOutcome = try row[2]
        guard outcome == .conflict else { throw Self.settledAlready }
        guard estate.version == seen else { throw Self.changedMeanwhile }
        let detail = try FieldDetail(stored: try row[3])
        let questions = detail.questions(.conflict)
        try Refusals.throwIfAny(questions.filter { choices[$0] == nil }.map(Self.choiceMissing))
        let desk = try EstateDesk(self, deed)
        let source = Provenance(source: Self.fieldEvidence, day: detail.day, officer: try row[1])
        let mine = try desk.facts(questions, detail, from: source)
        let chosen = mine.filter { choices[$0.key] == .mine }
        if !chosen.isEmpty { _ = try desk.correct(estate, EstateChange(facts: chosen), evidence: Self.fieldEvidence) }
        let settled = detail.choosing(choices.filter { questions.contains($0.key) })
        try deed.tx.run(
            """
            UPDATE field_item SET outcome = \(FieldOutcome.settled), detail = \(settled.json.text) WHERE id = \(id)
            """)
        try recordChoice(questions, choices, mine, of: estate, in: deed)
    }

    /// The line tells the value that went and the one that stayed.
    private func recordChoice(
        _ questions: [String], _ choices: [String: FieldChoice], _ mine: [String: Fact], of estate: Estate,
        in deed: Deed
    ) throws {
        let values = questions.map { key in
            let (mine, theirs) = (mine[key]?.value.json ?? .null, estate.facts.value(key).json)
            return choices[key] == .mine ? (key, gone: theirs, stays: mine) : (key, gone: mine, stays: theirs)
        }
        try deed.record(
            "field.settle", on: Subject("estate", estate.id), at: estate.place,
            before: JSON.object(values.map { JSON.Member($0.0, $0.gone) }).text,
            after: JSON.object(values.map { JSON.Member($0.0, $0.stays) }).text)
    }

    private static var noFieldItem: Refusal {
        Refusal(.notFound, "field.none", zh: "没有这条现场记录。", en: "There is no such item from the field.")
    }

    private static var settledAlready: Refusal {
        Refusal(
            .conflict, "field.settled", zh: "这条冲突已由其他同事处理。", en: "Somebody else has settled this conflict already.")
    }

    private static func choiceMissing(_ question: String) -> Refusal {
        Refusal("field.choice", zh: "请选择保留哪一个值。", en: "Choose which value to keep.", field: "choice." + question)
    }
}

extension EstateDesk {
    /// The phone's answers as facts, under the form in force now.
    fileprivate func facts(
        _ questions: [String], _ detail: FieldDetail, from source: Provenance
    ) throws -> [String: Fact] {
        var facts: [String: Fact] = [:]
        for key in questions {
            guard let question = form.question(key) else { continue }
            let read = try detail.mine(key).map { try question.read($0) } ?? .unknown
            facts[key] = Fact(read.value, isApproximate: read.isApproximate, from: source)
        }
        return facts
    }
}
