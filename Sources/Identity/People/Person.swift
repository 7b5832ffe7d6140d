public import Kernel
public import Store

/// Somebody with an account. Name and phone are sealed in the database and open here.
public struct Person: Sendable, Hashable {
    public let id: ID<PersonTag>
    public let login: String
    /// "已删除 erased" once the person's key is destroyed.
    public let name: String
    public let phone: String?
    /// Where the account belongs; whoever manages people there manages it.
    public let place: PlaceCode
    public let language: Language
    public let mode: DisplayMode
    public let mustChangePassword: Bool
    public let hasSecondFactor: Bool
    public let createdAt: Instant
    public let signedInAt: Instant?
    public let isDisabled: Bool
    public let isErased: Bool
}

/// How large a person likes things.
public enum DisplayMode: String, Sendable, CaseIterable, SQLConvertible {
    case standard
    case elder
}

/// The form "new person".
public struct NewPerson: Sendable {
    public var login: String
    public var name: String
    public var phone: String?
    public var place: PlaceCode
    public var language: Language

    public init(login: String, name: String, phone: String? = nil, place: PlaceCode, language: Language = .zh) {
        self.login = login
        self.name = name
        self.phone = phone
        self.place = place
        self.language = language
    }
}

/// What pages ask about people.
public enum PersonQueries {
    public static func person(_ id: ID<PersonTag>, vault: Vault, tx: Tx) throws -> Person? {
        try people("p.id = \(id)", vault: vault, tx: tx).first
    }

    /// The id behind a login name; for the command line.
    public static func id(login: String, tx: Tx) throws -> ID<PersonTag>? {
        try tx.value("SELECT id FROM person WHERE login = \(login)")
    }

    /// The accounts that belong within the actor's reach, by place and login name, a page at a time.
    /// - Parameter after: The last person of the page before.
    /// - Throws: `Refusal` `right.missing` without the right to see people.
    public static func list(
        reader: Actor, after: Person? = nil, limit: Int = 100, vault: Vault, tx: Tx
    ) throws -> [Person] {
        try reader.require(.readPeople)
        let scope = reader.scope(.readPeople)
        var conditions: [SQL] = ["\(scope, contains: "p.place")", "p.erased_at IS NULL"]
        if let after {
            conditions.append("(p.place > \(after.place) OR (p.place = \(after.place) AND p.login > \(after.login)))")
        }
        return try people(
            "\(SQL.all(conditions)) ORDER BY p.place, p.login LIMIT \(min(max(limit, 1), 200))", vault: vault, tx: tx)
    }

    private static func people(_ which: SQL, vault: Vault, tx: Tx) throws -> [Person] {
        try tx.map(
            """
            SELECT p.id, p.login, p.name_sealed, p.phone_sealed, p.place, p.language, p.mode, p.must_change,
                p.totp_confirmed, p.created_at, p.signed_in_at, p.disabled_at, p.erased_at, k.wrapped
            FROM person p JOIN person_key k ON k.person = p.id WHERE \(which)
            """
        ) { try read($0, vault: vault) }
    }

    private static func read(_ row: Row, vault: Vault) throws -> Person {
        let id: ID<PersonTag> = try row[0]
        let opener = Opener(try PersonKeys.unwrap(row[13], of: id, vault: vault).map { [id: $0] } ?? [:])
        return Person(
            id: id, login: try row[1], name: opener.name(try row[2], of: id),
            phone: opener.text(try row[3], of: id, use: "phone"), place: try row[4],
            language: Language(rawValue: try row[5]) ?? .zh, mode: try row[6], mustChangePassword: try row[7],
            hasSecondFactor: try row[8], createdAt: try row[9], signedInAt: try row[10],
            isDisabled: try row[11] as Instant? != nil, isErased: try row[12] as Instant? != nil)
    }
}
