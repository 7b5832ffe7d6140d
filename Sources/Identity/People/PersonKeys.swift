import Cryptography
public import Kernel
public import Store

/// The keys under which personal values are sealed, one per person, wrapped by the vault's master key. Destroying a
/// person's key erases the values everywhere at once: in the tables, in the record, in copies made later (个人信息保护法 47).
public enum PersonKeys {
    static let sealedPrefix = "sealed:"

    /// Makes the key of a person.
    static func create(for person: ID<PersonTag>, vault: Vault, tx: Tx) throws -> SealKey {
        let key = SealKey(vault.master.suite)
        let wrapped = vault.master.seal(key.bytes, context: context(person, "key"))
        try tx.run("INSERT INTO person_key (person, wrapped) VALUES (\(person), \(wrapped))")
        return key
    }

    static func destroy(of person: ID<PersonTag>, deed: Deed) throws {
        try deed.tx.run(
            "UPDATE person_key SET wrapped = NULL, destroyed_at = \(deed.now) WHERE person = \(person)")
    }

    /// Nil when the key was destroyed or never made.
    static func key(of person: ID<PersonTag>, vault: Vault, tx: Tx) throws -> SealKey? {
        let wrapped: [UInt8]?? = try tx.value("SELECT wrapped FROM person_key WHERE person = \(person)")
        return try unwrap(wrapped ?? nil, of: person, vault: vault)
    }

    /// The keys that still exist of these persons.
    static func keys(of persons: Set<ID<PersonTag>>, vault: Vault, tx: Tx) throws -> [ID<PersonTag>: SealKey] {
        guard !persons.isEmpty else { return [:] }
        var keys: [ID<PersonTag>: SealKey] = [:]
        try tx.each("SELECT person, wrapped FROM person_key WHERE person IN \(list: persons.sorted())") { row in
            let person: ID<PersonTag> = try row[0]
            keys[person] = try unwrap(row[1], of: person, vault: vault)
        }
        return keys
    }

    static func unwrap(_ wrapped: [UInt8]?, of person: ID<PersonTag>, vault: Vault) throws -> SealKey? {
        guard let wrapped else { return nil }
        return try SealKey(bytes: vault.master.open(wrapped, context: context(person, "key")), vault.master.suite)
    }

    /// A personal value about `person` as it may stand in `before` and `after` of the record: unreadable once the
    /// person is erased. Answers nil when the person has no key any more.
    public static func sealText(_ text: String, about person: ID<PersonTag>, vault: Vault, tx: Tx) throws -> String? {
        try key(of: person, vault: vault, tx: tx).map { sealText(text, about: person, key: $0) }
    }

    static func sealText(_ text: String, about person: ID<PersonTag>, key: SealKey) -> String {
        "\(sealedPrefix)\(person):\(Base64URL.encode(key.seal(Array(text.utf8), context: context(person, "record"))))"
    }

    /// What binds a sealed value to its person and its use: moved elsewhere, it does not open.
    static func context(_ person: ID<PersonTag>, _ use: String) -> [UInt8] {
        person.bytes + Array(use.utf8)
    }
}

/// Opens what is sealed to persons; what can no longer be opened says so.
struct Opener {
    static let erased = "已删除 erased"
    private let keys: [ID<PersonTag>: SealKey]

    init(_ keys: [ID<PersonTag>: SealKey]) {
        self.keys = keys
    }

    func name(_ sealed: [UInt8], of person: ID<PersonTag>) -> String {
        text(sealed, of: person, use: "name") ?? Self.erased
    }

    func text(_ sealed: [UInt8]?, of person: ID<PersonTag>, use: String) -> String? {
        guard let sealed, let plain = try? keys[person]?.open(sealed, context: PersonKeys.context(person, use)) else {
            return nil
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// A text from the record: opened when it is a sealed one, else itself.
    func recordText(_ text: String) -> String {
        guard let (person, sealed) = Self.sealedParts(text) else { return text }
        return self.text(sealed, of: person, use: "record") ?? Self.erased
    }

    static func sealedParts(_ text: String) -> (ID<PersonTag>, [UInt8])? {
        guard text.hasPrefix(PersonKeys.sealedPrefix) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let person = ID<PersonTag>(parts[1]), let sealed = Base64URL.decode(parts[2]) else {
            return nil
        }
        return (person, sealed)
    }
}
