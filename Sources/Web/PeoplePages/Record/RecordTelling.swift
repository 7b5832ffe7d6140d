import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// Tells recorded acts as sentences: what their subjects, fields and values are called, looked up at once for a page.
struct RecordTelling: Sendable {
    /// One field that an act changed, in words.
    struct Change: Sendable {
        let key: String
        let label: String
        let from: String?
        let to: String?
    }

    private let words: FieldWords
    private let subjects: [Subject: SubjectTitle]
    let places: PlaceTitles

    /// A list tells so many fields of an act; the line's own page tells all.
    private static let toldInList = 4
    /// Told elsewhere on the line, or of no use to readers of a list.
    private static let untold: Set<String> = ["evidence", "sha256"]

    init(_ acts: [RecordedAct], _ visit: Visit, _ tx: Tx) throws {
        let register = visit.hall.register
        var finder = SubjectFinder(visit, tx)
        for subject in Set(acts.map(\.subject)) { try finder.find(subject) }
        for fields in acts.flatMap({ [$0.before, $0.after] }) { try finder.findNamed(in: fields) }
        subjects = finder.titles
        places = try PlaceTitles(finder.places + acts.map(\.place), visit, tx)
        let stages = try register.stageList(in: tx).map { ($0.code, $0.name) }
        words = FieldWords(
            estates: try register.form(.estate, in: tx), buildings: try register.form(.building, in: tx),
            stages: Dictionary(stages, uniquingKeysWith: { first, _ in first }), places: places, people: finder.people)
    }

    /// "更正小区数据 · 五矿宿舍:把「户数」由 361 改为 364".
    func sentence(_ act: RecordedAct, _ t: Language) -> Html {
        let changes = changes(of: act, t).filter { !Self.untold.contains($0.key) }
        let shown = changes.prefix(Self.toldInList).map { told($0, isNew: act.before.values.isEmpty, t) }
        let rest = changes.count - shown.count
        let more: Html = rest > 0 ? "\(t("；另有 \(rest) 项", "; \(rest) more"))" : ""
        let what: Html = shown.isEmpty ? "" : "\(t("：", ": "))\(Html.joined(shown, by: "\(t("；", "; "))"))\(more)"
        return "\(ActNames.name(act.act)(t))\(subject(of: act, t))\(what)"
    }

    /// Nothing for what people do with their own account: the sentence begins with their name already.
    private func subject(of act: RecordedAct, _ t: Language) -> Html {
        if act.subject.kind == "person", act.subject.id == act.person?.description { return "" }
        return " · \(title(of: act.subject, t))"
    }

    /// The thing an act was done to, leading to its page where the reader may see it.
    func title(of subject: Subject, _ t: Language) -> Html {
        switch subjects[subject] {
        case .named(let name, let link?): "<a href=\"\(url: link)\">\(name(t))</a>"
        case .named(let name, nil): "\(name(t))"
        case .place(let code): "\(places.path(code, t))"
        case .post(let role, let place): "\(role.name(t)) · \(places.name(place, t))"
        case nil: "\(ActSubjects.name(subject.kind)(t)) \(code(String(subject.id.prefix(8))))"
        }
    }

    /// Every field of the act, by name.
    func changes(of act: RecordedAct, _ t: Language) -> [Change] {
        let keys = Set(act.before.values.keys).union(act.after.values.keys)
        return words.inOrder(keys, act.subject.kind).compactMap { key in
            let from = words.value(act.before[key], of: key, act.subject.kind, t)
            let to = words.value(act.after[key], of: key, act.subject.kind, t)
            if from == nil, to == nil { return nil }
            return Change(key: key, label: words.label(key, act.subject.kind, t), from: from, to: to)
        }
    }

    func evidence(of act: RecordedAct) -> String? {
        if case .text(let text)? = act.after["evidence"], !text.isEmpty { text } else { nil }
    }

    private func told(_ change: Change, isNew: Bool, _ t: Language) -> Html {
        if isNew { return "\(change.label) <ins>\(change.to ?? "")</ins>" }
        return changed(t, field: change.label, from: change.from, to: change.to)
    }

    /// The act as a line of a list: who, what, when and where, its request, its seal.
    func line(_ act: RecordedAct, _ t: Language, inRecord: Bool = true) -> HistoryLine {
        let seal: Html =
            act.leafIndex.map { pill(t("已封存 #\($0)", "sealed #\($0)"), .jade) }
            ?? pill(t("待封存", "to be sealed"), .amber)
        let request: Html = " · \(t("请求", "request")) \(code(act.requestID)) \(seal)"
        return HistoryLine(
            who: ActorWords.name(act)(t), sentence(act, t),
            when: "\(time(t, act.at)) · \(places.name(act.place, t))\(inRecord ? request : "")",
            evidence: evidence(of: act), link: inRecord ? "/record/\(act.id)" : nil)
    }
}

/// What a subject is called.
enum SubjectTitle: Sendable {
    case named(Phrase, Link?)
    case place(PlaceCode)
    case post(Role, PlaceCode)
}

/// Looks up what acts were done to, each thing once, as far as the reader may see it.
struct SubjectFinder {
    private let visit: Visit
    private let tx: Tx
    private(set) var titles: [Subject: SubjectTitle] = [:]
    private(set) var places: [PlaceCode] = []
    /// Names by the id as text.
    private(set) var people: [String: String] = [:]

    init(_ visit: Visit, _ tx: Tx) {
        self.visit = visit
        self.tx = tx
    }

    mutating func find(_ subject: Subject) throws {
        guard let title = try title(of: subject) else { return }
        titles[subject] = title
        switch title {
        case .place(let code), .post(_, let code): places.append(code)
        case .named: break
        }
    }

    /// The people and places that an act's fields name.
    mutating func findNamed(in fields: RecordFields) throws {
        for key in ["holder", "deputy"] {
            if case .text(let id)? = fields[key], people[id] == nil, let found = ID<PersonTag>(id) {
                people[id] = try person(found)?.name
            }
        }
        for key in ["place", "into", "to"] {
            if case .text(let text)? = fields[key], let code = PlaceCode(text) { places.append(code) }
        }
        for key in ["neighbourhoods", "within"] {
            guard case .list(let values)? = fields[key] else { continue }
            for case .text(let text) in values { places += PlaceCode(text).map { [$0] } ?? [] }
        }
    }

    private func title(of subject: Subject) throws -> SubjectTitle? {
        switch subject.kind {
        case "estate":
            try ID<Estate>(subject.id).flatMap { try estate($0) }.map { .named(plain($0.name), "/estates/\($0.id)") }
        case "building": try ID<Building>(subject.id).flatMap { try building($0) }
        case "project": try ID<Project>(subject.id).flatMap { try project($0) }
        case "person":
            try ID<PersonTag>(subject.id).flatMap { try person($0) }.map {
                .named(ActorWords.person($0.name), "/people/\($0.id)")
            }
        case "post":
            try ID<PostTag>(subject.id).flatMap { try PostQueries.post($0, tx: tx) }.map { .post($0.role, $0.place) }
        case "role": Role(rawValue: subject.id).map { .named($0.name, "/people/rights/\($0.rawValue)") }
        case "rights": .named(Phrase(zh: "权限表", en: "table of rights"), "/people/rights")
        case "place", "city": PlaceCode(subject.id).map { .place($0) }
        case "import": try ID<ImportBatch>(subject.id).flatMap { try batch($0) }
        case "list": ExportedList.Kind(rawValue: subject.id).map { .named($0.name, nil) }
        case "form": .named(plain(subject.id), nil)
        case "stage": .named(try stageName(subject.id), "/stages")
        default: nil
        }
    }

    private func stageName(_ code: String) throws -> Phrase {
        try visit.hall.register.stageList(in: tx).first { $0.code == code }?.name ?? plain(code)
    }

    private func plain(_ text: String) -> Phrase { Phrase(zh: text, en: text) }

    private func estate(_ id: ID<Estate>) throws -> Estate? {
        let estate = try visit.hall.register.estate(id, in: tx)
        return estate.flatMap { visit.actor.may(.readEstates, at: $0.place) ? $0 : nil }
    }

    private func building(_ id: ID<Building>) throws -> SubjectTitle? {
        guard let building = try visit.hall.register.building(id, in: tx), let estate = try estate(building.estate)
        else {
            return nil
        }
        return .named(plain("\(estate.name) \(building.name)"), "/estates/\(estate.id)")
    }

    private func project(_ id: ID<Project>) throws -> SubjectTitle? {
        guard let project = try visit.hall.register.project(id, in: tx),
            visit.actor.may(.readEstates, at: project.place)
        else { return nil }
        return .named(plain(project.name), "/projects/\(id)")
    }

    private func person(_ id: ID<PersonTag>) throws -> Person? {
        let person = try PersonQueries.person(id, vault: visit.hall.vault, tx: tx)
        return person.flatMap { visit.actor.may(.readPeople, at: $0.place) || id == visit.actor.person ? $0 : nil }
    }

    private func batch(_ id: ID<ImportBatch>) throws -> SubjectTitle? {
        do {
            return .named(plain(try visit.hall.register.batch(id, for: visit.actor, in: tx).fileName), "/imports/\(id)")
        } catch is Refusal {
            return nil
        }
    }
}
