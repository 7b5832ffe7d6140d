public import Identity
public import Kernel
import Store

extension Register {
    /// Reads a spreadsheet of estates and says what it would change, changing nothing.
    public func previewEstates(
        path: String, fileName: String, _ options: ImportOptions, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        try EstateImport(self, path: path, fileName: fileName, options, applies: false, in: deed).run(refused)
    }

    /// Imports a spreadsheet of estates in the deed's one transaction.
    /// - Throws: `ImportHindered` when rows are refused or doubtful and the good ones alone were not asked for.
    public func importEstates(
        path: String, fileName: String, _ options: ImportOptions, refused: (any RefusedRows)? = nil, in deed: Deed
    ) throws -> ImportReport {
        try EstateImport(self, path: path, fileName: fileName, options, applies: true, in: deed).run(refused)
    }
}

/// Nothing was imported: some rows are refused or doubtful.
public struct ImportHindered: Error, Sendable {
    public let report: ImportReport

    public init(report: ImportReport) {
        self.report = report
    }

    public var refusal: Refusal {
        Refusal(
            "import.hindered",
            zh: "有 \(report.count(.refused)) 行被拒绝、\(report.count(.doubtful)) 行待确认，因此没有导入任何行；请更正后重试，或选择“只导入合格行”。",
            en: """
                \(report.count(.refused)) rows are refused and \(report.count(.doubtful)) are doubtful, so nothing was \
                imported. Correct them, or choose to take the good rows only.
                """)
    }
}

/// One pass over the file: each row is read, placed, matched, checked, and, when the import applies, written in
/// batches. A file that may not be taken rolls the transaction back, so that memory stays bounded whatever the file's
/// size.
private final class EstateImport {
    private static let batch = 1000

    private let register: Register
    private let options: ImportOptions
    private let applies: Bool
    private let deed: Deed
    private var desk: EstateDesk
    private let file: ImportFile
    private let reader: RowReader
    private var finder: PlaceFinder
    private var matcher: EstateMatcher
    private var claims: RowClaims
    private var notices = FileNotices()
    private var report: ImportReport
    private var pending: [NewEstate] = []
    /// Provisional codes given out by a preview, by subdistrict.
    private var promised: [PlaceCode: Int] = [:]
    private var ids = IDSequence()

    init(
        _ register: Register, path: String, fileName: String, _ options: ImportOptions, applies: Bool, in deed: Deed
    ) throws {
        try deed.actor.require(.importEstates)
        self.register = register
        self.options = options
        self.applies = applies
        self.deed = deed
        desk = try EstateDesk(register, deed)
        file = try ImportFile(path: path, fileName: fileName, form: desk.form, options: options)
        reader = RowReader(form: desk.form, mapping: file.mapping, options: options, today: deed.today)
        finder = try PlaceFinder(fallback: options.place.flatMap { PlaceCode($0) }, in: deed.tx)
        matcher = try EstateMatcher(within: deed.actor.scope(.importEstates), in: deed.tx)
        claims = RowClaims(options.decisions)
        report = ImportReport(
            fileName: fileName, sheetNames: file.sheetNames, sheetName: file.sheetName, mapping: file.mapping)
    }

    func run(_ refused: (any RefusedRows)?) throws -> ImportReport {
        try refused?.header(file.titles)
        try file.eachRow { number, cells in
            let read = reader.read(number: number, cells)
            let row = try take(read)
            notices.judged(read, row)
            if row.outcome == .refused || row.outcome == .doubtful, let refused {
                try refused.row(number, cells, reason: row.reasons.joined)
            }
            report.add(row)
        }
        try flush()
        report.notices = notices.told(of: file, options, within: register.outlines, today: deed.today)
        guard report.rows > 0 else {
            throw Refusal(
                "import.empty", zh: "文件“\(report.fileName)”的工作表“\(report.sheetName)”没有数据行；请检查所选工作表。",
                en: "The sheet “\(report.sheetName)” of “\(report.fileName)” has no data rows; check the sheet chosen.")
        }
        guard applies else { return report }
        if report.hindrances > 0, !options.acceptGood { throw ImportHindered(report: report) }
        report.isApplied = true
        return report
    }

    /// Decides about one row and, when the import applies, sees to it that it is written.
    private func take(_ row: ReadRow) throws -> ImportReport.Row {
        guard row.refusals.isEmpty else { return refuse(row, row.refusals) }
        let place: PlaceFinder.Found
        do throws(Refusal) {
            place = try finder.find(row.words)
        } catch {
            return refuse(row, [error])
        }
        notices.note(row, at: place.known)
        guard deed.actor.may(.importEstates, at: place.known) else { return refuse(row, [Self.foreign(place.known)]) }
        let taken =
            switch try decide(row, at: place) {
            case .skip: result(row, .skipped)
            case .doubtful(let ids, let why): ask(row, ids, why, at: place.known)
            case .existing(let id): try change(id, row, at: place)
            case .new: try add(row, at: place)
            }
        notices.note(taken.outcome, of: row)
        return taken
    }

    private func result(_ row: ReadRow, _ outcome: ImportReport.Outcome) -> ImportReport.Row {
        ImportReport.Row(number: row.number, name: row.name, outcome: outcome)
    }

    private func refuse(_ row: ReadRow, _ reasons: [Refusal]) -> ImportReport.Row {
        var refused = result(row, .refused)
        refused.reasons = reasons
        return refused
    }

    private func ask(_ row: ReadRow, _ ids: [ID<Estate>], _ why: Phrase, at place: PlaceCode) -> ImportReport.Row {
        claims.leave(row, ids, at: place)
        var doubtful = result(row, .doubtful)
        doubtful.reasons = [Refusal("import.doubtful", zh: why.zh, en: why.en)]
        doubtful.candidates = ids.prefix(5).compactMap { matcher.known[$0] }.map {
            .init(id: $0.id.description, number: $0.number, name: $0.name, place: $0.place)
        }
        return doubtful
    }

    private enum Verdict {
        case skip, new
        case existing(ID<Estate>)
        case doubtful([ID<Estate>], Phrase)
    }

    private func decide(_ row: ReadRow, at place: PlaceFinder.Found) throws -> Verdict {
        switch options.decisions[row.number] {
        case .skip: return .skip
        case .new:
            // The estate that an earlier import of this row made agrees with it in everything.
            let subdistrict = place.known.ancestor(.subdistrict) ?? place.known
            return try agreeing(row, matcher.named(row, in: subdistrict), at: place).map { .existing($0) } ?? .new
        case .same(let id):
            if let id = ID<Estate>(id), matcher.known[id] != nil { return unclaimed(id, by: row) }
        case nil: break
        }
        switch matcher.match(row, at: place.known, isNewNeighbourhood: place.fresh != nil) {
        case .none: return .new
        case .estate(let id): return unclaimed(id, by: row)
        case .doubtful(let ids, let why):
            // With one that agrees in everything there is nothing to ask.
            return try agreeing(row, ids, at: place).map { .existing($0) } ?? .doubtful(ids, why)
        }
    }

    private func unclaimed(_ id: ID<Estate>, by row: ReadRow) -> Verdict {
        guard let earlier = claims.row(of: id, besides: row) else { return .existing(id) }
        return .doubtful([id], RowClaims.same(as: earlier))
    }

    /// The first of these estates, those of the row's very place before others, that no other row claims and that the
    /// row would leave as it is.
    private func agreeing(_ row: ReadRow, _ ids: [ID<Estate>], at place: PlaceFinder.Found) throws -> ID<Estate>? {
        guard place.fresh == nil else { return nil }
        let exact = ids.filter { matcher.known[$0]?.place == place.known }
        return try (exact + ids).prefix(Self.agreeingLimit).first { id in
            guard claims.row(of: id, besides: row) == nil, let estate = try register.estate(id, in: deed.tx) else {
                return false
            }
            let old = EstateState(estate)
            return old.applying(change(of: estate, row, at: place)) == old
        }
    }

    /// Estates of one name in one subdistrict that are looked at for agreement.
    private static let agreeingLimit = 20

    private func add(_ row: ReadRow, at place: PlaceFinder.Found) throws -> ImportReport.Row {
        if let earlier = claims.undecided(row, nil, at: place.known) {
            return ask(row, [], RowClaims.undecided(earlier), at: place.known)
        }
        var state = EstateState(place: place.known)
        state.name = row.name
        state.address = row.address ?? ""
        state.officialCode = row.officialCode.isEmpty ? nil : row.officialCode
        state.aliases = row.aliases.filter { $0 != row.name }
        state.location = row.location
        state.facts = FactSheet(row.facts)
        let refusals = desk.rules.refusals(of: state, areRead: true) + takenCode(row, nil, at: place.known)
        guard refusals.isEmpty else { return refuse(row, refusals) }
        guard row.estateNumber.isEmpty else { return refuse(row, [Self.unknownNumber(row.estateNumber)]) }
        do {
            state.place = try settle(place)
        } catch let refusal as Refusal {
            return refuse(row, [refusal])
        }
        let id: ID<Estate> = ids.next(at: deed.now)
        matcher.add(Self.known(id, number: "", state), aliases: state.aliases)
        claims.take(id, by: row)
        if applies {
            pending.append(NewEstate(id: id, state: state))
            if pending.count >= Self.batch { try flush() }
        }
        return result(row, .new)
    }

    private func change(_ id: ID<Estate>, _ row: ReadRow, at place: PlaceFinder.Found) throws -> ImportReport.Row {
        guard let estate = try register.estate(id, in: deed.tx) else { return refuse(row, [Register.noEstate]) }
        guard deed.actor.may(.importEstates, at: estate.place) else { return refuse(row, [Self.foreign(estate.place)]) }
        var change = change(of: estate, row, at: place)
        let old = EstateState(estate)
        var new = old.applying(change)
        guard new != old || place.fresh != nil else {
            claims.take(id, by: row)
            return result(row, .unchanged)
        }
        if let earlier = claims.undecided(row, id, at: place.known) {
            return ask(row, [id], RowClaims.undecided(earlier), at: place.known)
        }
        let changed = Set(new.difference(from: old).after.members.map(\.key))
        let refusals = desk.rules.refusals(of: new, changed: changed) + takenCode(row, id, at: place.known)
        guard refusals.isEmpty else { return refuse(row, refusals) }
        if place.fresh != nil {
            do {
                change.place = try settle(place)
            } catch let refusal as Refusal {
                return refuse(row, [refusal])
            }
            new = old.applying(change)
        }
        if applies { _ = try desk.correct(estate, change, evidence: options.source, act: "estate.import") }
        matcher.add(Self.known(id, number: estate.number, new), aliases: new.aliases)
        claims.take(id, by: row)
        let (before, after) = new.difference(from: old)
        var told = result(row, .changed)
        told.changes = zip(before.members, after.members).map { was, now in
            // A neighbourhood that is only about to be made is told by its name.
            let name = was.key == "place" ? place.fresh.map { JSON.string($0.name) } : nil
            return .init(field: was.key, before: was.value, after: name ?? now.value)
        }
        return told
    }

    /// What the row wants to be true of the estate.
    private func change(of estate: Estate, _ row: ReadRow, at place: PlaceFinder.Found) -> EstateChange {
        var change = EstateChange(
            address: row.address, location: row.location.map { .some($0) },
            facts: row.facts.news(to: estate.facts, areDated: row.statesDay))
        if !row.officialCode.isEmpty { change.officialCode = row.officialCode }
        let isByCode =
            row.estateNumber == estate.number || !row.officialCode.isEmpty && row.officialCode == estate.officialCode
        let known = Set(([estate.name] + estate.aliases).map(NameKey.fold))
        var aliases = Set(estate.aliases).union(row.aliases)
        if !row.name.isEmpty, !known.contains(NameKey.fold(row.name)) {
            if isByCode { change.name = row.name }
            aliases.insert(isByCode ? estate.name : row.name)
        }
        aliases.remove(change.name ?? estate.name)
        if aliases != Set(estate.aliases) { change.aliases = aliases.sorted() }
        if case .place(let stated) = place, row.words.areStated, !stated.contains(estate.place) {
            change.place = stated
        }
        return change
    }

    private static func known(_ id: ID<Estate>, number: String, _ state: EstateState) -> EstateMatcher.Known {
        EstateMatcher.Known(
            id: id, number: number, name: state.name, place: state.place, location: state.location,
            officialCode: state.officialCode)
    }

    /// An official code that another estate has; that estate then waits for this row to be mended.
    private func takenCode(_ row: ReadRow, _ id: ID<Estate>?, at place: PlaceCode) -> [Refusal] {
        guard !row.officialCode.isEmpty, matcher.isTaken(row.officialCode, by: id) else { return [] }
        claims.leave(row, [matcher.holder(of: row.officialCode)].compactMap { $0 }, at: place)
        return [
            Refusal(
                "import.code.taken", zh: "官方代码“\(row.officialCode)”已属于另一个小区；请核对。",
                en: "Another estate has the official code “\(row.officialCode)” already; check it.",
                field: "officialCode")
        ]
    }

    /// The place itself; a neighbourhood not known yet is made, or in a preview only promised.
    private func settle(_ place: PlaceFinder.Found) throws -> PlaceCode {
        guard case .fresh(let fresh, let subdistrict) = place else { return place.known }
        let code =
            try fresh.code
            ?? register.provisionalCode(under: subdistrict, promised: promised[subdistrict] ?? 0, in: deed.tx)
        if applies {
            try register.makeNeighbourhood(fresh.name, code: code, in: deed)
        } else if code.isProvisional {
            promised[subdistrict, default: 0] += 1
        }
        report.newNeighbourhoods.append(fresh.name)
        desk.table.quality.unconfirmed.insert(code)
        finder.add(code, named: fresh.name, isConfirmed: false)
        return code
    }

    private func flush() throws {
        guard !pending.isEmpty else { return }
        let first = try desk.takeNumbers(pending.count)
        _ = try desk.insert(pending, firstNumber: first, evidence: options.source, act: "estate.import")
        pending.removeAll(keepingCapacity: true)
    }

    /// Numbers are given by Yiju: one that nobody has is a slip, not a new estate.
    private static func unknownNumber(_ number: String) -> Refusal {
        Refusal(
            "import.number.unknown", zh: "没有编号“\(number)”的小区；新小区请将编号留空，由系统给出。",
            en: "There is no estate with the number “\(number)”; leave it empty for a new estate, Yiju gives it one.",
            field: "number")
    }

    private static func foreign(_ place: PlaceCode) -> Refusal {
        Refusal(
            .forbidden, "import.foreign", zh: "\(place) 不在您的管辖范围。", en: "\(place) is not in your area.",
            field: "subdistrict")
    }
}

extension [String: Fact] {
    /// The facts that say something new. A sheet does not tell "about 320" from "320" once it was exported: the same
    /// value given as exact is no news, unless a later survey gives it.
    /// - Parameter areDated: the day of the survey is stated, so that a later one confirms a value.
    func news(to known: FactSheet, areDated: Bool) -> [String: Fact] {
        filter { key, fact in
            guard let old = known[key], old.value == fact.value else { return true }
            return fact.isApproximate && !old.isApproximate || areDated && fact.isLater(than: old)
        }
    }
}

extension [Refusal] {
    /// All reasons in one sentence of each language.
    var joined: Phrase {
        Phrase(zh: map(\.message.zh).joined(separator: ";"), en: map(\.message.en).joined(separator: " "))
    }
}
