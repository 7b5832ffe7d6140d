import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The form that corrects an estate, and what becomes of what is sent.
struct EstateEditPage: Sendable {
    let estate: Estate
    let fields: EditFields
    /// Who changed the estate last, for the page of a conflict.
    let last: RecordedAct?

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        try visit.actor.require(.correctEstates, at: estate.place)
        let places = try PlaceChoices(
            within: visit.actor.scope(.correctEstates), district: estate.place.ancestor(.district),
            current: estate.place, register: register, in: tx)
        self.estate = estate
        fields = EditFields(
            Self.attributes(of: estate, places.choices), survey: try register.form(.estate, in: tx),
            facts: estate.facts,
            version: estate.version)
        last = try RecordQueries.history(
            of: Subject("estate", estate.id), reader: visit.actor, limit: 1, vault: visit.hall.vault, tx: tx
        ).first
    }

    var link: Link { "/estates/\(estate.id)" }
    var action: Link { "/estates/\(estate.id)/edit" }

    static func attributes(of estate: Estate?, _ places: [PlaceChoice]) -> [EditFields.Attribute] {
        [
            .init(
                name: "name", label: Phrase(zh: "小区名称", en: "Name"), kind: .line(limit: 100),
                stored: estate?.name ?? "", help: Phrase(zh: "写全称。", en: "The full name."), isRequired: true),
            .init(
                name: "aliases", label: Phrase(zh: "别名", en: "Also called"), kind: .lines,
                stored: estate?.aliases.joined(separator: "\n") ?? "",
                help: Phrase(zh: "每行一个，最多 20 个。", en: "One a line, 20 at most.")),
            .init(
                name: "place", label: Phrase(zh: "街道与社区", en: "Subdistrict and neighbourhood"), kind: .place(places),
                stored: estate?.place.digits ?? "", isRequired: true),
            .init(
                name: "address", label: Phrase(zh: "地址", en: "Address"), kind: .line(limit: 200),
                stored: estate?.address ?? ""),
            .init(
                name: "officialCode", label: Phrase(zh: "官方代码", en: "Official code"), kind: .line(limit: 40),
                stored: estate?.officialCode ?? "",
                help: Phrase(zh: "国家或省平台给出的小区代码，没有可不填。", en: "A code of the state's own registers, if there is one.")),
            .init(
                name: "location", label: Phrase(zh: "坐标", en: "Location"), kind: .point,
                stored: estate?.location?.written ?? "",
                help: Phrase(
                    zh: "经度在前、纬度在后，也可写度分秒。", en: "Longitude first, then latitude; degrees, minutes, seconds will do.")),
        ]
    }

    static var codeTaken: Refusal {
        Refusal(
            .conflict, "estate.code.taken", zh: "这个官方代码已属于另一个小区。",
            en: "Another estate has this official code already.", field: "officialCode")
    }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let page = try EstateEditPage(visit, in: tx)
        return page.answer(visit, .init(opened: page.fields.name(ofRefusal: visit.query["field"])))
    }

    static func save(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        let draft = Draft(sent)
        let (page, attempt) = try await look(visit, draft)
        switch attempt {
        case .answer(let answer): return answer
        case .change(let change):
            do {
                let id = page.estate.id
                _ = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                    try visit.hall.register.correctEstate(
                        id, change, seen: draft.version, evidence: draft.evidence, in: deed)
                }
                return .see(page.link.with("saved", 1))
            } catch let error where error.isChangedMeanwhile {
                // Somebody was faster by a moment: the second look finds the new version.
                guard case .answer(let answer) = try await look(visit, draft).1 else { throw error }
                return answer
            } catch {
                return page.answer(visit, .init(draft, errors: try error.fieldRefusals(taken: codeTaken)))
            }
        }
    }

    private enum Attempt: Sendable {
        case answer(Frame.Answer)
        case change(EstateChange)
    }

    private static func look(_ visit: Visit, _ draft: Draft) async throws -> (EstateEditPage, Attempt) {
        try await visit.hall.database.read { tx in
            let page = try EstateEditPage(visit, in: tx)
            return (page, page.attempt(draft, visit))
        }
    }

    private func attempt(_ draft: Draft, _ visit: Visit) -> Attempt {
        var refusals: [Refusal] = []
        let names = draft.changes(in: fields)
        let wanted = names + draft.confirmed(in: fields)
        let change = EstateChange(draft, wanted, in: fields, surveyor: visit.surveyor, today: visit.today, &refusals)
        guard refusals.isEmpty else { return .answer(answer(visit, .init(draft, errors: refusals))) }
        guard draft.version == estate.version else {
            return .answer(conflict(visit, draft, Conflict(draft, fields)))
        }
        guard draft.unanswered.isEmpty else {
            return .answer(
                conflict(visit, draft, Conflict(unanswered: draft, fields), errors: draft.unansweredRefusals))
        }
        return wanted.isEmpty ? .answer(.see(link)) : .change(change)
    }

    private func conflict(
        _ visit: Visit, _ draft: Draft, _ conflict: Conflict, errors: [Refusal] = []
    ) -> Frame.Answer {
        // Both wanted the same, or nothing of mine is left: there is nothing to choose.
        if conflict.isEmpty { return .see(link) }
        let t = visit.language
        let title = t("对照后选择", "Compare and choose")
        let view = conflict.view(
            t, fields, action: action, back: link, csrf: visit.csrf, draft: draft,
            who: last.map { ActorWords.name($0)(t) } ?? "",
            when: time(t, last?.at ?? estate.changedAt), errors: errors)
        return visit.page(
            title, layout: .narrow, status: Refusal.Kind.conflict.status,
            crumbs(t, title) + pageHead(title, note: "\(estate.name) · \(estate.number)") + view)
    }
}

extension EstateEditPage {
    func answer(_ visit: Visit, _ shown: EditFields.Shown) -> Frame.Answer {
        let t = visit.language
        let title = t("更正数据", "Correct")
        return visit.page(
            "\(estate.name) · \(title)", layout: .narrow, crumbs(t, title) + view(visit, title, shown)
        ).refused(shown.errors)
    }

    private func crumbs(_ t: Language, _ title: String) -> Html {
        breadcrumbs(t, [Crumb(t("小区", "Estates"), "/estates"), Crumb(estate.name, link), Crumb(title)])
    }

    private func view(_ visit: Visit, _ title: String, _ shown: EditFields.Shown) -> Html {
        let t = visit.language
        let buttons = formActions([
            submitButton(t("保存更正", "Save")), linkButton(t("取消", "Cancel"), link, .plain),
        ])
        let asked = fields.view(t, today: visit.today, title: t("登记信息", "In the register"), shown)
        return pageHead(title, note: "\(estate.name) · \(estate.number)")
            + fields.summary(t, shown.errors)
            + card(
                form(
                    action: action, csrf: visit.csrf, guardsChanges: true, hidden: fields.hidden(shown.draft),
                    asked + buttons))
    }
}

extension EstateChange {
    /// The change that `names` of the draft make; what cannot be read is refused by field.
    init(
        _ draft: Draft, _ names: [String], in fields: EditFields, surveyor: ID<PersonTag>?, today: Day,
        _ refusals: inout [Refusal]
    ) {
        self.init(facts: draft.facts(names, in: fields, surveyor: surveyor, today: today, &refusals))
        for name in names {
            let text = draft.text(name)
            switch name {
            case "name": self.name = text
            case "aliases": aliases = EditFields.lines(text)
            case "address": address = text
            case "officialCode": officialCode = text
            case "location": location = draft.location(&refusals)
            case "place":
                place = PlaceCode(text)
                if place == nil { refusals.append(EstateNewPage.placeMissing) }
            default: continue
            }
        }
    }
}

extension Draft {
    var unansweredRefusals: [Refusal] {
        unanswered.map {
            Refusal("conflict.choice", zh: "请选择保留哪一个值。", en: "Choose which value to keep.", field: "choice." + $0)
        }
    }
}

extension Visit {
    /// Who vouches for facts entered by hand.
    var surveyor: ID<PersonTag>? { signedIn?.person }
}

extension Error {
    var isChangedMeanwhile: Bool {
        (self as? Refusal).map { $0.kind == .conflict && $0.code == "estate.changed" } ?? false
    }

    /// Refusals that a form can show beside its fields; everything else is thrown on.
    /// - Parameter taken: what to say when a value that must be unique is taken.
    func fieldRefusals(taken: Refusal) throws -> [Refusal] {
        let error: any Error = self
        switch error {
        case let refusals as Refusals: return refusals.all
        case let refusal as Refusal where refusal.kind == .invalid || refusal.kind == .conflict: return [refusal]
        case StoreError.constraint: return [taken]
        default: throw error
        }
    }
}

extension Frame.Answer {
    /// The same page, told to programs as refused when there is something to mend.
    func refused(_ errors: [Refusal]) -> Frame.Answer {
        guard !errors.isEmpty else { return self }
        var answer = self
        answer.status = Refusal.Kind.invalid.status
        answer.codes = errors.map(\.code)
        return answer
    }
}
