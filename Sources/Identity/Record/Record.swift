import Kernel
import Store

/// The pen of the record: lines are appended in the transaction of the act they tell of, without queueing on one
/// another.
public enum Record {
    /// Appends many lines as fast as the engine can: imports. All carry the deed's actor, time and request.
    /// `next` is asked until it answers nil.
    public static func insertMany(deed: Deed, _ next: () throws -> RecordEntry?) throws {
        let label = try label(deed)
        let kind = deed.actor.kind.rawValue.sqlValue
        let person = deed.actor.person.sqlValue
        try deed.tx.insert(into: "record_line", columns: columns) {
            guard let entry = try next() else { return nil }
            try check(entry)
            return [
                Pen.lineID(at: deed.now).sqlValue, deed.now.sqlValue, kind, person, .bytes(label),
                entry.act.sqlValue, entry.subject.kind.sqlValue, entry.subject.id.sqlValue, entry.place.sqlValue,
                entry.before.sqlValue, entry.after.sqlValue, deed.actor.requestID.sqlValue,
            ]
        }
    }

    static func append(_ entry: RecordEntry, deed: Deed) throws {
        try check(entry)
        let actor = deed.actor
        // A person's label is the sealed name as it is stored: nothing is opened to write the record.
        let label: SQL =
            actor.person.map { "(SELECT name_sealed FROM person WHERE id = \($0))" } ?? "\(Array(actor.label.utf8))"
        try deed.tx.run(
            """
            INSERT INTO record_line (id, at, actor_kind, person, label, act, subject_kind, subject_id, place,
                value_before, value_after, request_id)
            VALUES (\(Pen.lineID(at: deed.now)), \(deed.now), \(actor.kind.rawValue), \(actor.person), \(label),
                \(entry.act), \(entry.subject.kind), \(entry.subject.id), \(entry.place),
                \(entry.before), \(entry.after), \(actor.requestID))
            """)
        if PeopleVersion.isAffected(by: entry) { try PeopleVersion.raise(deed.tx) }
    }

    private static let columns: [StaticString] = [
        "id", "at", "actor_kind", "person", "label", "act", "subject_kind", "subject_id", "place", "value_before",
        "value_after", "request_id",
    ]

    private static func label(_ deed: Deed) throws -> [UInt8] {
        guard let person = deed.actor.person else { return Array(deed.actor.label.utf8) }
        return try deed.tx.value("SELECT name_sealed FROM person WHERE id = \(person)") ?? []
    }

    private static func check(_ entry: RecordEntry) throws {
        for fields in [entry.before, entry.after] where (fields?.utf8.count ?? 0) > Limits.fieldBytes {
            throw Refusal(
                .tooLarge, "record.large",
                zh: "一次改动超过 \(Limits.fieldBytes / 1024) KB,无法记入操作记录;请分次修改。",
                en: "One change is larger than \(Limits.fieldBytes / 1024) KB and cannot be recorded; make it in parts."
            )
        }
    }
}
