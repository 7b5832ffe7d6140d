import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// The second step of signing in: the one-time code from the app.
struct CodePage {
    let back: String?
    let sent: Sent

    static let routes = formPage("/sign-in/code", .anyone, show: show, send: send)

    private static func show(_ visit: Visit, _: Tx, _ sent: Sent) throws -> Answer {
        guard visit.cookies[Entrance.stepCookie]?.isEmpty == false else { return .see("/sign-in") }
        let page = CodePage(back: sent.form["back"] ?? visit.query["back"], sent: sent)
        let title = visit.language("输入验证码", "Enter the code")
        return visit.page(title, layout: .bare, page.view(visit.language, title: title, csrf: visit.csrf))
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let hall = visit.hall
        let back = form["back"]
        let signIn = SignIn(database: hall.database, vault: hall.vault, clock: hall.clock, pool: hall.passwords)
        do {
            let token = try await signIn.confirm(
                code: form.text("code"), token: visit.cookies[Entrance.stepCookie] ?? "", client: visit.client,
                requestID: visit.requestID)
            return try await Entrance.open(visit, token, back: back)
        } catch let refusal as Refusal where refusal.kind == .unauthenticated {
            return Answer.see(Link("/sign-in", ["late": "1", "back": back]))
                .cookie(Entrance.stepCookie, "", isSecure: hall.settings.isSecure, days: 0)
        }
    }

    private func view(_ t: Language, title: String, csrf: String) -> Html {
        let code = FormField(
            "code", t("六位验证码", "Six digits"), .oneTimeCode,
            help: t(
                "打开手机上的验证器，输入“宜居”一项当前的六位数字。",
                "Open the authenticator on your phone and type the digits it shows for Yiju."),
            error: sent.error("code", t), required: true)
        let buttons = [submitButton(t("继续", "Continue")), linkButton(t("换个账号", "Another account"), "/sign-in", .plain)]
        let sheet = form(
            action: "/sign-in/code", csrf: csrf, hidden: back.map { [("back", $0)] } ?? [],
            field(t, code) + formActions(buttons))
        let lost: Html = """
            <p class="help">\(t("手机不在身边？请管理员解除第二步验证。", "Phone lost? An administrator can take the second step away."))</p>
            """
        return pageHead(title) + stack([sent.summary(t), card(sheet + lost)].filter { !$0.isEmpty })
    }
}
