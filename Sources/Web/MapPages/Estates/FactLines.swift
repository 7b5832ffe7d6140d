import Components
import Frame
import Html
import Identity
import Kernel
import Registry

/// Survey facts as lines to read: value, unit, source and date, or 未知 with the way to fill it.
struct FactLines {
    let survey: SurveyForm
    let facts: FactSheet
    /// Of the officers who entered facts, as the reader may be told them at `place`.
    let names: PersonNames
    let place: PlaceCode
    /// The edit page; nil when the reader may not correct.
    let edit: Link?

    struct Group {
        /// 1 to 21 are the aspects of the evaluation.
        let number: Int
        let title: Phrase
        let questions: [SurveyQuestion]
        let known: Int
    }

    /// Base facts with everything the register counts, first.
    var base: Group {
        let core = survey.questions.filter { $0.isCore && $0.key != CoreFact.name }
        let rest = survey.questions.filter { $0.group == 0 && !$0.isCore }
        let title = survey.group(0)?.name ?? Phrase(zh: "基本情况", en: "Base facts")
        return Group(number: 0, title: title, questions: core + rest, known: known(core + rest))
    }

    /// The aspects of the evaluation, without what `base` shows.
    var aspects: [Group] {
        survey.groups.filter { $0.number != 0 }.compactMap { group in
            let questions = survey.questions.filter { $0.group == group.number && !$0.isCore }
            guard !questions.isEmpty else { return nil }
            return Group(number: group.number, title: group.name, questions: questions, known: known(questions))
        }
    }

    func list(_ group: Group, _ t: Language) -> Html {
        factList(t, group.questions.map { line($0, t) })
    }

    private func line(_ question: SurveyQuestion, _ t: Language) -> FactLine {
        let fact = facts[question.key]
        let fill = edit.map { $0.with("field", question.key).fragment("f-" + EditFields.factPrefix + question.key) }
        let (source, day) = (fact.map { self.source($0.provenance, t) } ?? "", fact?.provenance.day)
        guard let fact, fact.value.isKnown else {
            return FactLine(
                question.label(t), nil, source: source.isEmpty ? nil : source, date: day.map { dayText(t, $0) },
                fill: fill)
        }
        let (value, unit) = parts(question, fact, t)
        return FactLine(
            question.label(t), "\(value)", unit: unit, source: source.isEmpty ? nil : source,
            date: day.map { dayText(t, $0) })
    }

    /// "不动产登记 · 陈立": what the fact rests on, and by whose hand.
    private func source(_ provenance: Provenance, _ t: Language) -> String {
        let officer = provenance.officer.map { ActorWords.person(names.name($0, at: place))(t) }
        return [provenance.source, officer ?? provenance.surveyor].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// The number and its unit apart, since they are set apart.
    private func parts(_ question: SurveyQuestion, _ fact: Fact, _ t: Language) -> (String, String) {
        let shown = question.shown(fact.value, isApproximate: fact.isApproximate, t)
        let unit = (question.unit ?? (question.kind == .share ? .percent : .one)).name(t)
        guard fact.value.asDouble != nil, !unit.isEmpty, shown.hasSuffix(unit) else { return (shown, "") }
        return (String(shown.dropLast(unit.count)).trimmed, unit)
    }

    private func known(_ questions: [SurveyQuestion]) -> Int { questions.count { facts.value($0.key).isKnown } }
}
