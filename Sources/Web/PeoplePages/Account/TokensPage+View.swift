import Components
import Frame
import Html
import Identity
import Kernel

extension TokensPage {
    func view(_ t: Language) -> Html {
        let why = t(
            "程序凭令牌读写数据，权限不超过您本人，可以再限定地区。",
            "Programs come with a token: never with more rights than yours, and with fewer if you say so.")
        let parts = [
            pageHead(Self.title(t), note: "\(why)", actions: [linkButton(t("怎样调用", "How to call"), "/api")]), done,
            sent.summary(t),
            list.view(t), newCard(t),
        ]
        return stack(parts.filter { !$0.isEmpty })
    }

    private func newCard(_ t: Language) -> Html {
        let title = t("新令牌", "New token")
        guard !choices.isEmpty else {
            return card(
                title,
                emptyState(
                    t("还没有岗位", "No post yet"),
                    "\(t("有了岗位，令牌才有权限。", "A token has the rights of your posts, and you hold none."))"))
        }
        let buttons = [submitButton(t("发放令牌", "Issue")), linkButton(t("取消", "Cancel"), "/account", .plain)]
        return card(
            title,
            form(
                action: Self.path, csrf: csrf, guardsChanges: true,
                Html.each(fields(t)) { field(t, $0) } + formActions(buttons)))
    }

    private func fields(_ t: Language) -> [FormField] {
        let accesses = TokenScope.Access.allCases.map { Choice($0.rawValue, TokenWords.name($0)(t)) }
        let lastDay = list.now.dayInChina.adding(days: Self.usualDays - 1)
        let chosen = sent.refusals.isEmpty ? posts.map(\.digits) : sent.form.all("places")
        return [
            FormField(
                "title", t("用途", "What for"), .text(sent.value("title"), limit: 40),
                help: t("例如：数据大屏、月报。", "For instance: dashboard, monthly report."), error: sent.error("title", t),
                required: true),
            FormField(
                "access", t("可做什么", "May"), .radios(accesses, selected: sent.value("access", or: "read")),
                error: sent.error("access", t), required: true),
            FormField(
                "places", t("地区", "Places"),
                .checkboxes(
                    choices.map { Choice($0.digits, list.places.path($0, t)) }, selected: Set(chosen)),
                help: t("及于所选地区及其下级，不超过您岗位的权限。", "There and below, as far as your posts reach."),
                error: sent.error("places", t), required: true),
            FormField(
                "lastDay", t("最后一天", "Last day"), .date(sent.value("lastDay", or: lastDay.description)),
                help: t("最长一年。", "A year at most."), error: sent.error("lastDay", t), required: true),
            FormField(
                "current", t("您的密码", "Your password"), .password(), help: t("证明是您本人。", "To prove it is you."),
                error: sent.error("current", t), required: true),
        ]
    }

    /// The new token: on this page and nowhere else.
    static func issued(_ text: String, _ new: NewToken, _ places: PlaceTitles, _ t: Language) -> Html {
        let use = t("程序在每个请求的头部带上它：", "Programs send it in a header of each request: ")
        let facts =
            [FactLine(t("用途", "What for"), "\(new.title)")] + TokenWords.facts(new.scope, new.lastDay, places, t)
        let care = t(
            "请立即存入程序的保密配置，不要通过聊天软件发送。", "Put it where the program keeps its secrets; do not send it by chat.")
        let once = notice(.amber, title: t("令牌只显示这一次", "The token is shown this once"), "\(care)")
        let body: Html = """
            \(takeaway(t, "token", t("新令牌", "New token"), text))<p>\(use)\(code("Authorization: Bearer yiju_…"))</p>\
            \(factList(t, facts))\(formActions([linkButton(t("已保存，继续", "Saved, go on"), path, .primary)]))
            """
        return stack([pageHead(t("新令牌", "New token")), once, card(body)])
    }
}

extension TokenList {
    func view(_ t: Language) -> Html {
        let title = t("已发放", "Issued")
        guard !tokens.isEmpty else {
            let what = t("令牌让其他程序读取数据，而不必知道密码。", "A token lets a program in without knowing a password.")
            return card(title, emptyState(t("还没有令牌", "No tokens yet"), "\(what)"))
        }
        let columns = [
            TableColumn(t("用途", "What for"), .heading), TableColumn(t("可做什么", "May")), TableColumn(t("地区", "Places")),
            TableColumn(t("有效至", "Good through")), TableColumn(t("最近使用", "Last used")), TableColumn(t("状态", "State")),
            TableColumn(t("操作", "Action")),
        ]
        let rows = tokens.map { token in
            let state = token.state(at: now)
            return TableRow([
                "\(token.title)", "\(TokenWords.name(token.scope.access)(t))",
                "\(TokenWords.places(token.scope, places, t))", time(t, token.lastDay),
                token.lastUsedOn.map { time(t, $0) } ?? "\(t("从未", "never"))", TokenWords.pill(state, t),
                state == .live
                    ? linkButton(t("吊销", "Revoke"), path.step(token.id.description).step("revoke"), .danger) : "—",
            ])
        }
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }
}

/// What tokens may, and what has become of them.
enum TokenWords {
    static func name(_ access: TokenScope.Access) -> Phrase {
        switch access {
        case .read: Phrase(zh: "只读", en: "read only")
        case .write: Phrase(zh: "读写", en: "read and write")
        }
    }

    static func pill(_ state: APIToken.State, _ t: Language) -> Html {
        switch state {
        case .live: Components.pill(t("有效", "live"), .jade)
        case .expired: Components.pill(t("已过期", "expired"))
        case .revoked: Components.pill(t("已吊销", "revoked"))
        }
    }

    static func places(_ scope: TokenScope, _ titles: PlaceTitles, _ t: Language) -> String {
        scope.places.map { titles.path($0, t) }.joined(separator: t("、", ", "))
    }

    static func facts(_ scope: TokenScope, _ lastDay: Day, _ titles: PlaceTitles, _ t: Language) -> [FactLine] {
        [
            FactLine(t("可做什么", "May"), "\(name(scope.access)(t))"),
            FactLine(t("地区", "Places"), "\(places(scope, titles, t))"),
            FactLine(t("有效至", "Good through"), time(t, lastDay)),
        ]
    }
}
