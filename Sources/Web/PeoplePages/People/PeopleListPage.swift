import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// Everybody with an account within the reader's reach.
struct PeopleListPage {
    struct Line {
        let person: Person
        let posts: [Post]
    }

    struct Filter: Sendable {
        let text: String
        let role: Role?
        let district: PlaceCode?
        let state: String

        init(_ query: FormData) {
            text = query.text("q")
            role = Role(rawValue: query.text("role"))
            district = PlaceCode(query.text("district"))
            state = query.text("state")
        }

        func link(_ base: Link) -> Link {
            base.with("q", text.isEmpty ? nil : text).with("role", role?.rawValue)
                .with("district", district?.digits).with("state", state.isEmpty ? nil : state)
        }

        var isEmpty: Bool { text.isEmpty && role == nil && district == nil && state.isEmpty }
    }

    let filter: Filter
    let lines: [Line]
    /// Known once the list was read from its beginning to its end.
    let total: Int?
    /// After whom the next page goes on; nil at the end.
    let next: ID<PersonTag>?
    let isFirst: Bool
    let districts: [Place]
    let places: PlaceTitles
    let mayManage: Bool
    let exports: [Html]
    let link: Link
    let done: Html

    static let routes: [Route] =
        [
            .page("/people", .right(.readPeople)) { visit, tx in
                let page = try PeopleListPage(visit, tx)
                return visit.page(visit.language("人员", "People"), page.view(visit.language))
            }
        ]
        + Route.exports("/people", .people) { visit, _ in
            let (filter, reader) = (Filter(visit.query), visit.actor)
            return .people(filter.district) { filter.accepts($0, $1, reader: reader) }
        }

    private static let size = 50
    /// Names lie sealed, so that searching opens them one by one; so many at a time.
    private static let opened = 4_000
    private static let portion = 200

    init(_ visit: Visit, _ tx: Tx) throws {
        let query = visit.query
        filter = Filter(query)
        let after = ID<PersonTag>(query.text("after"))
        isFirst = after == nil
        let found = try Self.search(filter, after: after, visit, tx)
        lines = found.lines
        next = found.next
        total = isFirst && found.next == nil ? found.lines.count : nil
        districts = try visit.hall.register.places(at: .district, within: visit.actor.scope(.readPeople), in: tx)
        places = try PlaceTitles(lines.flatMap { [$0.person.place] + $0.posts.map(\.place) }, visit, tx)
        mayManage = visit.actor.may(.managePeople)
        link = visit.path.with("after", nil).with("done", nil)
        let filter = filter
        exports = visit.exportButtons(.people) { filter.link("/people.\($0)") }
        done = Done.notice(visit)
    }

    /// Goes through the accounts from `after` on until a page is full, the list ends, or enough names were opened.
    private static func search(
        _ filter: Filter, after: ID<PersonTag>?, _ visit: Visit, _ tx: Tx
    ) throws -> (lines: [Line], next: ID<PersonTag>?) {
        var last = try after.flatMap { try PersonQueries.person($0, vault: visit.hall.vault, tx: tx) }
        var (lines, looked): ([Line], Int) = ([], 0)
        while looked < opened {
            let people = try PersonQueries.list(
                reader: visit.actor, after: last, limit: portion, vault: visit.hall.vault, tx: tx)
            for person in people {
                if lines.count == size { return (lines, last?.id) }
                looked += 1
                last = person
                // Most are passed over by themselves; only of the others the posts are looked up.
                guard filter.accepts(person, reader: visit.actor) else { continue }
                let posts = try PostQueries.posts(of: person.id, from: visit.today, tx: tx).map(\.post)
                guard filter.accepts(person, posts, reader: visit.actor) else { continue }
                lines.append(Line(person: person, posts: posts))
            }
            if people.count < portion { return (lines, nil) }
        }
        return (lines, last?.id)
    }
}

extension PeopleListPage.Filter {
    func accepts(_ person: Person, _ posts: [Post], reader: Actor) -> Bool {
        accepts(person, reader: reader) && (role.map { role in posts.contains { $0.role == role } } ?? true)
    }

    func accepts(_ person: Person, reader: Actor) -> Bool {
        if let district, !district.contains(person.place) { return false }
        switch state {
        case "disabled" where !person.isDisabled: return false
        case "active" where person.isDisabled: return false
        case "codeless" where person.hasSecondFactor: return false
        default: break
        }
        guard !text.isEmpty else { return true }
        let wanted = text.lowercased()
        return person.login.contains(wanted) || person.name.lowercased().contains(wanted)
            || reader.seesPhone(of: person.id, at: person.place) && person.phone?.contains(wanted) ?? false
    }
}
