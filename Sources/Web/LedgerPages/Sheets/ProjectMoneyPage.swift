import Components
import Frame
import Html
import Kernel
import Ledger
import Registry
import Store

/// One project's money: where it comes from, what for, what is owed, and where it will end.
struct ProjectMoneyPage {
    let sheet: ProjectSheet
    let moment: LedgerMoment
    let contracts: ContractsPart
    let names: SheetNames
    let stage: Phrase
    /// Fen of wages that were paid.
    let wagesPaid: Int64
    /// The project's page of the register, for those who may read it.
    let registered: Link?

    init(_ visit: Visit, in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        let number = visit.parameters["number"] ?? ""
        moment = LedgerMoment(visit.query)
        let sheet = try ledger.projectSheet(number, at: moment, for: actor, in: tx)
        self.sheet = sheet
        contracts = try ContractsPart(number, at: moment, visit, actor, in: tx)
        names = try SheetNames(projects: [number], visit, in: tx)
        let stages = try visit.hall.register.stageList(in: tx)
        stage = stages.first { $0.code == sheet.stage }?.name ?? Phrase(zh: sheet.stage, en: sheet.stage)
        var wages = JournalFilter(LedgerPart(project: number), at: moment)
        wages.moves = [.payWages]
        wagesPaid = try ledger.journal(wages, size: 1, for: actor, in: tx).fen
        let mayRead = actor.may(.readEstates, at: sheet.place)
        registered = mayRead ? names.projects[number].map { "/projects/\($0.id)" } : nil
    }

    static func answer(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try ProjectMoneyPage(visit, in: tx)
        let t = visit.language
        return visit.page(
            t("\(page.sheet.name) · 一本账", "\(page.sheet.name) · ledger"), assets: SheetRoutes.assets,
            source: visit.ledgerSource(), page.view(t))
    }

    /// The project's entries, narrowed by what `change` sets.
    func entries(
        _ part: (inout LedgerPart) -> Void = { _ in }, _ change: (inout JournalFilter) -> Void = { _ in }
    ) -> Link {
        var whole = LedgerPart(project: sheet.number)
        part(&whole)
        return JournalQuery.list(whole, moment, change)
    }
}
