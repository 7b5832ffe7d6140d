import Components
import Html
import Identity
import Kernel

extension AccountPage {
    func view(_ t: Language) -> Html {
        let left = stack([postsCard(t), sessionsCard(t), historyCard(t)])
        let right = stack([identityCard(t), passwordCard(t), codesCard(t), tokensCard(t)])
        let head = pageHead(me.name, note: "\(me.login) · \(places.path(me.place, t))")
        return stack([head, done, grid([left, right], .wideLeft)].filter { !$0.isEmpty })
    }

    private func postsCard(_ t: Language) -> Html {
        let title = t("我的岗位", "My posts")
        guard !posts.isEmpty else {
            return card(
                title,
                emptyState(
                    t("还没有岗位", "No post yet"),
                    "\(t("有了岗位，才能查看和办理业务；请管理员设立。", "A post brings rights; ask an administrator to set one up."))"))
        }
        let columns = [
            TableColumn(t("岗位", "Post"), .heading), TableColumn(t("地区", "Place")), TableColumn(t("任期", "Time")),
            TableColumn(t("代理人", "Deputy")),
        ]
        let rows = posts.map { held in
            let kind: Html = held.holding.kind == .deputy ? " \(pill(t("代理", "deputy"), .indigo))" : ""
            let deputies = held.holding.kind == .holder ? held.deputies(on: today) : []
            let names = deputies.map { "\($0.name(t)) \(PostWords.time($0.holding.from, $0.holding.to, t))" as Html }
            return TableRow([
                "\(held.post.role.name(t))\(kind)", "\(places.path(held.post.place, t))",
                PostWords.time(held.holding.from, held.holding.to, t),
                names.isEmpty ? "—" : Html.joined(names, by: "<br>"),
            ])
        }
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func sessionsCard(_ t: Language) -> Html {
        let title = t("登录中的设备", "Where I am signed in")
        let columns = [
            TableColumn(t("设备", "Device"), .heading), TableColumn(t("地址", "Address")),
            TableColumn(t("登录于", "Signed in")), TableColumn(t("最近使用", "Last used")),
            TableColumn(t("操作", "Action")),
        ]
        let rows = sessions.map { session in
            let action: Html =
                session.isCurrent
                ? pill(t("当前", "this one"), .jade)
                : form(
                    action: "/account/sessions/end", csrf: csrf, hidden: [("session", session.handle)],
                    submitButton(t("结束", "End"), .quiet))
            return TableRow([
                "\(DeviceWords.name(session.agent)(t))", code(session.address), time(t, session.createdAt),
                time(t, session.lastSeen), action,
            ])
        }
        let all = form(
            action: "/account/sessions/end-all", csrf: csrf,
            formActions([submitButton(t("退出所有设备", "Sign out everywhere"), .danger)]))
        return card(
            title, note: "\(t("不认识的设备请立即结束，并更改密码。", "End what you do not know, and change the password."))",
            table(t, DataTable(caption: title, columns: columns, rows: rows)) + all)
    }

    private func historyCard(_ t: Language) -> Html {
        card(
            t("最近登录与账号变动", "Last sign-ins and changes"),
            historyList(t, history.map { telling.line($0, t, inRecord: false) }))
    }

    private func identityCard(_ t: Language) -> Html {
        let facts = [
            FactLine(t("姓名", "Name"), "\(me.name)"),
            FactLine(t("登录名", "Login name"), code(me.login)),
            FactLine(t("电话", "Phone"), me.phone.map { "\($0)" }, fill: "/account/contact"),
            FactLine(t("所属地", "Account of"), "\(places.path(me.place, t))"),
            FactLine(t("建立于", "Made"), time(t, me.createdAt)),
        ]
        return card(
            t("个人信息", "About me"), more: LinkText(t("修改", "Change"), "/account/contact"), factList(t, facts))
    }

    private func passwordCard(_ t: Language) -> Html {
        card(
            t("密码", "Password"),
            """
            <p>\(t("更改密码会结束其他设备上的登录和 API 令牌。", "Changing it ends your sessions on other devices and your API tokens."))</p>\
            <p>\(linkButton(t("更改密码", "Change the password"), "/account/password"))</p>
            """)
    }

    private func codesCard(_ t: Language) -> Html {
        let state =
            me.hasSecondFactor ? pill(t("已启用", "on"), .jade) : pill(t("未启用", "off"), .amber)
        let title = me.hasSecondFactor ? t("管理", "Manage") : t("启用", "Switch on")
        return card(
            t("第二步验证", "Second step"),
            """
            <p>\(state) \(t("登录时除密码外再输入手机上的一次性验证码。", "A one-time code from your phone, beside the password."))</p>\
            <p>\(linkButton(title, "/account/second-factor"))</p>
            """)
    }

    private func tokensCard(_ t: Language) -> Html {
        card(
            TokensPage.title(t),
            """
            <p>\(t("供程序读写数据，不必知道密码。", "For programs, which then need no password."))</p>\
            <p>\(linkButton(t("管理", "Manage"), TokensPage.path))</p>
            """)
    }
}

/// Times of posts in words.
enum PostWords {
    /// "2024 年 3 月 1 日起", "… 至 …".
    static func time(_ from: Day, _ to: Day?, _ t: Language) -> Html {
        guard let to else {
            return "\(t("", "since "))\(Components.time(t, from))\(t(" 起", ""))"
        }
        return "\(Components.time(t, from)) \(t("至", "to")) \(Components.time(t, to))"
    }
}

/// What a browser's name for itself means to people.
enum DeviceWords {
    static func name(_ agent: String) -> Phrase {
        let system = systems.first { agent.contains($0.mark) }?.name
        let browser = browsers.first { agent.contains($0.mark) }?.name
        switch (browser, system) {
        case (let browser?, let system?):
            return Phrase(zh: "\(browser.zh) · \(system.zh)", en: "\(browser.en) on \(system.en)")
        case (let known?, nil), (nil, let known?): return known
        case (nil, nil):
            let text = String(agent.prefix(40))
            return text.isEmpty ? Phrase(zh: "未知设备", en: "unknown device") : Phrase(zh: text, en: text)
        }
    }

    /// The more special first: Edge also calls itself Chrome, Chrome also Safari.
    private static let browsers: [(mark: String, name: Phrase)] = [
        ("MicroMessenger", Phrase(zh: "微信", en: "WeChat")), ("wxwork", Phrase(zh: "企业微信", en: "WeCom")),
        ("Edg", same("Edge")), ("Firefox", same("Firefox")),
        ("HuaweiBrowser", Phrase(zh: "华为浏览器", en: "Huawei Browser")),
        ("Chrome", same("Chrome")), ("Safari", same("Safari")),
    ]

    private static let systems: [(mark: String, name: Phrase)] = [
        ("HarmonyOS", Phrase(zh: "鸿蒙", en: "HarmonyOS")), ("iPhone", same("iPhone")), ("iPad", same("iPad")),
        ("Android", Phrase(zh: "安卓", en: "Android")), ("Windows", same("Windows")), ("Mac OS", same("Mac")),
        ("UOS", Phrase(zh: "统信", en: "UOS")), ("Linux", same("Linux")),
    ]

    private static func same(_ name: String) -> Phrase { Phrase(zh: name, en: name) }
}
