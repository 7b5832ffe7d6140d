import Components
import Geo
import Html
import Kernel
import Registry

extension EditFields {
    /// What a form shows: the stored values, or what was typed when it comes back refused.
    struct Shown {
        let draft: Draft?
        let errors: [Refusal]
        /// The field to open at.
        let opened: String?

        init(_ draft: Draft? = nil, errors: [Refusal] = [], opened: String? = nil) {
            self.draft = draft
            self.errors = errors
            self.opened = opened
        }
    }

    /// The version and the values the form begins with, to be sent back beside what is typed.
    func hidden(_ draft: Draft?) -> [(String, String)] {
        [("version", String(draft?.version ?? version))] + names.map { ("was." + $0, draft?.was[$0] ?? stored($0)) }
    }

    func summary(_ t: Language, _ errors: [Refusal]) -> Html {
        errorSummary(t, errors.map { FieldError(field: name(ofRefusal: $0.field), message: $0.message(t)) })
    }

    /// Attributes, then the survey's questions by group, then the evidence for what changed.
    func view(_ t: Language, today: Day, title: String, _ shown: Shown) -> Html {
        let errors = Dictionary(
            shown.errors.compactMap { error in name(ofRefusal: error.field).map { ($0, error.message(t)) } },
            uniquingKeysWith: { first, _ in first })
        let top = fieldset(title, Html.each(attributes) { ask(t, $0, shown.draft, errors) })
        let groups = Html.each(survey.groups) { group in
            let questions = self.questions.filter { $0.group == group.number }
            return questions.isEmpty ? "" : ask(t, group, questions, shown, errors)
        }
        let help = t(
            "留空或选“未知”表示不清楚，不会当作零。",
            "Leave a field empty, or choose “unknown”, when nobody knows; it never counts as zero.")
        return top + fieldset(t("调查事实", "Survey facts"), help: help, groups) + evidence(t, today, shown.draft, errors)
    }

    private func ask(
        _ t: Language, _ group: SurveyGroup, _ questions: [SurveyQuestion], _ shown: Shown, _ errors: [String: String]
    ) -> Html {
        let names = questions.map { Self.factPrefix + $0.key }
        let known = questions.count { facts.value($0.key).isKnown }
        let isOpen =
            group.number == 0 || names.contains { errors[$0] != nil || $0 == shown.opened } || self.questions.count < 20
        let asked = Html.each(zip(names, questions)) { name, question in
            let text = shown.draft?.typed[name] ?? stored(name)
            return field(
                t,
                FormField(
                    name, question.label(t), question.control(text, t), help: question.help?.phrase(t),
                    error: errors[name]))
        }
        let title = "\(group.name(t)) · \(t("已知 \(known)/\(questions.count)", "\(known) of \(questions.count) known"))"
        return disclosure(title, open: isOpen, "<div class=\"fields\">\(asked)</div>")
    }

    private func ask(_ t: Language, _ attribute: Attribute, _ draft: Draft?, _ errors: [String: String]) -> Html {
        let text = draft?.typed[attribute.name] ?? attribute.stored
        let control: Control =
            switch attribute.kind {
            case .line(let limit): .text(text, limit: limit)
            case .lines: .area(text, rows: 3, limit: 2500)
            case .place(let choices):
                .select(
                    choices.map { Choice($0.code.digits, $0.title(t)) }, selected: text,
                    empty: t("请选择", "Please choose"))
            case .point: .text(text, .code, placeholder: "113.0211, 28.1503", limit: 80)
            }
        let asked = field(
            t,
            FormField(
                attribute.name, attribute.label(t), control, help: attribute.help?(t), error: errors[attribute.name],
                required: attribute.isRequired))
        guard case .point = attribute.kind else { return asked }
        let datums = Datum.allCases.map { Choice($0.rawValue, Self.title(of: $0)(t)) }
        let chosen = draft.flatMap { Datum(rawValue: $0.datum) } ?? .cgcs2000
        let help = t("一律换算为 CGCS2000 保存。", "Converted to CGCS2000 before it is stored.")
        return asked
            + field(
                t,
                FormField(
                    "datum", t("坐标系", "Datum"), .select(datums, selected: chosen.rawValue), help: help,
                    error: errors["datum"]))
    }

    private static func title(of datum: Datum) -> Phrase {
        switch datum {
        case .cgcs2000: Phrase(zh: "CGCS2000 / WGS-84（测绘、GPS）", en: "CGCS2000 / WGS-84 (survey, GPS)")
        case .gcj02: Phrase(zh: "GCJ-02（高德、腾讯地图）", en: "GCJ-02 (Amap, Tencent maps)")
        case .bd09: Phrase(zh: "BD-09（百度地图）", en: "BD-09 (Baidu maps)")
        }
    }

    private func evidence(_ t: Language, _ today: Day, _ draft: Draft?, _ errors: [String: String]) -> Html {
        let source = FormField(
            "evidence", t("依据", "Evidence"),
            .text(
                draft?.evidence ?? "",
                placeholder: t("例如：不动产登记、现场摸底、房屋鉴定", "e.g. land register, site survey, appraisal"),
                limit: 200),
            help: t("更改了调查事实时必填，与每项数据一起保存。", "Needed when a survey fact changes; kept with each value."),
            error: errors["evidence"])
        let day = FormField(
            "day", t("取得日期", "As of"), .date(draft?.day ?? today.description), error: errors["day"])
        let rest = FormField(
            "confirmsRest", t("其余已知的调查事实也已核对，没有变化", "The other known facts were checked too and still hold"),
            .checkbox(isOn: draft?.confirmsRest ?? false),
            help: t("它们的依据和日期随之更新。", "They take this evidence and day, when it is later than theirs."))
        let asked = field(t, source) + field(t, day)
        return fieldset(
            t("更改的依据", "What the changes rest on"), facts.facts.isEmpty ? asked : asked + field(t, rest))
    }
}

extension SurveyQuestion {
    fileprivate func control(_ text: String, _ t: Language) -> Control {
        let unknown = t("未知", "unknown")
        switch kind {
        case .integer, .decimal, .share:
            let unit = unit ?? (kind == .share ? .percent : .one)
            return .number(text, unit: unit.name(t), min: minimum?.canonical, max: maximum?.canonical)
        case .choice, .ordinal:
            return .select(choices.map { Components.Choice($0.code, $0.name(t)) }, selected: text, empty: unknown)
        case .flag:
            let yes = Components.Choice(true.canonical, t("是", "yes"))
            return .select([yes, Components.Choice(false.canonical, t("否", "no"))], selected: text, empty: unknown)
        case .year: return .year(text)
        case .text: return .text(text, limit: Int(maximum ?? 200))
        }
    }
}
