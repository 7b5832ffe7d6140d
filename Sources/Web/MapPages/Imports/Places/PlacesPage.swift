import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The places of the register from the city down, with their estates, and the neighbourhoods that wait to be confirmed.
struct PlacesPage {
    let city: City
    let districts: [PlaceCount]
    let unconfirmed: (first: [PlaceCount], total: Int)
    let names: PlaceNames
    let mayEdit: Bool
    let exports: [Html]
    let csrf: String

    static let routes: [Route] = [
        .page("/places", .right(.readEstates)) { visit, tx in
            let page = try PlacesPage(visit, in: tx)
            return visit.page(visit.language("区划", "Places"), page.view(visit.language))
        },
        .page("/places/{code}", .right(.readEstates)) { visit, tx in
            let page = try PlacePage(visit, try visit.place(), in: tx)
            return page.answer(visit)
        },
    ]

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        city = visit.hall.city
        districts = try register.placeCounts(below: city.code, for: visit.actor, in: tx)
        mayEdit = visit.actor.may(.editPlaces)
        exports = visit.exportButtons(.places) { "/places.\($0)" }
        let scope = visit.actor.scope(mayEdit ? .editPlaces : .readEstates)
        unconfirmed = try register.unconfirmedNeighbourhoods(within: scope, in: tx)
        names = PlaceNames(try register.placeNames(unconfirmed.first.map(\.place.code), in: tx))
        csrf = visit.csrf
    }
}

/// One place: what lies below it, and what an officer may do with it.
struct PlacePage {
    let place: Place
    let path: [Place]
    let below: [PlaceCount]
    /// Estates that no neighbourhood of the place has.
    let loose: Int
    let estates: Int
    /// Subdistricts it can merge into or give neighbourhoods to.
    let heirs: [Place]
    let mayEdit: Bool
    let csrf: String
    let today: Day
    var typed = FormData()
    var refusals: [Refusal] = []

    /// - Throws: a refusal of kind `.notFound` for a place that is not in the register.
    init(_ visit: Visit, _ code: PlaceCode, in tx: Tx) throws {
        let register = visit.hall.register
        guard let place = try register.place(code, in: tx), code.level >= .district else { throw Visit.notFound }
        try visit.actor.require(.readEstates, at: code)
        self.place = place
        path = try register.path(of: code, in: tx)
        below = code.level == .neighbourhood ? [] : try register.placeCounts(below: code, for: visit.actor, in: tx)
        loose = try register.estatesDirectly(at: code, in: tx)
        estates = try register.estates(within: [code], in: tx)
        mayEdit = visit.actor.may(.editPlaces, at: code) && place.endedOn == nil
        heirs =
            mayEdit && code.level == .subdistrict
            ? try register.places(below: code.ancestor(.district) ?? code, in: tx).filter { $0.code != code } : []
        csrf = visit.csrf
        today = visit.today
    }
}
