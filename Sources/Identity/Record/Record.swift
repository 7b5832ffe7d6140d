import Kernel
import Store

/// The pen of the record: lines are appended in the transaction of the act they tell of, without queueing on one
/// another.
public enum Record {
    /// Appends many lines as fast as the engine can: imports. All carry the deed's actor, time and request.
    /// `next` is asked until it answers nil.
    public static func insertMany(deed: Deed, _ next: () throws -> RecordEntry?) throws {
        let (label, signet) = (try label(deed), try signet(deed))
        try deed.tx.insert(into: "record_line", columns: columns) {
            guard let entry = try next() else { return nil }
            try check(entry)
            let line = RecordLine(entry, label: label, deed: deed, signet: signet)
            return [
                line.id.sqlValue, line.at.sqlValue, line.actorKind.sqlValue, line.person.sqlValue, .bytes(label),
                line.act.sqlValue, line.subject.kind.sqlValue, line.subject.id.sqlValue, line.place.sqlValue,
                line.before.sqlValue, line.after.sqlValue, line.requestID.sqlValue, .bytes(line.witness),
            ]
        }
    }

    static func append(_ entry: RecordEntry, deed: Deed) throws {
        try check(entry)
        let line = RecordLine(entry, label: try label(deed), deed: deed, signet: try signet(deed))
        try deed.tx.run(
            """
            INSERT INTO record_line (id, at, actor_kind, person, label, act, subject_kind, subject_id, place,
                value_before, value_after, request_id, witness)
            VALUES (\(line.id), \(line.at), \(line.actorKind), \(line.person), \(line.label), \(line.act),
                \(line.subject.kind), \(line.subject.id), \(line.place), \(line.before), \(line.after),
                \(line.requestID), \(line.witness))
            """)
        if PeopleVersion.isAffected(by: entry) { try PeopleVersion.raise(deed.tx) }
    }

    private static let columns: [StaticString] = [
        "id", "at", "actor_kind", "person", "label", "act", "subject_kind", "subject_id", "place", "value_before",
        "value_after", "request_id", "witness",
    ]

    /// A person's label is the sealed name as it is stored: nothing is opened to write the record.
    private static func label(_ deed: Deed) throws -> [UInt8] {
        guard let person = deed.actor.person else { return Array(deed.actor.label.utf8) }
        if let sealed = deed.actor.sealedName { return sealed }
        return try deed.tx.value("SELECT name_sealed FROM person WHERE id = \(person)") ?? []
    }

    private static func signet(_ deed: Deed) throws -> [UInt8] {
        guard let signet = deed.tx.signet else {
            throw Refusal(
                .unavailable, "record.signet", zh: "数据库打开时没有密钥，无法记入操作记录；请指明密钥目录后重试。",
                en: "The database was opened without its keys, so nothing can be recorded; name the key directory.")
        }
        return signet
    }

    private static func check(_ entry: RecordEntry) throws {
        for fields in [entry.before, entry.after] where (fields?.utf8.count ?? 0) > Limits.fieldBytes {
            throw Refusal(
                .tooLarge, "record.large",
                zh: "一次改动超过 \(Limits.fieldBytes / 1024) KB，无法记入操作记录；请分次修改。",
                en: "One change is larger than \(Limits.fieldBytes / 1024) KB and cannot be recorded; make it in parts."
            )
        }
    }
}
