import Frame
import Identity
import Kernel
import Registry
import Store

/// What was done to an estate, its buildings and its projects, for programs: as on the page of its history.
enum RecordAPI {
    static let operations: [APIOperation] = [
        .get(
            "listRecord", .estates, "/api/v1/estates/{id}/record", .right(.readEstates), zh: "小区的操作记录，新的在前",
            en: "What was done to an estate, the newest first",
            notes: Phrase(
                zh: "姓名只告诉在当地可查看人员或记录的人；其余见到“工作人员 staff”。",
                en: "Names are told to those who may see people or the record there; others read “staff”."),
            query: Parameter.paging, answers: .named("RecordList"), sends: [.link], list)
    ]

    static let components = [
        Component(
            "RecordLine",
            .object([
                .init("id", .id), .init("at", .moment),
                .init("act", .text(), Phrase(zh: "做了什么：estate.correct", en: "what was done: estate.correct")),
                .init("subject", .object([.init("kind", .text()), .init("id", .text())])),
                .init("place", .optional(.place)),
                .init(
                    "by", .object([.init("kind", .text()), .init("person", .optional(.id)), .init("name", .text())])),
                .init("before", .object([], isOpen: true), Phrase(zh: "只有变了的", en: "only what changed")),
                .init("after", .object([], isOpen: true)), .init("requestId", .text()),
                .init(
                    "leafIndex", .optional(.count),
                    Phrase(zh: "在封存的树中的位置；待封存时为 null", en: "its place in the sealed tree; null while it waits")),
            ]),
            """
            {"id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b14","at":"2026-06-24T02:12:00.000Z","act":"estate.correct",
             "subject":{"kind":"estate","id":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11"},"place":"430111003005",
             "by":{"kind":"person","person":null,"name":"工作人员 staff"},"before":{"households":360},
             "after":{"households":364,"evidence":"不动产登记"},"requestId":"0190a3c1-…","leafIndex":417}
            """),
        Component.list("RecordList", "record", of: "RecordLine"),
    ]

    private static func list(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let cursor = try Cursor(visit, of: "record", keys: 1)
        let last = try cursor.map { cursor in
            guard let id = cursor.keys[0].string.flatMap({ ID<RecordLine>($0) }) else { throw Cursor.foreign }
            return id
        }
        let (register, size) = (visit.hall.register, Paging.size(visit))
        let estate = try register.visibleEstate(try visit.id(), for: visit.actor, in: tx)
        // A project over several districts is not for the readers of one.
        let projects = try register.projects(of: estate.id, in: tx)
            .filter { visit.actor.may(.readEstates, at: $0.place) }
        let parts = EstateParts(
            of: estate.id, try register.buildings(of: estate.id, in: tx), projects,
            form: try register.form(.building, in: tx), menu: visit.hall.menu)
        let lines = try RecordQueries.history(
            of: [Subject("estate", estate.id)] + parts.subjects, reader: visit.actor, before: last, limit: size,
            vault: visit.hall.vault, tx: tx)
        // A full page may be the last: then the next one is empty.
        let next = lines.count == size ? lines.last.map { Cursor(of: "record", [.string($0.id.description)]) } : nil
        return Paging.answer(visit, "record", try lines.map { try $0.json.text }, next: next)
    }
}

extension RecordedAct {
    fileprivate var json: JSON {
        get throws {
            .object([
                "id": .string(id.description), "at": .string(at.rfc3339), "act": .string(act),
                "subject": .object(["kind": .string(subject.kind), "id": .string(subject.id)]),
                "place": place == .country ? .null : .string(place.digits),
                "by": .object([
                    "kind": .string(actorKind.rawValue), "person": person.map { .string($0.description) } ?? .null,
                    "name": .string(label),
                ]),
                "before": try JSON(parsing: before.json), "after": try JSON(parsing: after.json),
                "requestId": .string(requestID), "leafIndex": leafIndex.map { .integer(Int64($0)) } ?? .null,
            ])
        }
    }
}
