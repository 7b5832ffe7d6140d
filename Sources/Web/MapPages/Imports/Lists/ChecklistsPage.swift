import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// The lists of other departments against which estates are checked, with how many of their names were found.
struct ChecklistsPage {
    let lists: [Checklist]
    let names: PlaceNames
    let city: Phrase
    let mayImport: Bool

    static let routes: [Route] = [
        .page("/checklists", .right(.readEstates)) { visit, tx in
            let page = try ChecklistsPage(visit, in: tx)
            return visit.page(visit.language("比对名单", "Cross-check lists"), page.view(visit.language))
        },
        .page("/checklists/{id}", .right(.readEstates)) { visit, tx in
            let page = try ChecklistPage(visit, in: tx)
            return visit.page(page.list.source, page.view(visit.language))
        },
    ]

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        lists = try register.checklists(for: visit.actor, in: tx)
        names = PlaceNames(try register.placeNames(lists.map(\.place), in: tx))
        city = visit.hall.city.name
        mayImport = visit.actor.may(.importChecklists)
    }
}

/// One list: its names, and which estates they are.
struct ChecklistPage {
    static let size = 100

    let list: Checklist
    let entries: [ChecklistEntry]
    let total: Int
    let isFound: Bool?
    let page: Int
    let names: PlaceNames
    let here: Link

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        list = try register.checklist(try visit.id(), for: visit.actor, in: tx)
        isFound = ["yes": true, "no": false][visit.query.text("found")]
        page = max(visit.query.number("page") ?? 1, 1)
        total = isFound.map { [list] in $0 ? list.matched : list.entries - list.matched } ?? list.entries
        entries = try register.checklistEntries(of: list.id, isFound: isFound, page: page, size: Self.size, in: tx)
        names = PlaceNames(try register.placeNames(entries.map(\.place), in: tx))
        here = visit.path
    }
}
