import Components
import Frame
import HTTPTypes
import Html
import Kernel
import Ledger
import Store

/// 我家的出资: where a household types in the code of its letter, and finds those it keeps in the account.
struct MySharePage {
    static let title = Phrase(zh: "我家的出资", en: "My household's share")

    private let kept: [(letter: HouseholdLetter, project: String)]
    private let isSignedIn: Bool
    private let refusals: [Refusal]

    /// - Parameter refusals: what was wrong with the code that was sent. The code itself is not shown again.
    init(_ visit: Visit, _ refusals: [Refusal] = [], in tx: Tx) throws {
        let ledger = visit.hall.ledger
        let letters = try ledger.keptHouseholds(of: visit.actor, in: tx)
        let projects = try ledger.ledgerProjects(Set(letters.map(\.project)).sorted(), in: tx)
        kept = letters.map { ($0, projects[$0.project]?.name ?? $0.project) }
        isSignedIn = visit.signedIn != nil
        self.refusals = refusals
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let why = t(
            "答应了多少、交了多少、用在哪里、退了多少，一看就知道。",
            "What you promised, what you paid, what it was spent on, what came back.")
        let parts = [
            pageHead(Self.title(t), note: "\(why)"), errorSummary(t, refusals), keptCard(t), codeCard(visit, t),
        ]
        var answer = visit.page(
            Self.title(t), layout: .narrow, assets: LetterRoutes.assets,
            status: refusals.first?.kind.status ?? .ok, stack(parts.filter { !$0.isEmpty }))
        answer.codes = refusals.map(\.code)
        return answer
    }

    private func keptCard(_ t: Language) -> Html {
        guard !kept.isEmpty else { return "" }
        let lines = kept.map { letter, project in
            TaskLine(
                letter.party, tone: .jade, "\(project)", link: MyShareSheet.link(letter),
                due: letter.terms.due.map { t("期限 \(dayText(t, $0))", "due \(dayText(t, $0))") } ?? "")
        }
        return card(t("保留在账号里的", "Kept in the account"), id: "kept", taskList(lines))
    }

    private func codeCard(_ visit: Visit, _ t: Language) -> Html {
        let code = FormField(
            "code", t("信上的验证码", "The code of your letter"),
            .text("", .code, placeholder: "ABCD-EFGH-JKLM-NPQR", limit: 60),
            help: t(
                "16 个字母和数字，不分大小写，横线可以不输。", "16 letters and digits; small letters will do, and no dashes are needed."),
            error: refusals.first { $0.field == "code" }?.message(t), required: true)
        let ask = form(
            action: "/my-share", csrf: visit.csrf, field(t, code) + formActions([submitButton(t("查看", "Show"))]))
        let lost = t(
            "没有收到信，或者信丢了？请社区或街道的改造工作人员为您家重写一封。",
            "No letter, or it is lost? Ask those who run the renovation in your neighbourhood to write a new one.")
        let keeping = t("登录以后可以把它保留在账号里，下次不用再输。", "Signed in, you can keep it in your account.")
        let account: Html = isSignedIn ? "" : "<p class=\"help\">\(keeping)</p>"
        return card(t("凭信查看", "By your letter"), ask + "<p class=\"help\">\(lost)</p>" + account)
    }
}

/// One household's share, to those who live there.
struct MyShareSheet {
    private let letter: HouseholdLetter
    private let project: LedgerProject?
    private let sheet: ShareSheet
    private let isKept: Bool
    /// The code by which it was opened; nil where it is kept in the account.
    private let code: String?

    init(_ letter: HouseholdLetter, code: String?, _ visit: Visit, in tx: Tx) throws {
        let ledger = visit.hall.ledger
        self.letter = letter
        self.code = code
        project = try ledger.ledgerProjects([letter.project], in: tx)[letter.project]
        sheet = ShareSheet(
            share: try ledger.householdShare(by: letter, in: tx), menu: visit.hall.menu,
            reader: .household(letter.terms))
        isKept = try ledger.keptHouseholds(of: visit.actor, in: tx).contains {
            ($0.project, $0.party) == (letter.project, letter.party)
        }
    }

    static func link(_ letter: HouseholdLetter) -> Link { "/my-share/\(letter.project)/\(letter.party)" }

    static func kept(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let letter = try visit.hall.ledger.keptHousehold(
            visit.parameters["party"] ?? "", of: visit.parameters["number"] ?? "", by: visit.actor, in: tx)
        return try MyShareSheet(letter, code: nil, visit, in: tx).answer(visit)
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let title = MySharePage.title(t)
        let crumbs = breadcrumbs(t, [Crumb(title, "/my-share"), Crumb(letter.party)])
        let head = pageHead(
            title, note: "\(project?.name ?? letter.project) · \(letter.party)", actions: [printButton(t)])
        return visit.page(
            title, layout: .narrow, assets: LetterRoutes.assets, source: visit.ledgerSource(),
            stack([crumbs + head, sheet.cards(t), keepCard(visit, t)]))
    }

    private func keepCard(_ visit: Visit, _ t: Language) -> Html {
        let title = t("下次再看", "Next time")
        let body: Html
        if isKept {
            body =
                paragraph(t("这一户保留在您的账号里，登录后不用验证码就能看。", "Your account keeps this household: no code is needed."))
                + form(
                    action: "/my-share/\(letter.project)/\(letter.party)/forget", csrf: visit.csrf,
                    formActions([submitButton(t("从账号移除", "Take it off"), .quiet)]))
        } else if visit.signedIn != nil, let code {
            body =
                paragraph(t("把这一户保留在账号里，下次登录后不用再输验证码。", "Keep it in your account and type no code next time."))
                + form(
                    action: "/my-share/keep", csrf: visit.csrf, hidden: [("code", code)],
                    formActions([submitButton(t("保留在账号里", "Keep it"))]))
        } else {
            body = paragraph(
                t("信请收好，随时可以再看；有账号的，登录后可以保留。", "Keep the letter to look again; with an account you can keep it there."))
        }
        return "<div class=\"no-print\">\(card(title, id: "keep", body))</div>"
    }
}
