import Kernel
import Registry

/// What must be true of a scheme. Everything that is wrong is told at once, each with its place in the document.
struct SchemeRules {
    private let scheme: Scheme
    private let form: SurveyForm
    private var found: [Refusal] = []

    /// Weights are written with a few decimals; their sum may miss one by so much.
    private static let tolerance = 1e-6

    init(_ scheme: Scheme, form: SurveyForm) {
        self.scheme = scheme
        self.form = form
    }

    func refusals() -> [Refusal] {
        var rules = self
        rules.checkGroups()
        rules.checkAspects()
        rules.checkWeights()
        rules.checkGate()
        rules.checkBands()
        rules.checkRobustness()
        return rules.found
    }

    // MARK: groups

    private mutating func checkGroups() {
        var seen: Set<String> = []
        for (index, group) in scheme.groups.enumerated() {
            let place = "groups[\(index)]"
            if !seen.insert(group.code).inserted { twice(place + ".code", group.code) }
            if let parent = group.parent, scheme.group(parent) == nil {
                note(
                    "scheme.group", place + ".parent", zh: "分组“\(group.name.zh)”的上级“\(parent)”不存在；请改为已有分组的代码。",
                    en: "Group “\(group.name.en)” lies in “\(parent)”, which is none; give the code of a group.")
            } else if liesInItself(group) {
                note(
                    "scheme.cycle", place + ".parent", zh: "分组“\(group.name.zh)”绕一圈又归到自己之下；请改正上级。",
                    en: "Group “\(group.name.en)” lies within itself; correct its parent.")
            }
        }
    }

    private func liesInItself(_ group: AspectGroup) -> Bool {
        var above = group.parent
        for _ in 0...scheme.groups.count {
            guard let code = above else { return false }
            if code == group.code { return true }
            above = scheme.group(code)?.parent
        }
        // It comes upon somebody else's circle, which is told there.
        return false
    }

    // MARK: aspects

    private mutating func checkAspects() {
        var (codes, numbers, indicators): (Set<String>, Set<Int>, Set<String>) = ([], [], [])
        for (index, aspect) in scheme.aspects.enumerated() {
            let place = "aspects[\(index)]"
            if !codes.insert(aspect.code).inserted { twice(place + ".code", aspect.code) }
            if !numbers.insert(aspect.number).inserted { twice(place + ".number", String(aspect.number)) }
            if scheme.group(aspect.group) == nil {
                note(
                    "scheme.group", place + ".group", zh: "方面“\(aspect.name.zh)”的分组“\(aspect.group)”不存在；请改为已有分组的代码。",
                    en: "Aspect “\(aspect.name.en)”: there is no group “\(aspect.group)”; give a group's code.")
            }
            if !(0...1).contains(aspect.function) {
                note(
                    "scheme.function", place + ".function", zh: "方面“\(aspect.name.zh)”的里子占比应在 0 到 1 之间。",
                    en: "Aspect “\(aspect.name.en)”: its share of function must lie between 0 and 1.")
            }
            for (number, indicator) in aspect.indicators.enumerated() {
                let place = "\(place).indicators[\(number)]"
                if !indicators.insert(indicator.code).inserted { twice(place + ".code", indicator.code) }
                check(indicator, of: aspect, place)
            }
        }
        for purpose in Aspect.Purpose.allCases where scheme.aspects(for: purpose).isEmpty {
            note(
                "scheme.none", "aspects", zh: "没有一个方面计入“\(purpose.name.zh)”；请至少设一个。",
                en: "No aspect counts for \(purpose.name.en); give it one at least.")
        }
        if indicators.count > EvaluationLimits.indicators {
            note(
                "scheme.many", "aspects", zh: "指标共 \(indicators.count) 个，超过上限 \(EvaluationLimits.indicators) 个；请减少。",
                en: "There are \(indicators.count) indicators, more than \(EvaluationLimits.indicators); have fewer.")
        }
    }

    private mutating func check(_ indicator: Indicator, of aspect: Aspect, _ place: String) {
        let questions = indicator.measure.facts.map { form.question($0) }
        for (key, question) in zip(indicator.measure.facts, questions) where question == nil {
            unknownFact(key, place + ".fact", Phrase(zh: indicator.name.zh, en: indicator.name.en))
        }
        let kinds = questions.compactMap { $0?.kind }
        guard kinds.count == questions.count else { return }
        switch indicator.measure {
        case .age where kinds != [.year]: wrongKind(indicator, place + ".age", Phrase(zh: "年份题", en: "a year"))
        case .ratio(_, let per) where !kinds.allSatisfy(\.isNumber) || !((form.question(per)?.minimum ?? 0) > 0):
            wrongKind(
                indicator, place + ".per",
                Phrase(zh: "两道数字题，且后者不能为零（最小值大于 0）", en: "two numbers, the second never zero (its least is above 0)"))
        default:
            let rules = ScaleRules(indicator.scale, indicator.name, for: aspect.purpose, place + ".scale")
            rules.check(questions.first ?? nil, &found)
        }
    }

    private mutating func wrongKind(_ indicator: Indicator, _ place: String, _ wanted: Phrase) {
        note(
            "scheme.measure", place, zh: "指标“\(indicator.name.zh)”需要\(wanted.zh)；请换一个题目。",
            en: "Indicator “\(indicator.name.en)” needs \(wanted.en); choose another question.")
    }

    private mutating func unknownFact(_ key: String, _ place: String, _ whose: Phrase) {
        note(
            "scheme.fact", place, zh: "“\(whose.zh)”引用的“\(key)”不是小区调查表里的题目；请改为题目的键。",
            en: "“\(whose.en)” looks at “\(key)”, which the survey of estates does not ask; give a question's key.")
    }

    // MARK: weights

    private mutating func checkWeights() {
        for purpose in Aspect.Purpose.allCases {
            let places = scheme.aspects.indices.filter { scheme.aspects[$0].purpose == purpose }
            let whose = Phrase(zh: "计入“\(purpose.name.zh)”的各方面", en: "the aspects that count for \(purpose.name.en)")
            check(places.map { ("aspects[\($0)].weight", scheme.aspects[$0].weight) }, whose, "aspects")
        }
        for (index, aspect) in scheme.aspects.enumerated() {
            let place = "aspects[\(index)].indicators"
            let weights = aspect.indicators.enumerated().map { ("\(place)[\($0.offset)].weight", $0.element.weight) }
            let whose = Phrase(zh: "方面“\(aspect.name.zh)”的各指标", en: "the indicators of “\(aspect.name.en)”")
            if weights.isEmpty {
                note(
                    "scheme.none", place, zh: "方面“\(aspect.name.zh)”没有指标；请至少设一个。",
                    en: "Aspect “\(aspect.name.en)” has no indicator; give it one at least.")
            } else {
                check(weights, whose, place)
            }
        }
    }

    private mutating func check(_ weights: [(place: String, weight: Double)], _ whose: Phrase, _ place: String) {
        for entry in weights where !(0...1).contains(entry.weight) {
            note(
                "scheme.weight", entry.place, zh: "权重 \(entry.weight) 应在 0 到 1 之间。",
                en: "The weight \(entry.weight) must lie between 0 and 1.")
        }
        let sum = weights.reduce(0) { $0 + $1.weight }
        if !weights.isEmpty, (sum - 1).magnitude > Self.tolerance {
            note(
                "scheme.sum", place, zh: "\(whose.zh)权重之和为 \(sum.short)，应为 1；请调整。",
                en: "The weights of \(whose.en) sum to \(sum.short) and must sum to 1; adjust them.")
        }
    }

    // MARK: gate, bands, robustness

    private mutating func checkGate() {
        for (index, condition) in scheme.gate.enumerated() {
            let place = "gate[\(index)]"
            guard let question = form.question(condition.fact) else {
                unknownFact(condition.fact, place + ".fact", condition.name)
                continue
            }
            let fits =
                switch condition.test {
                case .atLeast(let least):
                    question.kind.isNumber && least >= question.minimum ?? least && least <= question.maximum ?? least
                case .holds: question.kind == .flag
                }
            if !fits {
                note(
                    "scheme.gate", place,
                    zh: "条件“\(condition.name.zh)”与“\(question.zh)”不合：数字题用 atLeast（在题目范围内），是否题用 holds。",
                    en: """
                        Condition “\(condition.name.en)” does not fit “\(question.en)”: a number takes atLeast within the \
                        question's bounds, a yes-or-no question takes holds.
                        """)
            }
        }
    }

    private mutating func checkBands() {
        var (codes, before): (Set<String>, Double) = ([], 0)
        for (index, band) in scheme.bands.enumerated() {
            let place = "bands[\(index)]"
            if !codes.insert(band.code).inserted { twice(place + ".code", band.code) }
            if !(band.upTo > before && band.upTo <= 1) {
                note(
                    "scheme.band", place + ".upTo", zh: "等级“\(band.name.zh)”止于 \(band.upTo.short)，应大于前一级且不超过 1。",
                    en:
                        "Band “\(band.name.en)” ends at \(band.upTo.short); it must end after the one before, at 1 at most."
                )
            }
            before = band.upTo
        }
        if scheme.bands.last?.upTo != 1 {
            note(
                "scheme.band", "bands", zh: "最后一个等级应止于 1，使每个名次都有等级。",
                en: "The last band must end at 1, so that every place has a band.")
        }
    }

    private mutating func checkRobustness() {
        let robust = scheme.robustness
        if robust.samples > EvaluationLimits.samples {
            note(
                "scheme.samples", "robustness.samples", zh: "抽取的权重组数最多 \(EvaluationLimits.samples)。",
                en: "At most \(EvaluationLimits.samples) weightings can be drawn.")
        }
        if !(1...1_000_000).contains(robust.concentration) {
            note(
                "scheme.concentration", "robustness.concentration", zh: "集中度应在 1 到 1000000 之间。",
                en: "The concentration must lie between 1 and 1,000,000.")
        }
    }

    private mutating func twice(_ place: String, _ what: String) {
        note(
            "scheme.twice", place, zh: "“\(what)”出现了两次；请改成不同的代码或编号。",
            en: "“\(what)” stands here twice; give each its own.")
    }

    private mutating func note(_ code: String, _ place: String, zh: String, en: String) {
        found.append(Refusal(code, zh: "\(place)：\(zh)", en: "\(place): \(en)", field: place))
    }
}

extension SurveyQuestion.Kind {
    var isNumber: Bool { self == .integer || self == .decimal || self == .share }
}

extension Double {
    /// With at most six decimals, for sentences.
    var short: String { "\((self * 1_000_000).rounded() / 1_000_000)" }
}
