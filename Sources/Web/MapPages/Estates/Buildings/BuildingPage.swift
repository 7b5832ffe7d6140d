import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// One building: its facts, its entrances with their dwellings, its history.
struct BuildingPage {
    /// An entrance that was sent and refused.
    struct EntranceDraft: Sendable {
        let name: String
        let dwellings: String
        let errors: [Refusal]
    }

    let estate: Estate
    let building: Building
    let survey: SurveyForm
    let places: PlaceNames
    let entrances: [Entrance]
    let photos: PhotoCard
    let history: [RecordedAct]
    let words: HistoryWords
    /// Of the officers who entered facts.
    let names: PersonNames
    let canCorrect: Bool
    let wasSaved: Bool
    let wasUnchanged: Bool

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        (estate, building) = try Self.find(visit, in: tx)
        survey = try register.form(.building, in: tx)
        places = PlaceNames(try register.placeNames([estate.place], in: tx))
        entrances = try register.entrances(of: building.id, in: tx)
        history = try RecordQueries.history(
            of: Subject("building", building.id), reader: visit.actor, limit: EstatePage.historyShown,
            vault: visit.hall.vault, tx: tx)
        words = try HistoryWords(history, survey: survey, register: register, in: tx)
        names = try PersonNames(of: building.facts.officers, reader: visit.actor, vault: visit.hall.vault, tx: tx)
        canCorrect = visit.actor.may(.correctEstates, at: estate.place)
        photos = try PhotoCard(
            of: estate.id, building: building.id, among: [building], mayAdd: canCorrect, register, in: tx)
        wasSaved = visit.query["saved"] != nil
        wasUnchanged = visit.query["unchanged"] != nil
    }

    /// The building in the address, if it stands in the estate in the address.
    static func find(_ visit: Visit, in tx: Tx) throws -> (Estate, Building) {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        let building = try register.visibleBuilding(try visit.id("building"), for: visit.actor, in: tx)
        guard building.estate == estate.id else { throw Visit.notFound }
        return (estate, building)
    }

    var link: Link { "/estates/\(estate.id)/buildings/\(building.id)" }
    var edit: Link? { canCorrect ? "/estates/\(estate.id)/buildings/\(building.id)/edit" : nil }
    var facts: FactLines {
        FactLines(survey: survey, facts: building.facts, names: names, place: estate.place, edit: edit)
    }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        try BuildingPage(visit, in: tx).answer(visit, nil)
    }

    /// Adds an entrance with its dwellings.
    static func addEntrance(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        let building: ID<Building> = try visit.id("building")
        let (name, dwellings) = (sent.text("name"), sent.text("dwellings"))
        do {
            let listed = try EditFields.lines(dwellings).map(Self.dwelling)
            _ = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try visit.hall.register.registerEntrance(name, dwellings: listed, of: building, in: deed)
            }
            let estate: ID<Estate> = try visit.id()
            let link: Link = "/estates/\(estate)/buildings/\(building)"
            return .see(link.with("saved", 1).fragment("entrances"))
        } catch {
            let taken = Refusal(
                .conflict, "entrance.twice", zh: "该楼已有同名单元或房号。",
                en: "The building has such an entrance or dwelling already.", field: "name")
            let draft = EntranceDraft(name: name, dwellings: dwellings, errors: try error.fieldRefusals(taken: taken))
            return try await visit.hall.database.read { tx in try BuildingPage(visit, in: tx).answer(visit, draft) }
        }
    }

    /// "301 86.5 D20260301": the number, then the area and the official code where they are known.
    private static func dwelling(_ line: String) throws -> DwellingDraft {
        let parts = line.split { $0.isWhitespace || ",,;;".contains($0) }.map(String.init)
        guard parts.count > 1 else { return DwellingDraft(name: parts.first ?? "") }
        guard parts.count <= 3, let area = Double(parts[1]).flatMap({ Area(m2: $0) }) else {
            throw Refusal(
                "dwelling.line", zh: "“\(line.prefix(40))”无法识别；请写成“房号 面积 官方代码”，例如“301 86.5”。",
                en: "“\(line.prefix(40))” cannot be read; write number, area, official code, such as “301 86.5”.",
                field: "dwellings")
        }
        return DwellingDraft(name: parts[0], floorArea: area, officialCode: parts.count > 2 ? parts[2] : "")
    }

    private func answer(_ visit: Visit, _ draft: EntranceDraft?) -> Frame.Answer {
        let t = visit.language
        let title = "\(estate.name) \(building.name)"
        return visit.page(
            title, assets: PhotoRoutes.assets, source: visit.registerSource, view(t, title, csrf: visit.csrf, draft)
        ).refused(draft?.errors ?? [])
    }
}
