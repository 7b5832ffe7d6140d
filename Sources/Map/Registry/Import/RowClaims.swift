import Kernel

/// Which rows of a file speak of which estates: no estate is written by two rows, and none while an earlier row that
/// may mean it is not decided. So the same file again finds every row where it left it, and changes nothing.
struct RowClaims {
    /// By the row that is this estate; rows that the officer named first.
    private var rows: [ID<Estate>: Int] = [:]
    /// By the first doubtful row that may be this estate.
    private var asked: [ID<Estate>: Int] = [:]
    /// By the first doubtful row of this code, or of this name in this subdistrict.
    private var askedNames: [String: Int] = [:]

    init(_ decisions: [Int: ImportOptions.Decision]) {
        for (number, decision) in decisions.sorted(by: { $0.key < $1.key }) {
            guard case .same(let text) = decision, let id = ID<Estate>(text), rows[id] == nil else { continue }
            rows[id] = number
        }
    }

    /// Another row that is this estate.
    func row(of id: ID<Estate>, besides row: ReadRow) -> Int? { rows[id].flatMap { $0 == row.number ? nil : $0 } }

    mutating func take(_ id: ID<Estate>, by row: ReadRow) { rows[id] = row.number }

    /// An earlier row, not decided, that may mean the same estate.
    func undecided(_ row: ReadRow, _ id: ID<Estate>?, at place: PlaceCode) -> Int? {
        if askedNames.isEmpty { return nil }
        return id.flatMap { asked[$0] } ?? keys(row, place).lazy.compactMap { askedNames[$0] }.first
    }

    /// The row stays undecided.
    mutating func leave(_ row: ReadRow, _ ids: [ID<Estate>], at place: PlaceCode) {
        for id in ids where asked[id] == nil { asked[id] = row.number }
        for key in keys(row, place) where askedNames[key] == nil { askedNames[key] = row.number }
    }

    private func keys(_ row: ReadRow, _ place: PlaceCode) -> [String] {
        let subdistrict = place.ancestor(.subdistrict) ?? place
        let names = ([row.name] + row.aliases).map { "\(subdistrict) \(NameKey.fold($0))" }
        return row.officialCode.isEmpty ? names : names + [row.officialCode]
    }

    static func same(as row: Int) -> Phrase {
        Phrase(zh: "与本表第 \(row) 行看起来是同一小区", en: "Looks like the estate of row \(row)")
    }

    static func undecided(_ row: Int) -> Phrase {
        Phrase(
            zh: "可能与本表第 \(row) 行是同一小区，请先确定那一行", en: "May be the estate of row \(row), which must be decided first")
    }
}
