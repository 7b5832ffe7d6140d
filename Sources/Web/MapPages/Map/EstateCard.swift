import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// What opens at an estate on the map: a piece of a page.
struct EstateCard {
    let estate: Estate
    let stages: StageNames
    let places: PlaceNames
    let survey: SurveyForm

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        stages = StageNames(try register.stageList(in: tx))
        places = PlaceNames(try register.placeNames([estate.place], in: tx))
        survey = try register.form(.estate, in: tx)
    }
}

extension EstateCard {
    private static let figures = [
        CoreFact.builtYears, CoreFact.buildings, CoreFact.households, CoreFact.floorArea,
    ]

    func view(_ t: Language) -> Html {
        let figures = Html.each(Self.figures.compactMap { survey.question($0) }) { question in
            let fact = estate.facts[question.key]
            let value = fact.map { question.shown($0.value, isApproximate: $0.isApproximate, t) } ?? t("未知", "unknown")
            return "<div><dt>\(question.label(t))</dt><dd>\(value)</dd></div>"
        }
        return """
            <div class="map-card"><div class="map-card-head"><h2>\(estate.name)</h2>\(stages.pill(estate.stage, t))</div>\
            <p class="note">\(places.path(estate.place, t)) · \(estate.number)</p><dl class="map-figures">\(figures)</dl>\
            \(linkButton(t("打开小区", "Open"), Link("/estates/\(estate.id)"), .primary))</div>
            """
    }
}
