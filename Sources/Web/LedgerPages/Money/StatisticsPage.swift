import Components
import Foundation
import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// The national statistical form of a year, filled in as far as ledger and register know: `year`, `district`, `known`.
struct StatisticsPage {
    let form: StatForm
    let district: PlaceCode?
    let known: Day?
    let years: [Int]
    let districts: [(code: PlaceCode, name: Phrase)]
    let isWhole: Bool
    let exports: [Html]

    init(_ visit: Visit, _ reader: Actor, in tx: Tx) throws {
        let (ledger, query) = (visit.hall.ledger, MoneyQuery(visit.query))
        let today = visit.ledgerToday
        (district, known) = (query.district, query.moment.known)
        form = try ledger.statForm(
            visit.hall.ledgerTables.statCodes, year: query.year ?? today.year, of: query.district,
            at: LedgerMoment(known: query.moment.known), for: reader, in: tx)
        years = Set(try ledger.budgetYears(for: reader, in: tx) + [form.year, today.year]).sorted()
        districts = try AuditDeskPage.districts(visit, in: tx)
        isWhole = reader.may(.readLedger, at: visit.hall.city.code)
        var link: Link = "/ledger/statistics"
        if let year = query.year { link = link.with("year", year) }
        link = link.with("district", query.district?.digits).with("known", query.moment.known?.description)
        let kept = link.query
        exports = visit.tableButtons { ending in
            kept.reduce("/ledger/statistics.\(ending)") { $0.with($1.name, $1.value) }
        }
    }

    var isFiltered: Bool { district != nil || known != nil }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("统计报表", "Statistics"), assets: [.style("ledger.css")],
            source: visit.ledgerSource(), view(t))
    }

    /// The form as a workbook or as text, amounts in 万元 exact to the fen.
    static let files: [Route] = [ExportFormat.xlsx, .csv].map { format in
        .look("/ledger/statistics.\(format.rawValue)", .right(.exportLists)) { visit in
            let (reader, t) = (TableFile.reader(visit), visit.language)
            return try await visit.send(as: format) { path, tx in
                let page = try StatisticsPage(visit, reader, in: tx)
                if format == .xlsx {
                    try page.form.writeWorkbook(to: path, in: t)
                } else {
                    try page.form.csv(in: t).write(to: URL(filePath: path))
                }
                return TableFile.leaving(
                    visit, t("城市更新统计 \(page.form.year)", "urban renewal statistics \(page.form.year)"),
                    rows: page.form.lines.count,
                    [
                        JSON.Member("year", .integer(Int64(page.form.year))),
                        JSON.Member("place", .string(page.district?.digits ?? "")),
                        JSON.Member("known", .string(page.known?.description ?? "")),
                    ], as: format)
            }
        }
    }
}
