import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// What an estate's renovation costs and who pays: what the public may see, and the sheets for those who read the
/// ledger.
struct EstateMoneyCard {
    private let money: PublicMoney
    private let sheets: [LinkText]

    init(_ projects: [Project], _ visit: Visit, in tx: Tx) throws {
        money = try visit.hall.ledger.publicMoney(of: projects.map(\.number), in: tx)
        sheets = projects.filter { visit.actor.may(.readLedger, at: $0.place) }.map {
            LinkText($0.name, "/ledger/projects/\($0.number)")
        }
    }

    /// Nothing where no money is planned.
    func view(_ t: Language) -> Html {
        guard !money.lines.isEmpty else { return "" }
        let title = t("改造花了多少，谁出的钱", "What the renovation costs, and who pays")
        let columns = [
            TableColumn(t("谁出", "Who pays"), .heading), TableColumn(t("计划", "Planned"), .number),
            TableColumn(t("到位", "Received"), .number), TableColumn(t("已用", "Spent"), .number),
        ]
        let rows = money.lines.map { line in TableRow(["\(line.kind.name(t))"] + Self.cells(line.sums)) }
        let data = DataTable(
            caption: title, columns: columns, rows: rows, totals: ["\(t("合计", "Total"))"] + Self.cells(money.total))
        let links = Html.each(sheets) { "<p><a href=\"\(url: $0.link)\">\(t("一本账：", "Ledger: "))\($0.title)</a></p>" }
        let own: Html = "<p><a href=\"\(url: "/my-share")\">\(t("我家的出资", "My household's share"))</a></p>"
        return card(
            title, note: "\(t("项目的全部资金", "all money of its projects"))", id: "money",
            table(t, data) + told(t) + links + own)
    }

    private func told(_ t: Language) -> Html {
        let expected: Html =
            money.expected == 0
            ? ""
            : """
            <p class="note">\(t("按现有合同，完工预计 ", "As contracted, it will have cost "))\(yuanText(money.expected))</p>
            """
        let use = decimal(Double(money.givenUse) / 100, 0)
        let given = t(
            "业主另让渡公共空间使用权 \(use) m²·年", "Besides, owners gave the use of common space: \(use) m²·years")
        return money.givenUse == 0 ? expected : expected + "<p class=\"note\">\(given)</p>"
    }

    private static func cells(_ sums: FundSums) -> [Html] {
        [sums.planned, sums.received - sums.returned, sums.paid].map { $0 == 0 ? "—" : "\(yuanText($0))" }
    }
}
