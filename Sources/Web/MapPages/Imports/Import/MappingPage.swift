import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Sheets
import Store

/// Which column of the file means what, to be set by hand.
struct MappingPage {
    let page: ImportPage
    let mapping: HeaderMapping

    static let routes: [Route] = [
        .look("/imports/{id}/mapping", .right(.importEstates)) { try await answer($0) },
        .act("/imports/{id}/mapping", .right(.importEstates)) { visit, form in
            do {
                return try await keep(visit, form)
            } catch {
                guard let refusals = error.refusals, refusals.first?.kind == .invalid else { throw error }
                return try await answer(visit, refusals: refusals, typed: form)
            }
        },
    ]

    private static func answer(
        _ visit: Visit, refusals: [Refusal] = [], typed: FormData? = nil
    ) async throws -> Frame.Answer {
        let batch = try await ImportPage.find(visit)
        guard batch.state == .previewed, batch.kind.isSheet else { return .see("/imports/\(batch.id)") }
        let bytes = try await visit.spreadsheet(of: batch)
        return try await visit.hall.database.read { tx in
            let page = try ImportPage(visit, batch, bytes, refusals: refusals, draft: nil, in: tx)
            // Without a header there is nothing to map; the import's page tells why.
            guard let report = page.report else { return .see("/imports/\(batch.id)") }
            let view = MappingPage(page: page, mapping: report.mapping).view(visit.language, typed)
            return visit.page(visit.language("各列的含义", "What the columns mean"), refused: refusals, view)
        }
    }

    /// Takes the officer's choice for every column and, when asked, keeps it for the district's next file.
    private static func keep(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let batch = try await ImportPage.find(visit)
        var options = batch.options
        if form["recognise"] == "1" {
            options.mapping = nil
            try await ImportActs.keep(options, of: batch, visit)
            return .see("/imports/\(batch.id)")
        }
        let bytes = try await visit.spreadsheet(of: batch)
        let (hall, actor, now) = (visit.hall, visit.actor, visit.now)
        let (current, survey) = try await hall.database.read { tx in
            let deed = Deed(actor: actor, now: now, tx: tx)
            let report = try Scratch.holding(bytes) { try hall.register.previewBatch(batch, path: $0, in: deed) }
            return (report.mapping, try hall.register.form(batch.kind == .buildings ? .building : .estate, in: tx))
        }
        let mapping = try assigned(current, form, survey)
        options.mapping = mapping
        let (settled, district) = (options, PlaceCode(form.text("keepFor")))
        try await hall.database.act(as: actor, clock: hall.clock) { deed in
            try hall.register.reviseBatch(batch.id, settled, in: deed)
            if let district { try hall.register.saveMapping(mapping, of: district, batch.kind, in: deed) }
        }
        return .see("/imports/\(batch.id)")
    }

    private static func assigned(
        _ current: HeaderMapping, _ form: FormData, _ survey: SurveyForm
    ) throws -> HeaderMapping {
        var mapping = current
        var taken: [String: String] = [:]
        var refusals: [Refusal] = []
        for column in MappedColumn.all(of: current) {
            let name = "column.\(column.index)"
            guard let wanted = form[name] else { continue }
            guard !wanted.isEmpty else {
                mapping = mapping.assigning(column: column.index, to: nil)
                continue
            }
            guard survey.label(wanted) != nil else { throw Visit.notFound }
            if let other = taken.updateValue(column.title, forKey: wanted) {
                refusals.append(
                    Refusal(
                        "import.mapping.twice", zh: "“\(other)”和“\(column.title)”选了同一含义；请只留一列。",
                        en: "“\(other)” and “\(column.title)” were given the same meaning; keep one.", field: name))
            }
            // As it was recognised, with its unit.
            if case .known(let key) = column.state, key == wanted { continue }
            let unit = survey.question(wanted)?.unit == nil ? nil : unit(in: column.title)
            mapping = mapping.assigning(column: column.index, to: wanted, unit: unit)
        }
        try Refusals.throwIfAny(refusals)
        return mapping
    }

    /// The unit in the brackets of a header, so that "面积(万㎡)" keeps its ten thousands under whatever meaning.
    private static func unit(in title: String) -> Registry.Unit? {
        let parts = title.split { "()()[]【】".contains($0) }
        return parts.dropFirst().lazy.reversed().compactMap { Registry.Unit.named(String($0)) }.first
    }
}

extension MappingPage {
    private func view(_ t: Language, _ typed: FormData?) -> Html {
        let batch = page.batch
        let trail = breadcrumbs(
            t,
            [
                Crumb(t("导入", "Import"), "/imports"), Crumb(batch.fileName, "/imports/\(batch.id)"),
                Crumb(t("各列的含义", "What the columns mean")),
            ])
        let head = pageHead(
            t("各列的含义", "What the columns mean"),
            note: "\(t("逐列核对。选“不导入”的列会留在文件里，不进库。", "Check column by column. What is left out stays in the file."))")
        let choices = meanings(t)
        let columns = grid(MappedColumn.all(of: mapping).map { select($0, choices, typed, t) }, .thirds)
        let district = page.choices.districts(t)
        let keep =
            district.isEmpty
            ? ""
            : field(
                t,
                FormField(
                    "keepFor", t("下次也这样读", "Read the next file alike"),
                    .select(district, selected: typed?.text("keepFor") ?? "", empty: t("不保存", "Do not keep")),
                    help: t("存为该区的列对应：表头相同的文件以后自动套用。", "Kept for the district: files with the same header use it.")))
        let save = Components.form(
            action: "/imports/\(batch.id)/mapping", csrf: page.csrf, guardsChanges: true,
            columns + keep
                + formActions([
                    submitButton(t("保存并重新预览", "Save and preview again")),
                    linkButton(t("返回", "Back"), "/imports/\(batch.id)", .plain),
                ]))
        let anew = Components.form(
            action: "/imports/\(batch.id)/mapping", csrf: page.csrf, hidden: [("recognise", "1")],
            submitButton(t("重新自动识别", "Recognise the columns anew"), .quiet))
        return trail + head + errorSummary(t, page.refusals) + card(save) + card(anew)
    }

    private func select(_ column: MappedColumn, _ choices: [Choice], _ typed: FormData?, _ t: Language) -> Html {
        let name = "column.\(column.index)"
        var help = [
            t(
                "\(CellPosition.letters(ofColumn: column.index + 1)) 列",
                "Column \(CellPosition.letters(ofColumn: column.index + 1))")
        ]
        var selected = ""
        switch column.state {
        case .known(let key): selected = key
        case .doubtful(let keys):
            let labels = keys.map { page.survey.label($0)?(t) ?? $0 }.joined(separator: t("、", ", "))
            help.append(t("拿不准，可能是：\(labels)", "undecided; it may be: \(labels)"))
        case .unknown: break
        }
        if let unit = column.unit, !unit.name(t).isEmpty { help.append(t("单位 \(unit.name.zh)", "in \(unit.name.en)")) }
        return field(
            t,
            FormField(
                name, column.title, .select(choices, selected: typed?[name] ?? selected, empty: t("不导入", "Leave out")),
                help: help.joined(separator: " · "), error: page.refusals.message(name, t)))
    }

    /// Everything a column may mean: the register's own columns, then the questions of the form.
    private func meanings(_ t: Language) -> [Choice] {
        let survey = page.survey
        let columns = survey.columns.map { Choice($0.key, $0.label(t)) }
        let questions = survey.questions.map { question -> Choice in
            let unit = question.unit?.name(t) ?? ""
            return Choice(question.key, question.label(t) + (unit.isEmpty ? "" : t("（\(unit)）", " (\(unit))")))
        }
        return columns + questions
    }
}
