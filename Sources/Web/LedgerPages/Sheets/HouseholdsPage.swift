import Components
import Frame
import Html
import Kernel
import Ledger
import Store

/// Who gives what to a project: households, owner units, utilities.
struct HouseholdsPage {
    let project: LedgerProject
    let moment: LedgerMoment
    let shares: [PartyShare]
    let names: SheetNames
    /// By party; nil for who writes none.
    let letters: [String: HouseholdLetter]?

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor, number) = (visit.hall.ledger, visit.actor, visit.parameters["number"] ?? "")
        moment = LedgerMoment(visit.query)
        project = try ledger.ledgerProject(number, for: actor, in: tx)
        shares = try ledger.partyShares(of: number, at: moment, for: actor, in: tx)
        names = try SheetNames(projects: [number], visit, in: tx)
        let mayWrite = actor.may(.postEntries, at: project.place)
        letters = mayWrite ? try ledger.letters(of: number, for: actor, in: tx) : nil
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try HouseholdsPage(visit, in: tx)
        let t = visit.language
        return visit.page(
            t("\(page.project.name) · 出资人", "\(page.project.name) · who gives"), source: visit.ledgerSource(),
            page.view(t))
    }

    private static let columns: [FundColumn] = [.pledged, .called, .received, .returned]

    private func view(_ t: Language) -> Html {
        let number = project.number
        let title = t("出资人", "Who gives")
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("一本账", "One ledger"), "/ledger"), Crumb(project.name, "/ledger/projects/\(number)"),
                Crumb(title),
            ])
        let head = pageHead(
            title, note: "\(project.name) · \(code(number)) · \(names.place(project.place, t))",
            actions: (letters == nil || shares.isEmpty
                ? [] : [linkButton(t("给全体住户写信", "Letters to all"), "/ledger/letters/\(number)")]) + [printButton(t)])
        let form = MomentForm.card(action: "/ledger/households/\(number)", moment, t)
        guard !shares.isEmpty else {
            let why = t(
                "住户、原产权单位、管线单位承诺出资后，会列在这里。",
                "Households, owner units and utilities are listed here once they have pledged something.")
            return stack([
                crumbs + head, form, card(title, emptyState(t("还没有人承诺出资", "Nobody pledged anything"), "\(why)")),
            ])
        }
        var total = FundSums()
        for share in shares { total += share.sums }
        let columns =
            [TableColumn(t("出资人", "Party"), .heading)] + Self.columns.map { TableColumn($0.title(t), .number) }
            + [TableColumn(t("尚欠", "Still owed"), .number, note: t("已催缴未到账", "called, not received"))]
            + (letters == nil ? [] : [TableColumn(t("给住户的信", "Letter"))])
        let rows = shares.map { share in
            let part = LedgerPart(project: number, party: share.party)
            return TableRow(
                ["\(share.party)"]
                    + Self.columns.map { SheetWords.cell($0.value(share.sums), $0.entries(part, moment)) }
                    + [SheetWords.cell(share.sums.called - share.sums.received)]
                    + (letters.map { [LetterWords.pill($0[share.party], t)] } ?? []),
                link: "/ledger/households/\(number)/\(share.party)")
        }
        let totals: [Html] =
            ["\(t("合计 \(shares.count) 个", "Total of \(shares.count)"))"]
            + Self.columns.map { SheetWords.cell($0.value(total)) }
            + [SheetWords.cell(total.called - total.received)] + (letters == nil ? [] : [""])
        let data = DataTable(caption: title, columns: columns, rows: rows, totals: totals)
        return stack([crumbs + head, form, card(table(t, data))])
    }
}
