import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The whole history of an estate with its buildings and projects, or of a building, a page at a time, newest first.
struct HistoryPage {
    static let size = 30

    let name: String
    /// The page of the thing itself.
    let back: Link
    let path: Link
    let acts: [RecordedAct]
    /// The last line shown, when older ones follow.
    let older: ID<RecordLine>?
    let isFirst: Bool
    let words: HistoryWords

    private init(
        _ name: String, of subject: Subject, _ survey: SurveySubject, with parts: EstateParts? = nil, back: Link,
        path: Link, _ visit: Visit, in tx: Tx
    ) throws {
        self.name = name
        self.back = back
        self.path = path
        let before = visit.query["before"].flatMap { ID<RecordLine>($0) }
        let found = try RecordQueries.history(
            of: [subject] + (parts?.subjects ?? []), reader: visit.actor, before: before, limit: Self.size + 1,
            vault: visit.hall.vault, tx: tx)
        acts = Array(found.prefix(Self.size))
        older = found.count > Self.size ? acts.last?.id : nil
        isFirst = before == nil
        let register = visit.hall.register
        words = try HistoryWords(
            acts, survey: try register.form(survey, in: tx), parts: parts, register: register, in: tx)
    }

    static func estate(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        // A project over several districts is not for the readers of one.
        let projects = try register.projects(of: estate.id, in: tx)
            .filter { visit.actor.may(.readEstates, at: $0.place) }
        let parts = EstateParts(
            of: estate.id, try register.buildings(of: estate.id, in: tx), projects,
            form: try register.form(.building, in: tx), menu: visit.hall.menu)
        let page = try HistoryPage(
            estate.name, of: Subject("estate", estate.id), .estate, with: parts, back: "/estates/\(estate.id)",
            path: "/estates/\(estate.id)/history", visit, in: tx)
        return page.answer(visit)
    }

    static func building(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let (estate, building) = try BuildingPage.find(visit, in: tx)
        let back: Link = "/estates/\(estate.id)/buildings/\(building.id)"
        let page = try HistoryPage(
            estate.name + " " + building.name, of: Subject("building", building.id), .building, back: back,
            path: "/estates/\(estate.id)/buildings/\(building.id)/history", visit, in: tx)
        return page.answer(visit)
    }

    private func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            name + t("的历史", ": history"), layout: .narrow, source: t("来源：操作记录", "Source: the record"), view(t))
    }
}

extension HistoryPage {
    func view(_ t: Language) -> Html {
        let head =
            breadcrumbs(t, [Crumb(name, back), Crumb(t("全部历史", "Full history"))])
            + pageHead(t("全部历史", "Full history"), actions: [printButton(t)])
        guard !acts.isEmpty else {
            return head
                + card(
                    t("变更", "Changes"),
                    emptyState(
                        t("没有更多变更", "No more changes"), "\(t("每次更正都会记在这里。", "Every correction will be told here."))"))
        }
        let lines = acts.map { words.line($0, limit: 200, t) }
        var steps: [Html] = []
        if !isFirst { steps.append(linkButton(t("回到最新", "Back to the newest"), path)) }
        if let older { steps.append(linkButton(t("更早的变更", "Earlier changes"), path.with("before", older.description))) }
        return head + card(historyList(t, lines)) + (steps.isEmpty ? "" : formActions(steps))
    }
}
