import Components
import Frame
import Html
import Kernel
import Ledger
import Store

/// Letters on paper, each on a page of its own: what a household promised, what it still owes, and the code by which it
/// sees the rest. Shown once, since the codes are kept nowhere.
struct LetterPaper {
    private let project: LedgerProject
    private let place: String
    private let sums: [String: FundSums]
    private let day: Day
    /// Where the code is typed in, whole; nil where nobody told how the city is reached from outside.
    private let address: String?

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor, number) = (visit.hall.ledger, visit.actor, visit.parameters["number"] ?? "")
        project = try ledger.ledgerProject(number, for: actor, in: tx)
        place = try SheetNames(projects: [number], visit, in: tx).place(project.place, visit.language)
        let shares = try ledger.partyShares(of: number, for: actor, in: tx)
        sums = Dictionary(shares.map { ($0.party, $0.sums) }, uniquingKeysWith: { first, _ in first })
        day = visit.today
        let address = visit.absolute("/my-share")
        self.address = address.hasPrefix("http") ? address : nil
    }

    /// - Parameter left: households that are still without one.
    func answer(_ letters: [FreshLetter], left: Int, back: Link, _ visit: Visit) -> Frame.Answer {
        let t = visit.language
        let title = t("给住户的信", "Letters to households")
        let care = t(
            "验证码只在这一页显示一次；请现在打印，装封后逐户送达，不要拍照或在群里转发。",
            "The codes are shown on this page alone: print it now and bring each household its own, sealed; no photos, no chats."
        )
        let rest = t(
            "还有 \(left) 户没有信，打印以后再写一次。", "\(left) households are still without a letter: write again after printing.")
        let count = letters.count == 1 ? t("1 封", "1 letter") : t("\(letters.count) 封", "\(letters.count) letters")
        let head = [
            pageHead(title, note: "\(project.name) · \(count)", actions: [printButton(t)]),
            notice(.amber, title: t("只显示这一次", "Shown this once"), "\(care)\(left > 0 ? " " + rest : "")"),
            formActions([linkButton(t("已打印，继续", "Printed, go on"), back, .primary)]),
        ]
        return visit.page(
            title, layout: .narrow, assets: LetterRoutes.assets, source: visit.ledgerSource(visit.today),
            "<div class=\"no-print\">\(stack(head))</div>" + stack(letters.map { sheet($0, t) }))
    }

    private func sheet(_ fresh: FreshLetter, _ t: Language) -> Html {
        let letter = fresh.letter
        let told = Html.joined(amounts(letter, t).map { "<p>\($0)</p>" })
        let more = t(
            "每一笔钱哪天交、用在哪里、退了多少，都可以用下面的验证码随时查看，不用注册。",
            "Every payment with its day, what it was spent on and what came back: see it at any time with this code, no account "
                + "needed.")
        return """
            <section class="card letter"><header><h2>\(t("致 \(letter.party)", "To \(letter.party)"))</h2>\
            <span class="note">\(project.name) · \(place)</span></header>\(told)<p>\(more)</p>\
            <p class="letter-code"><code>\(fresh.code)</code></p>\(steps(way(t)))\
            <p>\(t("有疑问请找：", "Whom to ask: "))<b>\(letter.terms.contact)</b></p>\
            <p class="note">\(care(t)) \(time(t, day))</p></section>
            """
    }

    private func amounts(_ letter: HouseholdLetter, _ t: Language) -> [Html] {
        let sums = self.sums[letter.party] ?? FundSums()
        func line(_ zh: String, _ en: String, _ fen: Int64) -> Html {
            "\(t(zh, en)) <b>\(yuanText(fen))</b>"
        }
        var said: [Html] = []
        if sums.pledged > 0 {
            said.append(line("您家答应为改造出资", "Your household promised for the renovation", sums.pledged))
        }
        if sums.received > 0 { said.append(line("已经收到", "Received", sums.received)) }
        if sums.returned > 0 { said.append(line("已经退还", "Given back", sums.returned)) }
        let owed = sums.called - sums.received
        if owed > 0 {
            let until: Html =
                letter.terms.due.map { "\(t("，请在 ", ", please by "))<b>\(time(t, $0))</b>\(t(" 前缴清", ""))" } ?? ""
            said.append(line("还要交", "Still to be paid", owed) + until)
        } else if sums.pledged > 0, sums.called == 0 {
            said.append("\(t("现在还不用交钱。", "There is nothing to pay yet."))")
        }
        return said
    }

    private func way(_ t: Language) -> [Html] {
        let open: Html =
            address.map { "\(t("打开 ", "Open "))<b class=\"letter-address\">\($0)</b>" }
            ?? "\(t("打开本市老旧小区改造网站，点“我家的出资”", "Open the city's site on estate renewal, then “My household's share”"))"
        return [
            open,
            "\(t("输入上面的验证码，不分大小写，横线可以不输", "Type the code above; small letters will do, and no dashes are needed"))",
            "\(t("点“查看”；字太小就点“长辈版”", "Choose “Show”; for larger letters choose “Large type”"))",
        ]
    }

    private func care(_ t: Language) -> String {
        t(
            "验证码只属于您家，请收好，不要告诉别人。丢了就请上面的单位重写一封，旧的随即作废。",
            "The code is your household's alone: keep it, and tell nobody. If it is lost, ask the office above for a new letter; "
                + "the old one then ends.")
    }
}
