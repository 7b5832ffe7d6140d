import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The city at a glance: the article's numbers, computed from the register as it stands, and what waits for the reader.
struct CityPage {
    struct District {
        let place: Place
        let totals: Totals
        let progress: DistrictProgress
        /// The district's estates; nil where the reader may not read them.
        let link: Link?
    }

    let city: City
    let day: Day
    /// Whose programme counts as this year's.
    let year: Int
    let summary: Summary
    let districts: [District]
    /// Districts beyond those shown.
    let furtherDistricts: Int
    let stages: StageNames
    /// Nil for who has nothing to mend anywhere.
    let waiting: Waiting?
    let mayReadEstates: Bool
    let isSignedIn: Bool
    let scopeNote: Html
    /// Nil for who may not see estates.
    let map: MapSource?

    private static let districtLimit = 100

    init(_ visit: Visit, in tx: Tx) throws {
        let (register, actor) = (visit.hall.register, visit.actor)
        city = visit.hall.city
        day = visit.dataDay
        year = day.year
        summary = try register.summary(for: actor, in: tx)
        let progress = try register.progress(inProgrammeOf: year, for: actor, in: tx)
        let shown = summary.byDistrict.prefix(Self.districtLimit)
        let places = try register.placeNames(shown.map(\.place), in: tx)
        let mayRead = actor.may(.readEstates)
        districts = shown.map { code, totals in
            District(
                place: places[code] ?? Place(code: code, name: code.digits), totals: totals,
                progress: progress[code] ?? DistrictProgress(),
                link: actor.may(.readEstates, at: code) ? EstateQuery.list { $0.place = code } : nil)
        }
        furtherDistricts = summary.byDistrict.count - shown.count
        stages = StageNames(try register.stageList(in: tx))
        let mends = actor.may(.correctEstates) || actor.may(.importEstates)
        waiting = mends ? try register.waiting(today: day, for: actor, in: tx) : nil
        mayReadEstates = mayRead
        isSignedIn = visit.signedIn != nil
        scopeNote = mayRead ? visit.scopeNote(try visit.scopeNames(in: tx)) : ""
        let frame = mayRead ? try register.frame(of: EstateFilter(), for: actor, in: tx) : nil
        map = mayRead ? try MapSource(EstateQuery(), frame: frame.map { MapFrame($0) }, visit, in: tx) : nil
    }

    var figuresOfYear: Summary.Year { summary.byYear.first { $0.year == year }?.figures ?? Summary.Year() }

    func figures(of year: Int) -> Summary.Year? { summary.byYear.first { $0.year == year }?.figures }

    /// The stages of one look in the city's list, as the list's `stage` parameter takes them.
    func codes(_ look: StageLook) -> [String] { stages.all.filter { $0.look == look }.map(\.code) }

    /// The stock by what it looks like on the map.
    var byLook: [(look: StageLook, totals: Totals)] {
        var sums: [StageLook: Totals] = [:]
        for (stage, totals) in summary.byStage {
            sums[stages[stage].look, default: Totals()].add(totals)
        }
        return StageLook.allCases.compactMap { look in sums[look].map { (look, $0) } }
    }
}

extension Totals {
    mutating func add(_ other: Totals) {
        estates += other.estates
        buildings += other.buildings
        households += other.households
        floorArea = floorArea + other.floorArea
        unknownHouseholds += other.unknownHouseholds
        unknownFloorArea += other.unknownFloorArea
    }
}
