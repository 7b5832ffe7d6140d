import Components
import Frame
import Html
import Identity
import Kernel
import Ledger
import Store

/// Writing letters and taking them back.
enum LetterActs {
    static func writeOne(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (number, party) = (visit.parameters["number"] ?? "", visit.parameters["party"] ?? "")
        let ledger = visit.hall.ledger
        do {
            let terms = try LetterForm.terms(form)
            // Before: once the code is made, nothing may keep it from being shown.
            let paper = try await visit.hall.database.read { try LetterPaper(visit, in: $0) }
            let letter = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try ledger.writeLetter(to: party, of: number, terms, in: deed)
            }
            return paper.answer([letter], left: 0, back: "/ledger/households/\(number)/\(party)", visit)
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                try LetterPage(visit, sent: form, refusals, in: tx).answer(visit)
            }
        }
    }

    static func writeAll(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let (ledger, number, again) = (visit.hall.ledger, visit.parameters["number"] ?? "", form["again"] == "1")
        do {
            let terms = try LetterForm.terms(form)
            let paper = try await visit.hall.database.read { try LetterPaper(visit, in: $0) }
            let (letters, left) = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try ledger.writeLetters(of: number, again: again, terms, in: deed)
            }
            return paper.answer(letters, left: left, back: "/ledger/households/\(number)", visit)
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                try LettersPage(visit, sent: form, refusals, in: tx).answer(visit)
            }
        }
    }

    static func revoke(_ visit: Visit, _: FormData) async throws -> Frame.Answer {
        let (number, party) = (visit.parameters["number"] ?? "", visit.parameters["party"] ?? "")
        let ledger = visit.hall.ledger
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            try ledger.revokeLetter(to: party, of: number, in: deed)
        }
        return .see("/ledger/households/\(number)/\(party)")
    }
}

/// What an officer fills in before a letter is written.
struct LetterForm {
    let contact: String
    let due: String
    let again: Bool
    let refusals: [Refusal]

    /// - Parameters:
    ///   - sent: what was sent and refused; nil when the form is shown for the first time.
    ///   - last: the letter whose terms it begins with.
    init(_ sent: FormData?, _ refusals: [Refusal], last: HouseholdLetter?) {
        contact = sent?["contact"] ?? last?.terms.contact ?? ""
        due = sent?["due"] ?? last?.terms.due?.description ?? ""
        again = sent?["again"] == "1"
        self.refusals = refusals
    }

    /// - Throws: `Refusal` `form.day`.
    static func terms(_ form: FormData) throws -> LetterTerms {
        let text = form.text("due")
        let due = Day(text)
        guard text.isEmpty || due != nil else {
            throw Refusal("form.day", zh: "日期须写作 2026-06-30。", en: "A day is written 2026-06-30.", field: "due")
        }
        return LetterTerms(contact: form.text("contact"), due: due)
    }

    /// - Parameter forAll: for all households of a project, where some have a letter already.
    func view(_ action: Link, csrf: String, back: Link, forAll: Bool, _ t: Language) -> Html {
        func error(_ name: String) -> String? { refusals.first { $0.field == name }?.message(t) }
        var fields = [
            FormField(
                "contact", t("有疑问找谁", "Whom to ask"),
                .text(
                    contact, placeholder: t("如：街道改造办 0731-8xxx", "e.g. renewal office, 0731-8xxx"),
                    limit: LetterTerms.contactLimit),
                help: t("印在信上，写单位与电话。", "Printed on the letter: an office and its telephone."),
                error: error("contact"), required: true),
            FormField(
                "due", t("缴款期限", "To be paid by"), .date(due),
                help: t("没有期限可不填。", "Leave it empty where no day is set."),
                error: error("due")),
        ]
        if forAll {
            fields.append(
                FormField(
                    "again", t("已有信的也重写", "Also to those with a letter"), .checkbox(isOn: again),
                    help: t("他们手中的旧验证码随即失效。", "The codes in their hands open nothing any more."), error: error("again"))
            )
        }
        let buttons = [
            submitButton(forAll ? t("写信并打印", "Write and print") : t("写信", "Write the letter")),
            linkButton(t("取消", "Cancel"), back, .plain),
        ]
        return form(action: action, csrf: csrf, Html.each(fields) { field(t, $0) } + formActions(buttons))
    }
}
