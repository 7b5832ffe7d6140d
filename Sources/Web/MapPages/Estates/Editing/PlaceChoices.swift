import Kernel
import Registry
import Store

/// The places that an estate may be put at.
struct PlaceChoices {
    /// Districts within reach; a choice among them comes first when there are several.
    let districts: [Place]
    /// Subdistricts, each followed by its neighbourhoods.
    let choices: [PlaceChoice]

    /// - Parameters:
    ///   - scope: where the officer may put estates.
    ///   - district: the one to list; nil lists all of the scope when it is a single one.
    ///   - current: where the estate lies now; listed in any case.
    init(
        within scope: Scope, district: PlaceCode?, current: PlaceCode? = nil, register: Register, in tx: Tx
    ) throws {
        let reached = Scope(scope.places.map { $0.ancestor(.district) ?? $0 })
        districts = try register.places(at: .district, within: reached, in: tx)
        guard let district = district ?? (districts.count == 1 ? districts[0].code : nil) else {
            choices = []
            return
        }
        let within = scope.narrowed(to: district)
        var places = try register.places(at: .subdistrict, within: within, in: tx)
        places += try register.places(at: .neighbourhood, within: within, in: tx)
        if let current, !places.contains(where: { $0.code == current }), let place = try register.place(current, in: tx)
        {
            places.append(place)
        }
        let names = PlaceNames(try register.placeNames(places.map(\.code), in: tx))
        choices = places.sorted { $0.code < $1.code }.map { PlaceChoice(code: $0.code, title: Self.title($0, names)) }
    }

    private static func title(_ place: Place, _ names: PlaceNames) -> Phrase {
        let path = Phrase(
            zh: names.path(place.code, from: .subdistrict, .zh), en: names.path(place.code, from: .subdistrict, .en))
        if place.code.level == .subdistrict {
            return Phrase(zh: path.zh + "（社区未填）", en: path.en + " (neighbourhood not given)")
        }
        return place.isConfirmed ? path : Phrase(zh: path.zh + "（待确认）", en: path.en + " (unconfirmed)")
    }
}
