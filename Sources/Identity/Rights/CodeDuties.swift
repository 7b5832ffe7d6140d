import Kernel
public import Store

/// In which roles nobody gets further than to the page that sets up one-time codes before having set them up. Data,
/// like the table of rights, and for all posts of the role.
public struct CodeDuty: Sendable, Hashable {
    public let isRequired: Bool
    /// As shipped, until an administrator decides.
    public let isDefault: Bool

    /// Whoever manages people and rights can raise anybody (OWASP ASVS 4.3.1). The others' phones are the city's
    /// choice.
    static let shipped: Set<Role> = [.administrator]
}

/// Which roles need a one-time code: one row a role, defaults and the city's own.
public enum CodeDuties {
    /// Roles that nobody has decided on require nothing.
    public static func table(tx: Tx) throws -> [Role: CodeDuty] {
        var table: [Role: CodeDuty] = [:]
        try tx.each("SELECT role, needs_code, source FROM role_code ORDER BY role") { row in
            guard let role = Role(rawValue: try row[0]) else { return }
            table[role] = CodeDuty(isRequired: try row[1], isDefault: try row[2] == "default")
        }
        return table
    }

    /// - Throws: `Refusal` `right.missing`, as `RightActs.set`.
    public static func set(_ isRequired: Bool, of role: Role, deed: Deed) throws {
        try RightActs.requireEditing(deed)
        let old: Bool = try deed.tx.value("SELECT needs_code FROM role_code WHERE role = \(role)") ?? false
        guard old != isRequired else { return }
        try deed.tx.run(
            """
            INSERT INTO role_code (role, needs_code, source) VALUES (\(role), \(isRequired), 'local')
            ON CONFLICT (role) DO UPDATE SET needs_code = excluded.needs_code, source = excluded.source
            """)
        try deed.record(
            "rights.code", on: Subject("role", role.rawValue),
            at: deed.actor.scope(.editRights).places.first ?? .country,
            before: (["code": .flag(old)] as RecordFields).json,
            after: (["code": .flag(isRequired)] as RecordFields).json)
    }

    /// What is shipped, where nobody has decided yet. A demo city requires nothing: everybody knows its accounts.
    static func install(isDemo: Bool, deed: Deed) throws {
        guard !isDemo else { return }
        for role in CodeDuty.shipped.sorted(by: { $0.rawValue < $1.rawValue }) {
            let isNew = try deed.tx.changes(
                by: """
                    INSERT INTO role_code (role, needs_code, source) VALUES (\(role), 1, 'default')
                    ON CONFLICT (role) DO NOTHING
                    """)
            if isNew > 0 { try PeopleVersion.raise(deed.tx) }
        }
    }
}
