import Components
import Html
import Identity
import Kernel

extension HelpPage {
    func view(_ t: Language) -> Html {
        let head = pageHead(
            t("帮助", "Help"),
            note: "\(t("宜居：老旧小区改造，一张图、一本账、一盘棋", "Yiju: one map, one ledger, one board for estate renewal"))",
            actions: [printButton(t)])
        let left = stack([rolesCard(t), importCard(t), correctCard(t)].filter { !$0.isEmpty })
        let right = stack([keysCard(t), sizeCard(t), askCard(t)])
        return stack([head, grid([left, right], .wideLeft)])
    }

    private func rolesCard(_ t: Language) -> Html {
        let guides = posts.map { post in
            let title = "\(post.role.name(t)) · \(places.path(post.place, t))"
            return "<p><b>\(title)</b><br>\(RoleGuide.text(post.role)(t))</p>" as Html
        }
        let nobody = paragraph(
            isSignedIn
                ? t("您还没有岗位，只能看公开的总数。", "You have no post yet and see public totals only.") : RoleGuide.text(.public)(t)
        )
        let list: Html =
            rights.isEmpty ? "" : "<p>\(t("您的权限包括：", "Your rights:"))</p>\(points(rights.map { "\($0.name(t))" }))"
        let signIn: Html = isSignedIn ? "" : "<p>\(linkButton(t("登录", "Sign in"), "/sign-in", .primary))</p>"
        return card(
            t("我在这里能做什么", "What can I do here"), (guides.isEmpty ? nobody : Html.joined(guides)) + list + signIn)
    }

    private func importCard(_ t: Language) -> Html {
        guard rights.contains(.importEstates) else { return "" }
        return card(
            t("怎样导入表格", "How to import a sheet"), more: LinkText(t("去导入", "Import"), "/imports"),
            steps([
                t(
                    "准备各区现成的 XLSX 或 CSV：列的次序、名称不必统一，“1,680”“约320户”“90年代”都认得。",
                    "Take the XLSX or CSV you have: columns in any order; “1,680”, “about 320” and “1990s” are understood."
                ),
                t(
                    "上传后先看预览：哪些是新的，哪些有改动，哪些被退回及原因，哪些疑似重复。此时什么都没有写入。",
                    "Look at the preview first: what is new, what changes, what is refused and why, what may be a duplicate. Nothing is stored yet."
                ),
                t(
                    "有退回的行时，可以下载退回表改好再传，或选择只导入合格的行。",
                    "If rows are refused, mend them in the returned sheet, or choose to take the good rows."),
                t(
                    "确认后一次写入。同一文件再导入一次，不会有任何变化。",
                    "Confirm, and all of it is stored at once. Importing the same file again changes nothing."),
            ]))
    }

    private func correctCard(_ t: Language) -> Html {
        guard rights.contains(.correctEstates) else { return "" }
        return card(
            t("怎样更正一个数", "How to correct a fact"), more: LinkText(t("去列表", "The list"), "/estates"),
            steps([
                t(
                    "打开小区，点“更正数据”，改那一项，写明依据。",
                    "Open the estate, choose “Correct”, change the fact and say on what evidence."),
                t(
                    "不知道的就选“未知”：未知不是零，也不会被当成零。",
                    "What is not known is “unknown”: never zero, and never counted as zero."),
                t(
                    "别人同时改了同一个小区，系统会让您对照后选择，您填的内容不会丢。",
                    "If somebody changed the estate meanwhile you see both and choose; nothing you typed is lost."),
                t("每次改动都记入操作记录，小区页面上看得到。", "Every change goes into the record and shows on the estate's page."),
            ]))
    }

    private func keysCard(_ t: Language) -> Html {
        let keys = [
            ("/", t("到搜索框", "to the search box")), ("↑ ↓", t("在列表中上下移动", "up and down a list")),
            ("Enter", t("打开选中的一行", "open the row")), ("Tab", t("到下一个可操作处", "to the next control")),
            ("Esc", t("关闭菜单", "close a menu")),
        ]
        let lines = keys.map { ValueLine($0.1, key($0.0)) }
        return card(t("键盘", "Keyboard"), valueList(lines))
    }

    private func sizeCard(_ t: Language) -> Html {
        card(
            t("看不清？", "Hard to read?"),
            paragraph(
                t(
                    "页面底部可以切换长辈版（大字）、深色和 English；打印时自动去掉菜单。",
                    "Large type, dark pages and 中文 are at the foot of every page; printing leaves the menus out.")))
    }

    private func askCard(_ t: Language) -> Html {
        let names: Html =
            administrators.isEmpty
            ? ""
            : "<p>\(t("系统管理员：", "Administrators: "))\(administrators.joined(separator: t("、", ", ")))</p>"
        return card(
            t("找谁帮忙", "Whom to ask"),
            names
                + points([
                    "\(t("忘记密码、换了手机、需要岗位或权限：系统管理员。", "Password, phone, post or right: the administrator."))",
                    "\(t("数据有疑问：小区所在街道或区的工作人员。", "Doubts about a figure: the officers of its subdistrict."))",
                    "\(t("页面报错：请告知页面上的请求编号。", "When a page fails, tell the request id it shows."))",
                ]))
    }
}
