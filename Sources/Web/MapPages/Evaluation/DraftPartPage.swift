import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// A part of a draft in fields: the scales of one aspect, or bands, conditions and how robustness is asked.
struct DraftPartPage {
    /// One field of the document.
    struct Field {
        let place: String
        let label: String
        var kind = DraftDocument.Kind.text
        var choices: [Choice] = []
        /// The title of the choice of nothing; nil where something must be chosen.
        var none: String?
        var help: String?
    }

    /// Fields under one heading.
    struct Section {
        let title: String
        var help: String?
        let fields: [Field]
    }

    enum Part {
        case rules
        /// Index in the draft's aspects.
        case aspect(Int)
    }

    let draft: SchemeDraft
    let part: Part
    private let survey: SurveyForm
    private let csrf: String
    private var document: DraftDocument
    private var refusals: [Refusal] = []
    /// Set when somebody else was faster.
    private var conflict: Html = ""

    init(_ visit: Visit, in tx: Tx) throws {
        let draft = try visit.hall.evaluations.draft(try visit.id("draft"), in: tx)
        if let code = visit.parameters["aspect"] {
            guard let index = draft.scheme.aspects.firstIndex(where: { $0.code == code }) else { throw Visit.notFound }
            part = .aspect(index)
        } else {
            part = .rules
        }
        self.draft = draft
        survey = try visit.hall.register.form(.estate, in: tx)
        csrf = visit.csrf
        document = DraftDocument(draft.scheme)
        if case .rules = part { for list in Self.lists { document.grow(list) } }
    }

    private static let lists = ["bands", "gate"]

    // MARK: what was sent

    /// The draft's document with what was typed.
    private func taking(_ form: FormData, _ t: Language) -> DraftDocument {
        var taken = document
        for field in sections(t).flatMap(\.fields) where form[field.place] != nil {
            let typed = field.kind == .points ? form[field.place] ?? "" : form.text(field.place)
            taken.take(typed, at: field.place, as: field.kind)
        }
        if case .rules = part { for list in Self.lists { taken.dropEmpty(list) } }
        return taken
    }

    static func save(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id: ID<SchemeDraft> = try visit.id("draft")
        let (evaluations, seen, t) = (visit.hall.evaluations, form.number("seen") ?? 0, visit.language)
        do {
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                let document = try DraftPartPage(visit, in: deed.tx).taking(form, t)
                try evaluations.editDraft(id, document.json.text, seen: seen, in: deed)
            }
            return .see("/evaluation/drafts/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                var page = try DraftPartPage(visit, in: tx)
                let typed = page.taking(form, t)
                if refusals.contains(where: { $0.code == "scheme.seen" }) {
                    page.conflict = try DraftPage.conflict(page.draft, typed.json.text, visit, in: tx)
                }
                page.document = typed
                if case .rules = page.part { for list in lists { page.document.grow(list) } }
                page.refusals = refusals
                return page.answer(visit)
            }
        }
    }

    // MARK: the page

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let title =
            switch part {
            case .rules: t("等级、条件与稳健性", "Bands, conditions, robustness")
            case .aspect(let index): draft.scheme.aspects[index].name(t)
            }
        let back: Link = "/evaluation/drafts/\(draft.id)"
        let sections = sections(t)
        let fields = Html.each(sections) { section in
            fieldset(section.title, help: section.help, Html.each(section.fields) { field(t, control($0, t)) })
        }
        let buttons = formActions([submitButton(t("保存", "Save")), linkButton(t("取消", "Cancel"), back, .plain)])
        let body = form(
            action: visit.path, csrf: csrf, guardsChanges: true, hidden: [("seen", String(draft.edits))],
            fields + buttons)
        let parts: [Html] = [
            breadcrumbs(
                t,
                [
                    Crumb(t("评价方案", "Scheme"), "/evaluation/scheme"), Crumb(t("方案草稿", "Draft scheme"), back),
                    Crumb(title),
                ]), pageHead(title, note: "\(draft.scheme.title(t))"), errors(t), conflict, card(body),
        ]
        return visit.page(
            title, layout: .narrow, status: refusals.first?.kind.status ?? .ok, stack(parts.filter { !$0.isEmpty }))
    }

    private func control(_ field: Field, _ t: Language) -> FormField {
        let typed = document.text(field.place, as: field.kind)
        let wrong = refusals.filter { place(of: $0, t) == field.place }.map { $0.message(t) }
        let control: Control =
            if !field.choices.isEmpty {
                .select(field.choices, selected: typed, empty: field.none)
            } else {
                switch field.kind {
                case .points: .area(typed, rows: max(3, typed.split(separator: "\n").count + 1), limit: 5_000)
                case .number, .threshold: .number(typed)
                case .text: .text(typed, limit: EvaluationLimits.name)
                }
            }
        return FormField(
            field.place, field.label, control, help: field.help,
            error: wrong.isEmpty ? nil : wrong.joined(separator: t("", " ")))
    }

    private func errors(_ t: Language) -> Html {
        errorSummary(t, refusals.map { FieldError(field: place(of: $0, t), message: $0.message(t)) })
    }

    /// The field that a refusal is about: that of its place, or the nearest around or within it.
    private func place(of refusal: Refusal, _ t: Language) -> String? {
        guard let wrong = refusal.field else { return nil }
        let places = sections(t).flatMap(\.fields).map(\.place)
        return places.first { $0 == wrong } ?? places.first { wrong.hasPrefix($0) }
            ?? places.first { $0.hasPrefix(wrong + ".") || $0.hasPrefix(wrong + "[") }
    }

    // MARK: what is asked

    private func sections(_ t: Language) -> [Section] {
        switch part {
        case .rules: rules(t)
        case .aspect(let index): aspect(index, t)
        }
    }

    private func aspect(_ index: Int, _ t: Language) -> [Section] {
        let (aspect, place) = (draft.scheme.aspects[index], "aspects[\(index)]")
        let head = Section(
            title: t("方面", "Aspect"),
            fields: [
                Field(place: "\(place).zh", label: t("中文名称", "Name in Chinese")),
                Field(place: "\(place).en", label: t("英文名称", "Name in English")),
                Field(
                    place: "\(place).group", label: t("分组", "Group"),
                    choices: draft.scheme.groups.map { Choice($0.code, $0.name(t)) }),
                Field(
                    place: "\(place).function", label: t("里子占比", "Share of function"), kind: .number,
                    help: t("0 全为面子，1 全为里子。", "0 appearance alone, 1 function alone.")),
            ])
        return [head]
            + aspect.indicators.enumerated().map { number, indicator in
                let place = "\(place).indicators[\(number)]"
                return Section(
                    title: indicator.name(t), help: SchemeViews.measure(indicator.measure, survey, t),
                    fields: [
                        Field(
                            place: "\(place).weight", label: t("占方面的权重", "Share of the aspect"), kind: .number,
                            help: t("本方面各指标之和为 1。", "The aspect's indicators sum to 1."))
                    ] + scale(indicator, "\(place).scale", t)
                        + [
                            Field(
                                place: "\(place).evidence", label: t("依据", "Evidence"),
                                choices: Evidence.allCases.map { Choice($0.rawValue, $0.name(t)) })
                        ])
            }
    }

    private func scale(_ indicator: Indicator, _ place: String, _ t: Language) -> [Field] {
        switch indicator.scale.shape {
        case .linear, .steps:
            let isStepped = if case .steps = indicator.scale.shape { true } else { false }
            let unit = indicator.scale.unit.isEmpty ? "" : "（\(indicator.scale.unit)）"
            let help =
                isStepped
                ? t("每行：起点、分值（0 良好，1 最差）；到下一行为止。", "A line: from where, value; until the next line.")
                : t("每行：数值、分值（0 到 1）；两点之间取直线。", "A line: measure, value 0 to 1; straight between the points.")
            return [
                Field(
                    place: "\(place).direction", label: t("方向", "Direction"),
                    choices: Scale.Direction.allCases.map { Choice($0.rawValue, $0.name(t)) }),
                Field(
                    place: "\(place).points",
                    label: (isStepped ? t("分档", "Steps") : t("折线的点", "Points")) + t(unit, ""),
                    kind: .points, help: help),
            ]
        case .choices(let choices):
            let question = indicator.measure.facts.first.flatMap { survey.question($0) }
            return choices.map { choice in
                let answer = question?.choice(choice.code).map { t($0.zh, $0.en) } ?? choice.code
                return Field(place: "\(place).values.\(choice.code)", label: answer, kind: .number)
            }
        case .flag:
            return [
                Field(place: "\(place).yes", label: t("答“是”的分值", "Value of “yes”"), kind: .number),
                Field(place: "\(place).no", label: t("答“否”的分值", "Value of “no”"), kind: .number),
            ]
        }
    }

    private func rules(_ t: Language) -> [Section] {
        let head = Section(
            title: t("方案", "Scheme"),
            fields: [
                Field(place: "title.zh", label: t("中文名称", "Title in Chinese")),
                Field(place: "title.en", label: t("英文名称", "Title in English")),
                Field(place: "source.zh", label: t("来源（中文）", "Source in Chinese")),
                Field(place: "source.en", label: t("来源（英文）", "Source in English")),
                Field(place: "setBy", label: t("由谁负责", "Who answers for it")),
            ])
        let robustness = Section(
            title: t("稳健性", "Robustness"),
            fields: [
                Field(
                    place: "robustness.samples", label: t("抽取的权重组数", "Weightings drawn"), kind: .number,
                    help: t("0 为不抽取。", "0 for none.")),
                Field(place: "robustness.seed", label: t("随机种子", "Seed"), kind: .number),
                Field(
                    place: "robustness.concentration", label: t("集中度", "Concentration"), kind: .number,
                    help: t("越大，抽取的权重越接近方案的权重。", "The larger, the closer to the scheme's weights.")),
            ])
        return [head] + bands(t) + gate(t) + [robustness]
    }

    private func bands(_ t: Language) -> [Section] {
        (document["bands"]?.elements ?? []).indices.map { index in
            let place = "bands[\(index)]"
            let isNew = index == draft.scheme.bands.count
            return Section(
                title: isNew ? t("再加一个等级", "One more band") : t("等级 \(index + 1)", "Band \(index + 1)"),
                help: index == 0
                    ? t("从最急需的开始；清空一级的各栏即删去。", "From the most urgent on; empty a band's fields to take it away.") : nil,
                fields: [
                    Field(place: "\(place).code", label: t("代码", "Code")),
                    Field(place: "\(place).zh", label: t("中文名称", "Name in Chinese")),
                    Field(place: "\(place).en", label: t("英文名称", "Name in English")),
                    Field(
                        place: "\(place).upTo", label: t("到名次的（0 到 1）", "Up to this share of the ranked, 0 to 1"),
                        kind: .number),
                ])
        }
    }

    private func gate(_ t: Language) -> [Section] {
        let questions = survey.questions.filter { [.integer, .decimal, .share, .flag].contains($0.kind) }
        return (document["gate"]?.elements ?? []).indices.map { index in
            let place = "gate[\(index)]"
            let isNew = index == draft.scheme.gate.count
            return Section(
                title: isNew ? t("再加一个条件", "One more condition") : t("条件 \(index + 1)", "Condition \(index + 1)"),
                help: index == 0
                    ? t("纳入计划前必须满足；清空各栏即删去。", "What must hold first; empty the fields to take it away.") : nil,
                fields: [
                    Field(
                        place: "\(place).fact", label: t("取自", "Taken from"),
                        choices: questions.map { Choice($0.key, $0.label(t)) }, none: "—"),
                    Field(
                        place: "\(place).atLeast", label: t("至少", "At least"), kind: .threshold,
                        help: t("是否题留空，表示须为“是”。", "Leave empty for a yes-or-no question: it must be yes.")),
                    Field(place: "\(place).zh", label: t("中文名称", "Name in Chinese")),
                    Field(place: "\(place).en", label: t("英文名称", "Name in English")),
                ])
        }
    }
}
