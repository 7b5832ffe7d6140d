import Components
import Html
import Kernel
import Registry

/// What an import changes, in the words of the form: labels, units, answers, names of places.
struct ChangeWords {
    let survey: SurveyForm
    let names: PlaceNames

    func table(_ changes: [ImportReport.Change], caption: String, _ t: Language) -> Html {
        guard !changes.isEmpty else { return "<p>\(fields(changes, t))</p>" }
        return changeTable(
            t, caption: caption,
            changes.map {
                ChangeLine(label($0.field, t), from: shown($0.field, $0.before, t), to: shown($0.field, $0.after, t))
            })
    }

    /// The fields by name: "户数、地址".
    func fields(_ changes: [ImportReport.Change], _ t: Language) -> String {
        if changes.isEmpty { return t("数值不变，只更改“约”字", "the same values; only “about” changes") }
        return changes.prefix(6).map { label($0.field, t) }.joined(separator: t("、", ", "))
            + (changes.count > 6 ? t("等 \(changes.count) 项", " and \(changes.count - 6) more") : "")
    }

    func label(_ field: String, _ t: Language) -> String {
        switch field {
        case "place": t("所属地", "Place")
        case "location": t("坐标", "Coordinates")
        case "outline": t("边界", "Outline")
        default: survey.label(field)?(t) ?? field
        }
    }

    /// Nil for what is unknown or absent.
    private func shown(_ field: String, _ value: JSON, _ t: Language) -> Html? {
        switch value {
        case .null, .string(""), .array([]): return nil
        case .string(let digits) where field == "place":
            return "\(PlaceCode(digits).map { names.path($0, t) } ?? digits)"
        case .array(let parts) where field == "location":
            return "\(parts.compactMap { $0.double.map { decimal($0, 6) } }.joined(separator: ", "))"
        case .number(let area) where field == "outline": return "\(grouped(Int(area))) m²"
        case .array(let parts): return "\(parts.compactMap(\.string).joined(separator: t("、", ", ")))"
        default: break
        }
        guard let question = survey.question(field), field != CoreFact.name else {
            return "\(value.string ?? value.text)"
        }
        let fact = FactValue(json: value)
        return "\(question.display((try? question.accept(fact)) ?? fact)(t))"
    }

    /// The codes of places among the changes, whose names must be looked up.
    static func places(_ report: ImportReport) -> [PlaceCode] {
        let rows = ImportReport.Outcome.allCases.flatMap { report.samples[$0] ?? [] }
        return rows.flatMap { row in
            row.candidates.map(\.place)
                + row.changes.filter { $0.field == "place" }.flatMap {
                    [$0.before, $0.after].compactMap { $0.string.flatMap { PlaceCode($0) } }
                }
        }
    }
}

extension ImportReport.Outcome {
    /// What becomes of such a row.
    func name(_ kind: ImportKind) -> Phrase {
        switch (self, kind) {
        case (.new, .checklist): Phrase(zh: "找到小区", en: "Found")
        case (.unchanged, .checklist): Phrase(zh: "没有找到", en: "Not found")
        case (.new, _): Phrase(zh: "新增", en: "New")
        case (.changed, _): Phrase(zh: "更改", en: "Changed")
        case (.unchanged, _): Phrase(zh: "无变化", en: "Unchanged")
        case (.doubtful, _): Phrase(zh: "存疑", en: "Doubtful")
        case (.refused, _): Phrase(zh: "不能导入", en: "Refused")
        case (.skipped, _): Phrase(zh: "跳过", en: "Skipped")
        }
    }

    var tone: Tone {
        switch self {
        case .new: .jade
        case .changed: .indigo
        case .unchanged, .skipped: .neutral
        case .doubtful: .amber
        case .refused: .cinnabar
        }
    }
}
