import Components
import Frame
import Html
import Identity
import Kernel
import Store

/// The table of rights: what each role may do, how far, and where it was changed from the default.
struct RightsPage {
    let table: RightsTable
    let mayEdit: Bool

    static let routes: [Route] = [
        .page("/people/rights", .right(.readPeople)) { visit, tx in
            let page = RightsPage(table: try RightsTable(visit, tx), mayEdit: visit.actor.may(.editRights))
            return visit.page(
                visit.language("权限表", "Table of rights"), source: RightsTable.source(visit.language),
                page.view(visit.language))
        }
    ]

    private func view(_ t: Language) -> Html {
        let note = t(
            "岗位的角色决定能做什么，岗位的地区决定在哪里做。", "The role of a post says what may be done, its place says where.")
        let changed = Role.allCases.reduce(0) { $0 + table.changes(of: $1).count }
        let state =
            changed == 0
            ? pill(t("系统默认", "system default"))
            : pill(t("\(changed) 处与默认不同", "\(changed) differ from the default"), .amber)
        let head = pageHead(t("权限表", "Table of rights"), pills: [state], note: "\(note)")
        return stack([head, PeopleTabs.view(.rights, t), legend(t), card(grid(t))])
    }

    private func legend(_ t: Language) -> Html {
        let edit = mayEdit ? t("。点角色名可以修改。", ". Open a role to change it.") : ""
        return """
            <p>\(pill(ReachWords.name(.within)(t), .jade)) \(t("岗位所在地及其下级", "the post's place and below")) · \
            \(pill(ReachWords.name(.city)(t), .indigo)) \(t("所在城市全市", "the whole city it lies in")) · \
            — \(t("没有", "none")) · \(pill(t("已改", "changed"), .amber)) \(t("与默认不同", "differs from the default"))\(edit)</p>
            """
    }

    private func grid(_ t: Language) -> Html {
        let columns =
            [TableColumn(t("角色", "Role"), .heading)] + Right.allCases.map { TableColumn($0.name(t)) }
            + [TableColumn(CodeWords.title(t))]
        let rows = Role.allCases.map { role in
            TableRow(
                ["\(role.name(t))"] + Right.allCases.map { cell(role, $0, t) }
                    + [CodeWords.cell(table.codes[role], t)], link: "/people/rights/\(role.rawValue)")
        }
        return Components.table(
            t, DataTable(caption: t("权限表", "Table of rights"), columns: columns, rows: rows, phone: .scroll))
    }

    private func cell(_ role: Role, _ right: Right, _ t: Language) -> Html {
        let mark: Html = table.isChanged(role, right) ? " \(pill(t("已改", "changed"), .amber))" : ""
        guard let reach = table.reach(role, right) else { return "—\(mark)" }
        return "\(pill(ReachWords.name(reach)(t), reach == .within ? .jade : .indigo))\(mark)"
    }
}

/// What each role may do now, and what it might when the rights were installed.
struct RightsTable: Sendable {
    private let now: [Key: Reach]
    /// Where one-time codes are required, or were decided on.
    let codes: [Role: CodeDuty]
    /// Of the cells that were ever edited: what they held before the first edit.
    private let defaults: [Key: Reach?]

    private struct Key: Hashable {
        let role: Role
        let right: Right
    }

    private static let page = 200
    /// Edits of one role that are looked through for its defaults.
    private static let longest = 2_000

    init(_ visit: Visit, _ tx: Tx) throws {
        let entries = try RightQueries.table(tx: tx)
        codes = try CodeDuties.table(tx: tx)
        now = Dictionary(
            entries.map { (Key(role: $0.role, right: $0.right), $0.reach) }, uniquingKeysWith: { first, _ in first })
        var defaults: [Key: Reach?] = [:]
        for role in Role.allCases {
            // The newest edit comes first, so that what the oldest found stays.
            for act in try Self.edits(of: role, visit, tx) {
                for (name, value) in act.before.values {
                    guard let right = Right(rawValue: name) else { continue }
                    if case .text(let reach) = value {
                        defaults[Key(role: role, right: right)] = .some(Reach(rawValue: reach))
                    } else {
                        defaults[Key(role: role, right: right)] = .some(nil)
                    }
                }
            }
        }
        self.defaults = defaults
    }

    private static func edits(of role: Role, _ visit: Visit, _ tx: Tx) throws -> [RecordedAct] {
        var edits: [RecordedAct] = []
        while edits.count < longest {
            let more = try RecordQueries.history(
                of: Subject("role", role.rawValue), reader: visit.actor, before: edits.last?.id, limit: page,
                vault: visit.hall.vault, tx: tx)
            edits += more
            if more.count < page { break }
        }
        return edits
    }

    func reach(_ role: Role, _ right: Right) -> Reach? { now[Key(role: role, right: right)] }

    func standard(_ role: Role, _ right: Right) -> Reach? {
        let key = Key(role: role, right: right)
        return defaults[key] ?? now[key]
    }

    func isChanged(_ role: Role, _ right: Right) -> Bool { standard(role, right) != reach(role, right) }

    func changes(of role: Role) -> [Right] { Right.allCases.filter { isChanged(role, $0) } }

    static func source(_ t: Language) -> String {
        t("来源：系统默认，可由管理员调整", "Source: system default, adjustable by administrators")
    }
}

/// Whether a role requires one-time codes, in words.
enum CodeWords {
    static let title = Phrase(zh: "登录须用一次性验证码", en: "One-time code required")

    static func name(_ isRequired: Bool) -> Phrase {
        isRequired ? Phrase(zh: "要求", en: "required") : Phrase(zh: "不要求", en: "not required")
    }

    static func origin(_ duty: CodeDuty?, _ t: Language) -> String {
        duty?.isDefault ?? true ? t("系统默认", "system default") : t("已改", "changed")
    }

    static func cell(_ duty: CodeDuty?, _ t: Language) -> Html {
        let mark: Html = duty?.isDefault ?? true ? "" : " \(pill(t("已改", "changed"), .amber))"
        return duty?.isRequired == true ? "\(pill(name(true)(t), .jade))\(mark)" : "—\(mark)"
    }
}
