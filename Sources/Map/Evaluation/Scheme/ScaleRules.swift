import Decide
public import Kernel
import Registry

/// What must be true of one decreed scale.
struct ScaleRules {
    private let scale: Scale
    private let name: Phrase
    private let purpose: Aspect.Purpose
    private let place: String

    init(_ scale: Scale, _ name: Phrase, for purpose: Aspect.Purpose, _ place: String) {
        self.scale = scale
        self.name = name
        self.purpose = purpose
        self.place = place
    }

    /// - Parameter question: of the fact that is put on the scale.
    func check(_ question: SurveyQuestion?, _ found: inout [Refusal]) {
        guard let question else { return }
        do { _ = try scale.function } catch { found.append(refusal(error)) }
        switch scale.shape {
        case .linear, .steps:
            if !(question.kind.isNumber || question.kind == .year) { found.append(unfit(question)) }
        case .choices(let choices):
            if question.choices.isEmpty { found.append(unfit(question)) } else { found += check(choices, question) }
        case .flag:
            if question.kind != .flag { found.append(unfit(question)) }
        }
    }

    private func refusal(_ flaw: ValueFlaw) -> Refusal {
        switch flaw {
        case .parts:
            fault(
                "scheme.scale.gap", place, zh: "尺度的点或答案太少（至少两个点），有些数值没有对应的分值；请补上。",
                en:
                    "The scale has too few points or answers (two points at least): some measures have no value. Add them."
            )
        case .notFinite(let index):
            fault(
                "scheme.scale.number", part(index), zh: "这里不是可以计算的数；请改正。",
                en: "This is no number that can be reckoned with; correct it.")
        case .outside(let index, let value):
            fault(
                "scheme.scale.value", part(index), zh: "分值 \(value.short) 应在 0 到 1 之间。",
                en: "The value \(value.short) must lie between 0 and 1.")
        case .duplicate(let index):
            fault(
                "scheme.scale.twice", part(index), zh: "与前面的点或答案重复；请删去一个。",
                en: "The same stands before already; take one away.")
        case .unordered(let index):
            fault(
                "scheme.scale.order", part(index), zh: "尺度的点应从小到大排列；请调整顺序。",
                en: "The points of a scale rise; put them in order.")
        case .gap(let index), .overlap(let index):
            fault(
                "scheme.scale.gap", part(index), zh: "此段与下一段没有首尾相接，有些数值没有或有两个分值；请接上。",
                en: "This band does not end where the next begins: some measures have no value, or two. Join them.")
        case .upsideDown(let index):
            fault(
                "scheme.scale.upsideDown", part(index), zh: "尺度标明“\(scale.direction.name.zh)”，这里却相反；请改方向或分值。",
                en: "The scale says “\(scale.direction.name.en)”, yet here it is the other way; change one of the two.")
        }
    }

    /// Where the part of that number stands in the document.
    private func part(_ index: Int) -> String {
        switch scale.shape {
        case .linear, .steps: "\(place).points[\(index)]"
        case .choices(let choices): "\(place).values.\(choices.indices.contains(index) ? choices[index].code : "")"
        case .flag: "\(place).\(Scale.code(index == 0))"
        }
    }

    private func check(_ choices: [Scale.Choice], _ question: SurveyQuestion) -> [Refusal] {
        var found: [Refusal] = []
        for choice in question.choices where !choices.contains(where: { $0.code == choice.code }) {
            found.append(
                fault(
                    "scheme.scale.gap", "\(place).values", zh: "答案“\(choice.zh)”（\(choice.code)）没有分值；请补上。",
                    en: "The answer “\(choice.en)” (\(choice.code)) has no value; add it."))
        }
        for choice in choices where question.choice(choice.code) == nil {
            found.append(
                fault(
                    "scheme.scale.choice", "\(place).values.\(choice.code)", zh: "题目没有“\(choice.code)”这个答案；请删去或改正。",
                    en: "The question has no answer “\(choice.code)”; take it away or correct it."))
        }
        // Ordinal answers stand best first: need rises with them, readiness falls.
        let ordered = question.choices.compactMap { answer in choices.first { $0.code == answer.code }?.value }
        let isUpsideDown = zip(ordered, ordered.dropFirst()).contains { purpose == .need ? $0 > $1 : $0 < $1 }
        if question.kind == .ordinal, isUpsideDown {
            found.append(
                fault(
                    "scheme.scale.upsideDown", "\(place).values",
                    zh: "答案从好到差，分值的方向却反了（需求应越差越高，条件应越好越高）；请改正。",
                    en: """
                        The answers go from good to poor, and the values the wrong way: for need the worse counts more, for \
                        readiness the better; correct them.
                        """))
        }
        return found
    }

    private func unfit(_ question: SurveyQuestion) -> Refusal {
        fault(
            "scheme.scale.kind", place + ".kind", zh: "这种尺度不适合题目“\(question.zh)”；请换一种尺度。",
            en: "This kind of scale does not fit “\(question.en)”; use another.")
    }

    private func fault(_ code: String, _ place: String, zh: String, en: String) -> Refusal {
        Refusal(code, zh: "\(place)，“\(name.zh)”：\(zh)", en: "\(place), “\(name.en)”: \(en)", field: place)
    }
}

extension Scale.Direction {
    /// What more of the measure means.
    public var name: Phrase {
        switch self {
        case .rising: Phrase(zh: "越大分值越高", en: "more gives a higher value")
        case .falling: Phrase(zh: "越大分值越低", en: "more gives a lower value")
        case .free: Phrase(zh: "不限", en: "any")
        }
    }
}
