public import Kernel
import Store

/// From where one looks at the ledger: what counts up to a day, as it was known on a day.
public struct LedgerMoment: Sendable, Hashable {
    /// Entries that count up to and with this day; nil for all.
    public var asOf: Day?
    /// What was recorded by the end of this day; nil for everything recorded so far.
    public var known: Day?

    public init(asOf: Day? = nil, known: Day? = nil) {
        (self.asOf, self.known) = (asOf, known)
    }

    public static let now = LedgerMoment()

    /// Conditions on `posting p`.
    func counted(_ tx: Tx) throws -> SQL {
        try Ledger.counted(BalanceQuestion(asOf: asOf, known: known), tx)
    }
}

/// Which part of the ledger is asked about; empty or nil for everything within the reader's places.
public struct LedgerPart: Sendable, Hashable {
    public var place: PlaceCode?
    public var project = ""
    public var source = ""
    public var party = ""
    public var contract = ""
    /// Code of the works menu.
    public var item = ""
    /// Class of the works menu: of all its items.
    public var workClass = ""
    public var area = ""
    /// The budget's year.
    public var year: Int?
    /// Of the source, as it holds now.
    public var kind: FundSource.Kind?

    public init(
        place: PlaceCode? = nil, project: String = "", source: String = "", party: String = "", contract: String = "",
        item: String = "", area: String = "", year: Int? = nil, kind: FundSource.Kind? = nil
    ) {
        (self.place, self.project, self.source, self.party) = (place, project, source, party)
        (self.contract, self.item, self.area, self.year) = (contract, item, area, year)
        self.kind = kind
    }

    /// Conditions on `slice s`.
    /// - Parameter classes: item of the works menu to its class.
    func conditions(_ classes: [String: String]) -> SQL {
        var all: [SQL] = []
        if let place {
            all.append(
                "s.project IN (SELECT number FROM project WHERE \(Scope([place]), contains: "place"))")
        }
        if !project.isEmpty { all.append(Self.ofProject(project)) }
        if !source.isEmpty { all.append("s.source = \(source)") }
        if !party.isEmpty { all.append("s.party = \(party)") }
        if !contract.isEmpty { all.append("s.contract = \(contract)") }
        if !item.isEmpty { all.append("s.item = \(item)") }
        if !workClass.isEmpty {
            let items = classes.filter { $0.value == workClass }.map(\.key).sorted()
            all.append("s.item IN \(list: items)")
        }
        if !area.isEmpty { all.append("s.area = \(area)") }
        if let year { all.append("s.year = \(year)") }
        if let kind {
            all.append(
                """
                s.source IN (SELECT f.code FROM fund_source f WHERE f.kind = \(kind.rawValue)
                    AND f.version = (SELECT max(n.version) FROM fund_source n WHERE n.code = f.code))
                """)
        }
        return SQL.all(all)
    }

    static func ofProject(_ number: String) -> SQL {
        "s.project = \(number)"
    }
}
