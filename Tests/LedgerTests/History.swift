import Kernel

@testable import Ledger

/// A small city's terms, and entries drawn at random over them: mostly sensible, often not.
struct History {
    static let day = Day(year: 2026, month: 6, day: 30) ?? Day(number: 0)
    static let digest = String(repeating: "a", count: 64)
    static let projects = ["P1": place("430111002"), "P2": place("430102001")]
    static let classes = ["roof": "basic", "greening": "completion", "canteen": "upgrade"]
    static let sources = [
        FundSource(
            code: "central", name: Phrase(zh: "中央", en: "central"), kind: .central, document: "1", amount: 5_000,
            uses: ["basic", "greening"], years: 2025...2026),
        FundSource(
            code: "district", name: Phrase(zh: "区级", en: "district"), kind: .district, document: "2", amount: 4_000,
            places: [place("430111")], years: 2026...2027, share: 5_000),
        FundSource(
            code: "residents", name: Phrase(zh: "居民", en: "residents"), kind: .residentsCash, document: "3",
            amount: 3_000, years: 2025...2027),
    ]
    static let contracts = [
        Contract(
            code: "C1", title: "土建", project: "P1", party: "builder", price: 3_000, retention: 300, retentionUntil: day,
            wages: 2_000),
        Contract(code: "C2", title: "绿化", project: "P1", party: "gardener", price: 1_000, retentionUntil: day),
        Contract(
            code: "C3", title: "屋面", project: "P2", party: "roofer", price: 2_000, retentionUntil: day,
            isDisputed: true),
    ]

    static func place(_ digits: String) -> PlaceCode { PlaceCode(digits) ?? .country }

    static var naive: NaiveLedger {
        NaiveLedger(
            sources: sources, contracts: contracts, projects: projects, classes: classes, clearances: clearances)
    }

    /// One of each kind for each project and contract; some with a limit that is soon reached.
    static let clearances: [Clearance] = {
        var ids = IDSequence()
        return Clearance.Kind.allCases.filter { $0 != .repairFund }.flatMap { kind in
            (kind.isOfProject ? ["P1", "P2"] : ["C1", "C2", "C3"]).map { subject in
                Clearance(
                    id: ids.next(at: Instant(milliseconds: 0)), kind: kind, subject: subject, digest: digest,
                    issuer: "test", amount: kind == .certificate && subject == "C1" ? 900 : nil, from: day)
            }
        }
    }()

    var random: SeededRandom
    private var number = 0
    private var keys: [String] = []
    private var holds: [String] = []

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    private mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func next() -> EntryDraft {
        number += 1
        let key = "e\(number)"
        let work: EntryDraft.Work
        switch draw(0...19) {
        case 0 where !holds.isEmpty: work = .release(hold: holds[draw(0...holds.count - 1)], expired: false)
        case 1...2 where !holds.isEmpty:
            work = .capture(hold: holds[draw(0...holds.count - 1)], amount: Int64(draw(1...200)))
        case 3 where !keys.isEmpty: work = .reverse(keys[draw(0...keys.count - 1)])
        case 4...5:
            work = .reserve(move([.allot, .receive, .pay, .draw, .giveBack, .decommit]), until: Self.day)
            holds.append(key)
        case 6:
            let first = move([.pay])
            var second = move([.pay])
            second.slice.contract = first.slice.contract
            work = first.slice == second.slice ? .post([first]) : .post([first, second])
            keys.append(key)
        default:
            work = .post([move(Move.allCases)])
            keys.append(key)
        }
        var draft = EntryDraft(key: key, day: Self.day, work, authority: .init(kind: "test", reference: key))
        if let move = draft.moves.first, let kind = move.move.row.clearance, draw(0...9) > 0 {
            let subject = kind.isOfProject ? move.slice.project : move.slice.contract
            draft.clearance = Self.clearances.first { $0.kind == kind && $0.subject == subject }?.id
        }
        return draft
    }

    private mutating func move(_ moves: [Move]) -> MoveDraft {
        let favoured: [Move] = [.plan, .allot, .draw, .receive, .approve, .commit, .certify, .pay]
        let move = moves.count > 8 && draw(0...2) > 0 ? favoured[draw(0...7)] : moves[draw(0...moves.count - 1)]
        let project = draw(0...3) > 0 ? "P1" : "P2"
        var slice = Slice(project: project)
        if move.row.needs.contains(.source) {
            slice.source = ["central", "district", "residents"][draw(0...2)]
            slice.year = draw(0...9) > 0 ? 2026 : draw(2024...2027)
        }
        if move.row.needs.contains(.party) || draw(0...9) == 0 { slice.party = "h\(draw(1...2))" }
        if move.row.needs.contains(.contract) { slice.contract = project == "P1" ? "C\(draw(1...2))" : "C3" }
        if move.paysOut || draw(0...5) == 0 { slice.item = ["roof", "greening", "canteen"][min(2, draw(0...4) / 2)] }
        let isUse = move.row.takesUse && draw(0...9) == 0
        let scale = [.plan, .approve].contains(move) ? 1_500 : draw(0...1) == 0 ? 600 : 60
        return MoveDraft(move, Int64(draw(1...scale)), slice, measure: isUse ? .use : .fen)
    }
}
