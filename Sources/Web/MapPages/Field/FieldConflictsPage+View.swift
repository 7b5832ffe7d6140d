import Components
import Frame
import Html
import Identity
import Kernel
import Registry

extension FieldConflictsPage {
    func view(_ t: Language, _ title: String) -> Html {
        let note = t(
            "手机上的答案送到时，同一项已被他人改成别的值。两个值都留着，请逐项选择保留哪一个。",
            "When these answers arrived, somebody else had changed the same fact. Both values are kept; choose which stays."
        )
        let head = pageHead(
            title, note: "\(note)", actions: [linkButton(t("现场摸底", "Field survey"), "/field")])
        var parts = [head, errorSummary(t, errors)]
        if isSettled { parts.append(notice(.jade, "\(t("已按所选处理，并记入操作记录。", "Done as you chose, and recorded."))")) }
        if list.isEmpty {
            parts.append(
                card(
                    t("待核定", "To settle"),
                    emptyState(
                        t("没有冲突", "No conflicts"),
                        "\(t("两人对同一项给出不同的值时，会列在这里。", "When two people give one fact two values, it appears here."))")))
        }
        parts += list.map { item(t, $0) }
        if total > Self.size {
            parts.append(pager(t, page: page, size: Self.size, total: total, base: "/field/conflicts"))
        }
        return stack(parts.filter { !$0.isEmpty })
    }

    private func item(_ t: Language, _ conflict: FieldConflict) -> Html {
        let estate = conflict.estate
        let questions = conflict.detail.questions(.conflict).compactMap { survey.question($0) }
        let asked = Html.each(questions) { ask(t, $0, conflict) }
        let note: Html =
            conflict.detail.note.isEmpty
            ? "" : "<p class=\"note\">\(t("现场备注：", "Note from the field: "))\(conflict.detail.note)</p>"
        let sheet = form(
            action: "/field/conflicts/\(conflict.id)", csrf: csrf, hidden: [("version", String(estate.version))],
            asked + note + formActions([submitButton(t("按所选处理", "Settle"))]))
        return card(
            estate.name, note: "\(estate.number)",
            more: LinkText(t("打开小区", "Open the estate"), "/estates/\(estate.id)"), sheet)
    }

    private func ask(_ t: Language, _ question: SurveyQuestion, _ conflict: FieldConflict) -> Html {
        let stored = conflict.estate.facts[question.key]
        let choices = [
            Choice(
                FieldChoice.mine.rawValue, shown(t, question, conflict.detail.mine(question.key)),
                help: from(t, t("现场", "Field"), conflict.officer, "", conflict.at.dayInChina, conflict)),
            Choice(
                FieldChoice.theirs.rawValue,
                stored.map { question.shown($0.value, isApproximate: $0.isApproximate, t) } ?? t("未知", "unknown"),
                help: from(
                    t, stored?.provenance.source ?? t("登记库", "Register"), stored?.provenance.officer,
                    stored?.provenance.surveyor ?? "", stored?.provenance.day, conflict)),
        ]
        let name = Self.fieldName(conflict.id, question.key)
        return field(
            t,
            FormField(
                name, question.label(t), .radios(choices, selected: ""),
                error: errors.first { $0.field == name }?.message(t)))
    }

    /// What a phone's text says, for people.
    private func shown(_ t: Language, _ question: SurveyQuestion, _ text: String?) -> String {
        guard let text else { return t("未知", "unknown") }
        do throws(Refusal) {
            let answer = try question.read(text)
            return question.shown(answer.value, isApproximate: answer.isApproximate, t)
        } catch {
            return text
        }
    }

    /// "现场摸底 · 陈立 · 2026 年 6 月 30 日".
    private func from(
        _ t: Language, _ source: String, _ officer: ID<PersonTag>?, _ surveyor: String, _ day: Day?,
        _ conflict: FieldConflict
    ) -> String {
        let name = officer.map { ActorWords.person(names.name($0, at: conflict.estate.place))(t) } ?? surveyor
        return [source, name, day.map { dayText(t, $0) } ?? ""].filter { !$0.isEmpty }.joined(separator: " · ")
    }
}
