public import Kernel
public import Store

/// One line of the record as people read it.
public struct RecordedAct: Sendable, Hashable {
    public let id: ID<RecordLine>
    public let at: Instant
    public let actorKind: Actor.Kind
    public let person: ID<PersonTag>?
    /// Who did it; "工作人员 staff" for readers who may not see people there, "已删除 erased" once erased.
    public let label: String
    public let act: String
    public let subject: Subject
    public let place: PlaceCode
    public let before: RecordFields
    public let after: RecordFields
    public let requestID: String
    /// Its place in the sealed tree; nil while it waits to be sealed.
    public let leafIndex: Int?
}

/// What to look for in the record; nil is everything.
public struct RecordFilter: Sendable {
    public var line: ID<RecordLine>?
    public var person: ID<PersonTag>?
    public var subject: Subject?
    public var within: PlaceCode?
    /// Exact act ("estate.correct").
    public var act: String?
    public var from: Instant?
    public var until: Instant?

    public init(
        line: ID<RecordLine>? = nil, person: ID<PersonTag>? = nil, subject: Subject? = nil, within: PlaceCode? = nil,
        act: String? = nil,
        from: Instant? = nil, until: Instant? = nil
    ) {
        self.line = line
        self.person = person
        self.subject = subject
        self.within = within
        self.act = act
        self.from = from
        self.until = until
    }
}

/// What pages ask of the record.
public enum RecordQueries {
    /// The newest lines first within the reader's reach, a page at a time.
    /// - Parameter before: The last line of the page before.
    /// - Throws: `Refusal` `right.missing` without the right to read the record.
    public static func lines(
        _ filter: RecordFilter, reader: Actor, before: ID<RecordLine>? = nil, limit: Int = 50, vault: Vault, tx: Tx
    ) throws -> [RecordedAct] {
        try reader.require(.readRecord)
        var scope = reader.scope(.readRecord)
        if let place = filter.within { scope = scope.narrowed(to: place) }
        var conditions: [SQL] = ["\(scope, contains: "r.place")"]
        if let line = filter.line { conditions.append("r.id = \(line)") }
        if let person = filter.person { conditions.append("r.person = \(person)") }
        if let subject = filter.subject {
            conditions.append("r.subject_kind = \(subject.kind) AND r.subject_id = \(subject.id)")
        }
        if let act = filter.act { conditions.append("r.act = \(act)") }
        if let from = filter.from { conditions.append("r.at >= \(from)") }
        if let until = filter.until { conditions.append("r.at < \(until)") }
        return try read(conditions, before: before, limit: limit, reader: reader, vault: vault, tx: tx)
    }

    /// The history of one thing, the newest first. The caller has checked that the reader may see the thing itself; who
    /// did it is told to those who may see people or the record there.
    public static func history(
        of subject: Subject, reader: Actor, before: ID<RecordLine>? = nil, limit: Int = 50, vault: Vault, tx: Tx
    ) throws -> [RecordedAct] {
        try history(of: [subject], reader: reader, before: before, limit: limit, vault: vault, tx: tx)
    }

    /// The history of one thing with its parts, as one. Of more than `Limits.historySubjects` parts, the first count.
    public static func history(
        of subjects: [Subject], reader: Actor, before: ID<RecordLine>? = nil, limit: Int = 50, vault: Vault, tx: Tx
    ) throws -> [RecordedAct] {
        guard !subjects.isEmpty else { return [] }
        let byKind = Dictionary(grouping: subjects.prefix(Limits.historySubjects), by: \.kind)
        let each = byKind.sorted { $0.key < $1.key }.map { kind, subjects -> SQL in
            "(r.subject_kind = \(kind) AND r.subject_id IN \(list: subjects.map(\.id)))"
        }
        return try read(
            ["(\(SQL.joined(each, by: " OR ")))"], before: before, limit: limit, reader: reader, vault: vault, tx: tx)
    }

    /// What was done since `moment` to things of these kinds, the newest first, where the reader may see estates.
    /// - Parameter ignored: acts that are left out.
    public static func recent(
        _ kinds: [String], since moment: Instant, without ignored: [String] = [], reader: Actor, limit: Int = 50,
        vault: Vault, tx: Tx
    ) throws -> [RecordedAct] {
        try reader.require(.readEstates)
        // Ids begin with their time: the newest lines are read and no others.
        let first = ID<RecordLine>(high: UInt64(bitPattern: moment.milliseconds) << 16, low: 0)
        var conditions: [SQL] = [
            "r.id >= \(first)", "r.subject_kind IN \(list: kinds)",
            "\(reader.scope(.readEstates), contains: "r.place")",
        ]
        if !ignored.isEmpty { conditions.append("r.act NOT IN \(list: ignored)") }
        return try read(conditions, before: nil, limit: limit, reader: reader, vault: vault, tx: tx)
    }

    /// The newest line since `moment` in which one of these acts changed `field` of the thing; nil where none did. For
    /// rooms that ask for a correction and want to point at it; of the last 500 lines.
    public static func change(
        of field: String, of subject: Subject, by acts: [String], since moment: Instant, tx: Tx
    ) throws -> ID<RecordLine>? {
        let lines = try tx.map(
            """
            SELECT r.id, r.value_after FROM record_line r WHERE r.subject_kind = \(subject.kind)
                AND r.subject_id = \(subject.id) AND r.at >= \(moment) AND r.act IN \(list: acts)
                AND (r.leaf_index IS NULL OR r.leaf_index >= 0) ORDER BY r.id DESC LIMIT 500
            """
        ) { (id: try $0[0] as ID<RecordLine>, after: fields(try $0[1])) }
        return lines.first { $0.after[field] != nil }?.id
    }

    private static func read(
        _ conditions: [SQL], before: ID<RecordLine>?, limit: Int, reader: Actor, vault: Vault, tx: Tx
    ) throws -> [RecordedAct] {
        // What the sealer refused was not done by anybody: `verify` tells of it, pages do not.
        let written: SQL = "(r.leaf_index IS NULL OR r.leaf_index >= 0)"
        let all = conditions + [written] + (before.map { ["r.id < \($0)"] } ?? [])
        let lines = try tx.map(
            """
            SELECT \(RecordLine.columns) FROM record_line r WHERE \(SQL.all(all))
            ORDER BY r.id DESC LIMIT \(min(max(limit, 1), Limits.recordPage))
            """
        ) { try RecordLine($0) }
        let texts = lines.map { (fields($0.before), fields($0.after)) }
        var persons = Set(lines.compactMap(\.person))
        for (before, after) in texts {
            for fields in [before, after] {
                fields.eachText { if let (person, _) = Opener.sealedParts($0) { persons.insert(person) } }
            }
        }
        let opener = Opener(try PersonKeys.keys(of: persons, vault: vault, tx: tx))
        return zip(lines, texts).map { line, texts in
            shown(line, before: texts.0, after: texts.1, opener: opener, reader: reader)
        }
    }

    private static let hidden = "***"

    private static func fields(_ json: String?) -> RecordFields { json.flatMap { RecordFields(json: $0) } ?? [:] }

    private static func shown(
        _ line: RecordLine, before: RecordFields, after: RecordFields, opener: Opener, reader: Actor
    ) -> RecordedAct {
        let place = PlaceCode(line.place) ?? .country
        let seesPeople = reader.may(.readPeople, at: place)
        let seesNames = reader.seesName(of: line.person, at: place)
        let open = { (text: String) in
            Opener.sealedParts(text) == nil ? text : seesPeople ? opener.recordText(text) : hidden
        }
        let hidesPhone =
            line.subject.kind == "person"
            && !(ID<PersonTag>(line.subject.id).map { reader.seesPhone(of: $0, at: place) } ?? false)
        let told = { (fields: RecordFields) in
            var told = fields.mapTexts(open)
            if hidesPhone, case .text = fields["phone"] { told["phone"] = .text(hidden) }
            return told
        }
        let label: String
        if let person = line.person {
            label = seesNames ? opener.name(line.label, of: person) : PersonNames.staff
        } else {
            label = String(decoding: line.label, as: UTF8.self)
        }
        return RecordedAct(
            id: line.id, at: line.at, actorKind: Actor.Kind(rawValue: line.actorKind) ?? .system,
            person: seesNames ? line.person : nil, label: label, act: line.act, subject: line.subject, place: place,
            before: told(before), after: told(after), requestID: line.requestID,
            leafIndex: line.leafIndex)
    }
}
