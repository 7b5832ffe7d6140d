import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// Choosing somebody in a form: from a list while it is short, by login name otherwise. Either way the login name is
/// sent.
struct PersonChoices: Sendable {
    private static let longest = 300

    private let people: [Person]
    private let isWhole: Bool

    /// The active accounts within the reader's reach.
    init(_ visit: Visit, _ tx: Tx) throws {
        var (people, last, isWhole): ([Person], Person?, Bool) = ([], nil, false)
        while people.count <= Self.longest, !isWhole {
            let more = try PersonQueries.list(
                reader: visit.actor, after: last, limit: 200, vault: visit.hall.vault, tx: tx)
            people += more.filter { !$0.isDisabled }
            last = more.last
            isWhole = more.count < 200
        }
        self.people = people
        self.isWhole = isWhole && people.count <= Self.longest
    }

    func control(selected: String, _ t: Language) -> Control {
        guard isWhole else { return .text(selected, .code, placeholder: t("登录名", "login name"), limit: 64) }
        let choices = people.map { Choice($0.login, "\($0.name) · \($0.login)") }
        return .select(choices, selected: selected, empty: t("请选择", "Choose"))
    }

    /// The person that a form names.
    /// - Throws: a refusal at the field.
    static func chosen(_ form: FormData, field: String = "person", tx: Tx) throws -> ID<PersonTag> {
        guard !form.text(field).isEmpty else {
            throw Refusal("post.person", zh: "请选择人员。", en: "Choose the person.", field: field)
        }
        guard let id = try PersonQueries.id(login: form.text(field).lowercased(), tx: tx) else {
            throw Refusal(
                "post.person", zh: "没有登录名为“\(form.text(field))”的人；请重新选择。",
                en: "Nobody has the login name “\(form.text(field))”; choose again.", field: field)
        }
        return id
    }
}
