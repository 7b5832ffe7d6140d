import Components
import Frame
import HTTPTypes
import Html
import Kernel
import Ledger
import Store

/// Letters to all households of a project, on one page to be printed.
struct LettersPage {
    let project: LedgerProject
    let form: LetterForm
    let letters: [String: HouseholdLetter]

    init(_ visit: Visit, sent: FormData? = nil, _ refusals: [Refusal] = [], in tx: Tx) throws {
        let (ledger, number) = (visit.hall.ledger, visit.parameters["number"] ?? "")
        project = try ledger.ledgerProject(number, for: visit.actor, in: tx)
        try visit.actor.require(.postEntries, at: project.place)
        letters = try ledger.letters(of: number, for: visit.actor, in: tx)
        form = LetterForm(sent, refusals, last: letters.values.max { $0.madeAt < $1.madeAt })
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let back: Link = "/ledger/households/\(project.number)"
        let title = t("给全体住户写信", "Letters to all households")
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(project.name, "/ledger/projects/\(project.number)"), Crumb(t("出资人", "Who gives"), back),
                Crumb(title),
            ])
        let told = t(
            "每户一页，附一个只显示一次的验证码；一次最多 \(HouseholdLetter.printLimit) 户，其余再写一次。",
            "A page for each household with a code that is shown once; at most \(HouseholdLetter.printLimit) at once, "
                + "the others after that.")
        let standing = HouseholdLetter.State.allCases.map { state in
            let count = letters.values.count { $0.state == state }
            return ValueLine(LetterWords.name(state)(t), "\(grouped(count))")
        }
        let body = stack([
            crumbs + pageHead(title, note: "\(project.name) · \(code(project.number))"), errorSummary(t, form.refusals),
            card(
                paragraph(told)
                    + form.view(
                        "/ledger/letters/\(project.number)", csrf: visit.csrf, back: back, forAll: true, t)),
            card(t("现有的信", "Letters so far"), valueList(standing)),
        ])
        return visit.page(
            title, layout: .narrow, assets: LetterRoutes.assets, status: form.refusals.first?.kind.status ?? .ok, body)
    }
}

/// The letter of one household: how it stands, a new one, none any more.
struct LetterPage {
    let project: LedgerProject
    let party: String
    let letter: HouseholdLetter?
    let form: LetterForm

    /// - Throws: a refusal of kind `.notFound` also where the party gives nothing to the project.
    init(_ visit: Visit, sent: FormData? = nil, _ refusals: [Refusal] = [], in tx: Tx) throws {
        let (ledger, actor, number) = (visit.hall.ledger, visit.actor, visit.parameters["number"] ?? "")
        party = visit.parameters["party"] ?? ""
        project = try ledger.ledgerProject(number, for: actor, in: tx)
        try actor.require(.postEntries, at: project.place)
        guard try ledger.householdShare(of: party, project: number, for: actor, in: tx).isAny else {
            throw Visit.notFound
        }
        let letters = try ledger.letters(of: number, for: actor, in: tx)
        letter = letters[party]
        form = LetterForm(sent, refusals, last: letter ?? letters.values.max { $0.madeAt < $1.madeAt })
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let back: Link = "/ledger/households/\(project.number)/\(party)"
        let title = t("给住户的信", "Letter to the household")
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(project.name, "/ledger/projects/\(project.number)"),
                Crumb(t("出资人", "Who gives"), "/ledger/households/\(project.number)"), Crumb(party, back), Crumb(title),
            ])
        let action: Link = "/ledger/letters/\(project.number)/\(party)"
        let written = form.view(action, csrf: visit.csrf, back: back, forAll: false, t)
        let head = pageHead(title, pills: [LetterWords.pill(letter, t)], note: "\(project.name) · \(party)")
        let body = stack(
            [
                crumbs + head, errorSummary(t, form.refusals), standing(visit.csrf, t),
                card(letter == nil ? t("写信", "Write a letter") : t("重写", "Write anew"), written),
            ].filter { !$0.isEmpty })
        return visit.page(
            title, layout: .narrow, assets: LetterRoutes.assets, status: form.refusals.first?.kind.status ?? .ok, body)
    }

    private func standing(_ csrf: String, _ t: Language) -> Html {
        guard let letter else { return "" }
        let facts = [
            FactLine(t("写于", "Written"), time(t, letter.madeAt)),
            FactLine(t("首次查看", "First seen"), letter.seenAt.map { time(t, $0) } ?? "\(t("还没有", "not yet"))"),
            FactLine(t("有疑问找谁", "Whom to ask"), "\(letter.terms.contact)"),
            FactLine(t("缴款期限", "To be paid by"), letter.terms.due.map { time(t, $0) } ?? "—"),
        ]
        let told = t(
            "重写或作废以后，原来的验证码立即失效；凭它保留在账号里的，也一并移除。",
            "Written anew or revoked, its code opens nothing any more, and whoever kept the household by it loses it.")
        let revoke: Html =
            letter.state == .revoked
            ? ""
            : Components.form(
                action: "/ledger/letters/\(project.number)/\(party)/revoke", csrf: csrf,
                formActions([submitButton(t("作废", "Revoke"), .danger)]))
        return card(t("现在的信", "The letter"), factList(t, facts) + paragraph(told) + revoke)
    }
}
