import Kernel

/// What a book asks of the world while it posts.
protocol BookLookups {
    /// Where the project with this number lies; nil for none.
    func place(of project: String) throws -> PlaceCode?
    func clearance(_ id: ID<Clearance>) throws -> Clearance?
    /// The open or past reservation that the entry with this key made.
    func hold(_ key: String) throws -> Hold?
    /// The entry with this key, to be reversed.
    func original(_ key: String) throws -> Original?
}

/// What a reservation holds.
struct Hold: Sendable, Hashable {
    /// Of the entry that reserved it.
    var number: Int64
    let move: MoveDraft
    let clearance: ID<Clearance>?
    let until: Day
    /// Of the move's amount, what is neither posted nor released.
    var left: Int64
}

/// A posted entry as a reversal needs it.
struct Original: Sendable {
    let number: Int64
    let postings: [BookPosting]
    let clearance: ID<Clearance>?
    let isReversed: Bool
    /// A reservation or its release moves nothing: it is released, not reversed.
    let movesNothing: Bool
}

/// One posting as the book numbers things: odd ones debit their cell, even ones credit theirs.
struct BookPosting: Sendable, Hashable {
    let move: Move
    /// Position of the cell in `Book.cells`; its number is one more.
    let cell: Int32
    let slice: Int32
    /// Signed: what the cell's balance gains.
    let amount: Int64
    /// What is held on the cell in addition.
    let held: Int64

    var reversed: BookPosting { BookPosting(move: move, cell: cell, slice: slice, amount: -amount, held: 0) }
}

/// What an entry did.
struct Outcome: Sendable {
    var postings: [BookPosting] = []
    var findings: [Finding] = []
    /// The day on which it counts: a fact of a closed period counts in the open one.
    var day: Day
    var hold: Hold?
    var clearance: Clearance?
    /// Where the projects of its moves lie.
    var places: [PlaceCode] = []
}

/// The ledger's arithmetic: all cells, and how an entry changes them. No SQL: what posts is what verifies.
// Used by one transaction at a time, which takes it out of the ledger's lock.
final class Book: @unchecked Sendable {
    struct Cell: Equatable {
        let stage: LedgerStage
        let measure: LedgerMeasure
        let isTotal: Bool
        let slice: Int32
        var debit: Int64 = 0
        var credit: Int64 = 0
        var held: Int64 = 0

        var balance: Int64 { credit - debit }
        var available: Int64 { credit - debit - held }
    }

    private struct Change {
        let cell: Int32
        let debit: Int64
        let credit: Int64
        let held: Int64
    }

    /// The cells that one posting touches: its own, then totals; -1 for none.
    struct Route {
        let cell: Int32
        let first: Int32
        let second: Int32
    }

    /// It holds what is not committed yet.
    var isAhead = false
    private(set) var slices: [Slice] = []
    private var sliceIndex: [Slice: Int32] = [:]
    private(set) var cells: [Cell] = []
    private var cellIndex: [UInt64: Int32] = [:]
    private var routes: [UInt64: Route] = [:]
    /// Cells changed since `settle`, each once.
    private(set) var touched: [Int32] = []
    private var isTouched: [Bool] = []
    private var undo: [Change] = []
    /// How many slices, cells and touched cells there were, and which routes came, since the entry in hand began.
    private var (sliceMark, cellMark, touchedMark) = (0, 0, 0)
    private var newRoutes: [UInt64] = []

    /// The works menu: item to class.
    let classes: [String: String]
    var sources: [String: FundSource] = [:]
    var contracts: [String: Contract] = [:]
    /// Read within one transaction.
    var clearances: [ID<Clearance>: Clearance] = [:]
    var holds: [String: Hold] = [:]
    /// The first open day.
    var openFrom = Day(number: 0)

    init(classes: [String: String]) {
        self.classes = classes
    }

    // MARK: cells

    /// Takes in what is stored, in the order of the numbers.
    func addSlice(_ slice: Slice) {
        sliceIndex[slice] = Int32(slices.count)
        slices.append(slice)
    }

    /// Takes in what is stored, in the order of the numbers.
    func addCell(_ cell: Cell) {
        cellIndex[Self.key(cell.slice, cell.stage, cell.measure, cell.isTotal)] = Int32(cells.count)
        cells.append(cell)
        isTouched.append(false)
    }

    /// Forgets which cells changed: they are stored.
    func settle() {
        for cell in touched { isTouched[Int(cell)] = false }
        touched.removeAll(keepingCapacity: true)
        begin()
    }

    /// What others posted: the same change on the cell and its totals.
    func takeIn(_ posting: BookPosting, isDebit: Bool) {
        let cell = cells[Int(posting.cell)]
        apply(
            route(posting.slice, cell.stage, cell.measure), debit: isDebit ? -posting.amount : 0,
            credit: isDebit ? 0 : posting.amount, held: posting.held)
    }

    private static func key(_ slice: Int32, _ stage: LedgerStage, _ measure: LedgerMeasure, _ isTotal: Bool) -> UInt64 {
        UInt64(UInt32(bitPattern: slice)) << 16 | UInt64(stage.rawValue) << 8 | (measure == .fen ? 0 : 2)
            | (isTotal ? 1 : 0)
    }

    func intern(_ slice: Slice) -> Int32 {
        if let index = sliceIndex[slice] { return index }
        addSlice(slice)
        return Int32(slices.count - 1)
    }

    private func cell(_ slice: Slice, _ stage: LedgerStage, _ measure: LedgerMeasure, isTotal: Bool) -> Int32 {
        let slice = intern(slice)
        if let index = cellIndex[Self.key(slice, stage, measure, isTotal)] { return index }
        addCell(Cell(stage: stage, measure: measure, isTotal: isTotal, slice: slice))
        return Int32(cells.count - 1)
    }

    func route(_ slice: Int32, _ stage: LedgerStage, _ measure: LedgerMeasure) -> Route {
        let key = Self.key(slice, stage, measure, false)
        if let route = routes[key] { return route }
        let whole = slices[Int(slice)]
        let totals = stage.totals.map { cell(whole.kept($0), stage, measure, isTotal: true) }
        let route = Route(
            cell: cell(whole.kept(stage.key), stage, measure, isTotal: false),
            first: totals.first ?? -1, second: totals.count > 1 ? totals[1] : -1)
        routes[key] = route
        newRoutes.append(key)
        return route
    }

    /// Nil where nothing was ever posted.
    private func existing(_ slice: Slice, _ stage: LedgerStage, _ measure: LedgerMeasure, isTotal: Bool) -> Cell? {
        guard let slice = sliceIndex[slice], let index = cellIndex[Self.key(slice, stage, measure, isTotal)] else {
            return nil
        }
        return cells[Int(index)]
    }

    /// Balance in fen of a stage's cell.
    func balance(_ stage: LedgerStage, _ slice: Slice) -> Int64 {
        existing(slice.kept(stage.key), stage, .fen, isTotal: false)?.balance ?? 0
    }

    /// Balance in fen of a stage's total by `dimensions`.
    func total(_ stage: LedgerStage, _ slice: Slice, by dimensions: Dimensions) -> Int64 {
        existing(slice.kept(dimensions), stage, .fen, isTotal: true)?.balance ?? 0
    }

    // MARK: changes

    private func apply(_ route: Route, debit: Int64, credit: Int64, held: Int64) {
        change(route.cell, debit, credit, held)
        if route.first >= 0 { change(route.first, debit, credit, held) }
        if route.second >= 0 { change(route.second, debit, credit, held) }
    }

    private func change(_ cell: Int32, _ debit: Int64, _ credit: Int64, _ held: Int64) {
        let index = Int(cell)
        cells[index].debit += debit
        cells[index].credit += credit
        cells[index].held += held
        undo.append(Change(cell: cell, debit: debit, credit: credit, held: held))
        if !isTouched[index] {
            isTouched[index] = true
            touched.append(cell)
        }
    }

    private func begin() {
        (sliceMark, cellMark, touchedMark) = (slices.count, cells.count, touched.count)
        undo.removeAll(keepingCapacity: true)
        newRoutes.removeAll(keepingCapacity: true)
    }

    /// As if the entry had never been tried: numbers that it gave are given again.
    private func rollBack() {
        for change in undo.reversed() {
            let index = Int(change.cell)
            cells[index].debit -= change.debit
            cells[index].credit -= change.credit
            cells[index].held -= change.held
        }
        for key in newRoutes { routes[key] = nil }
        for cell in cells[cellMark...] {
            cellIndex[Self.key(cell.slice, cell.stage, cell.measure, cell.isTotal)] = nil
        }
        for slice in slices[sliceMark...] { sliceIndex[slice] = nil }
        cells.removeSubrange(cellMark...)
        isTouched.removeSubrange(cellMark...)
        slices.removeSubrange(sliceMark...)
        for cell in touched[touchedMark...] where cell < cellMark { isTouched[Int(cell)] = false }
        touched.removeSubrange(touchedMark...)
        begin()
    }

    // MARK: posting

    /// Posts an entry, or refuses it and leaves the book as it was.
    /// - Parameter today: no entry counts later.
    func post(_ draft: EntryDraft, today: Day, _ lookups: some BookLookups) throws -> Outcome {
        try draft.checkShape()
        begin()
        var posting = Posting(draft: draft, outcome: Outcome(day: draft.day))
        do {
            try checkDay(&posting, today)
            switch draft.work {
            case .post(let moves):
                for (index, move) in moves.enumerated() { try run(move, index, &posting, lookups) }
            case .reserve(let move, let until): try reserve(move, until, &posting, lookups)
            case .capture(let key, let amount): try capture(key, amount, &posting, lookups)
            case .release(let key, let expired): try release(key, expired, today, &posting, lookups)
            case .reverse(let key): try reverse(key, &posting, lookups)
            }
            try judge(&posting)
        } catch {
            rollBack()
            throw error
        }
        if let hold = posting.outcome.hold, case .reserve = draft.work { holds[draft.key] = hold }
        if let hold = posting.outcome.hold, let key = posting.holdKey { holds[key] = hold }
        if let clearance = posting.outcome.clearance { clearances[clearance.id] = clearance }
        return posting.outcome
    }

    /// An entry while it is being posted.
    struct Posting {
        let draft: EntryDraft
        var outcome: Outcome
        var broken: [Finding] = []
        var holdKey: String?
    }

    /// Refuses what was broken, or keeps it as findings where it is posted all the same.
    private func judge(_ posting: inout Posting) throws {
        guard !posting.broken.isEmpty else { return }
        let refused: [Finding]
        switch posting.draft.manner {
        case .ordinary: refused = posting.broken
        case .fact: refused = []
        case .override: refused = posting.broken.filter { !$0.rule.canBeOverridden }
        }
        try Refusals.throwIfAny(refused.map(\.refusal))
        posting.outcome.findings = posting.broken
    }

    private func checkDay(_ posting: inout Posting, _ today: Day) throws {
        let day = posting.draft.day
        guard day <= today else {
            throw Refusal(
                "day.future", zh: "日期 \(day) 在今天（\(today)）之后。", en: "The day \(day) is after today, \(today).",
                field: "day")
        }
        guard day < openFrom else { return }
        guard case .fact = posting.draft.manner else {
            throw Refusal(
                Rule.period.rawValue,
                zh: "\(day) 所在期间已关闭，最早可记 \(openFrom)；请记入开放期间，更正时注明所更正的分录。",
                en: """
                    The period of \(day) is closed; the first open day is \(openFrom). Post into the open period; a \
                    correction names its entry.
                    """, field: "day")
        }
        posting.outcome.day = openFrom
        posting.broken.append(Finding(.period, move: 0, asked: 0, allowed: 0, about: "\(day)"))
    }

    private func run(
        _ move: MoveDraft, _ index: Int, _ posting: inout Posting, _ lookups: some BookLookups
    ) throws {
        try checkRules(move, index, &posting, lookups)
        for (leg, amount) in legs(of: move) {
            try step(leg, move, amount, held: 0, index, &posting)
        }
        if move.move.row.isSplit { joinShortfalls(of: move, index, &posting) }
    }

    /// The parts of one amount come short together: the whole was asked, and what there was before it is allowed.
    private func joinShortfalls(of move: MoveDraft, _ index: Int, _ posting: inout Posting) {
        let from = move.move.row.legs[0].from
        let isShortfall = { (finding: Finding) in finding.rule == from.shortfall && finding.move == index }
        guard let part = posting.broken.last(where: isShortfall) else { return }
        posting.broken.removeAll(where: isShortfall)
        let now = existing(move.slice.kept(from.key), from, move.measure, isTotal: false)?.available ?? 0
        posting.broken.append(
            Finding(part.rule, move: index, asked: move.amount, allowed: now + move.amount, about: part.about))
    }

    /// The legs that a move takes, each with its amount; the parts of a certificate by its contract's shares.
    func legs(of draft: MoveDraft) -> [(Move.Leg, Int64)] {
        let legs = draft.move.row.legs
        guard draft.move.row.isSplit else { return legs.map { ($0, draft.amount) } }
        let contract = contracts[draft.slice.contract]
        let kept = Self.part(draft.amount, contract?.retention ?? 0)
        let wages = min(Self.part(draft.amount, contract?.wages ?? 0), draft.amount - kept)
        return zip(legs, [draft.amount - kept - wages, wages, kept]).filter { $0.1 > 0 }.map { ($0.0, $0.1) }
    }

    /// Ten-thousandths of an amount, rounded down; exact for all amounts that an entry may have.
    static func part(_ amount: Int64, _ share: Int) -> Int64 {
        amount / 10_000 * Int64(share) + amount % 10_000 * Int64(share) / 10_000
    }

    /// One leg: two postings, where the cell drawn on has enough.
    private func step(
        _ leg: Move.Leg, _ move: MoveDraft, _ amount: Int64, held: Int64, _ index: Int, _ posting: inout Posting
    ) throws {
        let slice = intern(move.slice)
        let (from, to) = (route(slice, leg.from, move.measure), route(slice, leg.to, move.measure))
        let drawn = amount + held
        if drawn > 0 { checkFloor(cells[Int(from.cell)], leg, move, drawn, index, &posting) }
        apply(from, debit: amount, credit: 0, held: held)
        apply(to, debit: 0, credit: amount, held: 0)
        try refuseOverflow(from.cell, to.cell)
        posting.outcome.postings.append(
            BookPosting(move: move.move, cell: from.cell, slice: slice, amount: -amount, held: held))
        posting.outcome.postings.append(
            BookPosting(move: move.move, cell: to.cell, slice: slice, amount: amount, held: 0))
    }

    private func refuseOverflow(_ from: Int32, _ to: Int32) throws {
        guard max(cells[Int(from)].debit, cells[Int(to)].credit) <= LedgerLimits.turnover else {
            throw Refusal(
                .tooLarge, "amount.turnover", zh: "累计金额超过 \(LedgerLimits.turnover) 分的上限。",
                en: "The turnover would pass the limit of \(LedgerLimits.turnover) fen.", field: "amount")
        }
    }

    private func checkFloor(
        _ cell: Cell, _ leg: Move.Leg, _ move: MoveDraft, _ amount: Int64, _ index: Int, _ posting: inout Posting
    ) {
        // What a source has is checked against its document; what is not approved has no bounds.
        guard !leg.from.isOutside, cell.available < amount else { return }
        let about = [leg.from.code] + Dimensions.named.map { slices[Int(cell.slice)].text($0.dimension) }
        posting.broken.append(
            Finding(
                leg.from.shortfall, move: index, asked: amount, allowed: cell.available,
                about: about.filter { !$0.isEmpty }.joined(separator: ":")))
    }

    // MARK: two phases

    private func reserve(
        _ move: MoveDraft, _ until: Day, _ posting: inout Posting, _ lookups: some BookLookups
    ) throws {
        guard until >= posting.outcome.day else {
            throw Refusal(
                "reserve.day", zh: "预留期限 \(until) 早于分录日期。",
                en: "The reservation would end before it begins, on \(until).",
                field: "reserve.until")
        }
        try checkRules(move, 0, &posting, lookups)
        for (leg, amount) in legs(of: move) { try step(leg, move, 0, held: amount, 0, &posting) }
        posting.outcome.hold = Hold(
            number: 0, move: move, clearance: posting.draft.clearance, until: until, left: move.amount)
    }

    private func openHold(_ key: String, _ posting: inout Posting, _ lookups: some BookLookups) throws -> Hold {
        guard let hold = try holds[key] ?? lookups.hold(key) else {
            throw Refusal(
                .notFound, "hold.none", zh: "没有键为“\(key)”的预留。", en: "There is no reservation with the key “\(key)”.",
                field: "hold")
        }
        posting.holdKey = key
        return hold
    }

    private func capture(
        _ key: String, _ amount: Int64, _ posting: inout Posting, _ lookups: some BookLookups
    ) throws {
        var hold = try openHold(key, &posting, lookups)
        guard amount <= hold.left else {
            throw Refusal(
                "hold.exceeded",
                zh: "预留“\(key)”只剩 \(Money.yuan(hold.left))，本次 \(Money.yuan(amount))；请改为不超过剩余，或另行记账。",
                en: """
                    The reservation “\(key)” has \(Money.yuan(hold.left)) left, asked \(Money.yuan(amount)); post at most \
                    what is left.
                    """, field: "amount")
        }
        guard posting.outcome.day <= hold.until else { throw Self.expired(key, hold.until) }
        let move = MoveDraft(hold.move.move, amount, hold.move.slice, measure: hold.move.measure)
        try checkRules(move, 0, &posting, lookups, isReserved: true)
        for (leg, amount) in legs(of: move) { try step(leg, move, amount, held: -amount, 0, &posting) }
        hold.left -= amount
        posting.outcome.hold = hold
    }

    private static func expired(_ key: String, _ until: Day) -> Refusal {
        Refusal(
            "hold.expired", zh: "预留“\(key)”已于 \(until) 到期；请另行记账。",
            en: "The reservation “\(key)” ended on \(until); post anew.", field: "hold")
    }

    private func release(
        _ key: String, _ expired: Bool, _ today: Day, _ posting: inout Posting, _ lookups: some BookLookups
    ) throws {
        var hold = try openHold(key, &posting, lookups)
        guard hold.left > 0 else {
            throw Refusal(
                "hold.empty", zh: "预留“\(key)”已没有剩余。", en: "Nothing is left of the reservation “\(key)”.", field: "hold")
        }
        guard !expired || hold.until < today else {
            throw Refusal(
                "hold.running", zh: "预留“\(key)”至 \(hold.until) 有效，尚未到期。",
                en: "The reservation “\(key)” runs until \(hold.until).", field: "hold")
        }
        try place(hold.move, &posting, lookups)
        let rest = MoveDraft(hold.move.move, hold.left, hold.move.slice, measure: hold.move.measure)
        for (leg, amount) in legs(of: rest) { try step(leg, rest, 0, held: -amount, 0, &posting) }
        if var clearance = try clearance(of: hold, lookups) {
            clearance.used -= hold.left
            posting.outcome.clearance = clearance
        }
        hold.left = 0
        posting.outcome.hold = hold
    }

    private func clearance(of hold: Hold, _ lookups: some BookLookups) throws -> Clearance? {
        guard clearanceKind(of: hold.move) != nil, let id = hold.clearance else { return nil }
        return try clearances[id] ?? lookups.clearance(id)
    }

    // MARK: reversal

    private func reverse(_ key: String, _ posting: inout Posting, _ lookups: some BookLookups) throws {
        guard let original = try lookups.original(key) else {
            throw Refusal(
                .notFound, "entry.none", zh: "没有键为“\(key)”的分录。", en: "There is no entry with the key “\(key)”.",
                field: "reverses")
        }
        guard !original.isReversed, !original.movesNothing else {
            throw Refusal(
                .conflict, "entry.reversed", zh: "分录“\(key)”已被冲销，或是预留、释放、冲销本身，不能冲销。",
                en: "The entry “\(key)” was reversed already, or is a reservation, a release or a reversal itself.",
                field: "reverses")
        }
        var freed: Int64 = 0
        // Backwards, since a later leg may draw on what an earlier one brought.
        for index in stride(from: original.postings.count - 2, through: 0, by: -2) {
            let (from, to) = (original.postings[index], original.postings[index + 1])
            let (row, stage) = (from.move.row, cells[Int(from.cell)].stage)
            let draft = MoveDraft(from.move, to.amount, slices[Int(from.slice)], measure: cells[Int(from.cell)].measure)
            try place(draft, &posting, lookups)
            checkUndoing(draft, &posting)
            undoLeg(from, to, &posting)
            if clearanceKind(of: draft) != nil, row.isSplit || stage == row.legs[0].from { freed += to.amount }
        }
        if freed > 0, let id = original.clearance, var clearance = try clearances[id] ?? lookups.clearance(id) {
            clearance.used -= freed
            posting.outcome.clearance = clearance
        }
    }

    private func undoLeg(_ from: BookPosting, _ to: BookPosting, _ posting: inout Posting) {
        let (source, target) = (cells[Int(from.cell)], cells[Int(to.cell)])
        if !target.stage.isOutside, target.available < to.amount {
            posting.broken.append(
                Finding(
                    .cell, move: 0, asked: to.amount, allowed: target.available,
                    about: "\(target.stage.code):\(slices[Int(target.slice)].project)"))
        }
        apply(route(from.slice, source.stage, source.measure), debit: from.amount, credit: 0, held: 0)
        apply(route(to.slice, target.stage, target.measure), debit: 0, credit: -to.amount, held: 0)
        posting.outcome.postings.append(from.reversed)
        posting.outcome.postings.append(to.reversed)
    }
}
