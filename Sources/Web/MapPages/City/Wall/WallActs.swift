import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// What was done today to estates, their buildings and their projects, as far as the reader may see it, in the words of
/// their histories. The wall hangs where anybody looks: it names nobody and repeats nothing that people typed freely.
struct WallActs {
    /// Acts of one request that stand together: an import, a list of flags.
    private struct Group {
        let first: RecordedAct
        var count = 1
    }

    /// Made with the demo city, by nobody.
    private static let ignored = ["estate.generate", "project.generate"]

    private let groups: [Group]
    private let titles: [Subject: String]
    private let names: PlaceNames
    private let words: HistoryWords

    init(_ visit: Visit, in tx: Tx) throws {
        let register = visit.hall.register
        let acts = try RecordQueries.recent(
            ["estate", "building", "project"], since: visit.today.startInChina, without: Self.ignored,
            reader: visit.actor, limit: Limits.recordPage, vault: visit.hall.vault, tx: tx)
        var groups: [Group] = []
        for act in acts {
            if let last = groups.last, last.first.requestID == act.requestID, last.first.act == act.act {
                groups[groups.count - 1].count += 1
            } else {
                groups.append(Group(first: act))
            }
        }
        self.groups = groups
        titles = try register.titles(of: Set(groups.map(\.first.subject)), in: tx)
        names = PlaceNames(try register.placeNames(Set(groups.map { Self.street($0.first.place) }), in: tx))
        words = try HistoryWords(
            of: groups.map(\.first), buildings: try register.form(.building, in: tx), menu: visit.hall.menu,
            survey: try register.form(.estate, in: tx), register: register, in: tx)
    }

    /// The newest first.
    func lines(_ t: Language, limit: Int) -> [Wall.Act] {
        groups.prefix(limit).map { group in
            let act = group.first
            return Wall.Act(
                id: act.id.description, time: act.at.timeInChina, place: names.path(Self.street(act.place), t),
                subject: group.count > 1 ? "" : titles[act.subject] ?? "",
                group.count > 1 ? "\(Self.together(group.count, act)(t))" : words.told(act, limit: 2, t))
        }
    }

    private static func street(_ place: PlaceCode) -> PlaceCode { place.ancestor(.subdistrict) ?? place }

    /// "从表格导入或更新了 312 个小区" instead of 312 lines.
    private static func together(_ count: Int, _ act: RecordedAct) -> Phrase {
        // No more lines are read: there may be more acts.
        let number = grouped(count) + (count >= Limits.recordPage ? "+" : "")
        let things =
            switch act.subject.kind {
            case "building": Phrase(zh: "栋楼", en: "buildings")
            case "project": Phrase(zh: "个项目", en: "projects")
            default: Phrase(zh: "个小区", en: "estates")
            }
        let (zh, en) =
            switch act.act.split(separator: ".").last {
            case "import": ("从表格导入或更新了", "imported or updated from a spreadsheet:")
            case "register": ("登记了", "registered:")
            case "flag": ("按比对名单标记了", "flagged from a cross-check list:")
            case "unflag": ("撤回了比对名单标记：", "flags taken back with their list:")
            default: ("更新了", "updated:")
            }
        return Phrase(zh: "\(zh) \(number) \(things.zh)", en: "\(en) \(number) \(things.en)")
    }
}
