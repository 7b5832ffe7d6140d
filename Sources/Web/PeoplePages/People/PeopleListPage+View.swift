import Components
import Html
import Identity
import Kernel
import Registry

extension PeopleListPage {
    func view(_ t: Language) -> Html {
        let new = linkButton(t("新建账号", "New account"), "/people/new", .primary)
        let actions = exports + (mayManage ? [new] : [])
        let head = pageHead(
            t("人员", "People"), note: "\(t("账号、岗位与代理", "Accounts, posts and deputies"))", actions: actions)
        return stack(
            [head, PeopleTabs.view(.people, t), done, filters(t), card(list(t)), turning(t)].filter { !$0.isEmpty })
    }

    private func filters(_ t: Language) -> Html {
        let roles =
            [Choice("", t("全部岗位", "all posts"))]
            + Role.allCases.filter { $0 != .public }.map { Choice($0.rawValue, $0.name(t)) }
        let states = [
            Choice("", t("全部状态", "all states")), Choice("active", t("可用", "active")),
            Choice("disabled", t("已停用", "disabled")), Choice("codeless", t("未启用第二步验证", "without second step")),
        ]
        var fields = [
            filterSearch(
                label: mayManage ? t("姓名、登录名、电话", "Name, login name, phone") : t("姓名、登录名", "Name, login name"),
                name: "q", value: filter.text,
                placeholder: t("如：李", "e.g. Li")),
            filterSelect(label: t("岗位", "Post"), name: "role", options: roles, selected: filter.role?.rawValue ?? ""),
            filterSelect(label: t("状态", "State"), name: "state", options: states, selected: filter.state),
        ]
        if districts.count > 1 {
            let choices =
                [Choice("", t("全部区县", "all districts"))] + districts.map { Choice($0.code.digits, $0.title(t)) }
            fields.insert(
                filterSelect(
                    label: t("所属区县", "District"), name: "district", options: choices,
                    selected: filter.district?.digits ?? ""), at: 1)
        }
        let found: Html =
            total.map { "\(t("共 ", ""))<b>\(grouped($0))</b>\(t(" 人", $0 == 1 ? " person" : " people"))" }
            ?? "\(t("本页 ", ""))<b>\(lines.count)</b>\(t(" 人", " on this page"))"
        return filterBar(t, action: "/people", fields, clear: filter.isEmpty ? nil : "/people", found: found)
    }

    private func list(_ t: Language) -> Html {
        guard !lines.isEmpty else {
            return emptyState(
                t("没有符合条件的人", "Nobody matches"),
                next == nil
                    ? "\(t("换个条件试试，或清除筛选。", "Try other filters, or clear them."))"
                    : "\(t("这一段没有找到，可以继续往后查。", "None so far; the search can go on."))"
            )
        }
        let columns = [
            TableColumn(t("姓名", "Name"), .heading), TableColumn(t("登录名", "Login")), TableColumn(t("岗位", "Posts")),
            TableColumn(t("第二步验证", "Second step")), TableColumn(t("最近登录", "Last sign-in")),
            TableColumn(t("状态", "State")),
        ]
        let rows = lines.map { line in
            let posts = line.posts.map { "\($0.role.name(t)) · \(places.name($0.place, t))" as Html }
            return TableRow(
                [
                    "\(line.person.name)", code(line.person.login),
                    posts.isEmpty ? pill(t("无岗位", "no post"), .amber) : Html.joined(posts, by: "<br>"),
                    line.person.hasSecondFactor ? pill(t("已启用", "on"), .jade) : pill(t("未启用", "off")),
                    line.person.signedInAt.map { time(t, $0) } ?? "\(t("从未", "never"))",
                    PersonWords.state(line.person, t),
                ], link: "/people/\(line.person.id)")
        }
        return table(t, DataTable(caption: t("人员列表", "People"), columns: columns, rows: rows))
    }

    private func turning(_ t: Language) -> Html {
        var links: [Html] = []
        if !isFirst { links.append(linkButton(t("回到开头", "To the beginning"), link)) }
        if let next { links.append(linkButton(t("下一页", "Next page"), link.with("after", next.description))) }
        return links.isEmpty ? "" : formActions(links)
    }
}

/// The two views of people.
enum PeopleTabs {
    case people, rights

    static func view(_ current: PeopleTabs, _ t: Language) -> Html {
        tabs(
            t("人员与权限", "People and rights"),
            [
                Tab(t("人员", "People"), "/people", isCurrent: current == .people),
                Tab(t("权限表", "Table of rights"), "/people/rights", isCurrent: current == .rights),
            ])
    }
}

/// The state of an account in words.
enum PersonWords {
    static func state(_ person: Person, _ t: Language) -> Html {
        if person.isErased { return pill(t("已删除", "erased")) }
        if person.isDisabled { return pill(t("已停用", "disabled"), .cinnabar) }
        if person.mustChangePassword { return pill(t("待改密码", "one-time password"), .amber) }
        return pill(t("可用", "active"), .jade)
    }
}
