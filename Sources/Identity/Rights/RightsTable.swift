public import Kernel
public import Store

/// How far a role's right goes from its post's place.
public enum Reach: String, Sendable, CaseIterable, SQLConvertible {
    /// The post's place and everything below it.
    case within
    /// The whole city the post lies in: a district officer reads the city's totals.
    case city

    func place(from place: PlaceCode) -> PlaceCode {
        switch self {
        case .within: place
        case .city: place.ancestor(.city) ?? place
        }
    }
}

/// One entry of the table of rights: holders of the role have the right, as far as `reach`.
public struct RoleRight: Sendable, Hashable {
    public let role: Role
    public let right: Right
    public let reach: Reach
    /// "default" as shipped, "local" when an administrator set it.
    public let source: String

    public init(role: Role, right: Right, reach: Reach, source: String = "default") {
        self.role = role
        self.right = right
        self.reach = reach
        self.source = source
    }
}

extension Right {
    /// Rights that change nothing but the record itself.
    public var isReading: Bool {
        switch self {
        case .readTotals, .readEstates, .readEvaluation, .readLedger, .readRecord, .readPeople, .exportLists: true
        default: false
        }
    }

    /// Rights by which personal data or the record would be laid open to anybody.
    var isNeverPublic: Bool { !isReading || [.readRecord, .readPeople, .exportLists, .readLedger].contains(self) }
}

/// What pages and acts ask about the table of rights.
public enum RightQueries {
    /// The whole table, by role and right. Rights that a newer version knew are left out.
    public static func table(tx: Tx) throws -> [RoleRight] {
        try tx.rows("SELECT role, right_code, reach, source FROM role_right ORDER BY role, right_code").compactMap {
            guard let role = Role(rawValue: try $0[0]), let right = Right(rawValue: try $0[1]) else { return nil }
            return RoleRight(role: role, right: right, reach: try $0[2], source: try $0[3])
        }
    }

    static func rights(of role: Role, tx: Tx) throws -> [(right: Right, reach: Reach)] {
        try tx.rows("SELECT right_code, reach FROM role_right WHERE role = \(role)").compactMap {
            guard let right = Right(rawValue: try $0[0]) else { return nil }
            return (right, try $0[1])
        }
    }
}
