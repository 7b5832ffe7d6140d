public import Kernel
public import Store

/// The names of people as one reader may be told them: at a place where the reader sees people or reads the record, and
/// the reader's own. One query for all.
public struct PersonNames: Sendable {
    /// Instead of a name that may not be told.
    static let staff = "工作人员 staff"

    private let reader: Actor
    private let names: [ID<PersonTag>: String]

    public init(of people: Set<ID<PersonTag>>, reader: Actor, vault: Vault, tx: Tx) throws {
        self.reader = reader
        let seesSome = reader.may(.readPeople) || reader.may(.readRecord)
        let asked = seesSome ? people : people.filter { $0 == reader.person }
        guard !asked.isEmpty else {
            names = [:]
            return
        }
        var names: [ID<PersonTag>: String] = [:]
        try tx.each(
            """
            SELECT p.id, p.name_sealed, k.wrapped FROM person p JOIN person_key k ON k.person = p.id
            WHERE p.id IN \(list: asked.sorted())
            """
        ) { row in
            let id: ID<PersonTag> = try row[0]
            guard let key = try PersonKeys.unwrap(row[2], of: id, vault: vault) else { return }
            names[id] = Opener([id: key]).name(try row[1], of: id)
        }
        self.names = names
    }

    /// The name, "工作人员 staff" where it may not be told, "已删除 erased" once erased.
    public func name(_ person: ID<PersonTag>, at place: PlaceCode) -> String {
        reader.seesName(of: person, at: place) ? names[person] ?? Opener.erased : Self.staff
    }

    /// Whether `name` is the person's own.
    public func isTold(_ person: ID<PersonTag>, at place: PlaceCode) -> Bool {
        names[person] != nil && reader.seesName(of: person, at: place)
    }
}

extension Actor {
    /// Phones are told to those who manage the account, and to its owner, as the forms that ask for them promise.
    public func seesPhone(of person: ID<PersonTag>, at home: PlaceCode) -> Bool {
        may(.managePeople, at: home) || person == self.person
    }

    /// Who did something is told to those who may see people or the record where it was done, and to whoever did it.
    func seesName(of person: ID<PersonTag>?, at place: PlaceCode) -> Bool {
        may(.readPeople, at: place) || may(.readRecord, at: place) || person == self.person
    }
}
