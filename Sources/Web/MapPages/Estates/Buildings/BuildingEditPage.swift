import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The form that corrects a building, or registers one when there is none yet.
struct BuildingEditPage: Sendable {
    let estate: Estate
    let building: Building?
    let fields: EditFields
    let last: RecordedAct?

    /// - Parameter isNew: the address names no building.
    init(_ visit: Visit, isNew: Bool, in tx: Tx) throws {
        let register = visit.hall.register
        if isNew {
            estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
            building = nil
            last = nil
        } else {
            let (estate, building) = try BuildingPage.find(visit, in: tx)
            self.estate = estate
            self.building = building
            last = try RecordQueries.history(
                of: Subject("building", building.id), reader: visit.actor, limit: 1, vault: visit.hall.vault, tx: tx
            ).first
        }
        try visit.actor.require(.correctEstates, at: estate.place)
        fields = EditFields(
            Self.attributes(of: building), survey: try register.form(.building, in: tx),
            facts: building?.facts ?? FactSheet(), version: building?.version ?? 0)
    }

    private static func attributes(of building: Building?) -> [EditFields.Attribute] {
        [
            .init(
                name: "name", label: Phrase(zh: "楼栋名称", en: "Name"), kind: .line(limit: 40),
                stored: building?.name ?? "",
                help: Phrase(zh: "写居民通用的叫法，例如“3栋”。", en: "As residents say it: 3栋."), isRequired: true),
            .init(
                name: "officialCode", label: Phrase(zh: "官方代码", en: "Official code"), kind: .line(limit: 40),
                stored: building?.officialCode ?? ""),
            .init(
                name: "location", label: Phrase(zh: "坐标", en: "Location"), kind: .point,
                stored: building?.location?.written ?? "",
                help: Phrase(
                    zh: "经度在前、纬度在后，也可写度分秒。", en: "Longitude first, then latitude; degrees, minutes, seconds will do.")),
        ]
    }

    /// The page to come back to.
    private var link: Link {
        building.map { "/estates/\(estate.id)/buildings/\($0.id)" }
            ?? ("/estates/\(estate.id)" as Link).fragment("buildings")
    }

    private var action: Link {
        building.map { "/estates/\(estate.id)/buildings/\($0.id)/edit" } ?? "/estates/\(estate.id)/buildings/new"
    }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try BuildingEditPage(visit, isNew: false, in: tx)
        return page.answer(visit, .init(opened: page.fields.name(ofRefusal: visit.query["field"])))
    }

    static func showNew(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        try BuildingEditPage(visit, isNew: true, in: tx).answer(visit, .init())
    }

    static func save(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        try await save(visit, Draft(sent), isNew: false)
    }

    static func register(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        try await save(visit, Draft(sent), isNew: true)
    }

    private static func save(_ visit: Visit, _ draft: Draft, isNew: Bool) async throws -> Frame.Answer {
        let (page, attempt) = try await look(visit, draft, isNew: isNew)
        guard case .change(let change) = attempt else { return attempt.answer ?? .see(page.link) }
        do {
            let (estate, building) = (page.estate.id, page.building?.id)
            let (stored, isChanged) = try await visit.hall.database.act(
                as: visit.actor, clock: visit.hall.clock
            ) { deed in
                let (register, evidence) = (visit.hall.register, draft.evidence)
                guard let building else {
                    return (try register.registerBuilding(change, of: estate, evidence: evidence, in: deed), true)
                }
                let done = try register.correctBuilding(
                    building, change, seen: draft.version, evidence: evidence, in: deed)
                if case .unchanged = done { return (building, false) }
                return (building, true)
            }
            let page: Link = "/estates/\(estate)/buildings/\(stored)"
            return .see(page.with(isChanged ? "saved" : "unchanged", 1))
        } catch let error where error.isChangedMeanwhile {
            guard let answer = try await look(visit, draft, isNew: isNew).1.answer else { throw error }
            return answer
        } catch {
            return page.answer(visit, .init(draft, errors: try error.fieldRefusals(taken: nameTaken)))
        }
    }

    static var nameTaken: Refusal {
        Refusal(
            .conflict, "building.twice", zh: "该小区已有同名楼栋。", en: "The estate has a building of that name already.",
            field: "name")
    }

    private enum Attempt: Sendable {
        case answer(Frame.Answer)
        case change(BuildingChange)

        var answer: Frame.Answer? {
            if case .answer(let answer) = self { answer } else { nil }
        }
    }

    private static func look(
        _ visit: Visit, _ draft: Draft, isNew: Bool
    ) async throws -> (BuildingEditPage, Attempt) {
        try await visit.hall.database.read { tx in
            let page = try BuildingEditPage(visit, isNew: isNew, in: tx)
            return (page, page.attempt(draft, visit))
        }
    }

    private func attempt(_ draft: Draft, _ visit: Visit) -> Attempt {
        var refusals: [Refusal] = []
        let names = draft.changes(in: fields)
        let wanted = names + draft.confirmed(in: fields)
        let change = BuildingChange(draft, wanted, in: fields, surveyor: visit.surveyor, today: visit.today, &refusals)
        guard refusals.isEmpty else { return .answer(answer(visit, .init(draft, errors: refusals))) }
        guard building != nil else { return .change(change) }
        guard draft.version == fields.version else {
            return .answer(conflict(visit, draft, Conflict(draft, fields)))
        }
        guard draft.unanswered.isEmpty else {
            return .answer(
                conflict(visit, draft, Conflict(unanswered: draft, fields), errors: draft.unansweredRefusals))
        }
        return wanted.isEmpty ? .answer(.see(link.with("unchanged", 1))) : .change(change)
    }
}

extension BuildingEditPage {
    fileprivate func answer(_ visit: Visit, _ shown: EditFields.Shown) -> Frame.Answer {
        let t = visit.language
        let title = building == nil ? t("登记楼栋", "Register a building") : t("更正数据", "Correct")
        let name = building.map { "\(estate.name) \($0.name)" } ?? estate.name
        let buttons = formActions([submitButton(t("保存", "Save")), linkButton(t("取消", "Cancel"), link, .plain)])
        let asked = fields.view(t, today: visit.today, title: t("登记信息", "In the register"), shown)
        let sheet = card(
            form(
                action: action, csrf: visit.csrf, guardsChanges: true, hidden: fields.hidden(shown.draft),
                asked + buttons))
        let head = crumbs(t, title) + pageHead(title, note: "\(name)") + fields.summary(t, shown.errors)
        return visit.page("\(name) · \(title)", layout: .narrow, head + sheet).refused(shown.errors)
    }

    private func conflict(
        _ visit: Visit, _ draft: Draft, _ conflict: Conflict, errors: [Refusal] = []
    ) -> Frame.Answer {
        if conflict.isEmpty { return .see(link) }
        let t = visit.language
        let title = t("对照后选择", "Compare and choose")
        let view = conflict.view(
            t, fields, action: action, back: link, csrf: visit.csrf, draft: draft,
            who: last.map { ActorWords.name($0)(t) } ?? "",
            when: last.map { time(t, $0.at) } ?? "", errors: errors)
        let head = crumbs(t, title) + pageHead(title, note: "\(estate.name) \(building?.name ?? "")")
        return visit.page(title, layout: .narrow, status: Refusal.Kind.conflict.status, head + view)
    }

    private func crumbs(_ t: Language, _ title: String) -> Html {
        var crumbs = [Crumb(t("小区", "Estates"), "/estates"), Crumb(estate.name, "/estates/\(estate.id)")]
        if let building { crumbs.append(Crumb(building.name, link)) }
        return breadcrumbs(t, crumbs + [Crumb(title)])
    }
}

extension BuildingChange {
    fileprivate init(
        _ draft: Draft, _ names: [String], in fields: EditFields, surveyor: ID<PersonTag>?, today: Day,
        _ refusals: inout [Refusal]
    ) {
        self.init(facts: draft.facts(names, in: fields, surveyor: surveyor, today: today, &refusals))
        for name in names {
            switch name {
            case "name": self.name = draft.text(name)
            case "officialCode": officialCode = draft.text(name)
            case "location": location = draft.location(&refusals)
            default: continue
            }
        }
    }
}
