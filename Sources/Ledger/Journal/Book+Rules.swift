import Kernel

/// The rules that are no floors. Each speaks at its moves, before the move is made.
extension Book {
    /// - Parameter isReserved: a part of a reservation is posted, whose clearance was used up when it was made.
    func checkRules(
        _ move: MoveDraft, _ index: Int, _ posting: inout Posting, _ lookups: some BookLookups,
        isReserved: Bool = false
    ) throws {
        let place = try place(move, &posting, lookups)
        let needs = move.move.row.needs
        if needs.contains(.source) { checkSource(move, index, place, &posting) }
        if needs.contains(.contract) { checkContract(move, index, &posting) }
        switch move.move {
        case .commit: checkCommitment(move, index, &posting)
        case .certify: checkPreFinancing(move, index, &posting)
        default: break
        }
        if !isReserved { try checkClearance(move, index, &posting, lookups) }
    }

    /// Where the move's project lies.
    /// - Throws: `Refusal` `move.project` where the register has no such project.
    @discardableResult
    func place(_ move: MoveDraft, _ posting: inout Posting, _ lookups: some BookLookups) throws -> PlaceCode {
        guard let place = try lookups.place(of: move.slice.project) else {
            throw Refusal(
                "move.project", zh: "登记库中没有项目“\(move.slice.project)”；请更正项目编号。",
                en: "The register has no project “\(move.slice.project)”; mend its number.", field: "project")
        }
        if posting.outcome.places.last != place { posting.outcome.places.append(place) }
        return place
    }

    // MARK: sources

    /// 专款专用: a source pays only its uses, places and years, and at most its share.
    private func checkSource(_ move: MoveDraft, _ index: Int, _ place: PlaceCode, _ posting: inout Posting) {
        let slice = move.slice
        func broken(_ rule: Rule, _ allowed: Int64, _ about: String) {
            posting.broken.append(Finding(rule, move: index, asked: move.amount, allowed: allowed, about: about))
        }
        guard let source = sources[slice.source] else { return broken(.sourceUnknown, 0, slice.source) }
        if !source.years.contains(slice.year) {
            broken(.sourceYear, 0, "\(source.code) \(source.years.lowerBound)-\(source.years.upperBound)")
        }
        guard move.move == .plan || move.move.paysOut else { return }
        if !source.places.isEmpty, !source.places.contains(where: { $0.contains(place) }) {
            broken(.sourcePlace, 0, "\(source.code) \(place)")
        }
        if !mayPay(source, for: slice.item, isPlan: move.move == .plan) {
            broken(.sourceUse, 0, "\(source.code) \(slice.item)")
        }
        if move.move == .plan { checkSourceAmount(move, index, &posting) }
        if move.move.paysOut, source.share < 10_000 {
            let most = Self.part(-balance(.unapproved, slice), source.share)
            let left = most - total(.paid, slice, by: [.source, .project])
            if move.amount > left { broken(.sourceShare, left, source.code) }
        }
    }

    /// What a source is planned for stays within its document.
    private func checkSourceAmount(_ move: MoveDraft, _ index: Int, _ posting: inout Posting) {
        guard move.measure == .fen, let source = sources[move.slice.source] else { return }
        let left = source.amount + balance(.open, move.slice)
        guard move.amount > left else { return }
        posting.broken.append(
            Finding(.sourceAmount, move: index, asked: move.amount, allowed: left, about: source.code))
    }

    /// A plan need not say for what; a payment from a source of certain uses must.
    private func mayPay(_ source: FundSource, for item: String, isPlan: Bool) -> Bool {
        if source.uses.isEmpty || item.isEmpty && isPlan { return true }
        return source.uses.contains(item) || classes[item].map { source.uses.contains($0) } ?? false
    }

    // MARK: contracts

    private func checkContract(_ move: MoveDraft, _ index: Int, _ posting: inout Posting) {
        func broken(_ rule: Rule, _ allowed: Int64, _ about: String) {
            posting.broken.append(Finding(rule, move: index, asked: move.amount, allowed: allowed, about: about))
        }
        let code = move.slice.contract
        guard let contract = contracts[code], contract.project == move.slice.project else {
            return broken(.contractUnknown, 0, code)
        }
        switch move.move {
        case .commit:
            let left = contract.ceiling - committed(move.slice)
            if move.amount > left { broken(.contractPrice, left, code) }
        case .pay, .advance, .release:
            // 保障农民工工资支付条例 35: a dispute holds payments, never their wages.
            if contract.isDisputed { broken(.dispute, 0, code) }
            if move.move == .release, posting.outcome.day < contract.retentionUntil {
                broken(.retention, 0, "\(code) \(contract.retentionUntil)")
            }
        default: break
        }
    }

    /// What a contract has been committed to in all, wherever on the chain it stands now.
    private func committed(_ slice: Slice) -> Int64 {
        let stages: [LedgerStage] = [.committed, .advanced, .certified, .wages, .retained, .discharged, .settled]
        return stages.reduce(0) { $0 + balance($1, slice) }
    }

    /// 政府投资条例 22: no start without funds. A pledge that nobody called is none.
    private func checkCommitment(_ move: MoveDraft, _ index: Int, _ posting: inout Posting) {
        let stages: [LedgerStage] = [.allotted, .called, .received, .paid]
        let secured = stages.reduce(0) { $0 + total($1, move.slice, by: [.project]) }
        let left = secured + balance(.unapproved, move.slice) + balance(.approved, move.slice)
        if move.amount > left {
            posting.broken.append(
                Finding(.funds, move: index, asked: move.amount, allowed: left, about: move.slice.project))
        }
    }

    /// 政府投资条例 22: the contractor does not pre-finance. What is certified and due is there as cash.
    private func checkPreFinancing(_ move: MoveDraft, _ index: Int, _ posting: inout Posting) {
        let due = legs(of: move).filter { $0.0.to != .retained }.reduce(0) { $0 + $1.1 }
        let owed = total(.certified, move.slice, by: [.project]) + total(.wages, move.slice, by: [.project])
        let left = total(.received, move.slice, by: [.project]) - owed
        if due > left {
            posting.broken.append(
                Finding(.preFinancing, move: index, asked: due, allowed: left, about: move.slice.project))
        }
    }

    // MARK: clearances

    /// A move's own clearance; a building's repair fund is called by its owners' vote alone (民法典 278).
    func clearanceKind(of move: MoveDraft) -> Clearance.Kind? {
        if let kind = move.move.row.clearance { return kind }
        return move.move == .call && move.measure == .fen && sources[move.slice.source]?.kind == .repairFund
            ? .repairFund : nil
    }

    private func checkClearance(
        _ move: MoveDraft, _ index: Int, _ posting: inout Posting, _ lookups: some BookLookups
    ) throws {
        guard let kind = clearanceKind(of: move) else { return }
        let subject =
            kind == .repairFund ? move.slice.party : kind.isOfProject ? move.slice.project : move.slice.contract
        let found = try posting.draft.clearance.flatMap { id in
            try posting.outcome.clearance ?? clearances[id] ?? lookups.clearance(id)
        }
        guard var clearance = found, clearance.kind == kind, clearance.subject == subject,
            clearance.holds(on: posting.outcome.day)
        else {
            posting.broken.append(
                Finding(.clearance, move: index, asked: move.amount, allowed: 0, about: "\(kind.rawValue) \(subject)"))
            return
        }
        if let most = clearance.amount, move.amount > most - clearance.used {
            posting.broken.append(
                Finding(
                    .clearanceAmount, move: index, asked: move.amount, allowed: most - clearance.used,
                    about: "\(kind.rawValue) \(subject)"))
        }
        clearance.used += move.amount
        posting.outcome.clearance = clearance
    }

    // MARK: reversals

    /// Taking back a reduction is as much as the move that it reduced.
    func checkUndoing(_ move: MoveDraft, _ posting: inout Posting) {
        let again = { (twin: Move) in MoveDraft(twin, move.amount, move.slice, measure: move.measure) }
        switch move.move {
        case .unplan: checkSourceAmount(again(.plan), 0, &posting)
        case .decommit:
            checkContract(again(.commit), 0, &posting)
            checkCommitment(again(.commit), 0, &posting)
        default: break
        }
    }
}

extension LedgerStage {
    /// The rule that is broken when a move draws more from the stage than it has.
    var shortfall: Rule {
        switch self {
        case .approved: .estimate
        case .committed: .contractWork
        case .certified, .wages: .certified
        case .received: .cash
        default: .cell
        }
    }
}
