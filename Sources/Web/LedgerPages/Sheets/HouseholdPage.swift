import Components
import Frame
import Html
import Kernel
import Ledger
import Store

/// One household's share for readers of the ledger, and the letter by which the household sees it.
struct HouseholdPage {
    let sheet: ShareSheet
    let project: LedgerProject
    let moment: LedgerMoment
    let names: SheetNames
    /// Nil where there is none.
    let letter: HouseholdLetter?
    let mayWrite: Bool

    private var share: HouseholdShare { sheet.share }

    /// - Throws: a refusal of kind `.notFound` also where the party gave nothing to this project.
    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let (number, party) = (visit.parameters["number"] ?? "", visit.parameters["party"] ?? "")
        moment = LedgerMoment(visit.query)
        project = try ledger.ledgerProject(number, for: actor, in: tx)
        let share = try ledger.householdShare(of: party, project: number, at: moment, for: actor, in: tx)
        guard !party.isEmpty, moment != .now || !share.entries.isEmpty else { throw Visit.notFound }
        sheet = ShareSheet(share: share, menu: visit.hall.menu, reader: .officer(moment))
        names = try SheetNames(projects: [number], visit, in: tx)
        letter = try ledger.letters(of: number, for: actor, in: tx)[party]
        mayWrite = actor.may(.postEntries, at: project.place)
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try HouseholdPage(visit, in: tx)
        let t = visit.language
        return visit.page(
            t("\(page.share.party)的出资", "The share of \(page.share.party)"), layout: .narrow,
            assets: SheetRoutes.assets, source: visit.ledgerSource(), page.view(t))
    }

    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(project.name, "/ledger/projects/\(share.project)"),
                Crumb(t("出资人", "Who gives"), "/ledger/households/\(share.project)"), Crumb(share.party),
            ])
        let head = pageHead(
            t("我的一份：\(share.party)", "My share: \(share.party)"),
            note: "\(project.name) · \(names.place(project.place, t))", actions: [printButton(t)])
        return stack([
            crumbs + head, sheet.cards(t), mayWrite && share.isAny ? letterCard(t) : "",
            MomentForm.card(action: "/ledger/households/\(share.project)/\(share.party)", moment, t),
        ])
    }

    private func letterCard(_ t: Language) -> Html {
        let told = t(
            "住户凭信中的验证码，不用账号也能看到自己的一份。",
            "With the code of its letter a household sees its own share without an account.")
        let button = linkButton(
            letter == nil ? t("写信", "Write a letter") : t("重写或作废", "Write anew or revoke"),
            "/ledger/letters/\(share.project)/\(share.party)")
        let body: Html = "<p>\(LetterWords.pill(letter, t)) \(told)</p><p>\(button)</p>"
        let title = t("给住户的信", "Letter to the household")
        return "<div class=\"no-print\">\(card(title, id: "letter", body))</div>"
    }
}
