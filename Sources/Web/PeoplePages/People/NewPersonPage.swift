import Components
import Cryptography
import Frame
import Html
import Identity
import Kernel
import Store

/// Making an account, with its first post if it is known already.
struct NewPersonPage {
    let places: PlaceChoices
    let sent: Sent
    let link: Link
    let csrf: String

    static let routes = formPage("/people/new", .right(.managePeople), show: show, send: send)

    private static func show(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws -> Answer {
        let t = visit.language
        let title = t("新建账号", "New account")
        let page = NewPersonPage(
            places: try PlaceChoices(within: visit.actor.scope(.managePeople), visit, tx), sent: sent,
            link: visit.path, csrf: visit.csrf)
        let crumbs = breadcrumbs(t, [Crumb(t("人员", "People"), "/people"), Crumb(title)])
        return visit.page(title, layout: .narrow, crumbs + pageHead(title) + page.view(t))
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let hall = visit.hall
        let person = NewPerson(
            login: form.text("login"), name: form.text("name"), phone: form.text("phone"),
            place: try form.requiredPlace("place"), language: Language(rawValue: form.text("language")) ?? .zh)
        let role = Role(rawValue: form.text("role"))
        let password = Random.password()
        let hash = try await PasswordHash(password, pool: hall.passwords)
        let made = try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
            let id = try PersonActs.create(person, password: hash, vault: hall.vault, deed: deed)
            if let role { try PostActs.appoint(id, as: role, at: person.place, from: deed.today, deed: deed) }
            return try PersonQueries.person(id, vault: hall.vault, tx: deed.tx)
        }
        guard let made else { throw Visit.notFound }
        return PersonForms.personSheet(
            made, visit.language("账号已建立", "The account is made"), visit,
            PersonForms.oneTimePassword(password, of: made, visit.language))
    }

    private func view(_ t: Language) -> Html {
        let languages = [Choice("zh", "中文"), Choice("en", "English")]
        let fields = [
            FormField(
                "login", t("登录名", "Login name"), .text(sent.value("login"), .code, limit: 32),
                help: t(
                    "3 至 32 个小写字母、数字、点或横线，以字母开头。", "3 to 32 small letters, digits, dots or dashes; a letter first."),
                error: sent.error("login", t), required: true),
            FormField(
                "name", t("姓名", "Name"), .text(sent.value("name"), limit: 40), error: sent.error("name", t),
                required: true),
            FormField(
                "phone", t("电话", "Phone"), .text(sent.value("phone"), .telephone, limit: 20),
                help: t("加密保存，只有管理这个账号的人看得到。", "Kept sealed; seen only by those who manage the account."),
                error: sent.error("phone", t)),
            FormField(
                "place", t("所属地", "Account of"), places.control(selected: sent.value("place"), t),
                help: t("管理该地人员的人管理这个账号。", "Whoever manages people there manages the account."),
                error: sent.error("place", t), required: true),
            FormField(
                "role", t("岗位（可以后再设）", "Post (can be set up later)"),
                .select(PostForms.roles(t), selected: sent.value("role"), empty: t("暂不设立", "none for now")),
                help: t("设在所属地，从今天起。", "At the same place, from today."), error: sent.error("role", t)),
            FormField(
                "language", t("界面语言", "Language"),
                .radios(languages, selected: sent.value("language", or: t.rawValue))),
        ]
        let buttons = [submitButton(t("建立账号", "Make the account")), linkButton(t("取消", "Cancel"), "/people", .plain)]
        let sheet = form(
            action: link, csrf: csrf, guardsChanges: true, Html.each(fields) { field(t, $0) } + formActions(buttons))
        return stack([places.filter(at: link, t), sent.summary(t), card(sheet)].filter { !$0.isEmpty })
    }
}
