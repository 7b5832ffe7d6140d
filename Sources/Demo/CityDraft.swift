import Kernel

/// Which estates the city has, where, and in which years' programmes: the counts of the tables, filled with names.
struct CityDraft {
    /// Years whose programme holds the second phase of an estate begun before, once in each large district.
    private static let secondPhases = [2024, 2025]

    let files: DemoFiles
    private var dice: Dice
    private(set) var places: PlacesDraft
    var estates: [EstateDraft] = []

    init(files: DemoFiles, seed: UInt64) {
        self.files = files
        dice = Dice(seed: seed, subject: 1)
        places = PlacesDraft(files: files)
        for district in files.districts { estates += draft(district) }
        estates.sort { $0.place < $1.place }
        for index in estates.indices { date(index) }
        nameAll()
        flawSome()
        CitySizes(files: files, seed: dice.seed()).settle(&estates)
    }

    // MARK: Places and years

    private mutating func draft(_ district: DemoFiles.District) -> [EstateDraft] {
        let subdistricts = files.subdistricts.filter { district.code.contains($0.code) }
        let known = files.known.filter { district.code.contains($0.subdistrict) }
        let counts = apportion(
            district.stock, by: subdistricts.map(\.weight),
            atLeast: subdistricts.map { each in known.count { $0.subdistrict == each.code } })
        var years = freeYears(of: district, besides: known)
        var drafts: [EstateDraft] = []
        for (subdistrict, count) in zip(subdistricts, counts) {
            let published = known.filter { $0.subdistrict == subdistrict.code }
            let homes = places.addNeighbourhoods(
                of: subdistrict, named: published.map(\.neighbourhood), estates: count, &dice)
            for fact in published {
                let home = homes.first { $0.name == fact.neighbourhood.zh } ?? homes[0]
                drafts.append(
                    EstateDraft(
                        subdistrict: subdistrict, known: fact, parts: Self.parts(of: fact), place: home.code,
                        neighbourhoodCentre: home.centre))
            }
            for _ in published.count..<count {
                let home = dice.pick(homes)
                // Some surveys name the street and forget the neighbourhood.
                let place = dice.chance(0.02) ? subdistrict.code : home.code
                drafts.append(
                    EstateDraft(
                        subdistrict: subdistrict, known: nil, parts: parts(in: years.removeLast()), place: place,
                        neighbourhoodCentre: home.centre))
            }
        }
        if isLarge(district) { addSecondPhases(to: &drafts) }
        return drafts
    }

    private func isLarge(_ district: DemoFiles.District) -> Bool { district.stock >= 160 }

    /// A year, or nil for none, for every estate that the tables do not name, in random order.
    private mutating func freeYears(of district: DemoFiles.District, besides known: [DemoFiles.Known]) -> [Int?] {
        var years: [Int?] = []
        for year in DemoPlan.years {
            var count = (district.programmed[year] ?? 0) - known.count { $0.year == year }
            if isLarge(district), Self.secondPhases.contains(year) { count -= 1 }
            years += Array(repeating: year, count: max(0, count))
        }
        years += Array(repeating: nil, count: district.stock - known.count - years.count)
        dice.shuffle(&years)
        return years
    }

    private static func parts(of known: DemoFiles.Known) -> [EstateDraft.Part] {
        guard let all = known.estateBuildings else { return [EstateDraft.Part(year: known.year)] }
        let taken = known.projectBuildings
        return [
            EstateDraft.Part(year: known.year, numbers: taken, fixed: taken.count),
            EstateDraft.Part(year: nil, fixed: all - taken.count),
        ]
    }

    /// Now and then a project leaves some buildings of its estate for later.
    private mutating func parts(in year: Int?) -> [EstateDraft.Part] {
        var parts = [EstateDraft.Part(year: year)]
        if year != nil, dice.chance(0.06) { parts.append(EstateDraft.Part(year: nil, fixed: dice.whole(1...6))) }
        return parts
    }

    private mutating func addSecondPhases(to drafts: inout [EstateDraft]) {
        for year in Self.secondPhases {
            let able = drafts.indices.filter {
                drafts[$0].known == nil && drafts[$0].parts.count == 1 && (drafts[$0].firstYear ?? 9999) <= 2021
            }
            drafts[dice.pick(able)].parts.append(EstateDraft.Part(year: year))
        }
    }

    // MARK: Years built and names

    /// Most of the stock was built from the late seventies to the mid-nineties.
    private mutating func date(_ index: Int) {
        let year: Int =
            switch dice.unit() {
            case ..<0.03: dice.whole(1950...1959)
            case ..<0.10: dice.whole(1960...1971)
            case ..<0.30: dice.whole(1972...1981)
            case ..<0.65: dice.whole(1982...1990)
            case ..<0.93: dice.whole(1991...1997)
            default: dice.whole(1998...2000)
            }
        estates[index].built = year...(dice.chance(0.22) ? min(2000, year + dice.whole(1...6)) : year)
    }

    private mutating func nameAll() {
        var taken: Set<String> = []
        for index in estates.indices {
            if let known = estates[index].known {
                estates[index].name = known.estate
                taken.insert(known.estate + estates[index].subdistrict.code.digits)
            }
        }
        for index in estates.indices where estates[index].known == nil {
            // Names repeat in the city, not within a street: where they do, that is a flaw, and made on purpose below.
            var (name, unit) = files.names.estate(builtIn: estates[index].built.lowerBound, &dice)
            while !taken.insert(name + estates[index].subdistrict.code.digits).inserted {
                (name, unit) = files.names.estate(builtIn: estates[index].built.lowerBound, &dice)
            }
            estates[index].name = name
            estates[index].unit = unit
        }
    }

    // MARK: Flaws

    /// What is wrong in real surveys: mostly in estates that no project has looked at yet.
    private mutating func flawSome() {
        var unseen = estates.indices.filter { !estates[$0].isProgrammed && estates[$0].known == nil }
        dice.shuffle(&unseen)
        for flaw in EstateDraft.Flaw.allCases {
            for _ in 0..<flaw.count {
                if let index = unseen.popLast() { estates[index].flaw = flaw }
            }
        }
        for index in unseen.suffix(14) { estates[index].built = 2001...2001 + dice.whole(0...4) }
        for index in unseen.dropLast(14).suffix(8) {
            let year = dice.whole(1958...1976)
            estates[index].built = year...year + dice.whole(16...24)
        }
        for index in unseen.prefix(10) {
            estates[index].isDangerous = true
            let year = dice.whole(1952...1970)
            estates[index].built = year...year
        }
        let quiet = estates.indices.filter { estates[$0].known == nil && estates[$0].flaw == nil }
        for _ in 0..<7 {
            // The same estate entered twice: the second line bears the first one's name.
            let first = dice.pick(quiet)
            let twin = quiet.first { $0 > first && estates[$0].subdistrict.code == estates[first].subdistrict.code }
            guard let twin else { continue }
            estates[twin].name = estates[first].name
            estates[twin].place = estates[first].place
        }
    }
}
