import Html
import Kernel

func galleryCharts(_ t: Language) -> Html {
    let need = differenceChart(
        t, title: t("与全区中位数相比，哪些方面使它更需要改造？", "What makes its need greater than the district's median?"),
        [
            Bar(t("给水管网老化", "Water pipes"), value: 9.4, text: "+9.4"),
            Bar(t("雨污合流", "Sewers"), value: 7.1, text: "+7.1"),
            Bar(t("照明", "Lighting"), value: -2.6, text: "−2.6"),
            Bar(t("物业管理", "Management"), value: -3.3, text: "−3.3"),
        ])
    let rank = rangeBar(
        t, title: t("排第几位？", "What rank?"), low: 41, best: 57, high: 63, of: 150, line: (123, t("入选线 123", "line 123")),
        text: t("第 41–63 位", "rank 41 to 63"))
    let years = barChart(
        t, title: t("每年完成多少个小区？", "How many estates were done each year?"),
        [
            Bar("2018", value: 41, text: "41"), Bar("2019", value: 94, text: "94", link: "/estates?year=2019"),
            Bar("2020", value: 123, text: "123", tone: .amber),
        ])
    let funds = shareBar(
        t, title: t("本年到位资金来自哪里？", "Where did this year's money come from?"),
        [
            Share(t("中央补助", "Central"), value: 1.62, text: t("1.62 亿", "162 m")),
            Share(t("省级", "Province"), value: 0.71, text: t("0.71 亿", "71 m")),
            Share(t("市级", "City"), value: 1.18, text: t("1.18 亿", "118 m")),
            Share(t("专项债", "Bond"), value: 1.05, text: t("1.05 亿", "105 m")),
            Share(t("居民", "Residents"), value: 0.18, text: t("0.18 亿", "18 m")),
        ])
    let flows = flowChart(
        t, title: t("钱从哪里来，用到哪里去？", "Where does money come from, and what for?"),
        columns: [t("来源", "Source"), t("用途", "Work")],
        nodes: [
            FlowNode(t("中央", "Central"), column: 0, value: 60, text: "60"),
            FlowNode(t("居民", "Residents"), column: 0, value: 15, text: "15"),
            FlowNode(t("管网", "Pipes"), column: 1, value: 50, text: "50", link: "#charts"),
            FlowNode(t("加梯", "Lifts"), column: 1, value: 25, text: "25"),
        ],
        bands: [
            FlowBand(from: 0, to: 2, value: 50, text: "50"), FlowBand(from: 0, to: 3, value: 10, text: "10"),
            FlowBand(from: 1, to: 3, value: 15, text: "15"),
        ])
    return grid([card(need + rank), card(years), card(funds)], .thirds) + card(flows)
}

func galleryNotices(_ t: Language) -> Html {
    let notices = stack([
        notice(.jade, "\(t("已保存。陈立、周敏可以看到这次更正。", "Saved. Others can see this correction."))"),
        notice(.indigo, "\(t("该项来自 2018 年摸底，已满三年。", "This comes from the survey of 2018, three years ago."))"),
        notice(
            .amber, title: t("3 项数据相互矛盾", "3 facts contradict each other"),
            "\(t("建筑面积与户数不符，请核对。", "Floor area does not fit the households; please check."))",
            actions: [linkButton(t("去核对", "Check"), "#forms")]),
        notice(
            .cinnabar, title: t("没有导入", "Nothing was imported"),
            "\(t("文件第 1 行缺少“小区名称”一列。", "Row 1 lacks the column “estate name”."))"),
    ])
    let why = t(
        "从区县的摸底表格导入，或逐个登记。这里将列出全部小区。",
        "Import a district's survey, or register one by one. They will be listed here.")
    let empty = card(
        emptyState(
            t("还没有小区", "No estates yet"), "\(why)",
            action: linkButton(t("导入表格", "Import a spreadsheet"), "/import", .primary)))
    let more = disclosure(
        t("这些数字如何计算？", "How are these computed?"), "<p>\(t("由登记库逐户相加。", "Summed from the register."))</p>")
    return grid([notices, stack([empty, more])], .halves)
}

func galleryForms(_ t: Language, _ csrf: String) -> Html {
    let errors = errorSummary(
        t,
        [
            FieldError(
                field: "year",
                message: t("建成年代不能晚于今年：请填 1949 至 2026。", "The year cannot lie in the future: 1949 to 2026."))
        ])
    let survey = fieldset(
        t("基本情况", "Basics"), help: t("顺序与摸底表一致。", "In the order of the survey sheet."), surveyFields(t))
    let choices = fieldset(t("选择", "Choices"), choiceFields(t))
    let buttons = formActions([submitButton(t("保存更正", "Save")), linkButton(t("取消", "Cancel"), "#forms", .plain)])
    return card(
        form(
            action: "/components", csrf: csrf, hasFiles: true, guardsChanges: true, errors + survey + choices + buttons)
    )
}

private func surveyFields(_ t: Language) -> Html {
    Html.joined([
        field(t, FormField("name", t("小区名称", "Name"), .text("公交小区"), required: true)),
        field(
            t,
            FormField(
                "year", t("建成年代", "Year built"), .year("3020"),
                help: t("可填一个范围，如 1996-1998。", "A range will do: 1996-1998."),
                error: t("建成年代不能晚于今年：请填 1949 至 2026。", "The year cannot lie in the future: 1949 to 2026."))),
        field(
            t,
            FormField(
                "area", t("建筑面积", "Floor area"), .number("29,600", unit: "m²"), note: "\(t("原值 29,580", "was 29,580"))")
        ),
        field(t, FormField("day", t("调查日期", "Surveyed on"), .date("2018-11-08"))),
        field(
            t,
            FormField(
                "structure", t("结构", "Structure"),
                .select(
                    [Choice("brick", t("砖混", "brick and concrete")), Choice("frame", t("框架", "frame"))],
                    selected: "brick",
                    empty: t("未知", "unknown")))),
        field(t, FormField("basis", t("依据", "Evidence"), .area("", rows: 3), required: true)),
    ])
}

private func choiceFields(_ t: Language) -> Html {
    let gas = [
        Choice("yes", t("已通", "connected")), Choice("no", t("未通", "not connected")),
        Choice("", t("未知", "unknown"), help: t("留给下次摸底", "left to the next survey")),
    ]
    return Html.joined([
        field(t, FormField("gas", t("燃气", "Gas"), .radios(gas, selected: "yes"))),
        field(t, FormField("parts", t("需更新", "To be renewed"), .checkboxes(Array(gas.prefix(2)), selected: ["no"]))),
        field(t, FormField("confirmed", t("已与街道核对", "Checked with the subdistrict"), .checkbox(isOn: true))),
        field(t, FormField("file", t("摸底表格", "Survey sheet"), .file(accept: ".xlsx,.csv"))),
        field(t, FormField("password", t("密码", "Password"), .password())),
        field(t, FormField("once", t("一次性验证码", "One-time code"), .oneTimeCode)),
        takeaway(t, "takeaway", t("只显示一次", "Shown this once"), "yiju_Zm9yIHRoZSBnYWxsZXJ5IG9ubHk"),
    ])
}

func galleryConflict(_ t: Language, _ csrf: String) -> Html {
    let fields = [
        ConflictField(name: "households", label: t("户数", "Households"), base: "361", theirs: "364", mine: "366"),
        ConflictField(
            name: "gas", label: t("燃气", "Gas"), base: unknown(t), theirs: "\(t("已通", "connected"))",
            mine: "\(t("未通", "not connected"))"),
    ]
    let view = conflictView(t, who: "陈立", when: time(t, Instant(milliseconds: 1_782_267_120_000)), fields)
    let changes = changeTable(
        t, caption: t("导入将更改", "What the import changes"),
        [
            ChangeLine(t("户数", "Households"), from: "361", to: "364"),
            ChangeLine(t("燃气", "Gas"), from: nil, to: "\(t("已通", "connected"))"),
        ])
    return form(action: "/components", csrf: csrf, view + formActions([submitButton(t("按所选保存", "Save what I chose"))]))
        + card(t("导入将更改", "What the import changes"), changes)
}
