import Frame
import Identity
import Kernel
import Registry
import Store

/// What programs change of projects: what the form for people corrects.
enum ProjectWrites {
    static func correct(_ visit: Visit, _ body: JSON) async throws -> Frame.Answer {
        let id: ID<Project> = try visit.id()
        let (register, menu) = (visit.hall.register, visit.hall.menu)
        let (document, tag) = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
            let page = try ProjectPage(visit, in: deed.tx)
            try visit.requireSeen(page.tag)
            let estates = try register.estates(of: id, in: deed.tx).map(\.id)
            let draft = ProjectDraft(
                name: page.project.name, estates: estates,
                buildings: try register.buildings(of: id, in: deed.tx).map(\.id),
                measures: page.measures.map { MeasureDraft($0) }, plannedYear: page.project.plannedYear,
                stage: page.project.stage)
            let wish = try draft.changed(by: body, menu)
            _ = try register.correctProject(id, wish, seen: page.project.version, in: deed)
            let now = try ProjectPage(visit, in: deed.tx)
            return (now.document, now.tag)
        }
        return visit.answer(document, tag: tag)
    }

    static var shape: Shape {
        .object([
            .init("name", .text(limit: 100, pattern: "\\S"), isRequired: false),
            .init("plannedYear", .optional(.whole(2000...2100)), isRequired: false),
            .init("estates", .list(.id, limit: Register.projectEstatesLimit), isRequired: false),
            .init(
                "buildings", .list(.id, limit: Register.projectBuildingsLimit),
                Phrase(zh: "须属于项目的小区", en: "of the project's estates"), isRequired: false),
            .init("measures", .list(measure, limit: Register.projectMeasuresLimit), isRequired: false),
        ])
    }

    private static var measure: Shape {
        .object([
            .init("item", .text(), Phrase(zh: "改造菜单的代码", en: "code of the works menu")),
            .init(
                "target", .code(Measure.Target.allCases.map(\.rawValue)),
                Phrase(zh: "由菜单决定，不写也可", en: "follows from the menu; may be left out"), isRequired: false),
            .init("building", .optional(.id), isRequired: false), .init("estate", .optional(.id), isRequired: false),
            .init("note", .text(limit: 200), isRequired: false),
        ])
    }
}

extension ProjectDraft {
    /// The project as it stands, changed by what a body names.
    fileprivate func changed(by body: JSON, _ menu: WorksMenu) throws -> ProjectDraft {
        var (draft, reader) = (self, try BodyReader(body))
        if let name = reader.text("name") { draft.name = name }
        if let year = reader.whole("plannedYear") { draft.plannedYear = year }
        if let estates: [ID<Estate>] = reader.ids("estates") { draft.estates = estates }
        if let buildings: [ID<Building>] = reader.ids("buildings") { draft.buildings = buildings }
        if let list = reader.take("measures") {
            let known = menu.items.map { ($0.code, [$0.target]) } + measures.map { ($0.item, [$0.target]) }
            let alone = draft.estates.count == 1 ? draft.estates[0] : nil
            draft.measures = Self.measures(list, Dictionary(known, uniquingKeysWith: +), alone: alone, &reader)
        }
        try reader.finish()
        return draft
    }

    /// - Parameters:
    ///   - targets: of the menu's items and the project's own, where they may be done, the usual first.
    ///   - alone: the project's only estate.
    private static func measures(
        _ list: JSON, _ targets: [String: [Measure.Target]], alone: ID<Estate>?, _ reader: inout BodyReader
    ) -> [MeasureDraft] {
        guard case .array(let elements) = list else {
            reader.refuse("measures", wanted: Phrase(zh: "措施的列表", en: "a list of measures"))
            return []
        }
        return elements.prefix(Register.projectMeasuresLimit + 1).enumerated().compactMap { index, element in
            let key = "measures[\(index)]"
            do {
                return try MeasureDraft(element, targets, alone: alone)
            } catch {
                for refusal in (error as? Refusals)?.all ?? (error as? Refusal).map({ [$0] }) ?? [] {
                    let field = refusal.field.map { "\(key).\($0)" } ?? key
                    reader.refuse(
                        Refusal(
                            refusal.kind, refusal.code, zh: refusal.message.zh, en: refusal.message.en, field: field))
                }
                return nil
            }
        }
    }
}

extension MeasureDraft {
    fileprivate init(_ body: JSON, _ targets: [String: [Measure.Target]], alone: ID<Estate>?) throws {
        var reader = try BodyReader(body)
        let item = reader.text("item") ?? ""
        let (building, estate): (ID<Building>?, ID<Estate>?) = (reader.id("building"), reader.id("estate"))
        let (note, wanted) = (reader.text("note") ?? "", reader.text("target"))
        let usual = targets[item] ?? []
        if usual.isEmpty {
            let known = targets.keys.sorted()
            reader.refuse(
                Refusal(
                    "measure.item", zh: "改造菜单里没有“\(item.prefix(40))”；可用：\(known.joined(separator: "、"))。",
                    en: """
                        The works menu has no item “\(item.prefix(40))”; these are known: \(known.joined(separator: ", ")).
                        """, field: "item"))
        } else if let wanted, !usual.map(\.rawValue).contains(wanted) {
            reader.refuse(
                Refusal(
                    "measure.target", zh: "“\(item)”在哪里施工由改造菜单决定；target 不写即可。",
                    en: "Where “\(item)” is done follows from the works menu; leave target out.", field: "target"))
        }
        try reader.finish()
        self.init(
            item: item, target: usual.first { $0.rawValue == wanted } ?? usual.first ?? .grounds, building: building,
            estate: estate ?? (building == nil ? alone : nil), note: note)
    }
}
