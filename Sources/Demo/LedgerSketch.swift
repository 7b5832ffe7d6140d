import Decide
import Kernel
import Ledger
import Registry
import Store

/// A project of the register as far as its money depends on it.
struct FundedProject {
    let number: String
    let place: PlaceCode
    let year: Int
    /// The renewal area (更新片区) that it belongs to; empty where it stands alone.
    var renewalArea = ""
    /// Of its buildings, hundredths of a square metre.
    let area: Int64
    let households: Int
    let buildings: Int
    /// Stage to its first day.
    let reached: [String: Day]
    /// Items of the works menu, by class.
    let items: [String: [String]]

    /// All that stood in a programme, in the order of their numbers.
    static func read(_ menu: WorksMenu, _ tx: Tx) throws -> [FundedProject] {
        var reached: [String: [String: Day]] = [:]
        try tx.each(
            """
            SELECT p.number, t.stage, t.day FROM project_stage t JOIN project p ON p.id = t.project
            ORDER BY p.number, t.position DESC
            """
        ) { reached[try $0[0], default: [:]][try $0[1]] = try $0[2] }
        var items: [String: [String: [String]]] = [:]
        try tx.each(
            """
            SELECT DISTINCT p.number, m.item FROM project_measure m JOIN project p ON p.id = m.project
            ORDER BY p.number, m.item
            """
        ) { row in
            let (number, code): (String, String) = (try row[0], try row[1])
            if let item = menu.item(code) { items[number, default: [:]][item.class, default: []].append(code) }
        }
        let projects = try tx.map(
            """
            SELECT p.number, p.place, p.planned_year, CAST(sum(b.floor_area) AS BIGINT),
                CAST(sum(b.households) AS BIGINT), count(*)
            FROM project p JOIN project_building k ON k.project = p.id JOIN building b ON b.id = k.building
            WHERE p.planned_year IS NOT NULL AND p.stage <> 'leftOut' AND b.floor_area > 0
            GROUP BY p.number, p.place, p.planned_year ORDER BY p.number
            """
        ) { row in
            let number: String = try row[0]
            return FundedProject(
                number: number, place: try row[1], year: try row[2], area: try row[3], households: try row[4] ?? 0,
                buildings: try row[5], reached: reached[number] ?? [:], items: items[number] ?? [:])
        }
        let names = try tx.map("SELECT code, name FROM place WHERE level = 9") {
            (try $0[0] as PlaceCode, try $0[1] as String)
        }
        return inAreas(projects, Dictionary(names, uniquingKeysWith: { first, _ in first }))
    }

    /// Neighbouring estates are to be renovated together (国办发〔2020〕23号: 相邻小区联动改造): what a subdistrict has in
    /// the programmes since then is one area, where it is three projects or more. The register knows no areas.
    private static func inAreas(_ projects: [FundedProject], _ names: [PlaceCode: String]) -> [FundedProject] {
        func subdistrict(_ project: FundedProject) -> PlaceCode? {
            project.year > 2020 ? project.place.ancestor(.subdistrict) : nil
        }
        let counts = projects.compactMap(subdistrict).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        return projects.map { project in
            guard let code = subdistrict(project), counts[code] ?? 0 >= 3, let name = names[code] else {
                return project
            }
            var own = project
            own.renewalArea = (name.hasSuffix("街道") ? name.dropLast(2) : name[...]) + "片区"
            return own
        }
    }
}

/// What goes wrong in some projects, as audits of such programmes found.
enum Trouble: CaseIterable {
    case none, slowMoney, neverCalled, calledUnpaid, paidBeyond, slowSettlement, littleCertified, idleMoney
    case early, overEstimate, advanceStands, disputed

    static func draw(_ dice: inout Dice) -> Trouble {
        dice.pick([
            .none: 60, .slowMoney: 7, .neverCalled: 7, .calledUnpaid: 5, .paidBeyond: 2, .slowSettlement: 6,
            .littleCertified: 3, .idleMoney: 5, .early: 1.5, .overEstimate: 1.5, .advanceStands: 1.5, .disputed: 1,
        ])
    }
}

/// The kinds of sources of the demo and what each gives to a project, in thousandths of its cost.
struct DemoSource {
    let kind: FundSource.Kind
    let zh: String
    let en: String
    let document: String
    let part: Int64
    var uses: [String] = []
    /// Who promises it; empty for a quota that is allotted.
    var party = ""
    var priority = 100

    static let all = [
        DemoSource(
            kind: .central, zh: "中央补助", en: "central grant", document: "财建", part: 300, uses: ["basic"], priority: 10),
        DemoSource(
            kind: .provincial, zh: "省级补助", en: "provincial grant", document: "湘财建", part: 100,
            uses: ["basic", "completion"], priority: 20),
        DemoSource(kind: .city, zh: "市级资金", en: "city funds", document: "长财", part: 200, priority: 30),
        DemoSource(kind: .district, zh: "区县资金", en: "district funds", document: "区财", part: 190, priority: 40),
        DemoSource(
            kind: .ownerUnit, zh: "原产权单位出资", en: "owner units", document: "出资协议", part: 50, party: "产权单位",
            priority: 50),
        DemoSource(
            kind: .utility, zh: "管线单位出资", en: "utilities", document: "共建协议", part: 60,
            uses: ["basic"], party: "管线单位", priority: 15),
        DemoSource(
            kind: .residentsCash, zh: "居民出资", en: "residents", document: "出资公约", part: 50, party: "居民", priority: 60),
    ]

    static let useOfSpace = DemoSource(
        kind: .cededUse, zh: "让渡公共空间使用权", en: "ceded use of space", document: "业主大会决定", part: 0)
    static let repairFund = DemoSource(
        kind: .repairFund, zh: "维修资金", en: "repair fund", document: "维修资金使用决定", part: 0, priority: 70)

    var isUtility: Bool { kind == .utility }

    func code(_ year: Int) -> String { "\(kind.rawValue)-\(year)" }

    func source(_ year: Int, amount: Int64) -> FundSource {
        FundSource(
            code: code(year), name: Phrase(zh: "\(year) 年\(zh)", en: "\(en) \(year)"), kind: kind,
            document: "\(document)〔\(year)〕\(kind.rawValue.utf8.count) 号（演示）", amount: amount, uses: uses,
            years: year...(year + 3), priority: priority)
    }
}
