import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// Changing the own password; with a one-time password nothing else can be done first.
struct PasswordPage {
    let isForced: Bool
    let sent: Sent

    static let routes = formPage("/account/password", .signedIn, show: show, send: send)

    private static func show(_ visit: Visit, _: Tx, _ sent: Sent) throws -> Answer {
        let page = PasswordPage(isForced: visit.signedIn?.mustChangePassword ?? false, sent: sent)
        let title = visit.language("更改密码", "Change the password")
        return visit.page(title, layout: .narrow, page.view(visit.language, title: title, csrf: visit.csrf))
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let hall = visit.hall
        let new = form["password"] ?? ""
        guard new == form["again"] ?? "" else {
            throw Refusal(
                "password.again", zh: "两次输入的新密码不一样；请重新输入。", en: "The two new passwords differ; type them again.",
                field: "again")
        }
        let acts = PasswordActs(
            database: hall.database, vault: hall.vault, clock: hall.clock, rules: hall.passwordRules,
            pool: hall.passwords)
        try await acts.change(from: form["current"] ?? "", to: new, keeping: visit.session, as: visit.actor)
        return .see(Done.password.told(on: "/account"))
    }

    private func view(_ t: Language, title: String, csrf: String) -> Html {
        let fields = [
            FormField(
                "current", isForced ? t("一次性密码", "One-time password") : t("现在的密码", "Current password"), .password(),
                error: sent.error("current", t), required: true),
            FormField(
                "password", t("新密码", "New password"), .password(new: true),
                help: t(
                    "工作人员至少 12 个字符，居民至少 8 个；几个词连成一句最好记。",
                    "At least 12 characters for staff, 8 for residents; a few words in a row are easiest to remember."),
                error: sent.error("password", t), required: true),
            FormField(
                "again", t("再输一次新密码", "The new password again"), .password(new: true), error: sent.error("again", t),
                required: true),
        ]
        let cancel: [Html] = isForced ? [] : [linkButton(t("取消", "Cancel"), "/account", .plain)]
        let sheet = form(
            action: "/account/password", csrf: csrf,
            Html.each(fields) { field(t, $0) } + formActions([submitButton(t("更改密码", "Change"))] + cancel))
        let why = t(
            "您用一次性密码登录；换成自己的密码以后才能继续。",
            "You signed in with a one-time password; everything else opens once it is replaced.")
        let forced: Html =
            isForced ? notice(.amber, title: t("请先换成自己的密码", "Choose your own password first"), "\(why)") : ""
        return stack([pageHead(title), forced, sent.summary(t), card(sheet)].filter { !$0.isEmpty })
    }
}
