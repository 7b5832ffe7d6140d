import Cryptography
public import Kernel
import Store

/// What is done to accounts: made, switched off and on, erased.
public enum PersonActs {
    /// Makes an account. Without posts it may do nothing yet.
    /// - Parameter password: Hashed before the transaction; with `oneTime` it must be changed at the first sign-in.
    /// - Throws: `Refusal`s `person.login`, `person.login.taken`, `person.name`, `person.phone`, `right.missing`.
    @discardableResult
    public static func create(
        _ form: NewPerson, password: PasswordHash, oneTime: Bool = true, vault: Vault, deed: Deed
    ) throws -> ID<PersonTag> {
        try deed.actor.require(.managePeople, at: form.place)
        let form = form.tidied
        var refusals = form.refusals
        if try PersonQueries.id(login: form.login, tx: deed.tx) != nil {
            refusals.append(
                Refusal(
                    .conflict, "person.login.taken", zh: "登录名“\(form.login)”已有人使用；请换一个。",
                    en: "The login name \(form.login) is taken; choose another.", field: "login"))
        }
        try Refusals.throwIfAny(refusals)

        let id = ID<PersonTag>(at: deed.now)
        let key = try PersonKeys.create(for: id, vault: vault, tx: deed.tx)
        let name = key.seal(Array(form.name.utf8), context: PersonKeys.context(id, "name"))
        let phone = form.phone.map { key.seal(Array($0.utf8), context: PersonKeys.context(id, "phone")) }
        let until: Instant? = oneTime ? Instant(milliseconds: deed.now.milliseconds + Limits.oneTimePassword) : nil
        try deed.tx.run(
            """
            INSERT INTO person (id, login, name_sealed, phone_sealed, place, language, mode, password, must_change,
                one_time_until, totp_confirmed, created_at)
            VALUES (\(id), \(form.login), \(name), \(phone), \(form.place), \(form.language.rawValue),
                \(DisplayMode.standard), \(password.phc), \(oneTime), \(until), 0, \(deed.now))
            """)
        var after: RecordFields = [
            "login": .text(PersonKeys.sealText(form.login, about: id, key: key)),
            "name": .text(PersonKeys.sealText(form.name, about: id, key: key)),
        ]
        if let phone = form.phone { after["phone"] = .text(PersonKeys.sealText(phone, about: id, key: key)) }
        try deed.record("person.create", on: Subject("person", id), at: form.place, after: after.json)
        return id
    }

    /// Corrects name and phone; by whoever manages the account, or by the person.
    public static func correct(
        _ id: ID<PersonTag>, name: String, phone: String?, vault: Vault, deed: Deed
    ) throws {
        if deed.actor.person != id { try Managing.require(id, deed: deed) }
        guard let old = try PersonQueries.person(id, vault: vault, tx: deed.tx),
            let key = try PersonKeys.key(of: id, vault: vault, tx: deed.tx)
        else { throw Managing.unknown }
        let form = NewPerson(login: old.login, name: name, phone: phone, place: old.place).tidied
        try Refusals.throwIfAny(form.refusals)
        guard form.name != old.name || form.phone != old.phone else { return }
        let phoneSealed = form.phone.map { key.seal(Array($0.utf8), context: PersonKeys.context(id, "phone")) }
        try deed.tx.run(
            """
            UPDATE person SET name_sealed = \(key.seal(Array(form.name.utf8), context: PersonKeys.context(id, "name"))),
                phone_sealed = \(phoneSealed) WHERE id = \(id)
            """)
        let sealed = { (text: String?) -> RecordFields.Value in
            text.map { .text(PersonKeys.sealText($0, about: id, key: key)) } ?? .null
        }
        var (before, after): (RecordFields, RecordFields) = ([:], [:])
        if form.name != old.name { (before["name"], after["name"]) = (sealed(old.name), sealed(form.name)) }
        if form.phone != old.phone { (before["phone"], after["phone"]) = (sealed(old.phone), sealed(form.phone)) }
        try deed.record(
            "person.correct", on: Subject("person", id), at: old.place, before: before.json, after: after.json)
    }

    /// Language and size of the pages, chosen by the person. Not recorded: it is nobody else's concern.
    public static func prefer(_ language: Language, _ mode: DisplayMode, deed: Deed) throws {
        guard let person = deed.actor.person else { return }
        try deed.tx.run(
            "UPDATE person SET language = \(language.rawValue), mode = \(mode) WHERE id = \(person)")
        try PeopleVersion.raise(deed.tx)
    }

    /// Switches an account off: signed out everywhere, tokens ended, no sign-in any more. Its posts stay, to be handed
    /// over.
    public static func disable(_ id: ID<PersonTag>, deed: Deed) throws {
        let place = try Managing.require(id, deed: deed)
        try refuseOneself(id, deed)
        let changed = try deed.tx.changes(
            by: "UPDATE person SET disabled_at = \(deed.now) WHERE id = \(id) AND disabled_at IS NULL")
        guard changed > 0 else { return }
        try deed.tx.run("DELETE FROM session WHERE person = \(id)")
        try Tokens.endAll(of: id, deed: deed)
        try deed.record("person.disable", on: Subject("person", id), at: place)
    }

    /// Lets a disabled person sign in again. Nothing changes, and nothing is recorded, for one who is not disabled.
    /// Throws a refusal unless the actor manages people at the person's place.
    public static func enable(_ id: ID<PersonTag>, deed: Deed) throws {
        let place = try Managing.require(id, deed: deed)
        let changed = try deed.tx.changes(
            by: "UPDATE person SET disabled_at = NULL WHERE id = \(id) AND disabled_at IS NOT NULL")
        if changed > 0 { try deed.record("person.enable", on: Subject("person", id), at: place) }
    }

    /// Erases a person for good: the key is destroyed, so that name and phone can be read nowhere any more, not even in
    /// the record, which stays whole. Backups made earlier still hold the wrapped key until they are destroyed
    /// themselves.
    public static func erase(_ id: ID<PersonTag>, deed: Deed) throws {
        let place = try Managing.require(id, deed: deed)
        try refuseOneself(id, deed)
        let held = try PostQueries.posts(of: id, from: deed.today, tx: deed.tx)
        guard !held.contains(where: { $0.holding.kind == .holder }) else {
            throw Refusal(
                .conflict, "person.holds", zh: "此人还在岗位上；请先交接或结束其岗位，再删除个人信息。",
                en: "This person still holds a post. Hand it over or end it first, then erase the person.")
        }
        try PersonKeys.destroy(of: id, deed: deed)
        try deed.tx.run("DELETE FROM session WHERE person = \(id)")
        try Tokens.forget(of: id, deed: deed)
        try deed.tx.run(
            """
            UPDATE post_holding SET to_day = \(deed.today.adding(days: -1))
            WHERE person = \(id) AND (to_day IS NULL OR to_day >= \(deed.today))
            """)
        try deed.tx.run(
            """
            UPDATE person SET login = \("erased-\(id)"), name_sealed = \([UInt8]()), phone_sealed = NULL,
                password = NULL, totp_sealed = NULL, totp_confirmed = 0, totp_step = NULL, one_time_until = NULL,
                disabled_at = COALESCE(disabled_at, \(deed.now)), erased_at = \(deed.now)
            WHERE id = \(id)
            """)
        try deed.record("person.erase", on: Subject("person", id), at: place)
    }

    private static func refuseOneself(_ id: ID<PersonTag>, _ deed: Deed) throws {
        guard deed.actor.person == id else { return }
        throw Refusal(
            .conflict, "person.self", zh: "不能停用或删除自己的账号；请另一位管理员操作。",
            en: "Nobody disables or erases the own account; ask another administrator.")
    }
}

/// Who may manage an account: whoever manages people where it belongs and at every place where it sits in a post, and
/// does not rise by it.
enum Managing {
    static var unknown: Refusal {
        Refusal(
            .notFound, "person.unknown", zh: "没有这个人，或不在您的管理范围内。",
            en: "There is no such person, or it is not within your reach.")
    }

    /// - Returns: The place where the account belongs.
    @discardableResult
    static func require(_ id: ID<PersonTag>, deed: Deed) throws -> PlaceCode {
        try deed.actor.require(.managePeople)
        let home: PlaceCode? = try deed.tx.value("SELECT place FROM person WHERE id = \(id) AND erased_at IS NULL")
        guard let home, deed.actor.may(.managePeople, at: home) else { throw unknown }
        for (post, _) in try PostQueries.posts(of: id, from: deed.today, tx: deed.tx) {
            try deed.actor.require(.managePeople, at: post.place)
            try Appointing.requireNotAbove(post.role, at: post.place, deed: deed)
        }
        return home
    }
}

extension NewPerson {
    /// Login names in lower case, nothing around the fields, an empty phone as none.
    var tidied: NewPerson {
        let phone = self.phone?.trimmed
        return NewPerson(
            login: login.trimmed.lowercased(), name: name.trimmed, phone: phone?.isEmpty == true ? nil : phone,
            place: place, language: language)
    }

    var refusals: [Refusal] {
        var refusals: [Refusal] = []
        let letters = login.utf8
        let first = letters.first.map { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") } ?? false
        if !Limits.login.contains(letters.count) || !first || !letters.allSatisfy(\.isLoginLetter) {
            refusals.append(
                Refusal(
                    "person.login", zh: "登录名须为 3 至 32 个小写字母、数字、点、横线，以字母开头。",
                    en: "A login name has 3 to 32 small letters, digits, dots or dashes and begins with a letter.",
                    field: "login"))
        }
        if !Limits.name.contains(name.count) || name.utf8.count > Limits.nameBytes
            || name.unicodeScalars.contains(where: { $0.properties.isControl })
        {
            refusals.append(
                Refusal(
                    "person.name", zh: "姓名须为 1 至 40 个字。", en: "A name has 1 to 40 characters.", field: "name"))
        }
        if let phone, !Limits.phone.contains(phone.utf8.count) || !phone.utf8.allSatisfy(\.isPhoneDigit) {
            refusals.append(
                Refusal(
                    "person.phone", zh: "电话须为 5 至 20 位数字，可含 + 和横线。",
                    en: "A phone number has 5 to 20 digits, with + and dashes if needed.", field: "phone"))
        }
        return refusals
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    fileprivate var isLoginLetter: Bool {
        isDigit || (self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z"))
            || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(self)
    }
    fileprivate var isPhoneDigit: Bool {
        isDigit || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: " ")].contains(self)
    }
}

extension Unicode.Scalar.Properties {
    var isControl: Bool { generalCategory == .control || generalCategory == .format }
}

extension String {
    /// The first bytes of a text from outside, without control characters, which PostgreSQL or a terminal would choke
    /// on.
    func plain(upTo bytes: Int) -> String {
        String(decoding: utf8.lazy.filter { $0 >= 0x20 && $0 != 0x7F }.prefix(bytes), as: UTF8.self)
    }

    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
