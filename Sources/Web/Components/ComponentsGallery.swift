public import Html
public import Kernel

/// Every component with sample values: what a page may be made of, and where a change of the style is looked at first.
/// Goes into `Page.body`.
public func componentsGallery(_ t: Language, csrf: String) -> Html {
    let parts = [
        ("words", t("文字与标签", "Words and marks"), galleryWords(t)),
        ("structure", t("卡片与指标", "Cards and figures"), galleryFigures(t)),
        ("life", t("生命线与进度", "Life line and progress"), galleryLife(t)),
        ("tables", t("表格", "Tables"), galleryTables(t)),
        ("lists", t("信息列表", "Lists"), galleryLists(t)),
        ("charts", t("图表", "Charts"), galleryCharts(t)),
        ("notices", t("提示与空页", "Notices and empty pages"), galleryNotices(t)),
        ("forms", t("表单", "Forms"), galleryForms(t, csrf)),
        ("conflict", t("差异与冲突", "Differences and conflicts"), galleryConflict(t, csrf)),
    ]
    let contents = Html.each(parts) { id, title, _ in "<li><a href=\"#\(id)\">\(title)</a></li>" }
    let sections = Html.each(parts) { id, title, body in
        "<section class=\"gallery-part stack\" id=\"\(id)\"><h2>\(title)</h2>\(body)</section>"
    }
    let actions = [
        printButton(t), linkButton(t("回到总览", "Overview"), "/"),
        linkButton(t("主要操作", "The one thing"), "#forms", .primary),
    ]
    let head = pageHead(
        t("组件", "Components"), pills: [pill(t("样例数据", "sample data"), .amber)],
        note: "\(t("宜居所有页面由这些部件组成", "What every page of Yiju is made of"))", actions: actions)
    return """
        \(breadcrumbs(t, [Crumb(t("总览", "Overview"), "/"), Crumb(t("组件", "Components"))]))\(head)\
        <ul class="gallery-contents no-print">\(contents)</ul>\(sections)
        """
}

private func galleryWords(_ t: Language) -> Html {
    let tones = Html.joined(
        [
            pill(t("普通", "neutral")), pill(t("正常", "on plan"), .jade), pill(t("偏离", "deviates"), .amber),
            pill(t("严重偏离", "far off"), .cinnabar), pill(t("自选", "optional"), .indigo), unknown(t),
            unknown(t, fill: "#forms"),
        ], by: " ")
    let stages = Html.joined(StageLook.allCases.map { stagePill($0, $0.name(t)) }, by: " ")
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    let buttons = [
        submitButton(t("保存", "Save")), linkButton(t("导出", "Export"), "#words"),
        submitButton(t("移除岗位", "Remove post"), .danger), linkButton(t("取消", "Cancel"), "#words", .plain),
    ]
    return card(
        t("标签、阶段、代码、按钮", "Pills, stages, codes, buttons"),
        """
        <p>\(tones)</p><p>\(stages)</p><p>\(code(digest)) \(copyButton(t, digest))</p>\
        <p>\(time(t, Instant(milliseconds: 1_782_814_320_000)))</p><div class="actions">\(buttons)</div>
        """)
}

private func galleryFigures(_ t: Language) -> Html {
    let households = t("约 25 万户 · 2,016 万 m²", "about 250,000 households · 20.16 million m²")
    let tiles = [
        figureTile(
            t, label: t("待改造小区", "Estates awaiting"), value: "1,450", unit: t("个", ""), note: "\(households)",
            source: "/estates"),
        figureTile(
            t, label: t("累计完成", "Done so far"), value: "645", unit: t("个", ""),
            note: "\(t("较计划 +2.4 %", "+2.4 % against plan"))",
            source: "/estates?stage=accepted"),
        figureTile(t, label: t("资金到位率", "Funds arrived"), value: "68.2", unit: "%"),
        figureTile(
            t, label: t("超期事项", "Overdue"), value: "7", unit: t("项", ""),
            note: "\(t("2 项已升级至领导小组", "2 raised to the leading group"))", source: "#lists", tone: .cinnabar),
    ]
    let views = tabs(
        t("小区的视图", "Views of the estate"),
        [
            Tab(t("概况", "Summary"), "#structure", isCurrent: true), Tab(t("楼栋", "Buildings"), "#tables", count: 9),
            Tab(t("历史", "History"), "#lists", count: 128),
        ])
    return grid(tiles, .figures) + views
}

private func galleryLife(_ t: Language) -> Html {
    let progress = [
        progressBar(t("完整度", "Complete"), value: 0.91, text: "91 %"),
        progressBar(t("开工", "Started"), value: 9, of: 21, text: "43 %", tone: .amber),
        progressBar(t("付款", "Paid"), value: 2, of: 6, text: "33 %", tone: .cinnabar),
    ]
    return sampleLifeLine(t) + card(t("进度", "Progress"), Html.joined(progress))
}

func sampleLifeLine(_ t: Language) -> Html {
    lifeLine(
        t, label: t("公交小区的生命线", "Life line of the estate"),
        [
            LifeStep(t("摸底登记", "Surveyed"), date: "2018-11", .done),
            LifeStep(t("综合评价", "Evaluated"), date: "2019-06", .done),
            LifeStep(t("列入年度计划", "Programmed"), date: "2020-01", .done),
            LifeStep(t("业主表决通过", "Scheme voted"), date: "2020-05", .done),
            LifeStep(t("施工", "Works"), date: "2020-08", .now, note: "62 %"), LifeStep(t("竣工验收", "Acceptance"), .next),
            LifeStep(t("移交物业", "Handover"), .next), LifeStep(t("回头看", "Revisit"), .next),
        ])
}

private func galleryTables(_ t: Language) -> Html {
    let plans = [
        ("芙蓉区", "Furong", 24, 17), ("天心区", "Tianxin", 18, 11), ("岳麓区", "Yuelu", 21, 9), ("望城区", "Wangcheng", 6, 2),
    ]
    let rows = plans.map { zh, en, planned, started in
        let share = Double(started) / Double(planned)
        let tone: Tone = share > 0.6 ? .jade : share > 0.4 ? .amber : .cinnabar
        let bar = progressBar(
            t("开工率", "Started"), value: share, text: percent(share, 0) + "%", tone: tone, showsLabel: false)
        let word = share > 0.6 ? t("正常", "on plan") : share > 0.4 ? t("偏离", "deviates") : t("严重偏离", "far off")
        return TableRow(
            ["\(t(zh, en))", "\(planned)", "\(started)", bar, pill(word, tone)], link: "/estates?district=\(en)")
    }
    let columns = [
        TableColumn(t("区县", "District"), .heading, sort: "place"),
        TableColumn(t("计划", "Planned"), .number, sort: "planned"),
        TableColumn(t("开工", "Started"), .number, sort: "started"), TableColumn(t("进度", "Progress")),
        TableColumn(t("状态", "State")),
    ]
    let plan = DataTable(
        caption: t("本年计划，分区县", "This year's programme by district"), columns: columns, rows: rows,
        totals: ["\(t("合计", "Total"))", "69", "39", "", ""], sort: TableSort("planned", descending: true),
        base: "/components")
    let filters = filterBar(
        t, action: "/components", keep: [("sort", "-planned")],
        [
            filterSearch(
                label: t("名称或编号", "Name or number"), name: "q", value: "", placeholder: t("如：公交小区", "such as 公交小区")),
            filterSelect(
                label: t("阶段", "Stage"), name: "stage",
                options: [Choice("", t("全部", "All"))] + StageLook.allCases.map { Choice($0.key, $0.name(t)) },
                selected: ""),
        ], clear: "/components", found: "\(t("共 ", ""))<b>4</b>\(t(" 个区县", " districts"))")
    let sides = comparison(
        t, caption: t("两个方案的比较", "Two plans compared"), sides: [t("方案甲", "Plan A"), t("方案乙", "Plan B")],
        rows: [
            ComparisonRow(t("小区", "Estates"), ["123", "118"], unit: t("个", "")),
            ComparisonRow(t("投资", "Investment"), ["9.01", "8.64"], unit: t("亿元", "100 million yuan"), differs: true),
        ])
    let chips = filterChips(t, [LinkText(t("阶段：施工中", "Stage: in works"), "/components")])
    return Html.joined([
        filters, chips,
        card(t("本年计划 · 分区县", "This year by district"), more: LinkText(t("查看计划", "Open"), "#tables"), table(t, plan)),
        pager(t, page: 7, size: 50, total: 1450, base: "/components"), card(t("比较", "Comparison"), sides),
    ])
}

private func galleryLists(_ t: Language) -> Html {
    let facts = factList(t, sampleFacts(t))
    let tasks = taskList([
        TaskLine(
            t("审核", "Check"), "\(t("岳麓区 12 个小区摸底数据待确认", "Survey of 12 estates in Yuelu to be confirmed"))",
            link: "#lists", due: t("今天", "today")),
        TaskLine(
            t("督导", "Supervise"), tone: .cinnabar, "\(t("望城区 2 个项目未开工，待约谈", "Two projects in Wangcheng not started"))",
            link: "#lists", due: t("已超 3 天", "3 days late"), isLate: true),
    ])
    let money = valueList([
        ValueLine(t("概算", "Approved estimate"), "2,118.00 \(t("万元", "×10⁴ yuan"))"),
        ValueLine(t("合同", "Contract"), "1,964.50 \(t("万元", "×10⁴ yuan"))"),
    ])
    return grid(
        [
            card(t("基本信息", "Facts"), more: LinkText(t("全部 46 项", "All 46"), "#lists"), facts),
            stack([
                card(t("等我处理", "Waits for me"), note: "2", tasks), card(t("资金", "Money"), money),
                card(t("最近变更", "Latest changes"), sampleHistory(t)),
            ]),
        ], .halves)
}

func sampleFacts(_ t: Language) -> [FactLine] {
    let survey = t("现场摸底", "survey on site")
    return [
        FactLine(t("建成年代", "Built"), "1986", source: t("产权档案", "title records"), date: "2018-11-06"),
        FactLine(
            t("户数", "Households"), "364", unit: t("户", ""), source: t("不动产登记", "land register"), date: "2020-06-24"),
        FactLine(
            t("给水", "Water"), "\(t("镀锌钢管，72 % 锈蚀", "galvanised steel, 72 % corroded"))",
            source: t("水务检测", "water company"),
            date: "2019-04-20"),
        FactLine(t("消防通道", "Fire access"), "2.6", unit: "m", source: survey, date: "2018-11-08"),
        FactLine(t("充电设施", "Charging"), nil, fill: "#forms"),
    ]
}

func sampleHistory(_ t: Language) -> Html {
    historyList(
        t,
        [
            HistoryLine(
                who: "陈立", changed(t, field: t("户数", "households"), from: "361", to: "364"),
                when: time(t, Instant(milliseconds: 1_782_267_120_000)), evidence: t("不动产登记", "land register"),
                link: "#lists"),
            HistoryLine(
                who: "周敏", changed(t, field: t("燃气", "gas"), from: nil, to: t("已通", "connected")),
                when: time(t, Instant(milliseconds: 1_781_267_120_000))),
        ])
}
