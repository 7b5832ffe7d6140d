import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// The API tokens of somebody else, for whoever manages the account: to be seen and ended, never issued.
enum PersonTokens {
    static let routes: [Route] =
        [
            .page("/people/{id}/tokens", .right(.managePeople)) { visit, tx in
                let person = try managed(visit, tx)
                let list = try TokenList(of: person.id, at: "/people/\(person.id)/tokens", visit, tx)
                let parts = [Done.notice(visit), list.view(visit.language)].filter { !$0.isEmpty }
                let title = TokensPage.title(visit.language)
                return PersonForms.personSheet(person, title, visit, layout: .standard, stack(parts))
            }
        ] + revoke

    /// The person of the address, where the reader manages the account.
    private static func managed(_ visit: Visit, _ tx: Tx) throws -> Person {
        let person = try PersonPage.person(visit, tx)
        guard visit.actor.may(.managePeople, at: person.place) else { throw Visit.notFound }
        return person
    }

    private static let revoke = formPage(
        "/people/{id}/tokens/{token}/revoke", .right(.managePeople)
    ) { visit, tx, sent in
        let person = try managed(visit, tx)
        let body = try TokenList.question(of: person.id, back: "/people/\(person.id)/tokens", visit, tx, sent)
        return PersonForms.personSheet(person, TokenList.revoke(visit.language), visit, body)
    } send: { visit, _ in
        let id: ID<PersonTag> = try visit.id()
        try await TokenList.revoke(of: id, visit)
        return .see(Done.tokenRevoked.told(on: "/people/\(id)/tokens"))
    }
}
