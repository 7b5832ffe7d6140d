import Kernel
import Store

/// Finds the place a row means, from codes or from names as districts write them.
struct PlaceFinder {
    /// What the row says, each part empty when it does not.
    struct Words {
        var district = ""
        var subdistrict = ""
        var neighbourhood = ""
        var code = ""

        /// Whether the row itself says more than its district.
        var areStated: Bool { !(subdistrict.isEmpty && neighbourhood.isEmpty && code.isEmpty) }
    }

    /// A neighbourhood that is not known yet.
    struct Fresh {
        let name: String
        /// Its official code, where the row gives one.
        let code: PlaceCode?
    }

    enum Found {
        case place(PlaceCode)
        case fresh(Fresh, under: PlaceCode)

        /// The place, or the subdistrict of a neighbourhood that is not known yet.
        var known: PlaceCode {
            switch self {
            case .place(let code), .fresh(_, let code): code
            }
        }

        var fresh: Fresh? { if case .fresh(let fresh, _) = self { fresh } else { nil } }
    }

    private var names: [PlaceCode: String] = [:]
    private var ended: [PlaceCode: PlaceCode?] = [:]
    private var unconfirmed: Set<PlaceCode> = []
    private var byName: [PlaceCode.Level: [String: [PlaceCode]]] = [:]
    /// Folded names of the cities, which people write before a district's: 长沙市雨花区.
    private var cities: [String] = []
    /// Stems of words seen, since most rows repeat the words of the row above.
    private var stems: [PlaceCode.Level: [String: String]] = [:]
    private let fallback: PlaceCode?

    /// - Parameter fallback: where rows without a district or subdistrict lie.
    init(fallback: PlaceCode?, in tx: Tx) throws {
        self.fallback = fallback
        try tx.each("SELECT code, name, confirmed, ended_on, merged_into FROM place ORDER BY code") { row in
            let code: PlaceCode = try row["code"]
            if (try row["ended_on"] as String?) != nil {
                ended[code] = .some(try row["merged_into"] as PlaceCode?)
            } else {
                add(code, named: try row["name"], isConfirmed: try row["confirmed"])
            }
        }
    }

    mutating func add(_ code: PlaceCode, named name: String, isConfirmed: Bool = true) {
        let name = NameKey.fold(name)
        names[code] = name
        if !isConfirmed { unconfirmed.insert(code) }
        if code.level == .city { cities.append(name) }
        // "长沙" may be the city as well as 长沙县: such a district is found by its whole name alone.
        let stem = stem(name, code.level)
        let isCity = code.level == .district && cities.map { self.stem($0, .district) }.contains(stem)
        for key in isCity ? [name] : Set([name, stem]) {
            byName[code.level, default: [:]][key, default: []].append(code)
        }
    }

    mutating func find(_ words: Words) throws(Refusal) -> Found {
        if let found = try byCode(words) { return found }
        let subdistrict = try self.subdistrict(words)
        guard !words.neighbourhood.isEmpty else { return .place(subdistrict) }
        return try neighbourhood(Fresh(name: words.neighbourhood, code: nil), under: subdistrict)
    }

    private mutating func byCode(_ words: Words) throws(Refusal) -> Found? {
        var digits = String(words.code.filter { $0.isASCII && $0.isNumber })
        // Statistics write a subdistrict's code with three noughts behind it.
        if digits.utf8.count == 12, digits.hasSuffix("000") { digits.removeLast(3) }
        guard let code = PlaceCode(digits), code.level >= .subdistrict else { return nil }
        if let heir = ended[code] { throw Self.hasEnded(code, heir: heir) }
        let name = words.neighbourhood
        if names[code] != nil {
            guard code.level == .subdistrict, !name.isEmpty else { return .place(code) }
            return try neighbourhood(Fresh(name: name, code: nil), under: code)
        }
        // A provisional code is nobody's but ours: without a name it says nothing.
        guard let under = code.ancestor(.subdistrict), under != code, names[under] != nil,
            !(code.isProvisional && name.isEmpty)
        else {
            throw Refusal(
                "import.place.code", zh: "没有区划代码“\(words.code)”；请核对，或改填街道和社区的名称。",
                en: "There is no place with the code “\(words.code)”; check it, or give the names instead.",
                field: "subdistrictCode")
        }
        let fresh = Fresh(name: name.isEmpty ? code.digits : name, code: code.isProvisional ? nil : code)
        return try neighbourhood(fresh, under: under)
    }

    private mutating func subdistrict(_ words: Words) throws(Refusal) -> PlaceCode {
        let district = try self.district(words.district)
        if words.subdistrict.isEmpty {
            // The file's own subdistrict, unless the row says that it lies in another district.
            if let fallback = fallback?.ancestor(.subdistrict), district?.contains(fallback) ?? true { return fallback }
            // A confirmed neighbourhood's name alone is enough where only one in the district bears it.
            let named = named(words.neighbourhood, .neighbourhood, in: district).filter { !unconfirmed.contains($0) }
            if named.count == 1, let only = named[0].ancestor(.subdistrict) { return only }
            throw Refusal(
                "import.place.missing", zh: "缺少街道（镇）；请补充“街道”一列，或在导入选项中选择所属街道。",
                en: "The subdistrict is missing; add a column for it, or choose one for the whole file.",
                field: "subdistrict")
        }
        let named = named(words.subdistrict, .subdistrict, in: district)
        if named.count == 1 { return named[0] }
        guard named.isEmpty else {
            throw Refusal(
                "import.place.ambiguous", zh: "“\(words.subdistrict)”在多个区县都有；请补充区县一列。",
                en: "“\(words.subdistrict)” exists in several districts; add a column for the district.",
                field: "subdistrict")
        }
        throw Refusal(
            "import.place.unknown", zh: "没有街道（镇）“\(words.subdistrict)”；请核对名称，或由管理员先维护区划。",
            en: "There is no subdistrict “\(words.subdistrict)”; check the name, or have it added to the places first.",
            field: "subdistrict")
    }

    private mutating func district(_ name: String) throws(Refusal) -> PlaceCode? {
        // The city's name in the district's column does not say which district.
        if name.isEmpty || cities.contains(withoutCity(NameKey.fold(name))) { return fallback?.ancestor(.district) }
        if let code = PlaceCode(name), names[code] != nil { return code.ancestor(.district) }
        let named = named(name, .district, in: nil)
        guard named.count == 1 else {
            throw Refusal(
                "import.district.unknown", zh: "没有区县“\(name)”；请核对名称，并写全称。",
                en: "There is no district “\(name)”; check the name, and write it in full.",
                field: "district")
        }
        return named[0]
    }

    private mutating func neighbourhood(_ fresh: Fresh, under subdistrict: PlaceCode) throws(Refusal) -> Found {
        let named = named(fresh.name, .neighbourhood, in: subdistrict)
        guard let known = named.first else { return .fresh(fresh, under: subdistrict) }
        guard named.count == 1 else {
            let list = named.prefix(5).map { "\(names[$0] ?? "") \($0)" }.joined(separator: "、")
            throw Refusal(
                "import.neighbourhood.ambiguous", zh: "“\(fresh.name)”可能是多个社区：\(list)；请填写社区代码。",
                en: "“\(fresh.name)” may be several neighbourhoods: \(list); give the neighbourhood's code.",
                field: "neighbourhood")
        }
        if let code = fresh.code, !known.isProvisional {
            throw Refusal(
                "import.neighbourhood.code", zh: "社区“\(fresh.name)”的代码是 \(known)，表中写的是 \(code)；请核对。",
                en: "The neighbourhood “\(fresh.name)” has the code \(known), the file says \(code); check it.",
                field: "neighbourhoodCode")
        }
        return .place(known)
    }

    /// The places of a level whose name this is: by the whole name, else without the words for their kind.
    private mutating func named(_ text: String, _ level: PlaceCode.Level, in parent: PlaceCode?) -> [PlaceCode] {
        guard !text.isEmpty else { return [] }
        let name = withoutCity(NameKey.fold(text))
        let known = byName[level] ?? [:]
        for key in [name, stem(name, level)] {
            let found = (known[key] ?? []).filter { parent?.contains($0) ?? true }
            let exact = found.filter { names[$0] == name }
            if !exact.isEmpty { return exact }
            if !found.isEmpty { return found }
        }
        return []
    }

    /// 湖南省长沙市雨花区 is 雨花区 within the city; the city's name alone stays.
    private func withoutCity(_ name: String) -> String {
        for city in cities {
            guard let first = city.first, name.contains(first) else { continue }
            for start in name.indices where name[start] == first && name[start...].hasPrefix(city) {
                let before = name[..<start]
                guard before.isEmpty || before.hasSuffix("省") || before.hasSuffix("自治区") else { continue }
                let rest = name[start...].dropFirst(city.count)
                return String(rest.isEmpty ? name[start...] : rest)
            }
        }
        return name
    }

    /// A folded name without the words for its kind: 左家塘街道办事处 and 左家塘 are one.
    private mutating func stem(_ name: String, _ level: PlaceCode.Level) -> String {
        if let known = stems[level]?[name] { return known }
        var stem = name
        // A village is no neighbourhood of the same name: 官塘冲村委会 is 官塘冲村.
        for suffix in Self.villages where level == .neighbourhood && stem.hasSuffix(suffix) {
            stem.removeLast(suffix.count)
            if !stem.hasSuffix("村") { stem += "村" }
        }
        let kinds = Self.kinds[level] ?? []
        while let suffix = kinds.first(where: { stem.hasSuffix($0) && stem.count > $0.count + 1 }) {
            stem.removeLast(suffix.count)
        }
        if stems[level]?.count ?? 0 > Self.stemLimit { stems[level] = [:] }
        stems[level, default: [:]][name] = stem
        return stem
    }

    private static let stemLimit = 10_000
    private static let villages = ["村民委员会", "村委会"]
    private static let kinds: [PlaceCode.Level: [String]] = [
        .district: ["区", "县", "市"],
        .subdistrict: ["街道办事处", "办事处", "人民政府", "街道办", "街道", "镇", "乡"],
        .neighbourhood: ["居民委员会", "居委会", "社区"],
    ]

    private static func hasEnded(_ code: PlaceCode, heir: PlaceCode?) -> Refusal {
        Refusal(
            "import.place.ended", zh: "区划代码 \(code) 已撤并\(heir.map { "，请改用 \($0)" } ?? "；请核对")。",
            en: "The place \(code) has ceased\(heir.map { "; use \($0)" } ?? "; check it").", field: "subdistrictCode")
    }
}
