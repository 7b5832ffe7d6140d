import Kernel
import Registry

/// What is true of one building: its own size, and the estate's state with a little chance.
struct BuildingFacts {
    private(set) var answers = Answers()

    init(_ building: BuildingSketch, of estate: EstateSketch, _ facts: EstateFacts, _ dice: inout Dice) {
        let wear = facts.wear
        let shared = facts.answers.values
        func near(_ system: Wear.System) -> Double { min(0.99, max(0, wear.of(system) + dice.normal() * 0.08)) }
        answers.count("floors", building.floors)
        answers.count("basementFloors", building.floors > 8 ? 1 : 0)
        answers.count("entrances", building.entrances)
        answers.count("households", building.households)
        answers.set("floorAreaM2", .number(Double(building.hundredthsM2) / 100))
        answers.number("footprintM2", max(5, building.block.length * building.block.depth))
        answers.number("heightM", Double(building.floors) * 2.9 + 1.2 * dice.unit(), decimals: 1)
        answers.choice("use", dice.pick(["housing": 12, "mixedUse": 2.5, "dormitory": estate.unit == nil ? 0.1 : 1.2]))
        answers.set("ownership", shared["ownership"] ?? .unknown)
        answers.years("builtYears", building.builtYear...building.builtYear)
        answers.set("structureType", building.floors > 8 ? .choice("frame") : shared["structureType"] ?? .unknown)
        grade(estate, near(.structure), &dice)
        answers.condition("roofLeakage", near(.roof))
        answers.choice(
            "roofType", dice.pick(["flatRoof": 6, "pitchedRoof": wear.isRenovated ? 3 : 1, "mixedRoof": 0.5]))
        answers.condition("wallCondition", near(.walls))
        answers.flag("wallHazard", dice.chance(max(0, near(.walls) - 0.55)))
        answers.condition("stairCondition", near(.stairs))
        answers.set("wallInsulation", shared["wallInsulation"] ?? .unknown)
        answers.set("windowType", shared["windowType"] ?? .unknown)
        answers.set("waterPipeMaterial", shared["waterPipeMaterial"] ?? .unknown)
        answers.condition("drainCondition", near(.drains))
        answers.condition("powerCondition", near(.power))
        answers.flag("gasConnected", dice.chance((shared["gasShare"]?.asDouble ?? 50) / 100))
        answers.condition("linesCondition", near(.lines))
        answers.condition("fireEquipment", near(.fire))
        answers.flag("entranceDoor", !dice.chance(near(.security)))
        answers.flag("stairLighting", !dice.chance(near(.lamps) * 0.7))
        answers.count(
            "lifts", building.floors > 8 ? building.entrances : dice.chance(wear.isRenovated ? 0.05 : 0.01) ? 1 : 0)
        answers.flag("liftFeasible", building.floors >= 4 && building.floors <= 8 && dice.chance(0.6))
        answers.flag("stepFree", dice.chance(wear.renewed.contains(.access) ? 0.75 : 0.12))
        answers.number("illegalStructuresM2", dice.chance(0.4) ? 60 * near(.green) * dice.unit() : 0)
        answers.flag("heritage", estate.built.lowerBound < 1958 && dice.chance(0.06))
        answers.share("consentShare", (shared["consentShare"]?.asDouble ?? 70) + dice.normal() * 7)
    }

    private mutating func grade(_ estate: EstateSketch, _ wear: Double, _ dice: inout Dice) {
        let grade: String =
            if estate.isDangerous {
                "gradeD"
            } else {
                switch wear {
                case ..<0.3: "gradeA"
                case ..<0.62: "gradeB"
                default: "gradeC"
                }
            }
        answers.choice("safetyGrade", grade)
        // An appraisal comes before the survey that reads it.
        let year = max(2018, estate.surveyed.adding(days: -120).year - dice.whole(0...2))
        answers.years("appraisedYears", year...year)
    }
}
