import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// Choosing a place in a form: city, districts and subdistricts; or one district, chosen first, with its
/// neighbourhoods.
struct PlaceChoices: Sendable {
    private let districts: [Place]
    private let places: [Place]
    private let titles: PlaceTitles
    let district: PlaceCode?

    /// - Parameter scope: where the chosen place may lie.
    init(within scope: Scope, _ visit: Visit, _ tx: Tx) throws {
        let register = visit.hall.register
        district = visit.query["district"].flatMap { PlaceCode($0) }.flatMap { $0.level == .district ? $0 : nil }
        districts = try register.places(at: .district, within: scope, in: tx)
        let narrowed = district.map { scope.narrowed(to: $0) } ?? scope
        let levels: [PlaceCode.Level] =
            district == nil ? [.district, .subdistrict] : [.district, .subdistrict, .neighbourhood]
        var places = scope.contains(visit.hall.city.code) && district == nil ? [Self.place(of: visit.hall.city)] : []
        for level in levels { places += try register.places(at: level, within: narrowed, in: tx) }
        self.places = places.sorted { $0.code < $1.code }
        titles = try PlaceTitles(places.map(\.code), visit, tx)
    }

    private static func place(of city: City) -> Place {
        Place(code: city.code, name: city.name.zh, nameEn: city.name.en)
    }

    func control(selected: String, _ t: Language) -> Control {
        .select(
            places.map { Choice($0.code.digits, titles.path($0.code, t)) }, selected: selected,
            empty: t("请选择", "Choose"))
    }

    /// Above the form: one district, so that its neighbourhoods can be chosen. Nothing where there is but one.
    func filter(at link: Link, _ t: Language) -> Html {
        guard districts.count > 1 || district != nil else { return "" }
        let all = Choice("", t("到街道为止", "down to subdistricts"))
        let choices = [all] + districts.map { Choice($0.code.digits, $0.title(t)) }
        return filterBar(
            t, action: link.with("district", nil),
            [
                filterSelect(
                    label: t("列出哪个区的社区", "List the neighbourhoods of"), name: "district", options: choices,
                    selected: district?.digits ?? "")
            ])
    }
}
