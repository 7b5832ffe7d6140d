import Components
import Cryptography
import Frame
import Html
import Identity
import Kernel
import Ledger
import Store

/// What is done to an account, each on a page that says what it means and asks once.
enum PersonForms {
    /// One such act.
    struct Step: Sendable {
        /// The last part of its address.
        let path: String
        let title: Phrase
        let meaning: Phrase
        let style: ButtonStyle
        /// Not for the own account.
        let isForOthers: Bool
        let fits: @Sendable (Person) -> Bool
        let done: Done
        /// Nil for the steps that have pages of their own.
        let act: (@Sendable (ID<PersonTag>, Deed) throws -> Void)?
    }

    static let steps = [reset, removeCodes, disable, enable, erase]

    static let routes: [Route] =
        steps.flatMap { step in step.act.map { confirmPage(step, $0) } ?? [] } + resetPage + erasePage + editPage

    private static let reset = Step(
        path: "password", title: Phrase(zh: "重置密码", en: "Reset the password"),
        meaning: Phrase(
            zh: "生成一个一次性密码，只显示一次，七天内有效；此人所有登录和 API 令牌立即失效，下次登录时必须换成自己的密码。",
            en:
                "Makes a one-time password, shown once and good for seven days. The person is signed out everywhere, "
                + "API tokens end, and an own password must be chosen at the next sign-in."),
        style: .quiet, isForOthers: true, fits: { !$0.isDisabled }, done: .password, act: nil)

    private static let removeCodes = Step(
        path: "second-factor", title: Phrase(zh: "解除第二步验证", en: "Take the second step away"),
        meaning: Phrase(
            zh: "手机丢失或更换时使用。解除后凭密码即可登录；请先确认提出请求的确是本人。",
            en:
                "For a phone that is lost or replaced. Afterwards the password alone signs in: make sure first that it is "
                + "really this person who asks."),
        style: .quiet, isForOthers: true, fits: { $0.hasSecondFactor && !$0.isErased }, done: .codesRemoved
    ) { try SecondFactor.remove($0, deed: $1) }

    private static let disable = Step(
        path: "disable", title: Phrase(zh: "停用账号", en: "Disable the account"),
        meaning: Phrase(
            zh: "立即退出所有登录，吊销 API 令牌，不能再登录；岗位保留，等待交接。随时可以重新启用。",
            en:
                "Signs the person out everywhere and ends API tokens; no sign-in any more. The posts stay, to be handed "
                + "over. It can be undone."
        ),
        style: .danger, isForOthers: true, fits: { !$0.isDisabled }, done: .disabled
    ) { try PersonActs.disable($0, deed: $1) }

    private static let enable = Step(
        path: "enable", title: Phrase(zh: "启用账号", en: "Enable the account"),
        meaning: Phrase(zh: "恢复登录，岗位与权限照旧。", en: "Signing in works again, with the posts and rights as they are."),
        style: .quiet, isForOthers: true, fits: { $0.isDisabled && !$0.isErased }, done: .enabled
    ) { try PersonActs.enable($0, deed: $1) }

    private static let erase = Step(
        path: "erase", title: Phrase(zh: "删除个人信息", en: "Erase the person"),
        meaning: Phrase(
            zh: "销毁此人的密钥：姓名与电话从此在任何地方都读不出来，包括操作记录；记录本身保持完整。无法撤销。",
            en: "Destroys the person's key: name and phone can be read nowhere any more, not even in the record, which "
                + "stays whole. It cannot be undone."),
        style: .danger, isForOthers: true, fits: { !$0.isErased }, done: .erased, act: nil)

    // MARK: one question

    private static func confirmPage(
        _ step: Step, _ act: @escaping @Sendable (ID<PersonTag>, Deed) throws -> Void
    ) -> [Route] {
        formPage("/people/{id}/\(step.path)", .right(.managePeople)) { visit, tx, sent in
            try question(step, visit, tx, sent)
        } send: { visit, _ in
            let id: ID<PersonTag> = try visit.id()
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in try act(id, deed) }
            return .see(step.done.told(on: "/people/\(id)"))
        }
    }

    /// - Parameter field: what must be filled in beside the button.
    private static func question(
        _ step: Step, _ visit: Visit, _ tx: Tx, _ sent: Sent, field: Html = ""
    ) throws -> Answer {
        let t = visit.language
        let person = try PersonPage.person(visit, tx)
        let page: Link = "/people/\(person.id)"
        let buttons = [
            submitButton(step.title(t), step.style == .danger ? .danger : .primary),
            linkButton(t("取消", "Cancel"), page, .plain),
        ]
        let ask = form(action: page.step(step.path), csrf: visit.csrf, field + formActions(buttons))
        let parts = [sent.summary(t), card("<p>\(step.meaning(t))</p>\(ask)")].filter { !$0.isEmpty }
        return personSheet(person, step.title(t), visit, stack(parts))
    }

    /// A page about one person, under its own title.
    static func personSheet(
        _ person: Person, _ title: String, _ visit: Visit, layout: Layout = .narrow, _ body: Html
    ) -> Answer {
        let t = visit.language
        let crumbs = breadcrumbs(
            t, [Crumb(t("人员", "People"), "/people"), Crumb(person.name, "/people/\(person.id)"), Crumb(title)])
        return visit.page(
            "\(title) · \(person.name)", layout: layout,
            crumbs + pageHead(title, note: "\(person.name) · \(person.login)") + body)
    }

    // MARK: a password shown once

    private static let resetPage = formPage("/people/{id}/password", .right(.managePeople)) { visit, tx, sent in
        try question(reset, visit, tx, sent)
    } send: { visit, _ in
        let hall = visit.hall
        let acts = PasswordActs(
            database: hall.database, vault: hall.vault, clock: hall.clock, rules: hall.passwordRules,
            pool: hall.passwords)
        let password = try await acts.reset(visit.id(), as: visit.actor)
        let person = try await hall.database.read { tx in try PersonPage.person(visit, tx) }
        return personSheet(
            person, reset.title(visit.language), visit, oneTimePassword(password, of: person, visit.language))
    }

    /// The password to hand over: on this page and nowhere else.
    static func oneTimePassword(_ password: String, of person: Person, _ t: Language) -> Html {
        let facts = [
            FactLine(t("登录名", "Login name"), code(person.login)),
            FactLine(t("一次性密码", "One-time password"), "\(code(password)) \(copyButton(t, password))"),
            FactLine(t("有效期", "Good for"), "\(t("七天，首次登录时须更换", "seven days; to be changed at the first sign-in"))"),
        ]
        let buttons = [printButton(t), linkButton(t("已转交，继续", "Handed over, go on"), "/people/\(person.id)", .primary)]
        return stack([
            notice(
                .amber, title: t("密码只显示这一次", "The password is shown this once"),
                "\(t("请当面或打印转交，不要通过聊天软件发送。", "Hand it over in person or on paper, not by chat."))"),
            card(factList(t, facts) + formActions(buttons)),
        ])
    }

    // MARK: erasing

    private static let erasePage = formPage("/people/{id}/erase", .right(.managePeople)) { visit, tx, sent in
        let t = visit.language
        let person = try PersonPage.person(visit, tx)
        let confirm = FormField(
            "login", t("请输入登录名 \(person.login) 以确认", "Type the login name \(person.login) to confirm"),
            .text(sent.value("login"), .code, limit: 64), error: sent.error("login", t), required: true)
        return try question(erase, visit, tx, sent, field: field(t, confirm))
    } send: { visit, form in
        let person = try await visit.hall.database.read { tx in try PersonPage.person(visit, tx) }
        guard form.text("login") == person.login else {
            throw Refusal(
                "person.confirm", zh: "登录名不符；没有删除。", en: "That is not the login name; nothing was erased.",
                field: "login")
        }
        let ledger = visit.hall.ledger
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.forgetHouseholds(of: person.id, in: deed)
            try PersonActs.erase(person.id, deed: deed)
        }
        return .see(Done.erased.told(on: "/people/\(person.id)"))
    }

    // MARK: name and phone

    private static let editPage = formPage("/people/{id}/edit", .right(.managePeople)) { visit, tx, sent in
        let t = visit.language
        let person = try PersonPage.person(visit, tx)
        let page: Link = "/people/\(person.id)"
        let body = ContactForm(person, sent).view(t, at: page.step("edit"), csrf: visit.csrf, back: page)
        return personSheet(person, t("姓名与电话", "Name and phone"), visit, body)
    } send: { visit, form in
        let id: ID<PersonTag> = try visit.id()
        try await ContactForm.save(id, visit, form)
        return .see(Done.corrected.told(on: "/people/\(id)"))
    }
}
