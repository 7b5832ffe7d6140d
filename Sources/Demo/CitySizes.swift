import Kernel

/// Gives every part of every estate its buildings, households and floor area, so that each year's programme and the
/// whole stock add up to the tables' figures to the last household and the last hundredth of a square metre.
struct CitySizes {
    /// A part by the estate's index and its own.
    private struct Key {
        let estate: Int
        let part: Int
    }

    private static let householdsPerBuilding = 29.0
    private static let hundredthsPerHousehold = 8000.0
    private static let fewestHouseholds = 4
    private static let leastHundredths = 3000

    private let totals: [DemoFiles.Total]
    private let seed: UInt64

    init(files: DemoFiles, seed: UInt64) {
        totals = files.totals
        self.seed = seed
    }

    func settle(_ estates: inout [EstateDraft]) {
        var dice = Dice(seed: seed, subject: 2)
        var groups = Array(repeating: [Key](), count: totals.count)
        for index in estates.indices {
            for part in estates[index].parts.indices {
                if let group = group(of: estates[index].parts[part], in: estates[index]) {
                    groups[group].append(Key(estate: index, part: part))
                }
            }
        }
        for (group, keys) in groups.enumerated() where totals[group].year != nil {
            settle(totals[group], keys, &estates, &dice)
        }
        settleStock(&estates, &dice)
    }

    /// The line of the totals that a part counts in: its district's own, else the city's; nil without a project.
    private func group(of part: EstateDraft.Part, in estate: EstateDraft) -> Int? {
        guard let year = part.year else { return nil }
        let own = totals.firstIndex { $0.year == year && $0.place == estate.district }
        return own ?? totals.firstIndex { $0.year == year && $0.place.level == .city }
    }

    /// Estates outside the five inner districts are smaller.
    private func scale(_ estate: EstateDraft) -> Double {
        estate.district.digits < "430112" ? 1 : 0.55
    }

    private func settle(
        _ total: DemoFiles.Total, _ keys: [Key], _ estates: inout [EstateDraft], _ dice: inout Dice
    ) {
        let free = keys.filter { estates[$0.estate].parts[$0.part].fixed == nil }
        let fixed = keys.reduce(0) { $0 + (estates[$1.estate].parts[$1.part].fixed ?? 0) }
        let counts = apportion(
            (total.buildings ?? 0) - fixed, by: free.map { scale(estates[$0.estate]) * dice.factor(0.6) }, atLeast: 1)
        for (key, count) in zip(free, counts) { estates[key.estate].parts[key.part].buildings = count }
        for key in keys {
            if let count = estates[key.estate].parts[key.part].fixed {
                estates[key.estate].parts[key.part].buildings = count
            }
        }
        share(total.households, Int(total.area.hundredthsM2), among: keys, &estates, &dice)
    }

    /// Splits households by buildings and floor area by households, each with some spread.
    private func share(
        _ households: Int, _ hundredthsM2: Int, among keys: [Key], _ estates: inout [EstateDraft], _ dice: inout Dice
    ) {
        let buildings = keys.map { estates[$0.estate].parts[$0.part].buildings }
        let homes = apportion(
            households, by: buildings.map { Double($0) * dice.factor(0.18) },
            atLeast: buildings.map { $0 * Self.fewestHouseholds })
        let areas = apportion(
            hundredthsM2, by: homes.map { Double($0) * dice.factor(0.09) },
            atLeast: homes.map { $0 * Self.leastHundredths })
        for (index, key) in keys.enumerated() {
            estates[key.estate].parts[key.part].households = homes[index]
            estates[key.estate].parts[key.part].hundredthsM2 = Int64(areas[index])
        }
    }

    /// What is left of the city's totals goes to the buildings in no project. Estates with wrong figures come first,
    /// since the city's sum counts what they report.
    private func settleStock(_ estates: inout [EstateDraft], _ dice: inout Dice) {
        guard let city = totals.first(where: { $0.year == nil }) else { return }
        var rest = (households: city.households, area: Int(city.area.hundredthsM2))
        for total in totals where total.year != nil {
            rest.households -= total.households
            rest.area -= Int(total.area.hundredthsM2)
        }
        var sound: [Key] = []
        for index in estates.indices {
            for part in estates[index].parts.indices where estates[index].parts[part].year == nil {
                let drawn = max(1, Int(6.2 * scale(estates[index]) * dice.factor(0.6)))
                estates[index].parts[part].buildings = estates[index].parts[part].fixed ?? drawn
                guard let flaw = estates[index].flaw else {
                    sound.append(Key(estate: index, part: part))
                    continue
                }
                estates[index].parts[part] = free(estates[index].parts[part], &dice)
                estates[index].reported = report(flaw, estates[index].parts[part], &dice)
                rest.households -= estates[index].reported.households ?? 0
                rest.area -= Int(estates[index].reported.hundredthsM2 ?? 0)
            }
        }
        share(rest.households, rest.area, among: sound, &estates, &dice)
        for index in estates.indices where estates[index].flaw == nil {
            let parts = estates[index].parts
            estates[index].reported = Reported(
                buildings: parts.reduce(0) { $0 + $1.buildings }, households: parts.reduce(0) { $0 + $1.households },
                hundredthsM2: parts.reduce(0) { $0 + $1.hundredthsM2 })
        }
    }

    /// Sizes drawn freely, for an estate whose true figures no sum counts.
    private func free(_ part: EstateDraft.Part, _ dice: inout Dice) -> EstateDraft.Part {
        var part = part
        part.households = Int(Double(part.buildings) * Self.householdsPerBuilding * dice.factor(0.15)) + 4
        part.hundredthsM2 = Int64(Double(part.households) * Self.hundredthsPerHousehold * dice.factor(0.08))
        return part
    }

    private func report(_ flaw: EstateDraft.Flaw, _ part: EstateDraft.Part, _ dice: inout Dice) -> Reported {
        var reported = Reported(
            buildings: part.buildings, households: part.households, hundredthsM2: part.hundredthsM2)
        switch flaw {
        case .noHouseholds: reported.households = nil
        case .noArea: reported.hundredthsM2 = nil
        case .noBuildings: reported.buildings = nil
        // A slip of the decimal point, or 万㎡ taken for ㎡ and mended halfway.
        case .areaTenfold: reported.hundredthsM2 = part.hundredthsM2 * 10
        case .areaTenth: reported.hundredthsM2 = part.hundredthsM2 / 10
        case .householdsDiffer: reported.households = part.households + part.households / 6 + dice.whole(2...20)
        case .buildingsDiffer: reported.buildings = part.buildings + dice.whole(1...3)
        }
        return reported
    }
}
