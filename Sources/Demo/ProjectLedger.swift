import Decide
import Kernel
import Ledger

/// The entries of one project, from its plan to its settlement, as far as its days have come. Keeps what stands where,
/// so that only what is meant to breaks a rule.
struct ProjectLedger {
    private let project: FundedProject
    private let asOf: Day
    private let trouble: Trouble
    private var dice: Dice
    private var last = Day(number: 0)

    private(set) var entries: [EntryDraft] = []
    private(set) var contract: Contract?
    private(set) var clearances: [Clearance] = []
    private(set) var variation: (amount: Int64, clearance: ID<Clearance>)?
    private(set) var appraisal: Appraisal?
    private(set) var fund: RepairFund?
    /// Fen planned by source.
    private(set) var planned: [(source: DemoSource, fen: Int64)] = []
    var isDisputed: Bool { trouble == .disputed && contract != nil }

    /// Cash by the position in `planned`.
    private var cash: [Int64] = []
    private var certifiedDue: Int64 = 0
    private var wagesDue: Int64 = 0
    private var advanced: Int64 = 0
    private var certified: Int64 = 0
    private var discharged: Int64 = 0
    private var retained: Int64 = 0
    private var payments = 0

    init(_ project: FundedProject, asOf: Day, seed: UInt64) {
        (self.project, self.asOf) = (project, asOf)
        let ordinal = project.number.utf8.reduce(0) { $0 &* 31 &+ Int($1) }
        dice = Dice(seed: seed, subject: 100_000 + ordinal % 1_000_000)
        trouble = Trouble.draw(&dice)
        // 539 to 790 yuan a square metre, to the thousand yuan.
        let rate = Int64(dice.whole(53_900...79_000))
        let cost = max(1, project.area * rate / 100 / 100_000) * 100_000
        fundIt(cost)
        build(cost)
    }

    // MARK: entries

    private func day(_ stage: String, _ days: Int = 0) -> Day? { project.reached[stage]?.adding(days: days) }

    /// Appends an entry on a day not before the last one's; nothing that is yet to come.
    @discardableResult
    private mutating func add(
        _ name: String, on day: Day?, _ moves: [MoveDraft], authority: (String, String),
        clearance: ID<Clearance>? = nil,
        manner: EntryDraft.Manner = .ordinary, evidence: Bool = false, memo: String = ""
    ) -> Bool {
        guard let day, !moves.isEmpty else { return false }
        let on = max(day, last)
        guard on <= asOf else { return false }
        last = on
        entries.append(
            EntryDraft(
                key: "demo:\(project.number):\(name)", day: on, .post(moves), manner: manner,
                authority: .init(kind: authority.0, reference: authority.1), clearance: clearance,
                evidence: evidence ? [digest()] : [], memo: memo))
        return true
    }

    /// Of a document that there is not.
    private mutating func digest() -> String {
        (0..<4).map { _ in
            let hex = String(dice.seed(), radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
    }

    private mutating func clear(
        _ kind: Clearance.Kind, _ subject: String, _ issuer: String, _ amount: Int64?, from: Day
    )
        -> ID<Clearance>
    {
        let id = dice.id(Clearance.self, at: from.startInChina)
        clearances.append(
            Clearance(
                id: id, kind: kind, subject: subject, digest: digest(), issuer: issuer, amount: amount, from: from))
        return id
    }

    private func slice(_ source: DemoSource, party: String = "") -> Slice {
        var slice = whole
        (slice.source, slice.party, slice.year) = (source.code(project.year), party, project.year)
        return slice
    }

    /// What is posted of the project but for any source or contract.
    private var whole: Slice { Slice(project: project.number, area: project.renewalArea) }

    // MARK: funding

    private mutating func fundIt(_ cost: Int64) {
        var rest = cost
        for source in DemoSource.all {
            let spread = source.kind == .residentsCash ? Int64(dice.whole(10...100)) : Int64(dice.whole(85...115))
            let fen = cost / 1_000 * source.part * spread / 100
            planned.append((source, min(rest, fen)))
            rest -= min(rest, fen)
        }
        // The district bears what the others do not.
        if let index = planned.firstIndex(where: { $0.source.kind == .district }) { planned[index].fen += rest }
        planned.removeAll { $0.fen == 0 }
        cash = [Int64](repeating: 0, count: planned.count)
        let document = ("document", planned[0].source.source(project.year, amount: 0).document)
        add(
            "plan", on: day("programmed"), planned.map { MoveDraft(.plan, $0.fen, slice($0.source)) },
            authority: document)
        let promised = planned.filter { !$0.source.party.isEmpty }
        add(
            "pledge", on: day("schemeVoted"), promised.flatMap { parts($0.source, $0.fen, .pledge) },
            authority: ("vote", "业主表决与出资协议"))
    }

    /// What a source promises, by party: residents by building, in some projects by household.
    private func parts(_ source: DemoSource, _ fen: Int64, _ move: Move) -> [MoveDraft] {
        guard source.kind == .residentsCash else { return [MoveDraft(move, fen, slice(source, party: source.party))] }
        let isByHousehold = project.area % 40 == 0
        let count = min(max(isByHousehold ? project.households : project.buildings, 1), isByHousehold ? 120 : 6)
        let (part, rest) = fen.quotientAndRemainder(dividingBy: Int64(count))
        return (0..<count).compactMap { index in
            let own = part + (Int64(index) < rest ? 1 : 0)
            let party = isByHousehold ? "住户-\(index + 1)" : "居民-\(index + 1)栋"
            return own > 0 ? MoveDraft(move, own, slice(source, party: party)) : nil
        }
    }

    private mutating func callIn() {
        let quotas = planned.filter { $0.source.party.isEmpty }
        let allotted = add(
            "allot", on: day("approval"), quotas.map { MoveDraft(.allot, $0.fen, slice($0.source)) },
            authority: ("document", "指标文件"))
        guard allotted else { return }
        var moves = quotas.map { MoveDraft(.draw, $0.fen, slice($0.source)) }
        for (source, fen) in planned where !source.party.isEmpty && (trouble != .neverCalled || source.isUtility) {
            moves += parts(source, fen, .call)
        }
        add("call", on: day("tender"), moves, authority: ("document", "请款文件"))
    }

    /// Receives a part of every source, in thousandths; residents who do not pay are left out.
    private mutating func receive(_ name: String, on day: Day?, _ part: Int64) {
        var (moves, arrived) = ([MoveDraft](), [(Int, Int64)]())
        for (index, (source, fen)) in planned.enumerated() {
            let isPromise = !source.party.isEmpty
            if isPromise, !source.isUtility, trouble == .neverCalled || trouble == .calledUnpaid { continue }
            if isPromise {
                // Promises are paid at once, with the first instalment.
                if name == "receive1" {
                    moves += parts(source, fen, .receive)
                    arrived.append((index, fen))
                }
                continue
            }
            let share = fen / 1_000 * part
            guard share > 0 else { continue }
            moves.append(MoveDraft(.receive, share, slice(source)))
            arrived.append((index, share))
        }
        guard add(name, on: day, moves, authority: ("treasury", "到账通知"), evidence: true) else { return }
        for (index, fen) in arrived { cash[index] += fen }
    }

    // MARK: works

    private mutating func build(_ cost: Int64) {
        guard let approved = day("approval"), approved <= asOf else { return }
        let estimate = clear(.estimate, project.number, "发展和改革部门", cost, from: approved)
        add(
            "approve", on: approved, [MoveDraft(.approve, cost, whole)],
            authority: ("approval", "概算批复"), clearance: estimate)
        callIn()
        guard let works = day("works"), works <= asOf, sign(cost, works) else { return }
        let end = day("accepted") ?? works.adding(days: dice.whole(150...260))
        let length = max(30, end.number - works.number)
        func at(_ percent: Int) -> Day { works.adding(days: length * percent / 100) }
        let late = trouble == .slowMoney
        receive("receive1", on: at(5), 500)
        payAdvance(on: at(8))
        certify(1, 280, on: at(30))
        if !late { receive("receive2", on: at(45), 300) }
        certify(2, 340, on: at(60))
        let stopsEarly: [Trouble] = [.littleCertified, .idleMoney, .paidBeyond, .slowMoney]
        guard !stopsEarly.contains(trouble) else { return }
        receive("receive3", on: at(80), 190)
        certify(3, 340, on: at(95))
        closeBooks()
    }

    private mutating func sign(_ cost: Int64, _ works: Day) -> Bool {
        let code = "HT-\(project.number)"
        let price = cost / 1_000 * Int64(dice.whole(800...885))
        contract = Contract(
            code: code, title: "改造工程施工", project: project.number, party: "施工单位-\(dice.whole(1...60))", price: price,
            retention: 300, retentionUntil: (day("accepted") ?? works.adding(days: 240)).adding(days: 365), wages: 2_000
        )
        let award = clear(.award, code, "招标人", nil, from: works.adding(days: -10))
        var manner = EntryDraft.Manner.ordinary
        // Signed before the money was there, on an officer's word.
        if trouble == .early { manner = .override("为赶年度开工任务先行签约") }
        let day = trouble == .early ? max(last, works.adding(days: -3)) : works
        guard
            add(
                "commit", on: day, [MoveDraft(.commit, price, work)],
                authority: ("contract", "施工合同 \(code)"), clearance: award, manner: manner)
        else { return false }
        guard trouble == .overEstimate else { return true }
        let more = cost - price + cost / 1_000 * Int64(dice.whole(20...60))
        variation = (more, clear(.variation, code, "建设单位", more, from: works))
        add(
            "commit2", on: works.adding(days: 40), [MoveDraft(.commit, more, work)],
            authority: ("variation", "变更签证"), clearance: award, manner: .override("现场变更未及时报批概算调整"))
        return true
    }

    private var work: Slice {
        var slice = whole
        slice.contract = contract?.code ?? ""
        return slice
    }

    private mutating func payAdvance(on day: Day) {
        guard let contract, dice.chance(0.6) || trouble == .advanceStands else { return }
        let amount = contract.price / 1_000 * 100
        let id = clear(.advance, contract.code, "建设单位", amount, from: day.adding(days: -5))
        let before = cash
        guard let moves = draw(amount, .advance) else { return }
        guard add("advance", on: day, moves, authority: ("contract", "预付款条款"), clearance: id) else {
            cash = before
            return
        }
        advanced += amount
    }

    /// Thousandths of the price, as far as the cash that is there covers what becomes due.
    private mutating func certify(_ number: Int, _ part: Int64, on day: Day) {
        guard let contract, day <= asOf else { return }
        let there = cash.reduce(0, +) - certifiedDue - wagesDue
        let left = contract.price - certified - advanced
        let wanted = min(contract.price / 1_000 * part, left)
        // 97 % of a certificate is due at once.
        let amount = min(wanted, there / 100 * 100)
        guard amount > 0 else { return }
        let id = clear(.certificate, contract.code, "监理与造价咨询", amount + advanced, from: day)
        guard
            add(
                "certify\(number)", on: day, [MoveDraft(.certify, amount, work)],
                authority: ("certificate", "第 \(number) 期计量"), clearance: id, evidence: true)
        else { return }
        let kept = Self.part(amount, contract.retention)
        let wages = min(Self.part(amount, contract.wages), amount - kept)
        certified += amount
        retained += kept
        certifiedDue += amount - kept - wages
        wagesDue += wages
        if number == 2, advanced > 0, trouble != .advanceStands {
            let back = advanced
            if add(
                "recover", on: day, [MoveDraft(.recover, back, work)], authority: ("certificate", "预付款扣回"),
                clearance: id)
            {
                discharged += back
                advanced = 0
                certified += back
            }
        }
        if !(trouble == .idleMoney && number == 2) { pay(number, after: day) }
    }

    private mutating func pay(_ number: Int, after day: Day) {
        let on = day.adding(days: dice.whole(8...25))
        guard on <= asOf else { return }
        let (before, due, wages) = (cash, certifiedDue, wagesDue)
        let lateWages = trouble == .disputed && number == 2
        guard let forWages = lateWages ? [] : draw(wages, .payWages, fromOne: true), let forWork = draw(due, .pay),
            add(
                "pay\(number)", on: on, forWages + forWork, authority: ("contract", "第 \(number) 期进度款"), evidence: true)
        else {
            cash = before
            return
        }
        discharged += due + (lateWages ? 0 : wages)
        certifiedDue = 0
        if !lateWages { wagesDue = 0 }
        guard trouble == .paidBeyond, number == 2, let extra = draw((contract?.price ?? 0) / 1_000 * 60, .pay) else {
            return
        }
        // The treasury paid more than was certified: a fact.
        add("beyond", on: on.adding(days: 6), extra, authority: ("treasury", "国库支付凭证"), manner: .fact, evidence: true)
    }

    /// Draws cash from the sources in proportion to what they have, each for a kind of work that it may pay.
    /// - Parameter fromOne: from the fullest alone where that suffices.
    private mutating func draw(_ amount: Int64, _ move: Move, fromOne: Bool = false) -> [MoveDraft]? {
        guard amount > 0 else { return [] }
        var usable = cash.indices.filter { cash[$0] > 0 && item(for: planned[$0].source) != nil }
        if fromOne, let fullest = usable.max(by: { cash[$0] < cash[$1] }), cash[fullest] >= amount {
            usable = [fullest]
        }
        let there = usable.map { cash[$0] }
        guard there.reduce(0, +) >= amount,
            let parts = try? LargestRemainder.split(
                amount, by: there, keys: usable.map { planned[$0].source.kind.rawValue })
        else { return nil }
        payments += 1
        return zip(usable, parts).compactMap { index, part in
            guard part > 0 else { return nil }
            cash[index] -= part
            var slice = slice(planned[index].source)
            slice.item = item(for: planned[index].source) ?? ""
            slice.contract = contract?.code ?? ""
            return MoveDraft(move, part, slice)
        }
    }

    /// Another one for each payment, so that all kinds of work are paid in turn.
    private func item(for source: DemoSource) -> String? {
        let classes = source.uses.isEmpty ? ["completion", "upgrade", "basic"] : source.uses
        let items = classes.flatMap { project.items[$0] ?? [] }
        return items.isEmpty ? nil : items[(payments + source.priority) % items.count]
    }

    // MARK: the end

    private mutating func closeBooks() {
        guard let contract, let settled = day("settled"), trouble != .slowSettlement,
            certifiedDue == 0, wagesDue == 0, advanced == 0, discharged > 0
        else { return }
        let id = clear(.settlement, contract.code, "财政评审中心", discharged, from: settled)
        add(
            "settle", on: settled,
            [MoveDraft(.decommit, contract.price - certified, work), MoveDraft(.settle, discharged, work)].filter {
                $0.amount > 0
            }, authority: ("approval", "结算审定"), clearance: id, evidence: true)
        giveBack(on: settled.adding(days: dice.whole(20...90)))
        let released = contract.retentionUntil.adding(days: dice.whole(5...60))
        guard released <= asOf, retained > 0 else { return }
        let before = cash
        guard let moves = draw(retained, .pay),
            add("release", on: released, [MoveDraft(.release, retained, work)], authority: ("contract", "质保期满"))
        else {
            cash = before
            return
        }
        add("payRetained", on: released.adding(days: 10), moves, authority: ("contract", "返还质保金"), evidence: true)
    }

    /// What is left but for what is still retained, in proportion to what each source has there.
    private mutating func giveBack(on day: Day) {
        let left = cash.reduce(0, +) - retained
        let keys = planned[..<cash.count].map(\.source.kind.rawValue)
        guard left > 0, let parts = try? LargestRemainder.split(left, by: cash, keys: Array(keys)) else { return }
        let moves = zip(planned, parts).flatMap { funded, part in
            funded.source.party.isEmpty
                ? [MoveDraft(.giveBack, part, slice(funded.source))] : self.parts(funded.source, part, .giveBack)
        }
        guard add("return", on: day, moves.filter { $0.amount > 0 }, authority: ("approval", "结余资金退回")) else { return }
        for (index, part) in parts.enumerated() { cash[index] -= part }
    }

    private static func part(_ amount: Int64, _ share: Int) -> Int64 {
        amount / 10_000 * Int64(share) + amount % 10_000 * Int64(share) / 10_000
    }

    /// Some owners give the use of common space, some draw on their building's repair fund.
    mutating func addOwners() {
        guard let voted = day("schemeVoted"), voted <= asOf else { return }
        if dice.chance(0.05) { giveSpace(voted) }
        if dice.chance(0.12), day("tender").map({ $0 <= asOf }) == true { drawFund(voted) }
    }

    private mutating func giveSpace(_ voted: Day) {
        let party = "业主大会"
        let use = Int64(dice.whole(40...220)) * 100 * 10
        let value = use / 100 * Int64(dice.whole(9_000...16_000)) / 10
        appraisal = Appraisal(
            project: project.number, party: party, use: use, value: value, appraiser: "房地产评估机构（演示）", from: voted,
            until: voted.adding(days: 3_650), rate: "按周边停车与用房租金", document: "评估报告（演示）")
        var slice = slice(DemoSource.useOfSpace, party: party)
        slice.party = party
        for move in [Move.plan, .pledge, .call, .receive] {
            add(
                "space-\(move.code)", on: voted, [MoveDraft(move, use, slice, measure: .use)],
                authority: ("vote", "业主大会决定"))
        }
    }

    private mutating func drawFund(_ voted: Day) {
        let building = "\(project.number)-1栋"
        let balance = Int64(dice.whole(60_000...400_000)) * 100
        let amount = balance / 100 * Int64(dice.whole(20...80))
        fund = RepairFund(
            building: building, place: project.place, balance: balance, day: voted, document: "维修资金管理机构对账单（演示）")
        let id = clear(.repairFund, building, "业主大会", amount, from: voted)
        let slice = slice(DemoSource.repairFund, party: building)
        planned.append((DemoSource.repairFund, amount))
        for move in [Move.plan, .pledge, .call, .receive] {
            add(
                "fund-\(move.code)", on: move == .receive ? day("tender", 20) : voted, [MoveDraft(move, amount, slice)],
                authority: ("vote", "维修资金使用表决"), clearance: move == .call ? id : nil)
        }
    }
}
