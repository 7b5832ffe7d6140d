import Kernel

@testable import Ledger

/// The ledger as one would explain it: a list of lines, and each rule a sum over all of it. Slow, and nothing to get
/// wrong; what it says is what the real one must say.
struct NaiveLedger {
    struct Line: Hashable {
        let stage: LedgerStage
        let measure: LedgerMeasure
        let slice: Slice
        var amount: Int64
        var held: Int64
    }

    /// Stage by stage, written down once more.
    static let steps: [Move: String] = [
        .plan: "open planned", .unplan: "planned open", .pledge: "planned pledged", .withdraw: "pledged planned",
        .allot: "planned allotted", .rescind: "allotted planned", .call: "pledged called", .draw: "allotted called",
        .receive: "called received", .giveBack: "received returned", .pay: "received paid certified discharged",
        .payWages: "received paid wages discharged", .advance: "received paid committed advanced",
        .repay: "paid received discharged certified", .approve: "unapproved approved",
        .disapprove: "approved unapproved", .commit: "approved committed", .decommit: "committed approved",
        .certify: "committed certified committed wages committed retained",
        .recover: "advanced certified certified discharged", .release: "retained certified",
        .settle: "discharged settled",
    ]
    /// Which decision of others a move needs.
    private static let cleared: [Move: Clearance.Kind] = [
        .advance: .advance, .approve: .estimate, .disapprove: .estimate, .commit: .award, .certify: .certificate,
        .recover: .certificate, .settle: .settlement,
    ]
    private static let money: Set<LedgerStage> = [.allotted, .called, .received, .paid]
    private static let work: Set<LedgerStage> = [
        .committed, .advanced, .certified, .wages, .retained, .discharged, .settled,
    ]

    var sources: [String: FundSource]
    var contracts: [String: Contract]
    var projects: [String: PlaceCode]
    let classes: [String: String]
    var clearances: [Clearance]
    private(set) var lines: [Line] = []
    private var byKey: [String: [Line]] = [:]
    private var left: [String: (move: MoveDraft, rest: Int64)] = [:]
    private var gone: Set<String> = []
    /// By clearance, and what each entry used of its own.
    private var used: [ID<Clearance>: Int64] = [:]
    private var usedBy: [String: (clearance: ID<Clearance>, amount: Int64)] = [:]

    init(
        sources: [FundSource], contracts: [Contract], projects: [String: PlaceCode], classes: [String: String],
        clearances: [Clearance]
    ) {
        self.clearances = clearances
        self.sources = Dictionary(uniqueKeysWithValues: sources.map { ($0.code, $0) })
        self.contracts = Dictionary(uniqueKeysWithValues: contracts.map { ($0.code, $0) })
        (self.projects, self.classes) = (projects, classes)
    }

    func sum(_ stages: Set<LedgerStage>, of measure: LedgerMeasure = .fen, where isMeant: (Slice) -> Bool) -> Int64 {
        lines.filter { stages.contains($0.stage) && $0.measure == measure && isMeant($0.slice) }
            .reduce(0) { $0 + $1.amount }
    }

    /// What stands in the cell that a slice belongs to, less what is reserved.
    private func available(_ stage: LedgerStage, _ measure: LedgerMeasure, _ slice: Slice) -> Int64 {
        lines.filter { $0.stage == stage && $0.measure == measure && $0.slice.kept(stage.key) == slice.kept(stage.key) }
            .reduce(0) { $0 + $1.amount - $1.held }
    }

    /// Posts it, or answers the rules that it breaks and changes nothing.
    mutating func post(_ draft: EntryDraft) -> Set<String> {
        let before = lines
        var broken = clearance(of: draft)
        switch draft.work {
        case .post(let moves): for move in moves { broken.formUnion(run(move)) }
        case .reserve(let move, _):
            broken.formUnion(rules(move))
            for (from, _, amount) in pairs(move) {
                broken.formUnion(floor(from, move, amount))
                lines.append(Line(stage: from, measure: move.measure, slice: move.slice, amount: 0, held: amount))
            }
            if broken.isEmpty { left[draft.key] = (move, move.amount) }
        case .capture(let key, let amount):
            guard let hold = left[key] else { return ["hold.none"] }
            guard amount <= hold.rest else { return ["hold.exceeded"] }
            let move = MoveDraft(hold.move.move, amount, hold.move.slice, measure: hold.move.measure)
            free(move)
            broken = run(move)
            if broken.isEmpty { left[key]?.rest -= amount }
        case .release(let key, _):
            guard let hold = left[key] else { return ["hold.none"] }
            guard hold.rest > 0 else { return ["hold.empty"] }
            free(MoveDraft(hold.move.move, hold.rest, hold.move.slice, measure: hold.move.measure))
            if let use = usedBy[key] { used[use.clearance, default: 0] -= hold.rest }
            left[key]?.rest = 0
        case .reverse(let key): broken = reverse(key)
        }
        if case .ordinary = draft.manner, !broken.isEmpty {
            lines = before
            return broken
        }
        if case .post = draft.work { byKey[draft.key] = Array(lines[before.count...]) }
        if case .reverse(let key) = draft.work {
            gone.insert(key)
            if let use = usedBy[key] { used[use.clearance, default: 0] -= use.amount }
        }
        if let id = draft.clearance {
            let amount = draft.moves.filter { Self.cleared[$0.move] != nil }.reduce(0) { $0 + $1.amount }
            used[id, default: 0] += amount
            usedBy[draft.key] = (id, amount)
        }
        return []
    }

    private func clearance(of draft: EntryDraft) -> Set<String> {
        var broken: Set<String> = []
        for move in draft.moves {
            guard let kind = Self.cleared[move.move] else { continue }
            let subject = kind == .estimate ? move.slice.project : move.slice.contract
            let found = clearances.first { $0.id == draft.clearance && $0.kind == kind && $0.subject == subject }
            guard let found else {
                broken.insert("clearance.missing")
                continue
            }
            if used[found.id, default: 0] + move.amount > found.amount ?? .max { broken.insert("clearance.exceeded") }
        }
        return broken
    }

    private mutating func free(_ move: MoveDraft) {
        for (from, _, amount) in pairs(move) {
            lines.append(Line(stage: from, measure: move.measure, slice: move.slice, amount: 0, held: -amount))
        }
    }

    private mutating func reverse(_ key: String) -> Set<String> {
        guard let all = byKey[key] else { return ["entry.none"] }
        guard !gone.contains(key) else { return ["entry.reversed"] }
        var broken: Set<String> = []
        for line in all.reversed() {
            if line.amount > 0, line.stage != .open, line.stage != .unapproved,
                available(line.stage, line.measure, line.slice) < line.amount
            {
                broken.insert("cell.short")
            }
            if line.amount > 0, line.stage == .open {
                broken.formUnion(planned(MoveDraft(.plan, line.amount, line.slice, measure: line.measure)))
            }
            if line.amount > 0, line.stage == .approved, all.contains(where: { $0.stage == .committed }) {
                broken.formUnion(committed(MoveDraft(.commit, line.amount, line.slice)))
            }
            lines.append(
                Line(
                    stage: line.stage, measure: line.measure, slice: line.slice, amount: -line.amount, held: 0))
        }
        return broken
    }

    private mutating func run(_ move: MoveDraft) -> Set<String> {
        var broken = rules(move)
        for (from, to, amount) in pairs(move) {
            broken.formUnion(floor(from, move, amount))
            lines.append(Line(stage: from, measure: move.measure, slice: move.slice, amount: -amount, held: 0))
            lines.append(Line(stage: to, measure: move.measure, slice: move.slice, amount: amount, held: 0))
        }
        return broken
    }

    private func pairs(_ move: MoveDraft) -> [(LedgerStage, LedgerStage, Int64)] {
        let names = (Self.steps[move.move] ?? "").split(separator: " ").compactMap { LedgerStage(code: String($0)) }
        var amounts = Array(repeating: move.amount, count: names.count / 2)
        if move.move == .certify, let contract = contracts[move.slice.contract] {
            let kept = move.amount * Int64(contract.retention) / 10_000
            let wages = min(move.amount * Int64(contract.wages) / 10_000, move.amount - kept)
            amounts = [move.amount - kept - wages, wages, kept]
        }
        return amounts.indices.map { (names[2 * $0], names[2 * $0 + 1], amounts[$0]) }.filter { $0.2 > 0 }
    }

    private func floor(_ stage: LedgerStage, _ move: MoveDraft, _ amount: Int64) -> Set<String> {
        guard stage != .open, stage != .unapproved, available(stage, move.measure, move.slice) < amount else {
            return []
        }
        switch stage {
        case .approved: return ["estimate.exceeded"]
        case .committed: return ["contract.exceeded"]
        case .certified, .wages: return ["certified.exceeded"]
        case .received: return ["cash.short"]
        default: return ["cell.short"]
        }
    }

    private func rules(_ move: MoveDraft) -> Set<String> {
        let slice = move.slice
        var broken: Set<String> = []
        let pays = [.pay, .payWages, .advance].contains(move.move)
        if let source = sources[slice.source] {
            if !source.years.contains(slice.year) { broken.insert("source.year") }
            if pays || move.move == .plan {
                let place = projects[slice.project] ?? .country
                if !source.places.isEmpty, !source.places.contains(where: { $0.contains(place) }) {
                    broken.insert("source.place")
                }
                let isFree = source.uses.isEmpty || move.move == .plan && slice.item.isEmpty
                if !isFree, !source.uses.contains(slice.item), !source.uses.contains(classes[slice.item] ?? "-") {
                    broken.insert("source.use")
                }
            }
            if pays {
                let estimate = -sum([.unapproved]) { $0.project == slice.project }
                let paid = sum([.paid]) { $0.project == slice.project && $0.source == slice.source }
                if paid + move.amount > estimate * Int64(source.share) / 10_000, source.share < 10_000 {
                    broken.insert("source.share")
                }
            }
        } else if !slice.source.isEmpty {
            broken.insert("source.unknown")
        }
        if move.move == .plan { broken.formUnion(planned(move)) }
        if move.move == .commit { broken.formUnion(committed(move)) }
        if move.move == .certify {
            let due = pairs(move).filter { $0.1 != .retained }.reduce(0) { $0 + $1.2 }
            let owed = sum([.certified, .wages]) { $0.project == slice.project }
            if owed + due > sum([.received], where: { $0.project == slice.project }) {
                broken.insert("contractor.prefinances")
            }
        }
        guard !slice.contract.isEmpty else { return broken }
        guard let contract = contracts[slice.contract], contract.project == slice.project else {
            return broken.union(["contract.unknown"])
        }
        if contract.isDisputed, [.pay, .advance, .release].contains(move.move) { broken.insert("contract.disputed") }
        return broken
    }

    private func planned(_ move: MoveDraft) -> Set<String> {
        guard move.measure == .fen, let source = sources[move.slice.source] else { return [] }
        let planned = -sum([.open]) { $0.source == source.code }
        return planned + move.amount > source.amount ? ["source.amount"] : []
    }

    private func committed(_ move: MoveDraft) -> Set<String> {
        let project = move.slice.project
        var broken: Set<String> = []
        guard let contract = contracts[move.slice.contract], contract.project == project else { return broken }
        if sum(Self.work, where: { $0.contract == contract.code }) + move.amount > contract.ceiling {
            broken.insert("contract.price")
        }
        if sum(Self.work, where: { $0.project == project }) + move.amount
            > sum(Self.money, where: { $0.project == project })
        {
            broken.insert("funds.missing")
        }
        return broken
    }
}
