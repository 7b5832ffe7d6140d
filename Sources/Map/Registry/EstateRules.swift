import Geo
import Kernel

/// What an estate must fulfil to be stored; what is merely odd is left to `QualityCheck`.
struct EstateRules {
    static let nameLimit = 100
    static let addressLimit = 200
    static let codeLimit = 40
    static let aliasLimit = 20
    /// The code of the refusal of a location outside the city.
    static let outsideCity = "estate.location.outside"

    let city: City
    let outlines: PlaceOutlines
    let form: SurveyForm
    let currentYear: Int

    /// Checks the state as a whole and answers what must be mended, by field.
    /// - Parameters:
    ///   - changed: the facts to look at; all when nil.
    ///   - areRead: the facts come from `SurveyQuestion.read`, which has checked their kind and bounds already.
    func refusals(of state: EstateState, changed: Set<String>? = nil, areRead: Bool = false) -> [Refusal] {
        var refusals: [Refusal] = []
        refusals += Self.text(state.name, field: "name", limit: Self.nameLimit, required: true, label: Self.nameLabel)
        refusals += Self.text(
            state.address, field: "address", limit: Self.addressLimit, label: Phrase(zh: "地址", en: "The address"))
        refusals += Self.text(
            state.officialCode ?? "", field: "officialCode", limit: Self.codeLimit,
            label: Phrase(zh: "官方代码", en: "The official code"))
        if state.aliases.count > Self.aliasLimit {
            refusals.append(
                Refusal(
                    "estate.aliases.many", zh: "别名最多 \(Self.aliasLimit) 个。",
                    en: "At most \(Self.aliasLimit) aliases.", field: "aliases"))
        }
        for alias in state.aliases {
            refusals += Self.text(
                alias, field: "aliases", limit: Self.nameLimit, required: true, label: Self.aliasLabel)
        }
        if !city.code.contains(state.place) || state.place.level < .subdistrict {
            refusals.append(
                Refusal(
                    "estate.place.outside", zh: "“\(state.place)”不是本市的街道或社区代码。",
                    en: "“\(state.place)” is not a subdistrict or neighbourhood of this city.", field: "place"))
        }
        if let location = state.location { refusals += self.location(location) }
        for (key, fact) in state.facts.facts where changed?.contains(key) ?? true {
            refusals += self.fact(key, fact, isRead: areRead)
        }
        return refusals
    }

    private static let nameLabel = Phrase(zh: "小区名称", en: "The estate's name")
    private static let aliasLabel = Phrase(zh: "别名", en: "An alias")

    static func text(
        _ text: String, field: String, limit: Int, required: Bool = false, label: Phrase
    ) -> [Refusal] {
        if required && text.allSatisfy(\.isWhitespace) {
            return [
                Refusal("\(field).missing", zh: "\(label.zh)不能为空。", en: "\(label.en) must not be empty.", field: field)
            ]
        }
        // Nearly every text is short and plain, which its bytes tell faster than its characters.
        if text.utf8.count <= limit, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) { return [] }
        if text.utf8.count > limit * 4 || text.count > limit {
            return [
                Refusal(
                    "\(field).long", zh: "\(label.zh)最多 \(limit) 个字，现有 \(text.count) 个。",
                    en: "\(label.en) may have \(limit) characters; this has \(text.count).", field: field)
            ]
        }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return [
                Refusal(
                    "\(field).control", zh: "\(label.zh)含有不可见的控制字符，请重新输入。",
                    en: "\(label.en) contains invisible control characters; type it again.", field: field)
            ]
        }
        return []
    }

    static func evidence(_ text: String) -> [Refusal] {
        Self.text(text, field: "evidence", limit: 200, label: Phrase(zh: "依据", en: "The evidence"))
    }

    func location(_ location: Coordinate) -> [Refusal] {
        if isInCity(location) { return [] }
        return [
            Refusal(
                Self.outsideCity,
                zh: "坐标（经度 \(location.longitude)，纬度 \(location.latitude)）不在本市范围内；请检查经纬度是否颠倒、坐标系是否选对。",
                en: """
                    The location (longitude \(location.longitude), latitude \(location.latitude)) lies outside the city; \
                    check whether the two are swapped and whether the datum is right.
                    """,
                field: "location")
        ]
    }

    /// Metres: outlines of districts are simplified.
    private static let leeway = 2000.0

    func isInCity(_ location: Coordinate) -> Bool {
        location.isOnEarth && metresToCity(location) <= Self.leeway
    }

    /// 0 inside.
    private func metresToCity(_ location: Coordinate) -> Double {
        if outlines.district(at: location) != nil { return 0 }
        return outlines.all.reduce(.infinity) { min($0, $1.shape.distanceToBoundary(from: location)) }
    }

    /// The first corner for which `isInCity` does not hold.
    func firstCorner(of area: MultiPolygon, outsideCity effort: inout Effort) throws -> Coordinate? {
        // Where everything within its reach is in the city, nothing of it needs to be looked at.
        if let box = area.box {
            let middle = Coordinate(longitude: (box.west + box.east) / 2, latitude: (box.south + box.north) / 2)
            let reach = middle.distance(to: Coordinate(longitude: box.west, latitude: box.south))
            if metresToCity(middle) + reach <= Self.leeway { return nil }
        }
        let points = outlines.all.reduce(0) { $0 + $1.shape.pointCount }
        return try area.corners.first { corner in
            try effort.spend(points)
            return !isInCity(corner)
        }
    }

    func fact(_ key: String, _ fact: Fact, isRead: Bool = false) -> [Refusal] {
        guard let question = form.question(key) else {
            return [
                Refusal(
                    "fact.unknown", zh: "调查表里没有“\(key)”这一项。", en: "The survey form has no question “\(key)”.",
                    field: key)
            ]
        }
        do throws(Refusal) {
            if !isRead { _ = try question.accept(fact.value) }
        } catch {
            return [Refusal(error.kind, error.code, zh: error.message.zh, en: error.message.en, field: key)]
        }
        if let years = fact.value.yearRange, years.to > currentYear {
            return [
                Refusal(
                    "fact.year.future", zh: "\(question.zh)“\(years.canonical)”晚于今年（\(currentYear) 年）。",
                    en: "\(question.en) “\(years.canonical)” is later than this year (\(currentYear)).", field: key)
            ]
        }
        return []
    }
}
