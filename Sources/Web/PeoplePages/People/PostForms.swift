import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// Setting posts up, handing them over, naming deputies, ending them.
enum PostForms {
    static let routes: [Route] = appoint + handOver + deputise + end

    /// The roles that somebody can be appointed to.
    static func roles(_ t: Language) -> [Choice] {
        Role.allCases.filter { !$0.levels.isEmpty }.map { Choice($0.rawValue, $0.name(t)) }
    }

    // MARK: a new post

    private static let appoint = formPage("/people/{id}/appoint", .right(.managePeople)) { visit, tx, sent in
        let t = visit.language
        let person = try PersonPage.person(visit, tx)
        let places = try PlaceChoices(within: visit.actor.scope(.managePeople), visit, tx)
        let fields = [
            FormField(
                "role", t("角色", "Role"), .select(roles(t), selected: sent.value("role"), empty: t("请选择", "Choose")),
                error: sent.error("role", t), required: true),
            FormField(
                "place", t("地区", "Place"), places.control(selected: sent.value("place", or: person.place.digits), t),
                help: t("权限及于该地及其下级。", "The rights hold there and below."), error: sent.error("place", t),
                required: true),
            day("from", t("开始日", "First day"), sent, or: visit.today, t),
            FormField(
                "to", t("结束日", "Last day"), .date(sent.value("to")), help: t("不填表示没有期限。", "Empty: without end."),
                error: sent.error("to", t)),
        ]
        let body = sheet(fields, button: t("设立岗位", "Set up the post"), person, visit)
        let parts = [places.filter(at: visit.path, t), sent.summary(t), body].filter { !$0.isEmpty }
        return PersonForms.personSheet(person, t("设立岗位", "Set up a post"), visit, stack(parts))
    } send: { visit, form in
        let id: ID<PersonTag> = try visit.id()
        guard let role = Role(rawValue: form.text("role")) else {
            throw Refusal("post.role", zh: "请选择角色。", en: "Choose the role.", field: "role")
        }
        let (place, from, to) = (try form.requiredPlace("place"), try form.requiredDay("from"), try form.day("to"))
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            _ = try PostActs.appoint(id, as: role, at: place, from: from, to: to, deed: deed)
        }
        return .see(Done.appointed.told(on: "/people/\(id)"))
    }

    // MARK: an existing post

    private static let handOver = postPage(
        "hand-over", Phrase(zh: "交接岗位", en: "Hand the post over"),
        Phrase(
            zh: "岗位不变，换人来坐：挂在岗位上的职责与事项随岗位移交，原任职人从交接日起不再行使其权限。",
            en: "The post stays, its holder changes: what hangs on it passes on, and the former holder acts no longer "
                + "from that day."), .handedOver
    ) { visit, tx, sent in
        let t = visit.language
        return [
            try person("person", t("接任人", "To"), visit, tx, sent),
            day("day", t("交接日", "On"), sent, or: visit.today, t),
        ]
    } act: { post, form, deed in
        let person = try PersonChoices.chosen(form, tx: deed.tx)
        try PostActs.handOver(post, to: person, on: form.requiredDay("day"), deed: deed)
    }

    private static let deputise = postPage(
        "deputy", Phrase(zh: "指定代理", en: "Name a deputy"),
        Phrase(
            zh: "代理人在代理期内拥有该岗位的全部权限，任职人的权限不变。",
            en: "For that time the deputy has all the rights of the post; its holder keeps them too."),
        .deputised
    ) { visit, tx, sent in
        let t = visit.language
        return [
            try person("person", t("代理人", "Deputy"), visit, tx, sent),
            day("from", t("从", "From"), sent, or: visit.today, t),
            day("to", t("到", "To"), sent, or: visit.today.adding(days: 13), t),
        ]
    } act: { post, form, deed in
        let person = try PersonChoices.chosen(form, tx: deed.tx)
        try PostActs.deputise(
            person, for: post, from: form.requiredDay("from"), to: form.requiredDay("to"), deed: deed)
    }

    private static let end = postPage(
        "end", Phrase(zh: "结束岗位", en: "End the post"),
        Phrase(
            zh: "岗位在最后一天之后不复存在，任职人和代理人都不再有其权限。只是换人请用“交接”。",
            en: "After its last day the post is no more, and neither holder nor deputy has its rights. To change the "
                + "person only, hand it over."), .ended
    ) { visit, _, sent in
        let help = visit.language("填昨天表示立即结束。", "Yesterday ends it at once.")
        return [day("lastDay", visit.language("最后一天", "Last day"), sent, or: visit.today, visit.language, help: help)]
    } act: { post, form, deed in
        try PostActs.end(post, lastDay: form.requiredDay("lastDay"), deed: deed)
    }

    /// A form about one post of one person.
    private static func postPage(
        _ name: String, _ title: Phrase, _ meaning: Phrase, _ done: Done,
        fields: @escaping @Sendable (Visit, Tx, Sent) throws -> [FormField],
        act: @escaping @Sendable (ID<PostTag>, FormData, Deed) throws -> Void
    ) -> [Route] {
        formPage("/people/{id}/posts/{post}/\(name)", .right(.managePeople)) { visit, tx, sent in
            let t = visit.language
            let person = try PersonPage.person(visit, tx)
            let post = try held(visit, tx)
            let places = try PlaceTitles([post.place], visit, tx)
            let about: Html = """
                <p><b>\(post.role.name(t))</b> · \(places.path(post.place, t))</p><p class="help">\(meaning(t))</p>
                """
            let body = sheet(try fields(visit, tx, sent), button: title(t), person, visit, isDanger: name == "end")
            let parts = [sent.summary(t), card(about), body].filter { !$0.isEmpty }
            return PersonForms.personSheet(person, title(t), visit, stack(parts))
        } send: { visit, form in
            let (person, post): (ID<PersonTag>, ID<PostTag>) = (try visit.id(), try visit.id("post"))
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try act(post, form, deed)
            }
            return .see(done.told(on: "/people/\(person)"))
        }
    }

    /// The post of the address, within reach.
    private static func held(_ visit: Visit, _ tx: Tx) throws -> Post {
        guard let post = try PostQueries.post(visit.id("post"), tx: tx), visit.actor.may(.managePeople, at: post.place)
        else {
            throw Visit.notFound
        }
        return post
    }

    // MARK: fields

    private static func sheet(
        _ fields: [FormField], button: String, _ person: Person, _ visit: Visit, isDanger: Bool = false
    ) -> Html {
        let t = visit.language
        let buttons = [
            submitButton(button, isDanger ? .danger : .primary),
            linkButton(t("取消", "Cancel"), "/people/\(person.id)", .plain),
        ]
        return card(
            form(
                action: visit.path, csrf: visit.csrf, guardsChanges: true,
                Html.each(fields) { field(t, $0) } + formActions(buttons)))
    }

    private static func person(
        _ name: String, _ label: String, _ visit: Visit, _ tx: Tx, _ sent: Sent
    ) throws -> FormField {
        let choices = try PersonChoices(visit, tx)
        return FormField(
            name, label, choices.control(selected: sent.value(name), visit.language),
            error: sent.error(name, visit.language),
            required: true)
    }

    private static func day(
        _ name: String, _ label: String, _ sent: Sent, or first: Day, _ t: Language, help: String? = nil
    ) -> FormField {
        FormField(
            name, label, .date(sent.value(name, or: first.description)), help: help, error: sent.error(name, t),
            required: true)
    }
}
