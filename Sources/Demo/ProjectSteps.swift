import Kernel
import Registry

/// The dated steps of a project, from its survey to what had been reached on the day the city is shown.
struct ProjectSteps {
    let asOf: Day

    /// - Parameters:
    ///   - year: the programme it stands in.
    ///   - finish: the year its works are accepted.
    func steps(programmed year: Int, finish: Int, _ dice: inout Dice) -> [ProjectStep] {
        // The programme under way was decided in two instalments.
        let isSecond = year >= 2026 && dice.chance(0.3)
        let programmed = day(year, isSecond ? 5 : year == 2018 ? 3 : 2, 10).adding(days: dice.whole(0...38))
        // The first programme of the pilot year had little time to prepare.
        let before = year == 2018 ? dice.whole(45...68) : dice.whole(150...330)
        let surveyed = programmed.adding(days: -before)
        var steps = [
            ProjectStep(stage: "surveyed", day: surveyed),
            ProjectStep(stage: "evaluated", day: surveyed.adding(days: before * 2 / 5)),
            ProjectStep(stage: "consented", day: surveyed.adding(days: before * 3 / 4)),
            ProjectStep(stage: "programmed", day: programmed),
        ]
        // Programmes still under way are spread over the stages; the older ones all began building in their year.
        let pace = year >= 2026 ? min(2.6, max(0.35, dice.factor(0.7))) : 1
        var last = programmed
        func add(_ stage: String, after days: ClosedRange<Int>) {
            last = last.adding(days: max(3, Int(Double(dice.whole(days)) * pace)))
            steps.append(ProjectStep(stage: stage, day: last))
        }
        add("schemeVoted", after: 12...35)
        add("design", after: 15...35)
        add("approval", after: 10...30)
        add("tender", after: 18...35)
        add("works", after: 7...20)
        last = accepted(finish, after: last, sameYear: finish == year, &dice)
        steps.append(ProjectStep(stage: "accepted", day: last))
        add("settled", after: 60...200)
        add("handedOver", after: 20...60)
        add("aftercare", after: 15...90)
        return steps.filter { $0.day <= asOf }
    }

    private func accepted(_ year: Int, after works: Day, sameYear: Bool, _ dice: inout Dice) -> Day {
        guard sameYear else { return day(year, 2, 20).adding(days: dice.whole(0...150)) }
        let first = works.adding(days: 65)
        return first.adding(days: dice.whole(0...max(0, day(year, 12, 26).number - first.number)))
    }

    /// A project that is being prepared for a later programme.
    func preparing(_ dice: inout Dice) -> [ProjectStep] {
        let surveyed = asOf.adding(days: -dice.whole(40...380))
        var steps = [ProjectStep(stage: "surveyed", day: surveyed)]
        if dice.chance(0.7) {
            let evaluated = surveyed.adding(days: dice.whole(10...80))
            steps.append(ProjectStep(stage: "evaluated", day: evaluated))
            if dice.chance(0.6) {
                steps.append(ProjectStep(stage: "consented", day: evaluated.adding(days: dice.whole(15...90))))
            }
        }
        return steps.filter { $0.day <= asOf }
    }

    /// A project that was given up, with the reason.
    func leftOut(programmed year: Int?, because reason: String, _ dice: inout Dice) -> [ProjectStep] {
        var steps: [ProjectStep]
        if let year {
            steps = self.steps(programmed: year, finish: year, &dice).filter {
                ["surveyed", "evaluated", "consented", "programmed"].contains($0.stage)
            }
        } else {
            steps = [ProjectStep(stage: "surveyed", day: asOf.adding(days: -dice.whole(300...1500)))]
            steps.append(ProjectStep(stage: "evaluated", day: steps[0].day.adding(days: dice.whole(20...90))))
        }
        let last = steps.last?.day ?? asOf
        let end = last.adding(days: min(max(0, asOf.number - last.number), dice.whole(20...80)))
        return steps + [ProjectStep(stage: "leftOut", day: end, note: reason)]
    }

    private func day(_ year: Int, _ month: Int, _ day: Int) -> Day {
        Day(year: year, month: month, day: day) ?? asOf
    }
}
