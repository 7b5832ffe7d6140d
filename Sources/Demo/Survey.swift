import Kernel
import Registry

/// Who looked at an estate, when, and how carefully; turns what is true into what was found.
struct Survey {
    /// The register of estates began with the pilot of 2018.
    private static let earliest = Day(year: 2018, month: 1, day: 2) ?? Day(number: 17_533)

    let form: SurveyForm
    let day: Day
    let revisited: Day?
    let asOf: Day
    /// 1 on average; twice as many questions stay open at 2.
    let haste: Double
    /// Whether the works were checked off when it was done.
    let isAcceptance: Bool
    let surveyors: [String]

    /// The facts found: some questions were not asked, some could not be told, a few numbers are estimates.
    func facts(_ answers: [String: FactValue], _ dice: inout Dice) -> [String: Fact] {
        var facts: [String: Fact] = [:]
        for question in form.questions {
            guard let answer = answers[question.key] else { continue }
            let isOpen = dice.chance(openness(of: question))
            let wasAsked = dice.chance(0.5)
            let isRough = dice.chance(0.04)
            let isLater = dice.chance(0.5)
            if isOpen && !wasAsked { continue }
            let provenance = provenance(of: question, isLater: isLater)
            if isOpen || answer == .unknown {
                facts[question.key] = Fact(.unknown, from: provenance)
            } else {
                let isEstimate = isRough && !question.isCore && [.asked, .site, .measured].contains(question.evidence)
                facts[question.key] = Fact(
                    answer, isApproximate: isEstimate && answer.asDouble != nil, from: provenance)
            }
        }
        return facts
    }

    /// The chance that a question stays without an answer: what needs a laboratory or an archive, more often.
    private func openness(of question: SurveyQuestion) -> Double {
        if question.isCore { return 0 }
        let usual: Double =
            switch question.evidence {
            case .record: 0.1
            case .site: 0.07
            case .measured: 0.2
            case .asked: 0.15
            case .appraisal: 0.38
            case .utility: 0.23
            }
        return min(0.9, usual * haste)
    }

    private func provenance(of question: SurveyQuestion, isLater: Bool) -> Provenance {
        let fresh = isLater && (question.evidence == .asked || question.evidence == .site) ? revisited : nil
        let day = fresh ?? day
        let (source, offset): (String, Int) =
            switch question.evidence {
            case .record: ("产权档案", -9)
            case .site: (isAcceptance && fresh == nil ? "竣工核查" : "现场摸底", 0)
            case .measured: ("实地测量", 3)
            case .asked: ("入户走访", 0)
            case .appraisal: ("房屋鉴定", -120)
            case .utility: (Self.utility(question.group), 12)
            }
        let hand = surveyors[question.group % surveyors.count]
        return Provenance(
            source: source, day: min(asOf, max(Self.earliest, day.adding(days: offset))),
            surveyor: question.evidence == .utility || question.evidence == .appraisal ? "" : hand)
    }

    /// Groups 6 to 10 are water, drains, power, gas and lines.
    private static func utility(_ group: Int) -> String {
        switch group {
        case 6, 7: "水务检测"
        case 8: "供电台账"
        case 9: "燃气台账"
        default: "通信台账"
        }
    }
}

/// Answers as they would be if everything could be known, by question.
struct Answers {
    private(set) var values: [String: FactValue] = [:]

    mutating func set(_ key: String, _ value: FactValue) { values[key] = value }
    mutating func count(_ key: String, _ number: Int) { values[key] = .integer(number) }
    mutating func flag(_ key: String, _ flag: Bool) { values[key] = .flag(flag) }
    mutating func choice(_ key: String, _ code: String) { values[key] = .choice(code) }

    /// Rounded to so many decimals.
    mutating func number(_ key: String, _ number: Double, decimals: Int = 0) {
        let scale: Double = decimals == 0 ? 1 : decimals == 1 ? 10 : 100
        values[key] = .number((number * scale).rounded() / scale)
    }

    /// A share in percent, kept between 0 and 100.
    mutating func share(_ key: String, _ percent: Double) {
        number(key, min(100, max(0, percent)))
    }

    mutating func years(_ key: String, _ years: ClosedRange<Int>) {
        values[key] = .years(from: years.lowerBound, to: years.upperBound)
    }

    /// From 0, as new, to 1, worn out.
    mutating func condition(_ key: String, _ wear: Double) {
        let steps = ["good", "fairlyGood", "fair", "fairlyPoor", "poor"]
        values[key] = .choice(steps[min(4, max(0, Int(wear * 5)))])
    }
}

/// How worn an estate's systems are: by age, and as new where a renovation renewed them.
struct Wear {
    enum System: CaseIterable {
        case structure, roof, walls, stairs, water, drains, power, gas, lines, roads, fire, security, lamps, waste,
            parking
        case access, green, services

        /// The chance that a renovation renews it.
        var renewal: Double {
            switch self {
            case .structure: 0.15
            case .roof, .stairs, .power: 0.8
            case .drains, .roads, .lines: 0.93
            case .water, .fire, .security, .lamps, .waste: 0.85
            case .walls, .green, .parking: 0.72
            case .gas, .access: 0.55
            case .services: 0.4
            }
        }
    }

    let isRenovated: Bool
    private let base: Double
    private var levels: [System: Double] = [:]
    private(set) var renewed: Set<System> = []

    init(builtIn year: Int, renovated: Int?, asOf: Int, _ dice: inout Dice) {
        isRenovated = renovated != nil
        base = min(0.98, max(0.05, Double(asOf - year) / 68 + dice.normal() * 0.1))
        for system in System.allCases {
            let aged = base * (system == .structure ? 0.62 : 1) + dice.normal() * 0.12
            let isRenewed = dice.chance(system.renewal)
            if let renovated, isRenewed {
                renewed.insert(system)
                levels[system] = 0.06 + 0.022 * Double(asOf - renovated) + 0.05 * dice.unit()
            } else {
                levels[system] = aged
            }
        }
    }

    /// 0 as new, 1 worn out.
    func of(_ system: System) -> Double { min(0.999, max(0, levels[system] ?? base)) }
}
