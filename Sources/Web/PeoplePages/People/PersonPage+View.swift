import Components
import Html
import Identity
import Kernel

extension PersonPage {
    private var link: Link { "/people/\(person.id)" }

    func view(_ t: Language) -> Html {
        let record: [Html] =
            mayReadRecord ? [linkButton(t("操作记录", "Record"), Link("/record", ["person": person.login]))] : []
        let appoint: [Html] =
            mayManage && !person.isDisabled
            ? [linkButton(t("设立岗位", "Set up a post"), link.step("appoint"), .primary)] : []
        let head = pageHead(
            person.name, pills: [PersonWords.state(person, t)],
            note: "\(person.login) · \(places.path(person.place, t))",
            actions: record + appoint)
        let crumbs = breadcrumbs(t, [Crumb(t("人员", "People"), "/people"), Crumb(person.name)])
        let left = stack(posts.isEmpty ? [noPosts(t)] : posts.map { postCard($0, t) }) + formerCard(t)
        let right = stack([factsCard(t), manageCard(t)].filter { !$0.isEmpty })
        return crumbs + stack([head, done, grid([left, right], .wideLeft)].filter { !$0.isEmpty })
    }

    private func noPosts(_ t: Language) -> Html {
        card(
            t("岗位", "Posts"),
            emptyState(
                t("没有岗位", "No post"),
                "\(t("没有岗位的账号只能看公开的总数；设立岗位后才有权限。", "Without a post an account sees public totals only."))",
                action: mayManage && !person.isDisabled
                    ? linkButton(t("设立岗位", "Set up a post"), link.step("appoint")) : ""))
    }

    private func postCard(_ held: HeldPost, _ t: Language) -> Html {
        let isOpen = (held.post.to ?? today) >= today
        let kind = held.holding.kind == .deputy ? pill(t("代理", "deputy"), .indigo) : pill(t("任职", "holder"), .jade)
        let later: Html = held.holding.from > today ? pill(t("尚未开始", "not begun"), .amber) : ""
        let facts = [
            FactLine(t("地区", "Place"), "\(places.path(held.post.place, t))"),
            FactLine(t("本人任期", "In it"), PostWords.time(held.holding.from, held.holding.to, t)),
            FactLine(t("岗位期限", "The post itself"), PostWords.time(held.post.from, held.post.to, t)),
        ]
        let body: Html = """
            <p>\(kind) \(later)</p>\(factList(t, facts))\(hands(held, t))\(mayManage && isOpen ? actions(held, t) : "")
            """
        return card(held.post.role.name(t), body)
    }

    /// Who sat in the post, and who stood in: it changes hands without loss.
    private func hands(_ held: HeldPost, _ t: Language) -> Html {
        guard held.hands.count > 1 else { return "" }
        let columns = [
            TableColumn(t("姓名", "Name"), .heading), TableColumn(t("身份", "As")), TableColumn(t("期间", "Time")),
        ]
        let rows = held.hands.map { hand in
            TableRow(
                [
                    "\(hand.name(t))",
                    hand.holding.kind == .deputy ? "\(t("代理", "deputy"))" : "\(t("任职", "holder"))",
                    hand.holding.to.map { $0 < hand.holding.from } ?? false
                        ? "\(t("未到任", "never began"))" : PostWords.time(hand.holding.from, hand.holding.to, t),
                ], link: hand.link)
        }
        let title = t("交接经过（\(held.hands.count)）", "Change of hands (\(held.hands.count))")
        return disclosure(title, open: true, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func actions(_ held: HeldPost, _ t: Language) -> Html {
        let post: Link = "/people/\(person.id)/posts/\(held.post.id)"
        return formActions([
            linkButton(t("交接", "Hand over"), post.step("hand-over")),
            linkButton(t("指定代理", "Name a deputy"), post.step("deputy")),
            linkButton(t("结束岗位", "End the post"), post.step("end"), .danger),
        ])
    }

    private func formerCard(_ t: Language) -> Html {
        guard !former.isEmpty else { return "" }
        let columns = [
            TableColumn(t("岗位", "Post"), .heading), TableColumn(t("地区", "Place")), TableColumn(t("期间", "Time")),
        ]
        let rows = former.map {
            TableRow([
                "\($0.post.role.name(t))", "\(places.path($0.post.place, t))",
                PostWords.time($0.holding.from, $0.holding.to ?? $0.post.to, t),
            ])
        }
        let title = t("曾任岗位", "Former posts")
        return stack(["", card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))])
    }

    private func factsCard(_ t: Language) -> Html {
        let phone = FactLine(t("电话", "Phone"), person.phone.map { "\($0)" }, fill: mayManage ? link.step("edit") : nil)
        let facts =
            [FactLine(t("登录名", "Login name"), code(person.login))] + (seesPhone ? [phone] : []) + [
                FactLine(t("所属地", "Account of"), "\(places.path(person.place, t))"),
                FactLine(
                    t("第二步验证", "Second step"),
                    person.hasSecondFactor ? pill(t("已启用", "on"), .jade) : pill(t("未启用", "off"), .amber)),
                FactLine(t("最近登录", "Last sign-in"), person.signedInAt.map { time(t, $0) } ?? "\(t("从未", "never"))"),
                FactLine(t("建立于", "Made"), time(t, person.createdAt)),
            ]
        return card(
            t("账号", "Account"), more: mayManage ? LinkText(t("更正", "Correct"), link.step("edit")) : nil,
            factList(t, facts))
    }

    private func manageCard(_ t: Language) -> Html {
        guard mayManage else { return "" }
        let steps = PersonForms.steps.filter { $0.fits(person) && !(isMe && $0.isForOthers) }
        let buttons =
            [linkButton(TokensPage.title(t), link.step("tokens"))]
            + steps.map { linkButton($0.title(t), link.step($0.path), $0.style) }
        return card(t("管理账号", "Manage the account"), "<div class=\"actions\">\(buttons)</div>")
    }
}

extension Link {
    /// The address below this one.
    func step(_ name: String) -> Link { Link(local: path + "/" + name) ?? self }
}
