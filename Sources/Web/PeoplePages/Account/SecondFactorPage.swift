import Components
import Cryptography
import Frame
import Html
import Identity
import Kernel
import Store

/// Switching one-time codes on and off. All steps share one address, so that it can be reloaded at any of them.
struct SecondFactorPage {
    /// A secret that waits for its first code; shown until then and never again.
    struct Secret {
        let text: String
        let uri: String
    }

    let isOn: Bool
    /// A post requires codes, and nothing else opens before.
    let isForced: Bool
    let secret: Secret?
    let sent: Sent

    private static let path: Link = "/account/second-factor"

    static let routes = formPage("/account/second-factor", .signedIn, show: show, send: send)

    private static func show(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws -> Answer {
        let me = try AccountPage.me(visit, tx)
        // After a wrong code the same secret is shown again; only the database's own decides.
        let secret = sent.form["secret"].flatMap { Base32.decode($0) }.map {
            Secret(
                text: Base32.encode($0), uri: TOTP.uri(secret: $0, account: me.login, issuer: issuer(visit)))
        }
        return answer(
            visit,
            SecondFactorPage(
                isOn: me.hasSecondFactor, isForced: visit.signedIn?.mustSetUpCodes ?? false, secret: secret, sent: sent)
        )
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let hall = visit.hall
        let codes = SecondFactor(
            database: hall.database, vault: hall.vault, clock: hall.clock, pool: hall.passwords)
        switch form["do"] {
        case "begin":
            let made = try await codes.enrol(
                as: visit.actor, password: form["current"] ?? "", issuer: issuer(visit))
            let secret = Secret(text: made.secret, uri: made.uri)
            return answer(visit, SecondFactorPage(isOn: false, isForced: false, secret: secret, sent: .nothing))
        case "confirm":
            try await codes.confirm(form.text("code"), as: visit.actor)
            return .see(Done.codesOn.told(on: "/account"))
        case "disable":
            try await codes.disable(form.text("code"), as: visit.actor)
            return .see(Done.codesOff.told(on: "/account"))
        default: return .see(path)
        }
    }

    private static func issuer(_ visit: Visit) -> String { "宜居 \(visit.cityName.zh)" }

    private static func answer(_ visit: Visit, _ page: SecondFactorPage) -> Answer {
        let t = visit.language
        let title = t("第二步验证", "Second step")
        let crumbs = breadcrumbs(t, [Crumb(t("我的账号", "My account"), "/account"), Crumb(title)])
        return visit.page(title, layout: .narrow, crumbs + page.view(t, title: title, csrf: visit.csrf))
    }

    // MARK: view

    private func view(_ t: Language, title: String, csrf: String) -> Html {
        let state = isOn ? pill(t("已启用", "on"), .jade) : pill(t("未启用", "off"), .amber)
        let step: Html
        if isOn {
            step = disableCard(t, csrf)
        } else if let secret {
            step = confirmCard(secret, t, csrf)
        } else {
            step = beginCard(t, csrf)
        }
        let why = t("您的岗位要求登录时使用验证码；启用以后才能继续。", "Your post requires codes; everything else opens once they are on.")
        let forced: Html =
            isForced ? notice(.amber, title: t("请先启用第二步验证", "Switch the second step on first"), "\(why)") : ""
        return stack([pageHead(title, pills: [state]), forced, sent.summary(t), step].filter { !$0.isEmpty })
    }

    private func beginCard(_ t: Language, _ csrf: String) -> Html {
        let password = FormField(
            "current", t("您的密码", "Your password"), .password(),
            help: t("证明是您本人。", "To prove it is you."), error: sent.error("current", t), required: true)
        let begin = form(
            action: Self.path, csrf: csrf, hidden: [("do", "begin")],
            field(t, password) + formActions([submitButton(t("开始启用", "Begin"))]))
        return card(
            paragraph(
                t(
                    "启用后，登录时除密码外还要输入手机验证器上的六位数字；别人得知了密码也进不来。",
                    "Once on, signing in also asks for six digits from an app on your phone: a password alone lets nobody in."
                ))
                + paragraph(
                    t("先在手机上装一个验证器应用（各应用商店搜“身份验证器”）。", "First install an authenticator app on your phone."))
                + begin)
    }

    private func confirmCard(_ secret: Secret, _ t: Language, _ csrf: String) -> Html {
        let code = FormField(
            "code", t("验证器显示的六位数字", "Six digits from the app"), .oneTimeCode, error: sent.error("code", t),
            required: true)
        let confirm = form(
            action: Self.path, csrf: csrf, hidden: [("do", "confirm"), ("secret", secret.text)],
            field(t, code)
                + formActions([
                    submitButton(t("确认启用", "Switch on")), linkButton(t("取消", "Cancel"), "/account", .plain),
                ]))
        let facts = [
            FactLine(
                t("密钥", "Key"),
                "\(Components.code(Self.groups(secret.text))) \(copyButton(t, secret.text))"),
            FactLine(t("类型", "Kind"), "\(t("基于时间，SHA-1、6 位，30 秒", "time-based, SHA-1, 6 digits, 30 seconds"))"),
            FactLine(t("链接", "Link"), "\(Components.code(secret.uri)) \(copyButton(t, secret.uri))"),
        ]
        return card(
            t("把密钥加入验证器", "Add the key to the app"),
            paragraph(
                t(
                    "在验证器里选“手动输入密钥”，填入下面的密钥；密钥只显示这一次。",
                    "Choose “enter a key” in the app and type the key below; it is shown this once."))
                + factList(t, facts) + confirm)
    }

    private func disableCard(_ t: Language, _ csrf: String) -> Html {
        let code = FormField(
            "code", t("验证器现在的六位数字", "Six digits from the app"), .oneTimeCode,
            help: t("证明是您本人。手机丢失时请管理员解除。", "To prove it is you. If the phone is lost, ask an administrator."),
            error: sent.error("code", t), required: true)
        let disable = form(
            action: Self.path, csrf: csrf, hidden: [("do", "disable")],
            field(t, code)
                + formActions([
                    submitButton(t("停用", "Switch off"), .danger), linkButton(t("取消", "Cancel"), "/account", .plain),
                ]))
        return card(t("停用第二步验证", "Switch the second step off"), disable)
    }

    /// "ABCD EFGH …": easier to type.
    private static func groups(_ text: String) -> String {
        let letters = Array(text)
        return stride(from: 0, to: letters.count, by: 4)
            .map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: " ")
    }
}
