public import Cryptography
public import Kernel
public import Store

/// What happens at every start, and once at the first.
public enum FirstRun {
    /// The administrator's account, whose password is shown this once.
    public struct Administrator: Sendable {
        public let login: String
        public let password: String
    }

    /// Ties the database to its vault, brings the table of rights up to this version, and, where nobody has an account
    /// yet, makes the administrator of `place`.
    /// - Returns: The new administrator on the first run, else nil. Two nodes that start at once make one.
    /// - Throws: `Refusal` `vault.other`, `rights.file`.
    public static func prepare(
        _ database: Database, vault: Vault, clock: any Clock, resources: String, place: PlaceCode,
        isDemo: Bool = false, pool: Password.Pool = .shared
    ) async throws -> Administrator? {
        let defaults = try DefaultRights.load(resources: resources)
        let actor = Actor.system(requestID: "start")
        let isNew = try await database.act(as: actor, clock: clock) { deed in
            try vault.bind(deed.tx)
            try defaults.install(deed: deed)
            try CodeDuties.install(isDemo: isDemo, deed: deed)
            return try isEmpty(deed.tx)
        }
        guard isNew else { return nil }
        let administrator = Administrator(login: "admin", password: Random.password())
        let hash = try await PasswordHash(administrator.password, pool: pool)
        return try await database.act(as: actor, clock: clock) { deed in
            guard try isEmpty(deed.tx) else { return nil }
            let form = NewPerson(login: administrator.login, name: "系统管理员", place: place)
            let person = try PersonActs.create(form, password: hash, vault: vault, deed: deed)
            try PostActs.appoint(person, as: .administrator, at: place, from: deed.today, deed: deed)
            return administrator
        }
    }

    private static func isEmpty(_ tx: Tx) throws -> Bool {
        try tx.value("SELECT 1 FROM person LIMIT 1", as: Int64.self) == nil
    }
}

/// One account of the demo city.
public struct DemoPerson: Sendable, Hashable {
    public let login: String
    public let name: String
    public let role: Role
    public let place: PlaceCode
    public let password: String
}

/// A dozen people over the roles, so that a newcomer can see the city through each one's eyes.
public enum DemoPeople {
    /// The accounts of Changsha. Where they sit is real, who they are is not.
    public static func changsha(password: (String) -> String) -> [DemoPerson] {
        let table: [(String, String, Role, String)] = [
            ("admin", "系统管理员", .administrator, "4301"),
            ("zhoumin", "周敏", .cityOfficer, "4301"),
            ("liwei", "李伟", .districtOfficer, "430111"),
            ("chenjing", "陈静", .districtOfficer, "430102"),
            ("liufang", "刘芳", .subdistrictOfficer, "430111002"),
            ("huangyan", "黄艳", .planner, "430111002"),
            ("zengqiang", "曾强", .contractor, "430111"),
            ("tangli", "唐丽", .financeOfficer, "4301"),
            ("xiaojun", "肖军", .approvingDepartment, "430111"),
            ("pengtao", "彭涛", .dispatcher, "430111"),
            ("guolan", "郭兰", .auditor, "4301"),
            ("wangnainai", "王奶奶", .resident, "430111002"),
        ]
        return table.compactMap { login, name, role, digits in
            PlaceCode(digits).map {
                DemoPerson(login: login, name: name, role: role, place: $0, password: password(login))
            }
        }
    }

    /// The password of a demo account: the same everywhere, and told on the sign-in page of a demo city.
    public static func password(_ login: String) -> String { "\(login)-demo-2026" }

    /// The demo's projects begin in 2018; whoever tells of them was there.
    private static let firstDay = Day(year: 2018, month: 1, day: 1) ?? Day(number: 0)

    /// Makes those accounts that are not there yet, with their given passwords: all or none.
    public static func create(
        _ people: [DemoPerson], database: Database, vault: Vault, clock: any Clock, pool: Password.Pool = .shared
    ) async throws {
        var hashed: [(person: DemoPerson, hash: PasswordHash)] = []
        for person in people { hashed.append((person, try await PasswordHash(person.password, pool: pool))) }
        let accounts = hashed
        try await database.act(as: .system(requestID: "demo"), clock: clock) { deed in
            for (person, hash) in accounts where try PersonQueries.id(login: person.login, tx: deed.tx) == nil {
                let form = NewPerson(login: person.login, name: person.name, place: person.place)
                let id = try PersonActs.create(form, password: hash, oneTime: false, vault: vault, deed: deed)
                try PostActs.appoint(id, as: person.role, at: person.place, from: firstDay, deed: deed)
            }
        }
    }
}
