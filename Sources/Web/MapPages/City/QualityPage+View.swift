import Components
import Html
import Kernel
import Registry

extension QualityPage {
    /// Questions shown as bars; the table below has all.
    private static let barLimit = 16

    func view(_ t: Language) -> Html {
        let head = pageHead(
            t("数据质量 · \(place.title.zh)", "Data quality · \(place.title.en)"),
            note:
                "\(t("截至 ", "As of "))\(time(t, day)) · \(t("从疑点最多的做起", "begin with the most doubtful"))",
            actions: exports + [
                printButton(t),
                linkButton(t("有疑点的小区", "Doubtful estates"), list { $0.onlyWithIssues = true }, .primary),
            ])
        if quality.estates == 0 {
            let why = t("导入摸底表后，这里会列出缺项、矛盾和过期的数据。", "Gaps, contradictions and old data of a survey appear here.")
            return stack([
                crumbs(t), head,
                card(
                    t("数据", "Data"),
                    emptyState(
                        t("这里还没有小区", "No estates here yet"), "\(why)",
                        action: linkButton(t("打开小区列表", "Open the list"), "/estates"))),
            ])
        }
        return stack([
            crumbs(t), head, grid(tiles(t), .figures), worstCard(t), grid([rulesCard(t), fieldsCard(t)], .halves),
            placesCard(t), grid([namesCard(t), spotsCard(t)], .halves), agesCard(t),
        ])
    }

    private func crumbs(_ t: Language) -> Html {
        let crumbs = path.map { Crumb($0.title(t), $0.code == place.code ? nil : Self.link($0.code)) }
        return crumbs.count > 1 ? breadcrumbs(t, crumbs) : ""
    }

    private func tiles(_ t: Language) -> [Html] {
        let unit = t("个小区", "estates")
        return [
            figureTile(
                t, label: t("登记在册", "On the register"), value: grouped(quality.estates), unit: unit,
                source: list { _ in }),
            figureTile(
                t, label: t("平均完整度", "Data known"), value: percent(Double(completeness) / 1000), unit: "%",
                note: "\(t("调查表 \(form.questions.count) 项中已知的比例", "of the form's \(form.questions.count) questions"))",
                source: "#fields"),
            figureTile(
                t, label: t("数据有疑点", "With doubtful data"), value: grouped(withIssues), unit: unit,
                source: list { $0.onlyWithIssues = true }, tone: withIssues > 0 ? .amber : .jade),
            figureTile(
                t, label: t("三年内未摸底", "Not surveyed for three years"), value: grouped(outdated), unit: unit,
                source: outdatedLink, tone: outdated > 0 ? .amber : .jade),
        ]
    }

    /// What to work off first.
    private func worstCard(_ t: Language) -> Html {
        let title = t("先做这些", "Begin here")
        if worst.isEmpty {
            return card(
                title,
                emptyState(t("没有疑点", "No doubts"), "\(t("数据没有相互矛盾之处。", "Nothing in the data contradicts itself."))"))
        }
        let columns = [
            TableColumn(t("编号", "Number")), TableColumn(t("名称", "Name"), .heading), TableColumn(t("所在", "Place")),
            TableColumn(t("疑点", "Doubts")), TableColumn(t("完整度", "Data known"), .number),
        ]
        let rows = worst.map { line in
            let found = line.issues.map { issue -> Html in
                let detail =
                    issue.rule == .outsideDistrict
                    ? PlaceCode(issue.detail).map { places.name($0, t) } ?? "" : issue.detail
                return "\(issue.rule.name(t))\(detail.isEmpty ? "" : t("（\(detail)）", " (\(detail))"))"
            }
            return TableRow(
                [
                    code(line.estate.number), "\(line.estate.name)", "\(places.path(line.estate.place, t))",
                    Html.joined(found, by: "\(t("；", "; "))"), "\(CityFigures.percentage(line.estate.completeness))",
                ], link: "/estates/\(line.estate.id)")
        }
        let more = LinkText(
            t("全部 \(grouped(withIssues)) 个", "All \(grouped(withIssues))"), list { $0.onlyWithIssues = true })
        return card(
            title, note: "\(t("疑点最多的 \(worst.count) 个小区", "The \(worst.count) estates with most doubts"))", more: more,
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func rulesCard(_ t: Language) -> Html {
        let bars = quality.byRule.map { rule, estates in
            Bar(
                rule.name(t), value: Double(estates), text: CityFigures.estates(t, estates), tone: .amber,
                link: list { $0.rule = rule })
        }
        let title = t("矛盾与缺漏", "Contradictions")
        if bars.isEmpty {
            return card(
                title, emptyState(t("没有疑点", "No doubts"), "\(t("各项规则都没有发现问题。", "None of the rules finds anything."))"))
        }
        return card(
            title, barChart(t, title: t("各条规则在多少小区发现问题？", "In how many estates does each rule find something?"), bars))
    }

    private func fieldsCard(_ t: Language) -> Html {
        let lines = quality.byField.sorted { ($0.known, $0.key) < ($1.known, $1.key) }
        let whole = Double(max(1, quality.estates))
        func label(_ key: String) -> String { form.label(key)?(t) ?? key }
        let bars = lines.prefix(Self.barLimit).map { line in
            Bar(label(line.key), value: Double(line.known), text: percent(Double(line.known) / whole, 0) + " %")
        }
        let columns = [
            TableColumn(t("项目", "Question"), .heading), TableColumn(t("分组", "Group")),
            TableColumn(t("已知", "Known"), .number), TableColumn(t("未知", "Unknown"), .number),
            TableColumn(t("完整度", "Share known"), .number),
        ]
        let rows = quality.byField.map { line in
            let question = form.question(line.key)
            let group = question.flatMap { form.group($0.group)?.name(t) } ?? ""
            let core = question?.isCore == true ? t(" · 核心", " · core") : ""
            return TableRow([
                "\(label(line.key))", "\(group)\(core)", "\(grouped(line.known))",
                "\(grouped(quality.estates - line.known))",
                "\(percent(Double(line.known) / whole, 0)) %",
            ])
        }
        let all = table(
            t, DataTable(caption: t("各项的完整度", "Known by question"), columns: columns, rows: rows, phone: .scroll))
        return card(
            t("缺什么", "What is missing"), id: "fields",
            barChart(t, title: t("哪些项目最常缺？", "Which questions lack answers most often?"), bars, max: whole)
                + disclosure(t("全部 \(lines.count) 项", "All \(lines.count) questions"), all))
    }

    private func placesCard(_ t: Language) -> Html {
        let title =
            place.code.level < .district
            ? t("分区县", "By district")
            : place.code.level < .subdistrict ? t("分街道", "By subdistrict") : t("分社区", "By neighbourhood")
        let columns = [
            TableColumn(t("地方", "Place"), .heading), TableColumn(t("小区", "Estates"), .number),
            TableColumn(t("完整度", "Data known")), TableColumn(t("有疑点", "Doubtful"), .number),
            TableColumn(t("三年内未摸底", "Not surveyed"), .number),
        ]
        let rows = quality.byPlace.map { line in
            // Estates that only name their street end the way down.
            let leadsOn = line.place.level < .neighbourhood && line.place != place.code
            return TableRow(
                [
                    "\(places.name(line.place, t))",
                    CityFigures.link(grouped(line.estates), list(at: line.place) { _ in }),
                    progressBar(
                        places.name(line.place, t), value: Double(line.completeness) / 1000,
                        text: CityFigures.percentage(line.completeness), showsLabel: false),
                    CityFigures.link(grouped(line.withIssues), list(at: line.place) { $0.onlyWithIssues = true }),
                    CityFigures.link(grouped(line.outdated), Link("/quality/outdated", ["place": line.place.digits])),
                ], link: leadsOn ? Self.link(line.place) : nil)
        }
        let totals: [Html] = [
            "\(t("合计", "Total"))", "\(grouped(quality.estates))",
            progressBar(
                t("合计", "Total"), value: Double(completeness) / 1000, text: CityFigures.percentage(completeness),
                showsLabel: false),
            "\(grouped(withIssues))", "\(grouped(outdated))",
        ]
        return card(
            title, table(t, DataTable(caption: title, columns: columns, rows: rows, totals: totals, phone: .scroll)))
    }

    private func namesCard(_ t: Language) -> Html {
        let title = t("同一社区内重名", "The same name in one neighbourhood")
        if quality.duplicateNames.isEmpty {
            return card(
                title,
                emptyState(
                    t("没有重名", "None"), "\(t("同一社区内没有两个同名的小区。", "No neighbourhood has two estates of one name."))"))
        }
        let columns = [
            TableColumn(t("名称", "Name"), .heading), TableColumn(t("所在", "Place")),
            TableColumn(t("个数", "Estates"), .number),
        ]
        let rows = quality.duplicateNames.map { twin in
            TableRow(
                ["\(twin.name)", "\(places.path(twin.place, t))", "\(twin.count)"],
                link: list(at: twin.place) { $0.text = twin.name })
        }
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func spotsCard(_ t: Language) -> Html {
        let title = t("坐标相同（约十米内）", "On the same spot (within some ten metres)")
        if spots.isEmpty {
            return card(
                title, emptyState(t("没有坐标相同的小区", "None"), "\(t("每个小区都有自己的位置。", "Every estate has its own place."))"))
        }
        let columns = [TableColumn(t("所在", "Place"), .heading), TableColumn(t("小区", "Estates"))]
        let rows = spots.map { group in
            let estates = group.map { CityFigures.link("\($0.name)(\($0.number))", "/estates/\($0.id)") }
            let place = group.first.map { places.path($0.place, t) } ?? ""
            return TableRow(["\(place)", Html.joined(estates, by: "\(t("、", ", "))")])
        }
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func agesCard(_ t: Language) -> Html {
        let bars = surveyYears.map { year, estates in
            Bar(
                year.map { t("\($0) 年", "\($0)") } ?? t("从未", "never"), value: Double(estates),
                text: CityFigures.estates(t, estates), tone: year.map { $0 >= day.year - 3 } ?? false ? .jade : .amber)
        }
        return card(
            t("数据有多旧", "How old the data are"), more: LinkText(t("需重新摸底", "To survey again"), outdatedLink),
            barChart(t, title: t("小区上次是哪一年摸底的？", "In which year was each estate last surveyed?"), bars))
    }
}
