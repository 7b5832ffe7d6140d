import Components
import Html
import Identity
import Kernel

extension SignInPage {
    func view(_ t: Language, csrf: String) -> Html {
        let fields = [
            FormField(
                "name", t("登录名", "Name"), .text(name, .username, limit: 64), error: sent.error("name", t),
                required: true),
            FormField(
                "password", t("密码", "Password"), .password(), error: sent.error("password", t), required: true),
        ]
        let hidden = back.map { [("back", $0)] } ?? []
        let sheet = form(
            action: "/sign-in", csrf: csrf, hidden: hidden,
            Html.each(fields) { field(t, $0) } + formActions([submitButton(t("登录", "Sign in"))]))
        let help: Html = """
            <p class="help">\(t("忘记密码？请管理员重置。", "Forgot the password? An administrator gives you a new one."))</p>
            """
        return """
            \(pageHead(t("登录", "Sign in")))\(stack(notices(t) + [card(sheet + help), demoCard(t)]))
            """
    }

    private func notices(_ t: Language) -> [Html] {
        var notices = [sent.summary(t)]
        if isLate {
            notices.append(
                notice(
                    .amber,
                    "\(t("等待验证码的时间已过；请重新输入登录名和密码。", "The code came too late; enter name and password again."))"))
        }
        if let current {
            let told = t(
                "您已以“\(current)”登录；在此登录将换成另一账号。",
                "You are signed in as \(current); signing in here changes the account.")
            notices.append(notice(.indigo, "\(told)"))
        }
        return notices.filter { !$0.isEmpty }
    }

    private func demoCard(_ t: Language) -> Html {
        guard !demo.isEmpty else { return "" }
        let lines = demo.map { person in
            TaskLine(
                person.role.name(t), tone: person.login == name ? .jade : .neutral,
                "\(person.name) · \(places.name(person.place, t))", link: prefilled(person), due: person.password)
        }
        return card(
            t("演示账号", "Demo accounts"), note: "\(t("右侧为密码", "passwords on the right"))",
            taskList(lines) + chosen(t))
    }

    private func chosen(_ t: Language) -> Html {
        guard let person = demo.first(where: { $0.login == name }) else {
            return "<p class=\"help\">\(t("点选姓名即填入登录名。", "Choose a name to fill it in."))</p>"
        }
        return """
            <p>\(t("已填入登录名 ", "Name filled in: "))\(code(person.login))\(t("；密码 ", "; password "))\
            \(code(person.password)) \(copyButton(t, person.password))</p>
            """
    }

    private func prefilled(_ person: DemoPerson) -> Link {
        Link("/sign-in", ["name": person.login, "back": back])
    }
}
