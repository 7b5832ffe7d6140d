import Components
import Evaluation
import Frame
import Html
import Kernel
import Registry
import Store

/// A scheme to read: aspects in groups, indicators on their decreed scales, weights with who set them.
enum SchemePage {
    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let t = visit.language
        let evaluations = visit.hall.evaluations
        let scheme = try chosen(visit, tx)
        let all = try evaluations.schemes(for: visit.actor, in: tx)
        let mayEdit = visit.actor.may(.editEvaluation)
        let drafts = mayEdit ? try evaluations.drafts(for: visit.actor, in: tx) : []
        let survey = try evaluations.register.form(.estate, in: tx)
        let names = try AuthorNames(all.map(\.person) + drafts.map(\.person), visit, in: tx)
        var actions = [
            linkButton(t("权重试算", "Try other weights"), "/evaluation/weights"),
            linkButton(t("赋权会议", "Weighting sessions"), "/evaluation/weighting"),
            linkButton(
                t("下载 JSON", "Download JSON"), Link("/evaluation/scheme.json", ["version": String(scheme.version)])),
            printButton(t),
        ]
        if mayEdit {
            actions.append(
                form(
                    action: "/evaluation/drafts", csrf: visit.csrf,
                    submitButton(t("起草新版本", "Draft a new version"), .primary)))
        }
        let mark: Html = scheme.isDefault ? EvaluationWords.defaultPill(t) : ""
        let title = t("评价方案", "Evaluation scheme")
        let note: Html = """
            \(scheme.title(t)) · \(t("第 \(scheme.version) 版", "version \(scheme.version)")) \(mark) · \
            \(scheme.source(t)) · \(t("自 ", "in force from "))\(time(t, scheme.issued)) · \(scheme.setBy)
            """
        return visit.page(
            title, assets: [.style("evaluation.css")],
            source: t("来源：评价方案，摘要 ", "Source: scheme, digest ") + scheme.digest.prefix(12),
            stack([
                breadcrumbs(t, [Crumb(t("评价", "Evaluation"), "/evaluation"), Crumb(title)]),
                pageHead(title, note: note, actions: actions), draftsCard(drafts, names, t),
                SchemeViews.weights(scheme, t), SchemeViews.indicators(scheme, survey, t),
                grid([SchemeViews.bands(scheme, t), SchemeViews.gate(scheme, survey, t)]), versions(all, names, t),
                mayEdit ? SchemeFilePage.card(visit.csrf, t) : "",
            ]))
    }

    static func document(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let scheme = try chosen(visit, tx)
        return .download(
            .bytes(Array(scheme.document.utf8)), name: "evaluation-scheme-\(scheme.version).json",
            type: "application/json")
    }

    private static func chosen(_ visit: Visit, _ tx: Tx) throws -> Scheme {
        try visit.actor.require(.readEvaluation)
        let version = visit.query.number("version")
        return try visit.hall.evaluations.scheme(version.map { .version($0) } ?? .current, in: tx).scheme
    }

    private static func draftsCard(_ drafts: [SchemeDraft], _ names: AuthorNames, _ t: Language) -> Html {
        guard !drafts.isEmpty else { return "" }
        let rows = drafts.map { draft in
            TableRow(
                [
                    "\(draft.scheme.title(t))", "\(names.name(draft.person, draft.by)(t))", time(t, draft.at),
                    "\(grouped(draft.edits))",
                ],
                link: "/evaluation/drafts/\(draft.id)")
        }
        return card(
            t("草稿", "Drafts"),
            table(
                t,
                DataTable(
                    caption: t("草稿", "Drafts"),
                    columns: [
                        TableColumn(t("名称", "Title"), .heading), TableColumn(t("最后修改人", "Last edited by")),
                        TableColumn(t("时间", "When")), TableColumn(t("修改次数", "Edits"), .number),
                    ], rows: rows)))
    }

    private static func versions(_ all: [IssuedScheme], _ names: AuthorNames, _ t: Language) -> Html {
        let rows = all.enumerated().map { index, issued in
            let before: Html =
                index + 1 < all.count
                ? """
                <a href="\(url: SchemeDifferencePage.link(all[index + 1].version, issued.version))">\
                \(t("与前一版比较", "Against the one before"))</a>
                """ : ""
            return TableRow(
                [
                    "\(t("第 \(issued.version) 版", "Version \(issued.version)"))", "\(issued.scheme.title(t))",
                    time(t, issued.scheme.issued), "\(names.name(issued.person, issued.by ?? issued.scheme.setBy)(t))",
                    issued.scheme.isDefault ? EvaluationWords.defaultPill(t) : "", before,
                ], link: Link("/evaluation/scheme", ["version": String(issued.version)]))
        }
        return card(
            t("所有版本", "All versions"),
            table(
                t,
                DataTable(
                    caption: t("所有版本", "All versions"),
                    columns: [
                        TableColumn(t("版本", "Version"), .heading), TableColumn(t("名称", "Title")),
                        TableColumn(t("启用日期", "In force from")), TableColumn(t("由谁", "By")),
                        TableColumn(t("来历", "Origin")), TableColumn(t("变化", "Changes")),
                    ], rows: rows)))
    }
}

/// Parts of a scheme as pages show them.
enum SchemeViews {
    static func weights(_ scheme: Scheme, _ t: Language) -> Html {
        let rows = scheme.aspects.map { aspect in
            TableRow([
                "\(aspect.number)", "\(aspect.name(t))", "\(scheme.group(aspect.group)?.name(t) ?? aspect.group)",
                "\(aspect.purpose.name(t))", "\(percent(aspect.weight, 1) + "\u{A0}%")", "\(aspect.weightBy)",
                "\(percent(aspect.function, 0) + "\u{A0}%")",
            ])
        }
        return card(
            t("方面与权重", "Aspects and weights"),
            note: "\(t("需求与准备度各自合计 100 %", "need and readiness sum to 100 % each"))",
            table(
                t,
                DataTable(
                    caption: t("方面与权重", "Aspects and weights"),
                    columns: [
                        TableColumn(t("序号", "No."), .number), TableColumn(t("方面", "Aspect"), .heading),
                        TableColumn(t("分组", "Group")), TableColumn(t("用于", "Counts for")),
                        TableColumn(t("权重", "Weight"), .number), TableColumn(t("由谁设定", "Set by")),
                        TableColumn(t("里子", "Function"), .number),
                    ], rows: rows)))
    }

    static func indicators(_ scheme: Scheme, _ survey: SurveyForm, _ t: Language) -> Html {
        let rows = scheme.aspects.flatMap { aspect in
            aspect.indicators.enumerated().map { index, indicator in
                TableRow([
                    "\(index == 0 ? "\(aspect.number) \(aspect.name(t))" : "")", "\(indicator.name(t))",
                    "\(measure(indicator.measure, survey, t))",
                    ScaleDrawing.html(indicator.scale) + "\(scale(indicator, survey, t))",
                    "\(percent(indicator.weight, 0) + "\u{A0}%")", "\(indicator.evidence.name(t))",
                ])
            }
        }
        return card(
            t("指标与法定标尺", "Indicators on decreed scales"),
            note:
                "\(t("0 良好，100 最差；标尺事先规定，不随数据变化", "0 good, 100 worst; decreed beforehand, never taken from the data"))",
            table(
                t,
                DataTable(
                    caption: t("指标与标尺", "Indicators"),
                    columns: [
                        TableColumn(t("方面", "Aspect")), TableColumn(t("指标", "Indicator"), .heading),
                        TableColumn(t("取自", "Taken from")), TableColumn(t("标尺", "Scale")),
                        TableColumn(t("占方面", "Of aspect"), .number), TableColumn(t("依据", "Evidence")),
                    ], rows: rows)))
    }

    /// "车位数 ÷ 户数".
    static func measure(_ measure: Evaluation.Measure, _ survey: SurveyForm, _ t: Language) -> String {
        func label(_ key: String) -> String { survey.label(key)?(t) ?? key }
        return switch measure {
        case .fact(let key): label(key)
        case .ratio(let key, let per): "\(label(key)) ÷ \(label(per))"
        case .age(let key): label(key) + t("至今的年数", ", in years since")
        }
    }

    /// "线性：0 → 0，30 → 50，60 → 100"; choices in words.
    static func scale(_ indicator: Indicator, _ survey: SurveyForm, _ t: Language) -> String {
        let scale = indicator.scale
        func pair(_ what: String, _ value: Double) -> String { "\(what) → \(EvaluationWords.points(value))" }
        let said: [String] =
            switch scale.shape {
            case .linear(let points), .steps(let points):
                points.map { pair(short($0.x, places: 3) + unit(scale, t), $0.value) }
            case .choices(let choices):
                choices.map { choice in
                    let question = indicator.measure.facts.first.flatMap { survey.question($0) }
                    return pair(question?.choice(choice.code).map { t($0.zh, $0.en) } ?? choice.code, choice.value)
                }
            case .flag(let yes, let no): [pair(t("是", "yes"), yes), pair(t("否", "no"), no)]
            }
        let kind =
            if case .steps = scale.shape { t("分档：", "steps: ") } else if case .linear = scale.shape {
                t("线性：", "linear: ")
            } else { "" }
        return kind + said.joined(separator: t("，", ", "))
    }

    /// "人/户" as "persons/household" for those who do not read Chinese.
    private static func unit(_ scale: Scale, _ t: Language) -> String {
        guard !scale.unit.isEmpty else { return "" }
        let parts = scale.unit.split(separator: "/").map { t(String($0), units[String($0)] ?? String($0)) }
        return "\u{A0}" + parts.joined(separator: "/")
    }

    private static let units = [
        "年": "years", "次": "times", "人": "persons", "户": "household", "个": "pieces", "栋": "building", "单元": "entrance",
        "元": "yuan", "m2": "m²", "月": "month",
    ]

    static func bands(_ scheme: Scheme, _ t: Language) -> Html {
        let rows = scheme.bands.enumerated().map { index, band in
            TableRow([
                pill(band.code, EvaluationWords.tone(index, of: scheme.bands.count)), "\(band.name(t))",
                "\(percent(band.upTo, 0) + "\u{A0}%")",
            ])
        }
        return card(
            t("等级", "Bands"),
            table(
                t,
                DataTable(
                    caption: t("等级", "Bands"),
                    columns: [
                        TableColumn(t("代码", "Code")), TableColumn(t("名称", "Name"), .heading),
                        TableColumn(t("到名次的", "Up to"), .number, note: t("占排名小区", "of the ranked")),
                    ], rows: rows)))
    }

    static func gate(_ scheme: Scheme, _ survey: SurveyForm, _ t: Language) -> Html {
        let rows = scheme.gate.map { condition in
            let test: Html =
                switch condition.test {
                case .atLeast(let number): "≥ \(short(number, places: 2))"
                case .holds: "\(t("是", "yes"))"
                }
            return TableRow([
                "\(condition.name(t))", "\(survey.label(condition.fact)?(t) ?? condition.fact)", test,
            ])
        }
        return card(
            t("纳入计划前的条件（门槛）", "Conditions (the gate)"),
            table(
                t,
                DataTable(
                    caption: t("条件", "Conditions"),
                    columns: [
                        TableColumn(t("条件", "Condition"), .heading), TableColumn(t("取自", "Taken from")),
                        TableColumn(t("要求", "Must be")),
                    ], rows: rows)))
    }
}
