import Components
import Cryptography
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// The record of acts within the reader's reach: who did what to what, when, and that nothing of it was altered.
struct RecordPage {
    /// As the address has it.
    struct Filter {
        let person: String
        let act: String
        let kind: String
        let place: PlaceCode?
        let from: String
        let until: String

        init(_ query: FormData) {
            person = query.text("person")
            act = query.text("act")
            kind = query.text("kind")
            place = PlaceCode(query.text("place"))
            from = query.text("from")
            until = query.text("until")
        }

        func link(_ base: Link) -> Link {
            let all = [
                ("person", person), ("act", act), ("kind", kind), ("place", place?.digits ?? ""), ("from", from),
                ("until", until),
            ]
            return all.reduce(base) { $1.1.isEmpty ? $0 : $0.with($1.0, $1.1) }
        }

        var isEmpty: Bool {
            person.isEmpty && act.isEmpty && kind.isEmpty && place == nil && from.isEmpty && until.isEmpty
        }
    }

    let filter: Filter
    let acts: [RecordedAct]
    let telling: RecordTelling
    /// After which line the older ones go on; nil at the end.
    let next: ID<RecordLine>?
    let isFirst: Bool
    let head: TreeHead?
    let districts: [Place]
    /// The person in the filter is nobody.
    let isNobody: Bool
    let link: Link
    let exports: [Html]

    static let routes: [Route] =
        [
            .page("/record", .right(.readRecord)) { visit, tx in
                let page = try RecordPage(visit, tx)
                let t = visit.language
                return visit.page(
                    t("操作记录", "The record"), source: t("来源：宜居操作记录", "Source: Yiju's record of acts"), page.view(t))
            }
        ]
        + Route.exports("/record", .record) { visit, tx in
            let filter = Filter(visit.query)
            let person = try person(filter.person, tx)
            guard filter.person.isEmpty || person != nil else {
                throw Refusal(
                    "record.person", zh: "没有登录名“\(filter.person)”。",
                    en: "Nobody has the login name “\(filter.person)”.",
                    field: "person")
            }
            return .record(filter.wanted(person), kind: filter.kind, act: { ActNames.name($0) })
        }

    private static let size = 50
    /// Lines that are looked through for one page when a kind of subject is asked for.
    private static let looked = 2_000

    init(_ visit: Visit, _ tx: Tx) throws {
        let query = visit.query
        filter = Filter(query)
        let before = ID<RecordLine>(query.text("before"))
        let person = try Self.person(filter.person, tx)
        isNobody = !filter.person.isEmpty && person == nil
        let found =
            isNobody
            ? (acts: [], next: nil)
            : try Self.search(filter.wanted(person), kind: filter.kind, before: before, visit, tx)
        (acts, next) = found
        isFirst = before == nil
        telling = try RecordTelling(acts, visit, tx)
        head = try TreeHead.latest(tx: tx)
        districts = try visit.hall.register.places(at: .district, within: visit.actor.scope(.readRecord), in: tx)
        link = visit.path.with("before", nil)
        let filter = filter
        exports = visit.exportButtons(.record) { filter.link("/record.\($0)") }
    }

    /// By login name, as people type it, or by id.
    private static func person(_ text: String, _ tx: Tx) throws -> ID<PersonTag>? {
        guard !text.isEmpty else { return nil }
        if let id = ID<PersonTag>(text) { return id }
        return try PersonQueries.id(login: text.lowercased(), tx: tx)
    }

    private static func search(
        _ filter: RecordFilter, kind: String, before: ID<RecordLine>?, _ visit: Visit, _ tx: Tx
    ) throws -> (acts: [RecordedAct], next: ID<RecordLine>?) {
        var (found, last, seen): ([RecordedAct], ID<RecordLine>?, Int) = ([], before, 0)
        // One more than a page tells whether there is another.
        let portion = kind.isEmpty ? size + 1 : Limits.recordPage
        while seen < looked {
            let lines = try RecordQueries.lines(
                filter, reader: visit.actor, before: last, limit: portion, vault: visit.hall.vault, tx: tx)
            for line in lines {
                if found.count == size { return (found, last) }
                last = line.id
                if kind.isEmpty || line.subject.kind == kind { found.append(line) }
            }
            seen += lines.count
            if lines.count < portion { return (found, nil) }
        }
        return (found, last)
    }
}

extension RecordPage.Filter {
    func wanted(_ person: ID<PersonTag>?) -> RecordFilter {
        RecordFilter(
            person: person, within: place, act: act.isEmpty ? nil : act, from: Day(from)?.startInChina,
            until: Day(until)?.adding(days: 1).startInChina)
    }
}

/// The newest signed head as a file to keep elsewhere.
enum TreeHeadFile {
    static let routes: [Route] = [
        .page("/record/head.txt", .right(.readRecord)) { _, tx in
            guard let head = try TreeHead.latest(tx: tx) else {
                throw Refusal(
                    .notFound, "head.none", zh: "还没有封存的记录；几秒后再试。",
                    en: "Nothing is sealed yet; try again in a few seconds.")
            }
            return .download(
                .bytes(Array(head.text.utf8)), name: "yiju-head-\(head.size).txt", type: "text/plain; charset=utf-8")
        },
        .page("/record/consistency.json", .right(.readRecord)) { visit, tx in
            let proof = try RecordProofs.consistency(from: visit.query.number("from") ?? 0, tx: tx)
            return .download(
                .bytes(Array(json(proof).text.utf8)), name: "yiju-consistency-\(proof.oldSize)-\(proof.head.size).json",
                type: "application/json")
        },
    ]

    /// What whoever kept an older head needs to see that the record still begins with it: RFC 6962, 2.1.2.
    private static func json(_ proof: RecordProofs.Consistency) -> JSON {
        .object([
            "format": "yiju consistency proof 1", "suite": .string(proof.head.suite.rawValue),
            "oldSize": .integer(Int64(proof.oldSize)), "treeSize": .integer(Int64(proof.head.size)),
            "rootHash": .string(Hex.encode(proof.head.root)),
            "path": .array(proof.path.map { .string(Hex.encode($0)) }), "head": .string(proof.head.text),
        ])
    }
}
