import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The form that enters an estate into the register: its place, its name, the facts that the register counts with.
struct EstateNewPage: Sendable {
    let places: PlaceChoices
    /// The district to register in; nil until one is chosen among several.
    let district: PlaceCode?
    let fields: EditFields

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        try visit.actor.require(.registerEstates)
        district = (visit.query["district"] ?? "").isEmpty ? nil : visit.query["district"].flatMap { PlaceCode($0) }
        places = try PlaceChoices(
            within: visit.actor.scope(.registerEstates), district: district, register: register, in: tx)
        fields = EditFields(
            EstateEditPage.attributes(of: nil, places.choices), survey: try register.form(.estate, in: tx),
            facts: FactSheet(), version: 0, coreOnly: true)
    }

    static var placeMissing: Refusal {
        Refusal(
            "estate.place.missing", zh: "请选择街道或社区。", en: "Choose a subdistrict or neighbourhood.", field: "place")
    }

    static func show(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        try EstateNewPage(visit, in: tx).answer(visit, .init())
    }

    static func save(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        let draft = Draft(sent)
        let page = try await visit.hall.database.read { tx in try EstateNewPage(visit, in: tx) }
        var refusals: [Refusal] = []
        let change = EstateChange(
            draft, draft.changes(in: page.fields), in: page.fields, surveyor: visit.surveyor, today: visit.today,
            &refusals)
        // The act names what is wrong with what is there; what is missing is told all at once.
        if change.place == nil, !refusals.contains(where: { $0.field == "place" }) {
            refusals.append(Self.placeMissing)
        }
        if change.name == nil {
            refusals.append(
                Refusal("name.missing", zh: "小区名称不能为空。", en: "The estate's name must not be empty.", field: "name"))
        }
        guard refusals.isEmpty else { return page.answer(visit, .init(draft, errors: refusals)) }
        do {
            let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try visit.hall.register.registerEstate(change, in: deed)
            }
            return .see(("/estates/\(id)" as Link).with("saved", 1))
        } catch {
            return page.answer(visit, .init(draft, errors: try error.fieldRefusals(taken: EstateEditPage.codeTaken)))
        }
    }
}

extension EstateNewPage {
    func answer(_ visit: Visit, _ shown: EditFields.Shown) -> Frame.Answer {
        let t = visit.language
        let title = t("登记小区", "Register an estate")
        let crumbs = breadcrumbs(t, [Crumb(t("小区", "Estates"), "/estates"), Crumb(title)])
        let note: Html = "\(t("先登记名称、位置和基本数据，其余以后补充。", "Name, place and base facts first; the rest can follow."))"
        let body = Html.joined([
            crumbs, pageHead(title, note: note), places.districts.count > 1 ? choice(t) : "", view(visit, shown),
        ])
        return visit.page(title, layout: .narrow, body).refused(shown.errors)
    }

    /// Several districts are too many places for one list.
    private func choice(_ t: Language) -> Html {
        let options =
            [Components.Choice("", t("请选择", "Please choose"))]
            + places.districts.map { Components.Choice($0.code.digits, $0.title(t)) }
        let select = filterSelect(
            label: t("区县", "District"), name: "district", options: options, selected: district?.digits ?? "")
        return filterBar(t, action: "/estates/new", [select])
    }

    private func view(_ visit: Visit, _ shown: EditFields.Shown) -> Html {
        let t = visit.language
        guard !places.choices.isEmpty else {
            return card(
                t("登记信息", "In the register"),
                emptyState(
                    t("先选择区县", "Choose a district first"),
                    "\(t("选好后，这里列出它的街道和社区。", "Its subdistricts and neighbourhoods will then be listed here."))"))
        }
        let asked = fields.view(t, today: visit.today, title: t("登记信息", "In the register"), shown)
        let buttons = formActions([
            submitButton(t("登记", "Register")), linkButton(t("取消", "Cancel"), "/estates", .plain),
        ])
        let action = Link("/estates/new", ["district": district?.digits])
        return fields.summary(t, shown.errors)
            + card(
                form(
                    action: action, csrf: visit.csrf, guardsChanges: true, hidden: fields.hidden(shown.draft),
                    asked + buttons))
    }
}
