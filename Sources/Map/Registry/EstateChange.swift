public import Kernel

/// What somebody wants to be true of an estate. Nil leaves a field as it is.
public struct EstateChange: Sendable {
    public var name: String?
    public var place: PlaceCode?
    public var address: String?
    /// An empty text removes the code.
    public var officialCode: String?
    public var aliases: [String]?
    /// `.some(nil)` removes the location.
    public var location: Coordinate??
    public var facts: [String: Fact]

    public init(
        name: String? = nil, place: PlaceCode? = nil, address: String? = nil, officialCode: String? = nil,
        aliases: [String]? = nil, location: Coordinate?? = nil, facts: [String: Fact] = [:]
    ) {
        self.name = name
        self.place = place
        self.address = address
        self.officialCode = officialCode
        self.aliases = aliases
        self.location = location
        self.facts = facts
    }
}

/// The state of an estate that changes are applied to: everything but what Yiju computes.
struct EstateState: Hashable {
    var name = ""
    var place: PlaceCode
    var address = ""
    var officialCode: String?
    var aliases: [String] = []
    var location: Coordinate?
    var facts = FactSheet()

    init(place: PlaceCode) {
        self.place = place
    }

    init(_ estate: Estate) {
        name = estate.name
        place = estate.place
        address = estate.address
        officialCode = estate.officialCode
        aliases = estate.aliases
        location = estate.location
        facts = estate.facts
    }

    /// This state with the change made.
    func applying(_ change: EstateChange) -> EstateState {
        var state = self
        if let name = change.name { state.name = name }
        if let place = change.place { state.place = place }
        if let address = change.address { state.address = address }
        if let code = change.officialCode { state.officialCode = code.isEmpty ? nil : code }
        if let aliases = change.aliases { state.aliases = aliases }
        if let location = change.location { state.location = location }
        state.facts.take(change.facts)
        return state
    }

    /// The fields in which two states differ, as JSON members for the record: facts by question key, and "surveyDate"
    /// when facts were confirmed on a later day.
    func difference(from old: EstateState?) -> (before: JSON, after: JSON) {
        var before: [JSON.Member] = []
        var after: [JSON.Member] = []
        func note(_ key: String, _ was: JSON, _ now: JSON) {
            guard was != now else { return }
            before.append(JSON.Member(key, was))
            after.append(JSON.Member(key, now))
        }
        note("name", old.map { .string($0.name) } ?? .null, .string(name))
        note("place", old.map { .string($0.place.digits) } ?? .null, .string(place.digits))
        note("address", .string(old?.address ?? ""), .string(address))
        note("officialCode", old?.officialCode.map(JSON.string) ?? .null, officialCode.map(JSON.string) ?? .null)
        note("aliases", .array((old?.aliases ?? []).map(JSON.string)), .array(aliases.map(JSON.string)))
        note("location", old?.location.json ?? .null, location.json)
        let gone = (old?.facts.facts.keys ?? [:].keys).filter { facts[$0] == nil }
        for key in (facts.facts.keys + gone).sorted() {
            note(key, old?.facts.value(key).json ?? .null, facts.value(key).json)
        }
        if let days = facts.confirmation(of: old?.facts) { note("surveyDate", days.was.json, days.now.json) }
        return (.object(before), .object(after))
    }
}

extension Coordinate? {
    /// `[longitude, latitude]`, as GeoJSON has it.
    var json: JSON {
        map { .array([.number($0.longitude), .number($0.latitude)]) } ?? .null
    }
}

extension Day? {
    var json: JSON { map { .string($0.description) } ?? .null }
}
