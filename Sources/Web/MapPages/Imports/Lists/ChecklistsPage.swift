import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The lists of other departments against which estates are checked, with how many of their names were found.
struct ChecklistsPage {
    let lists: [Checklist]
    let names: PlaceNames
    let city: Phrase
    let mayImport: Bool
    let exports: [Html]

    static let routes: [Route] = [
        .page("/checklists", .right(.readEstates)) { visit, tx in
            let page = try ChecklistsPage(visit, in: tx)
            return visit.page(visit.language("比对名单", "Cross-check lists"), page.view(visit.language))
        },
        .page("/checklists/{id}", .right(.readEstates)) { visit, tx in
            let page = try ChecklistPage(visit, in: tx)
            return visit.page(page.list.source, page.view(visit.language))
        },
        .act("/checklists/{id}/withdraw", .right(.importChecklists)) { visit, _ in
            let (id, hall) = (try visit.id(of: Checklist.self), visit.hall)
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                try hall.register.withdrawChecklist(id, in: deed)
            }
            return .see("/checklists")
        },
    ]

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        lists = try register.checklists(for: visit.actor, in: tx)
        names = PlaceNames(try register.placeNames(lists.map(\.place), in: tx))
        city = visit.hall.city.name
        mayImport = visit.actor.may(.importChecklists)
        exports = lists.isEmpty ? [] : visit.exportButtons(.checklists) { "/checklists.\($0)" }
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
    let mayWithdraw: Bool
    let exports: [Html]
    let csrf: String

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        list = try register.checklist(try visit.id(), for: visit.actor, in: tx)
        isFound = Self.isFound(visit.query)
        total = isFound.map { [list] in $0 ? list.matched : list.entries - list.matched } ?? list.entries
        page = shownPage(visit.query.page, of: total, size: Self.size)
        entries = try register.checklistEntries(of: list.id, isFound: isFound, page: page, size: Self.size, in: tx)
        names = PlaceNames(try register.placeNames(entries.map(\.place), in: tx))
        here = visit.path
        let (id, found) = (list.id.description, visit.query["found"])
        exports = visit.exportButtons(.checklists) { ending in
            ("/checklists.\(ending)" as Link).with("list", id).with("found", found)
        }
        mayWithdraw = visit.actor.may(.importChecklists, at: list.place)
        csrf = visit.csrf
    }

    /// Only names that are estates of the register, or only those that are not; all when nil.
    static func isFound(_ query: FormData) -> Bool? { ["yes": true, "no": false][query.text("found")] }
}
