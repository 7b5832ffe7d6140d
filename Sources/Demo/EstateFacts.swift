import Kernel
import Registry

/// What is true of an estate, question by question. Age wears pipes, roofs and wiring; a renovation renews them; who
/// manages an estate shows in its fees, its lamps and its residents' will.
struct EstateFacts {
    let estate: EstateSketch
    let asOf: Int
    let wear: Wear
    private(set) var answers = Answers()
    private var dice: Dice
    private let management: String
    private let residents: Int
    private let gasShare: Double

    private var year: Int { estate.built.lowerBound }
    private var households: Int { estate.households }
    private var renovatedYear: Int? { estate.renovated?.year }

    init(_ estate: EstateSketch, asOf: Int, dice: Dice) {
        var dice = dice
        self.estate = estate
        self.asOf = asOf
        wear = Wear(
            builtIn: estate.built.lowerBound, renovated: estate.renovated?.year, asOf: asOf, &dice)
        residents = Int(Double(estate.households) * (2.1 + dice.unit() * 0.9))
        management = Self.management(estate, &dice)
        gasShare =
            wear.renewed.contains(.gas) ? 90 + 10 * dice.unit() : max(0, 95 - 85 * wear.of(.gas) * dice.unit() * 1.5)
        self.dice = dice
        size()
        shell()
        networks()
        grounds()
        people()
    }

    private static func management(_ estate: EstateSketch, _ dice: inout Dice) -> String {
        if estate.renovated != nil {
            return dice.pick(["company": 5, "neighbourhoodManaged": 2, "selfManaged": 2, "unitManaged": 0.6])
        }
        if estate.unit != nil, dice.chance(0.45) { return "unitManaged" }
        let young = estate.built.lowerBound >= 1994
        return dice.pick([
            "unmanaged": young ? 1.5 : 4, "neighbourhoodManaged": 2, "selfManaged": 1.6, "company": young ? 3 : 0.5,
        ])
    }

    // MARK: Base facts, age

    private mutating func size() {
        answers.set("buildings", estate.reported.buildings.map { .integer($0) } ?? .unknown)
        answers.set("households", estate.reported.households.map { .integer($0) } ?? .unknown)
        answers.set("floorAreaM2", estate.reported.hundredthsM2.map { .number(Double($0) / 100) } ?? .unknown)
        answers.count("entrances", estate.buildings.reduce(0) { $0 + $1.entrances })
        answers.count("residents", residents)
        answers.number("siteAreaM2", Double(estate.hundredthsM2) / 100 / dice.real(1.1...2.1))
        answers.years("builtYears", estate.built)
        answers.share("rentedShare", 12 + 30 * dice.unit() * (estate.unit == nil ? 1.3 : 0.8))
        let ownership: String =
            if estate.unit != nil {
                dice.pick(["reformed": 5, "unitHousing": 3, "mixedOwnership": 1])
            } else if year >= 1992 {
                dice.pick(["commercial": 5, "resettlement": 2, "reformed": 2, "mixedOwnership": 1])
            } else {
                dice.pick(["reformed": 4, "publicHousing": 3, "mixedOwnership": 2, "resettlement": 1])
            }
        answers.choice("ownership", ownership)
        answers.set("originalUnit", estate.unit.map { .text($0) } ?? .text("无"))
        if let renovatedYear {
            answers.years("renovatedYears", renovatedYear...renovatedYear)
        } else {
            let earlier = dice.whole(2006...2016)
            answers.set("renovatedYears", dice.chance(0.12) ? .years(from: earlier, to: earlier) : .unknown)
        }
    }

    // MARK: 2 to 5: structure, roof and walls, stairs, heat

    private mutating func shell() {
        let frame = year >= 1992 ? 0.25 : 0.04
        answers.choice(
            "structureType",
            year < 1966
                ? dice.pick(["brickTimber": 3, "brickConcrete": 5, "otherStructure": 0.6])
                : dice.pick(["brickConcrete": 1 - frame, "frame": frame, "otherStructure": 0.02]))
        let isDangerous = estate.isDangerous || wear.of(.structure) > 0.68
        answers.condition("structureCondition", estate.isDangerous ? 0.95 : wear.of(.structure))
        answers.count(
            "dangerousBuildings", isDangerous ? min(estate.buildings.count, dice.whole(1...2)) : 0)
        answers.flag("loadBearingAltered", dice.chance(0.13))
        answers.condition("roofLeakage", wear.of(.roof))
        answers.share("leakingShare", wear.of(.roof) * wear.of(.roof) * 42 * dice.factor(0.25))
        answers.condition("wallCondition", wear.of(.walls))
        answers.flag("wallHazard", dice.chance(max(0, wear.of(.walls) - 0.45)))
        answers.condition("stairCondition", wear.of(.stairs))
        answers.flag("handrailsSound", !dice.chance(wear.of(.stairs) * 0.6))
        answers.flag("stairsCluttered", dice.chance(0.15 + wear.of(.stairs) * 0.6))
        answers.flag("wallInsulation", dice.chance(wear.renewed.contains(.walls) ? 0.12 : 0.01))
        answers.flag("roofInsulation", dice.chance(wear.renewed.contains(.roof) ? 0.45 : 0.08))
        answers.choice(
            "windowType",
            dice.pick([
                "singleGlazing": 0.3 + wear.of(.walls), "mixedGlazing": 0.8,
                "doubleGlazing": wear.isRenovated ? 0.4 : 0.08,
            ]))
    }

    // MARK: 6 to 10: water, drains, power, gas, lines

    private mutating func networks() {
        let renewedWater = wear.renewed.contains(.water)
        answers.choice("waterPipeMaterial", pipe(renewedWater, &dice))
        answers.set("waterPipeYears", pipeYears(renewedWater))
        answers.condition("waterPressure", wear.of(.water) * 0.9)
        answers.share(
            "waterMeteredShare", renewedWater ? 96 + 4 * dice.unit() : 100 - 90 * wear.of(.water) * dice.unit())
        answers.choice(
            "secondaryWater",
            dice.pick(["noneNeeded": 1.6, "sound": 1.1 - wear.of(.water), "worn": 0.1 + wear.of(.water)]))
        answers.choice(
            "sewerSeparation",
            wear.renewed.contains(.drains)
                ? dice.pick(["separated": 6, "partlySeparated": 2])
                : dice.pick(["combined": 0.3 + 2.4 * wear.of(.drains), "partlySeparated": 0.8, "separated": 0.25]))
        answers.condition("drainCondition", wear.of(.drains))
        answers.count("floodsPerYear", Int(wear.of(.drains) * wear.of(.drains) * 5 * dice.unit()))
        answers.condition("septicCondition", min(0.99, wear.of(.drains) + dice.normal() * 0.08))
        answers.share("powerMeteredShare", 100 - 45 * max(0, wear.of(.power) - 0.3) * dice.unit())
        answers.number("powerCapacity", 7.5 - 5 * wear.of(.power) + dice.normal() * 0.5, decimals: 1)
        answers.condition("powerCondition", wear.of(.power))
        answers.count("outagesPerYear", Int(wear.of(.power) * 7 * dice.unit()))
        answers.share("gasShare", gasShare)
        answers.condition("gasCondition", wear.of(.gas))
        answers.count("bottledGasHouseholds", Int(Double(households) * (100 - gasShare) / 100 * 0.85))
        answers.condition("overheadLines", wear.of(.lines))
        answers.share("fibreShare", wear.renewed.contains(.lines) ? 95 + 5 * dice.unit() : 60 + 38 * dice.unit())
    }

    private func pipe(_ isRenewed: Bool, _ dice: inout Dice) -> String {
        if isRenewed { return dice.pick(["plastic": 5, "ductileIron": 2, "stainless": 1]) }
        if year < 1978 { return dice.pick(["castIron": 5, "galvanised": 4, "mixedPipe": 1]) }
        if year < 1997 { return dice.pick(["galvanised": 7, "castIron": 1.5, "mixedPipe": 1, "plastic": 0.6]) }
        return dice.pick(["plastic": 5, "galvanised": 3, "mixedPipe": 1])
    }

    private mutating func pipeYears(_ isRenewed: Bool) -> FactValue {
        let laid = isRenewed ? renovatedYear ?? year : dice.chance(0.2) ? min(2012, year + dice.whole(8...25)) : year
        return .years(from: laid, to: laid)
    }

    // MARK: 11 to 19: what lies between the buildings

    private mutating func grounds() {
        let count = Double(estate.buildings.count)
        answers.condition("roadCondition", wear.of(.roads))
        answers.number("roadLength", (45 + 55 * count) * dice.factor(0.2))
        answers.number("roadWidth", 2.8 + 3.4 * dice.unit(), decimals: 1)
        answers.choice(
            "fireAccess",
            dice.pick(["clear": 1.25 - wear.of(.fire), "obstructed": 0.9, "noAccess": 0.1 + 0.5 * wear.of(.fire)]))
        answers.share("hydrantsWorkingShare", 100 - 95 * wear.of(.fire) * dice.unit())
        answers.condition("fireEquipment", wear.of(.fire))
        answers.count("cameras", Int(count * (wear.renewed.contains(.security) ? 5 : 1.3) * dice.factor(0.4)))
        let isEnclosed = dice.chance(management == "company" || wear.isRenovated ? 0.7 : 0.3)
        answers.flag("gateControl", isEnclosed && dice.chance(0.8))
        answers.flag("enclosed", isEnclosed)
        answers.share("entranceDoorsShare", 100 - 95 * wear.of(.security) * dice.unit())
        let care = management == "unmanaged" ? 0.12 : 0
        answers.condition("lampCondition", min(0.99, wear.of(.lamps) + care))
        answers.share("stairLightingShare", 100 - 90 * wear.of(.lamps) * dice.unit())
        answers.flag("wasteSorting", dice.chance(wear.renewed.contains(.waste) ? 0.92 : 0.5))
        answers.condition("wasteCondition", min(0.99, wear.of(.waste) + care))
        let cars = Int(Double(households) * dice.real(0.25...0.7))
        answers.count("cars", cars)
        answers.count(
            "parkingSpaces", Int(Double(cars) * (wear.renewed.contains(.parking) ? 0.75 : 0.45) * dice.factor(0.3)))
        answers.count("chargingPiles", wear.renewed.contains(.parking) ? dice.whole(0...12) : dice.chance(0.1) ? 2 : 0)
        answers.flag("bikeCharging", dice.chance(wear.renewed.contains(.parking) ? 0.8 : 0.25))
        let tall = estate.buildings.filter { $0.floors > 8 }
        answers.count("lifts", tall.reduce(dice.chance(wear.isRenovated ? 0.25 : 0.05) ? 1 : 0) { $0 + $1.entrances })
        answers.count("liftRequests", dice.chance(0.35) ? dice.whole(1...max(1, estate.buildings.count)) : 0)
        answers.share("stepFreeShare", wear.renewed.contains(.access) ? 55 + 45 * dice.unit() : 25 * dice.unit())
        answers.share("greenShare", 8 + 24 * dice.unit())
        answers.condition("greenCondition", min(0.99, wear.of(.green) + care))
        answers.number("openSpaceM2", count * 45 * dice.factor(0.5))
        answers.number("illegalStructuresM2", count * 32 * wear.of(.green) * dice.unit())
        answers.number("serviceRoomsM2", dice.chance(0.55) ? Double(dice.whole(30...420)) : 0)
        let chance = wear.renewed.contains(.services) ? 0.62 : 0.22
        answers.flag("elderlyCare", dice.chance(chance))
        answers.flag("childCare", dice.chance(chance * 0.6))
        answers.flag("clinic", dice.chance(chance * 0.8))
        answers.flag("market", dice.chance(0.5))
        answers.flag("parcelLockers", dice.chance(wear.isRenovated ? 0.85 : 0.55))
    }

    // MARK: 17, 20, 21: who lives here, who manages, what they want

    private mutating func people() {
        let old = 0.16 + 0.22 * min(1, Double(asOf - year) / 60) * dice.factor(0.2)
        answers.count("residentsOver60", Int(Double(residents) * min(0.55, old)))
        answers.choice("management", management)
        let isManaged = management != "unmanaged"
        let fee: Double =
            switch management {
            case "company": dice.real(0.5...1.4)
            case "unmanaged": 0
            default: dice.real(0.1...0.6)
            }
        answers.number("managementFee", fee, decimals: 2)
        let collected = isManaged ? 45 + 45 * dice.unit() + (management == "company" ? 8 : 0) : 0
        answers.share("feeCollectedShare", collected)
        let hasCommittee = dice.chance(management == "company" ? 0.6 : isManaged ? 0.4 : 0.14)
        answers.flag("ownersCommittee", hasCommittee)
        answers.flag("partyBranch", dice.chance(0.3 + (wear.isRenovated ? 0.35 : 0)))
        answers.number("repairFund", year >= 1996 ? Double(households) * 1500 * dice.unit() : 0)
        let will =
            52 + 22 * wear.of(.drains) + (hasCommittee ? 9 : 0) + (isManaged ? 5 : 0) + (wear.isRenovated ? 12 : 0)
        let consent = min(99, will + dice.normal() * 8)
        answers.share("consentShare", consent)
        answers.share("participationShare", min(99, consent * 0.62 + 34 + dice.normal() * 5))
        let paying = max(2, consent - 45 + dice.normal() * 9)
        answers.share("payingShare", paying)
        answers.number("payPerHousehold", paying > 12 ? Double(dice.whole(2...36)) * 100 : 0)
        answers.flag("agreesManagement", dice.chance(isManaged ? 0.82 : 0.45))
        answers.flag("cedesSpace", dice.chance(0.28 + (hasCommittee ? 0.15 : 0)))
    }
}
