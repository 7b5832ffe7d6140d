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
        switch scale.shape {
        case .linear(let points), .steps(let points):
            if !(question.kind.isNumber || question.kind == .year) { found.append(unfit(question)) }
            found += check(points)
        case .choices(let choices):
            if question.choices.isEmpty { found.append(unfit(question)) } else { found += check(choices, question) }
        case .flag(let yes, let no):
            if question.kind != .flag { found.append(unfit(question)) }
            found += [yes, no].filter { !(0...1).contains($0) }.map { outside(place, $0) }
        }
    }

    private func check(_ points: [Scale.Point]) -> [Refusal] {
        guard points.count >= 2 else {
            return [
                fault(
                    "scheme.scale.gap", place + ".points", zh: "尺度至少要两个点，否则有些数值没有对应的分值。",
                    en: "A scale needs two points at least, else some measures have no value.")
            ]
        }
        var found = points.enumerated().filter { !(0...1).contains($0.element.value) }.map {
            outside("\(place).points[\($0.offset)]", $0.element.value)
        }
        for (index, pair) in zip(points, points.dropFirst()).enumerated() {
            let here = "\(place).points[\(index + 1)]"
            if !(pair.0.x < pair.1.x) {
                found.append(
                    fault(
                        "scheme.scale.order", here, zh: "尺度的点应从小到大，\(pair.1.x.short) 不大于前一点 \(pair.0.x.short)。",
                        en: "The points of a scale rise: \(pair.1.x.short) is not above \(pair.0.x.short) before it."))
            } else if isUpsideDown(pair.0.value, pair.1.value) {
                found.append(
                    fault(
                        "scheme.scale.upsideDown", here,
                        zh: "尺度标明“\(scale.direction.name.zh)”，从 \(pair.0.x.short) 到 \(pair.1.x.short) 却相反；请改方向或分值。",
                        en: """
                            The scale says “\(scale.direction.name.en)”, yet from \(pair.0.x.short) to \(pair.1.x.short) it \
                            is the other way; change the direction or the values.
                            """))
            }
        }
        return found
    }

    private func isUpsideDown(_ before: Double, _ after: Double) -> Bool {
        switch scale.direction {
        case .rising: after < before
        case .falling: after > before
        case .free: false
        }
    }

    private func check(_ choices: [Scale.Choice], _ question: SurveyQuestion) -> [Refusal] {
        var found = choices.filter { !(0...1).contains($0.value) }.map { outside("\(place).values.\($0.code)", $0.value) }
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

    private func outside(_ place: String, _ value: Double) -> Refusal {
        fault(
            "scheme.scale.value", place, zh: "分值 \(value.short) 应在 0 到 1 之间。",
            en: "The value \(value.short) must lie between 0 and 1.")
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
