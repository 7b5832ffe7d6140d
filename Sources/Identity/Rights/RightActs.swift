public import Kernel
import Store

/// Changing the table of rights. It holds for all posts, so whoever edits it must rule wherever an administrator sits:
/// where one database serves several cities, that is an administrator above them.
public enum RightActs {
    /// Gives a role a right (`reach`), or takes it away (nil).
    /// - Throws: `Refusal` `rights.onlyReads`, `rights.public`, `rights.lockout`, `right.missing`.
    public static func set(_ right: Right, of role: Role, reach: Reach?, deed: Deed) throws {
        try requireEditing(deed)
        if let reach { try refuseUnlawful(RoleRight(role: role, right: right, reach: reach)) }
        if role == .administrator, reach != .within, right == .managePeople || right == .editRights {
            throw Refusal(
                .conflict, "rights.lockout", zh: "系统管理员必须保留管理人员和调整权限的权限，否则无人能够改回。",
                en: "Administrators keep the rights to manage people and rights, or nobody could change this back.",
                field: "reach")
        }
        let old: Reach? = try deed.tx.value(
            "SELECT reach FROM role_right WHERE role = \(role) AND right_code = \(right.rawValue)")
        guard old != reach else { return }
        if let reach {
            try deed.tx.run(
                """
                INSERT INTO role_right (role, right_code, reach, source)
                VALUES (\(role), \(right.rawValue), \(reach), 'local')
                ON CONFLICT (role, right_code) DO UPDATE SET reach = excluded.reach, source = excluded.source
                """)
        } else {
            try deed.tx.run("DELETE FROM role_right WHERE role = \(role) AND right_code = \(right.rawValue)")
        }
        let fields = { (reach: Reach?) in
            ([right.rawValue: reach.map { .text($0.rawValue) } ?? .null] as RecordFields).json
        }
        try deed.record(
            "rights.edit", on: Subject("role", role.rawValue),
            at: deed.actor.scope(.editRights).places.first ?? .country, before: fields(old), after: fields(reach))
    }

    static func requireEditing(_ deed: Deed) throws {
        try deed.actor.require(.editRights)
        let administered: [PlaceCode] = try deed.tx.map(
            """
            SELECT DISTINCT place FROM post
            WHERE role = \(Role.administrator) AND (to_day IS NULL OR to_day >= \(deed.today))
            """
        ) { try $0[0] }
        for place in administered { try deed.actor.require(.editRights, at: place) }
    }

    /// Auditors and the public change nothing, and the public sees no people: not even an administrator can alter that.
    static func refuseUnlawful(_ entry: RoleRight) throws {
        if entry.role == .public, entry.right.isNeverPublic {
            throw Refusal(
                "rights.public", zh: "未登录的公众不能获得“\(entry.right.name.zh)”。",
                en: "The public cannot be given “\(entry.right.name.en)”.", field: "right")
        }
        if entry.role.onlyReads, !entry.right.isReading {
            throw Refusal(
                "rights.onlyReads", zh: "“\(entry.role.name.zh)”只能查看，不能获得“\(entry.right.name.zh)”。",
                en: "The role \(entry.role.name.en) only reads and cannot be given “\(entry.right.name.en)”.",
                field: "right")
        }
    }
}
