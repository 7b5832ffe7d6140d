import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// One person: the account, the posts with their change of hands, and what may be done about them.
struct PersonPage {
    let person: Person
    let posts: [HeldPost]
    /// Posts that are over.
    let former: [HeldPost]
    let places: PlaceTitles
    let today: Day
    let mayManage: Bool
    let mayReadRecord: Bool
    let seesPhone: Bool
    /// Nobody disables or erases the own account.
    let isMe: Bool
    let done: Html

    static let routes: [Route] = [
        .page("/people/{id}", .right(.readPeople)) { visit, tx in
            let page = try PersonPage(visit, tx)
            return visit.page(page.person.name, page.view(visit.language))
        }
    ]

    init(_ visit: Visit, _ tx: Tx) throws {
        person = try Self.person(visit, tx)
        today = visit.today
        let all = try HeldPost.all(of: person.id, from: Self.earliest, reader: visit, tx)
        let today = today
        posts = all.filter { ($0.holding.to ?? today) >= today && ($0.post.to ?? today) >= today }
        former = all.filter { ($0.holding.to ?? today) < today || ($0.post.to ?? today) < today }
        places = try PlaceTitles(all.map(\.post.place) + [person.place], visit, tx)
        mayManage = visit.actor.may(.managePeople, at: person.place) && !person.isErased
        seesPhone = visit.actor.seesPhone(of: person.id, at: person.place)
        mayReadRecord = visit.actor.may(.readRecord)
        isMe = visit.actor.person == person.id
        done = Done.notice(visit)
    }

    private static let earliest = Day(number: -25_567)  // 1900-01-01

    /// The person of the address, if the account or one of the posts lies within the reader's reach.
    static func person(_ visit: Visit, _ tx: Tx) throws -> Person {
        guard let person = try PersonQueries.person(visit.id(), vault: visit.hall.vault, tx: tx) else {
            throw Visit.notFound
        }
        if visit.actor.may(.readPeople, at: person.place) { return person }
        let posts = try PostQueries.posts(of: person.id, from: visit.today, tx: tx)
        guard posts.contains(where: { visit.actor.may(.readPeople, at: $0.post.place) }) else { throw Visit.notFound }
        return person
    }
}
