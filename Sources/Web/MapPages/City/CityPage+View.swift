import Components
import Html
import Kernel
import Registry

extension CityPage {
    func view(_ t: Language) -> Html {
        let asOf: Html = "\(t("数据截至 ", "Data as of "))\(time(t, day))"
        let head = pageHead(
            t("\(city.name.zh)总览", "\(city.name.en) at a glance"), note: asOf + hint(t),
            actions: mayReadEstates
                ? [
                    printButton(t), linkButton(t("指挥大屏", "Wall"), "/wall"),
                    linkButton(t("打开一张图", "Open the map"), "/map"),
                ] : [printButton(t)])
        var parts = [head, invitation(t), grid(tiles(t), .figures)]
        parts.append(map.map { grid([cityMap(t, $0), districtCard(t)], .halves) } ?? districtCard(t))
        parts.append(waiting.map { grid([waitingCard(t, $0), stagesCard(t)], .halves) } ?? stagesCard(t))
        parts.append(yearsCard(t))
        if city.isGenerated {
            parts.append(notice(.amber, title: t("演示数据", "Generated data"), "\(city.notice(t))"))
        }
        return stack(parts)
    }

    /// Where a figure leads: an officer of one district reads the city's totals and the lists of the district.
    private func hint(_ t: Language) -> Html {
        if !mayReadEstates { return "" }
        if scopeNote.isEmpty { return "\(t(" · 每个数字可点到来源", " · every figure opens its source"))" }
        return "\(t(" · 总数为全市；", " · Totals are the whole city's. "))\(scopeNote)"
    }

    private func invitation(_ t: Language) -> Html {
        if mayReadEstates { return "" }
        let share = linkButton(t("我家的出资", "My household's share"), "/my-share")
        let title = t("这里是公开的总数", "These are the public totals")
        if isSignedIn {
            let told = t(
                "为改造出了资的住户，可以查看自己的一份。", "Households that pay for the renovation can see their own share.")
            return notice(.indigo, title: title, "\(told)", actions: [share])
        }
        let told = t(
            "工作人员登录后可查看小区、地图和待办；住户凭信查看自己的出资，不用登录。",
            "Staff see estates, the map and their tasks after signing in; households see their share by their letter.")
        return notice(
            .indigo, title: title, "\(told)", actions: [linkButton(t("登录", "Sign in"), "/sign-in", .primary), share])
    }

    /// A figure of the whole city leads to its list where the reader sees all of it: the list counts the same.
    func source(_ link: Link) -> Link? { mayReadEstates && scopeNote.isEmpty ? link : nil }

    func list(_ change: (inout EstateFilter) -> Void) -> Link? { source(EstateQuery.list(change)) }

    // MARK: figures

    private func tiles(_ t: Language) -> [Html] {
        let (stock, planned) = (summary.stock, figuresOfYear.programmed)
        let unit = t("个小区", "estates")
        let works = byLook.first { $0.look == .works }?.totals ?? Totals()
        let done = Html.joined([accepted(t, in: year), accepted(t, in: year - 1)], by: " · ")
        return (waiting.map { [waitingTile(t, $0)] } ?? []) + [
            figureTile(
                t, label: t("登记在册", "On the register"), value: grouped(stock.estates), unit: unit,
                note: "\(CityFigures.sizes(t, stock))\(unknowns(t, stock))", source: list { _ in }),
            figureTile(
                t, label: t("累计完成", "Completed so far"), value: grouped(summary.everCompleted), unit: unit,
                note: done, source: list { $0.onlyCompleted = true }),
            figureTile(
                t, label: t("\(year) 年计划", "Programme of \(year)"), value: grouped(planned.estates), unit: unit,
                note: "\(CityFigures.sizes(t, planned))", source: list { $0.programmedYear = year }),
            figureTile(
                t, label: t("正在施工", "In works"), value: grouped(works.estates), unit: unit,
                note: "\(CityFigures.sizes(t, works))", source: list { $0.stages = Set(codes(.works)) }),
        ]
    }

    private func accepted(_ t: Language, in year: Int) -> Html {
        let count = figures(of: year)?.completed.estates ?? 0
        let words = t("\(grouped(count)) 个于 \(year) 年验收", "\(grouped(count)) accepted in \(year)")
        return CityFigures.link(words, count > 0 ? list { $0.completedYear = year } : nil)
    }

    private func waitingTile(_ t: Language, _ waiting: Waiting) -> Html {
        let files = grouped(waiting.previewedImports)
        var parts = [
            CityFigures.link(
                t("\(grouped(waiting.withIssues)) 个有疑点", "\(grouped(waiting.withIssues)) doubtful"),
                EstateQuery.list { $0.onlyWithIssues = true }),
            CityFigures.link(
                t("\(grouped(waiting.outdated)) 个需重新摸底", "\(grouped(waiting.outdated)) to survey again"),
                "/quality/outdated"),
        ]
        if waiting.previewedImports > 0 {
            parts.append(CityFigures.link(t("\(files) 份表格待确认", "\(files) files to decide on"), "/imports"))
        }
        return figureTile(
            t, label: t("等我处理", "Waiting for me"), value: grouped(waiting.estates), unit: t("个小区", "estates"),
            note: Html.joined(parts, by: " · "), source: Link("/").fragment("waiting"),
            tone: waiting.withIssues > 0 ? .amber : .neutral)
    }

    /// What the sums lack.
    private func unknowns(_ t: Language, _ totals: Totals) -> Html {
        guard totals.unknownHouseholds + totals.unknownFloorArea > 0 else { return "" }
        let words = t(
            "未知未计入：户数 \(grouped(totals.unknownHouseholds)) 个、面积 \(grouped(totals.unknownFloorArea)) 个小区",
            "unknown, not counted: households of \(grouped(totals.unknownHouseholds)), "
                + "area of \(grouped(totals.unknownFloorArea)) estates")
        return "<br>\(CityFigures.link(words, source("/quality")))"
    }

    // MARK: map and districts

    private func cityMap(_ t: Language, _ source: MapSource) -> Html {
        let legend = byLook.map { LegendEntry($0.look, $0.look.name(t), count: $0.totals.estates) }
        return mapCard(
            t, title: t("一张图", "One map"), more: LinkText(t("打开大图", "Full map"), "/map"), source, legend: legend,
            list: "/estates")
    }

    private func districtCard(_ t: Language) -> Html {
        var columns = [
            TableColumn(t("区县", "District"), .heading), TableColumn(t("小区", "Estates"), .number),
            TableColumn(t("户数", "Households"), .number),
            TableColumn(t("\(year) 年计划", "Plan \(year)"), .number),
            TableColumn(t("已开工", "Begun"), .number),
            TableColumn(t("在施", "In works"), .number), TableColumn(t("已完成", "Done"), .number),
        ]
        if mayReadEstates { columns.append(TableColumn(t("数据完整度", "Known"), .number)) }
        let rows = districts.map { district in
            TableRow(districtCells(t, district), link: district.link)
        }
        let caption = t("各区县的小区、户数、本年计划与进度", "Estates, households, this year's programme and progress by district")
        let more = t("另有 \(furtherDistricts) 个区县未列出。", "\(furtherDistricts) more districts are not shown.")
        let further: Html = furtherDistricts > 0 ? "<p class=\"note\">\(more)</p>" : ""
        let data = DataTable(
            caption: caption, columns: columns, rows: rows, totals: furtherDistricts > 0 ? nil : districtTotals(t),
            phone: .scroll)
        return card(t("分区县", "By district"), table(t, data) + further)
    }

    private func districtTotals(_ t: Language) -> [Html] {
        var sum = DistrictProgress()
        for each in districts.map(\.progress) {
            sum.programmed += each.programmed
            sum.begun += each.begun
            sum.inWorks += each.inWorks
            sum.completed += each.completed
        }
        let cells = progressCells(summary.stock, sum, of: nil, isOpen: source("/estates") != nil)
        return ["\(t("合计", "Total"))"] + cells + (mayReadEstates ? [""] : [])
    }

    /// Each leads to the estates it counts, in the district or in the whole city.
    private func progressCells(
        _ totals: Totals, _ progress: DistrictProgress, of place: PlaceCode?, isOpen: Bool
    ) -> [Html] {
        func cell(_ number: Int, _ change: (inout EstateFilter) -> Void) -> Html {
            guard isOpen, number > 0 else { return "\(grouped(number))" }
            return CityFigures.link(
                grouped(number),
                EstateQuery.list {
                    $0.place = place
                    change(&$0)
                })
        }
        let (year, works, done) = (year, codes(.works), codes(.accepted) + codes(.aftercare))
        return [
            cell(totals.estates) { _ in }, cell(totals.households) { _ in },
            cell(progress.programmed) { $0.programmedYear = year },
            cell(progress.begun) {
                $0.programmedYear = year
                $0.stages = Set(works + done)
            },
            cell(progress.inWorks) { $0.stages = Set(works) }, cell(progress.completed) { $0.stages = Set(done) },
        ]
    }

    private func districtCells(_ t: Language, _ district: District) -> [Html] {
        let (progress, place) = (district.progress, district.place.code)
        var cells: [Html] = ["\(district.place.shortTitle(t))"]
        cells += progressCells(district.totals, progress, of: place, isOpen: district.link != nil)
        if mayReadEstates {
            cells.append(
                CityFigures.link(
                    CityFigures.percentage(progress.completeness),
                    district.link == nil ? nil : QualityPage.link(place)))
        }
        return cells
    }
}
