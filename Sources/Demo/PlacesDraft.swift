import Geo
import Kernel
import Registry

/// The places of the city: official districts and subdistricts, and neighbourhoods that are made up.
struct PlacesDraft {
    struct Neighbourhood {
        let code: PlaceCode
        let name: String
        let centre: Coordinate
    }

    private(set) var all: [Place]
    private let files: DemoFiles
    private var usedNames: [PlaceCode: Set<String>] = [:]

    init(files: DemoFiles) {
        self.files = files
        all = files.gazetteer.places
    }

    /// Makes the neighbourhoods of a subdistrict and answers them: first those `named`. Here and there one is not
    /// confirmed yet.
    mutating func addNeighbourhoods(
        of subdistrict: DemoFiles.Subdistrict, named: [Phrase], estates: Int, _ dice: inout Dice
    ) -> [Neighbourhood] {
        var names: [Phrase] = []
        for name in named where !names.contains(name) { names.append(name) }
        let count = max(names.count, min(12, 2 + estates / 4))
        names += freshNames(count - names.count, in: subdistrict, mayBearItsName: true, &dice)
        var made: [Neighbourhood] = []
        for (index, name) in names.enumerated() {
            made.append(add(name, ordinal: index + 1, to: subdistrict, isConfirmed: true, &dice))
        }
        if estates > 4, dice.chance(0.12), let name = freshNames(1, in: subdistrict, mayBearItsName: false, &dice).first
        {
            made.append(add(name, ordinal: 901, to: subdistrict, isConfirmed: false, &dice))
        }
        return made
    }

    private mutating func add(
        _ name: Phrase, ordinal: Int, to subdistrict: DemoFiles.Subdistrict, isConfirmed: Bool, _ dice: inout Dice
    ) -> Neighbourhood {
        let digits = String(1000 + ordinal).dropFirst()
        let code = PlaceCode(subdistrict.code.digits + digits) ?? subdistrict.code
        all.append(Place(code: code, name: name.zh, nameEn: name.en, isConfirmed: isConfirmed))
        return Neighbourhood(code: code, name: name.zh, centre: centre(in: subdistrict, &dice))
    }

    /// Names not yet given in the district; the first is often the subdistrict's own.
    private mutating func freshNames(
        _ count: Int, in subdistrict: DemoFiles.Subdistrict, mayBearItsName: Bool, _ dice: inout Dice
    ) -> [Phrase] {
        let district = subdistrict.code.ancestor(.district) ?? subdistrict.code
        var free = files.names.neighbourhoods.filter { !usedNames[district, default: []].contains($0.zh) }
        dice.shuffle(&free)
        if mayBearItsName, let own = Self.stem(files.gazetteer.places.first { $0.code == subdistrict.code }),
            dice.chance(0.6)
        {
            free.removeAll { $0.zh == own.zh }
            if !usedNames[district, default: []].contains(own.zh) { free.insert(own, at: 0) }
        }
        let chosen = free.prefix(max(0, count))
        usedNames[district, default: []].formUnion(chosen.map(\.zh))
        return chosen.map { Phrase(zh: $0.zh + "社区", en: $0.en + " Neighbourhood") }
    }

    /// "左家塘" of 左家塘街道; nil for zones and the like.
    private static func stem(_ place: Place?) -> Phrase? {
        guard let place, let ending = ["街道", "镇", "乡"].first(where: { place.name.hasSuffix($0) }),
            let english = place.nameEn.split(separator: " ").first
        else { return nil }
        return Phrase(zh: String(place.name.dropLast(ending.count)), en: String(english))
    }

    private func centre(in subdistrict: DemoFiles.Subdistrict, _ dice: inout Dice) -> Coordinate {
        let outline = files.outlines[subdistrict.code.ancestor(.district) ?? subdistrict.code]
        for _ in 0..<40 {
            let point = subdistrict.centre.moved(
                east: dice.normal() * subdistrict.radius * 0.6, north: dice.normal() * subdistrict.radius * 0.6)
            if let shape = outline?.shape, shape.contains(point), shape.distanceToBoundary(from: point) > 150 {
                return point
            }
        }
        return subdistrict.centre
    }
}
