import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// What one role may do; for administrators, a form.
struct RoleRightsPage {
    let role: Role
    let table: RightsTable
    let sent: Sent
    let mayEdit: Bool
    /// How the role's rights were edited, the newest first.
    let edits: [RecordedAct]
    let telling: RecordTelling
    let done: Html
    let csrf: String

    private static let editsShown = 10

    private static let none = "none"

    static let routes = formPage(
        "/people/rights/{role}", .right(.readPeople), sending: .right(.editRights), show: show, send: send)

    private static func role(_ visit: Visit) throws -> Role {
        guard let role = visit.parameters["role"].flatMap({ Role(rawValue: $0) }) else { throw Visit.notFound }
        return role
    }

    private static func show(_ visit: Visit, _ tx: Tx, _ sent: Sent) throws -> Answer {
        let role = try role(visit)
        let edits = try RecordQueries.history(
            of: Subject("role", role.rawValue), reader: visit.actor, limit: editsShown, vault: visit.hall.vault, tx: tx)
        let page = RoleRightsPage(
            role: role, table: try RightsTable(visit, tx), sent: sent, mayEdit: visit.actor.may(.editRights),
            edits: edits, telling: try RecordTelling(edits, visit, tx), done: Done.notice(visit), csrf: visit.csrf)
        let t = visit.language
        return visit.page(page.role.name(t), layout: .narrow, source: RightsTable.source(t), page.view(t))
    }

    private static func send(_ visit: Visit, _ form: FormData) async throws -> Answer {
        let role = try role(visit)
        try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            for right in Right.allCases {
                guard let value = form["right.\(right.rawValue)"] else { continue }
                do {
                    try RightActs.set(right, of: role, reach: Reach(rawValue: value), deed: deed)
                } catch let refusal as Refusal where refusal.field != nil {
                    throw Refusal(
                        refusal.kind, refusal.code, zh: refusal.message.zh, en: refusal.message.en,
                        field: "right.\(right.rawValue)")
                }
            }
            if let value = form["code"] { try CodeDuties.set(value == "yes", of: role, deed: deed) }
        }
        return .see(Done.rights.told(on: "/people/rights/\(role.rawValue)"))
    }

    // MARK: view

    private func view(_ t: Language) -> Html {
        let crumbs = breadcrumbs(
            t,
            [
                Crumb(t("人员", "People"), "/people"), Crumb(t("权限表", "Table of rights"), "/people/rights"),
                Crumb(role.name(t)),
            ])
        let changes = table.changes(of: role).count
        let state =
            changes == 0
            ? pill(t("系统默认", "system default"))
            : pill(t("\(changes) 处与默认不同", "\(changes) differ from the default"), .amber)
        let head = pageHead(role.name(t), pills: [state], note: "\(levels(t))")
        let body = mayEdit ? sheet(t) : card(list(t))
        return crumbs + stack([head, done, sent.summary(t), body, history(t)].filter { !$0.isEmpty })
    }

    private func history(_ t: Language) -> Html {
        guard !edits.isEmpty else { return "" }
        return card(
            t("最近的调整", "Latest changes"), historyList(t, edits.map { telling.line($0, t, inRecord: false) }))
    }

    private func levels(_ t: Language) -> String {
        guard !role.levels.isEmpty else { return t("不能任命", "nobody is appointed to it") }
        let names = role.levels.map { LevelWords.name($0)(t) }.joined(separator: t("、", ", "))
        return t("可设在：", "Posts at: ") + names
    }

    private func list(_ t: Language) -> Html {
        factList(
            t,
            Right.allCases.map { right in
                FactLine(
                    right.name(t), "\(ReachWords.name(table.reach(role, right))(t))", source: origin(right, t))
            }
                + [
                    FactLine(
                        CodeWords.title(t), "\(CodeWords.name(table.codes[role]?.isRequired ?? false)(t))",
                        source: CodeWords.origin(table.codes[role], t))
                ])
    }

    /// The public does not sign in.
    private func codeField(_ t: Language) -> Html {
        guard role != .public else { return "" }
        let selected = sent.value("code", or: table.codes[role]?.isRequired == true ? "yes" : "no")
        let choices = [Choice("no", CodeWords.name(false)(t)), Choice("yes", CodeWords.name(true)(t))]
        return field(
            t,
            FormField(
                "code", CodeWords.title(t), .select(choices, selected: selected),
                help: CodeWords.origin(table.codes[role], t)
                    + t(
                        "。要求后，尚未启用的人须先启用第二步验证。",
                        ". Once required, whoever has not switched the second step on must do so first.")))
    }

    private func sheet(_ t: Language) -> Html {
        let fields = Html.each(Right.allCases) { right in
            let name = "right.\(right.rawValue)"
            let selected = sent.value(name, or: table.reach(role, right)?.rawValue ?? Self.none)
            return field(
                t,
                FormField(
                    name, right.name(t), .select(choices(right, t), selected: selected), help: origin(right, t),
                    error: sent.error(name, t)))
        }
        let buttons = [
            submitButton(t("保存", "Save")), linkButton(t("取消", "Cancel"), "/people/rights", .plain),
        ]
        return card(
            form(
                action: "/people/rights/\(role.rawValue)", csrf: csrf, guardsChanges: true,
                "<div class=\"fields\">\(fields)\(codeField(t))</div>" + formActions(buttons)))
    }

    /// A role that only reads is offered nothing else.
    private func choices(_ right: Right, _ t: Language) -> [Choice] {
        let reaches: [Reach] = role.onlyReads && !right.isReading ? [] : Reach.allCases
        return [Choice(Self.none, ReachWords.name(nil)(t))]
            + reaches.map { Choice($0.rawValue, ReachWords.name($0)(t)) }
    }

    private func origin(_ right: Right, _ t: Language) -> String {
        guard table.isChanged(role, right) else { return t("系统默认", "system default") }
        let standard = ReachWords.name(table.standard(role, right))(t)
        return t("已改；默认：\(standard)", "changed; default: \(standard)")
    }
}

/// The levels of places in words.
enum LevelWords {
    static func name(_ level: PlaceCode.Level) -> Phrase {
        switch level {
        case .country: Phrase(zh: "全国", en: "country")
        case .province: Phrase(zh: "省", en: "province")
        case .city: Phrase(zh: "市", en: "city")
        case .district: Phrase(zh: "区县", en: "district")
        case .subdistrict: Phrase(zh: "街道", en: "subdistrict")
        case .neighbourhood: Phrase(zh: "社区", en: "neighbourhood")
        }
    }
}
