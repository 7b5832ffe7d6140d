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
    }

    enum Found {
        case place(PlaceCode)
        /// The subdistrict is known, the neighbourhood is not yet.
        case newNeighbourhood(String, under: PlaceCode)
    }

    private var districts: [String: [PlaceCode]] = [:]
    private var subdistricts: [String: [PlaceCode]] = [:]
    private var neighbourhoods: [String: [PlaceCode]] = [:]
    private var known: Set<PlaceCode> = []
    private let fallback: PlaceCode?

    /// - Parameter fallback: where rows without a district or subdistrict lie.
    init(fallback: PlaceCode?, in tx: Tx) throws {
        self.fallback = fallback
        try tx.each("SELECT code, name FROM place WHERE ended_on IS NULL ORDER BY code") { row in
            add(try row["code"], named: try row["name"])
        }
    }

    mutating func add(_ code: PlaceCode, named name: String) {
        known.insert(code)
        switch code.level {
        case .district: districts[Self.stem(name), default: []].append(code)
        case .subdistrict: subdistricts[Self.stem(name), default: []].append(code)
        case .neighbourhood: neighbourhoods[Self.stem(name), default: []].append(code)
        default: break
        }
    }

    func find(_ words: Words) throws(Refusal) -> Found {
        if let code = try byCode(words.code) {
            if code.level == .subdistrict, !words.neighbourhood.isEmpty {
                return neighbourhood(words.neighbourhood, under: code)
            }
            return .place(code)
        }
        let subdistrict = try self.subdistrict(words)
        return words.neighbourhood.isEmpty
            ? .place(subdistrict) : neighbourhood(words.neighbourhood, under: subdistrict)
    }

    private func byCode(_ text: String) throws(Refusal) -> PlaceCode? {
        let digits = String(text.filter { $0.isASCII && $0.isNumber })
        guard !digits.isEmpty, let code = PlaceCode(digits), code.level >= .subdistrict else { return nil }
        guard known.contains(code) else {
            throw Refusal(
                "import.place.code", zh: "没有区划代码“\(text)”。", en: "There is no place with the code “\(text)”.",
                field: "subdistrictCode")
        }
        return code
    }

    private func subdistrict(_ words: Words) throws(Refusal) -> PlaceCode {
        let district = try self.district(words.district)
        if words.subdistrict.isEmpty {
            if let fallback, fallback.level >= .subdistrict { return fallback.ancestor(.subdistrict) ?? fallback }
            // A neighbourhood's name alone is enough where only one in the district bears it.
            let named = (neighbourhoods[Self.stem(words.neighbourhood)] ?? []).filter { district?.contains($0) ?? true }
            if named.count == 1, let only = named[0].ancestor(.subdistrict) { return only }
            throw Refusal(
                "import.place.missing", zh: "缺少街道(镇);请补充“街道”一列,或在导入选项中选择所属街道。",
                en: "The subdistrict is missing; add a column for it, or choose one for the whole file.",
                field: "subdistrict")
        }
        let named = (subdistricts[Self.stem(words.subdistrict)] ?? []).filter { district?.contains($0) ?? true }
        if named.count == 1 { return named[0] }
        guard named.isEmpty else {
            throw Refusal(
                "import.place.ambiguous", zh: "“\(words.subdistrict)”在多个区县都有;请补充区县一列。",
                en: "“\(words.subdistrict)” exists in several districts; add a column for the district.",
                field: "subdistrict")
        }
        throw Refusal(
            "import.place.unknown", zh: "没有街道(镇)“\(words.subdistrict)”;请核对名称,或由管理员先维护区划。",
            en: "There is no subdistrict “\(words.subdistrict)”; check the name, or have it added to the places first.",
            field: "subdistrict")
    }

    private func district(_ name: String) throws(Refusal) -> PlaceCode? {
        if name.isEmpty { return fallback?.ancestor(.district) }
        if let code = PlaceCode(name), known.contains(code) { return code }
        guard let named = districts[Self.stem(name)], named.count == 1 else {
            throw Refusal(
                "import.district.unknown", zh: "没有区县“\(name)”;请核对名称。",
                en: "There is no district “\(name)”; check the name.",
                field: "district")
        }
        return named[0]
    }

    private func neighbourhood(_ name: String, under subdistrict: PlaceCode) -> Found {
        let named = (neighbourhoods[Self.stem(name)] ?? []).filter { subdistrict.contains($0) }
        return named.count == 1 ? .place(named[0]) : .newNeighbourhood(name, under: subdistrict)
    }

    /// A name without the word for its kind: 左家塘街道 and 左家塘 are one.
    private static func stem(_ name: String) -> String {
        var stem = NameKey.fold(name)
        for prefix in ["湖南省", "长沙市"] where stem.hasPrefix(prefix) && stem.count > prefix.count {
            stem.removeFirst(prefix.count)
        }
        for suffix in ["街道办事处", "居民委员会", "村民委员会", "居委会", "村委会", "街道办", "街道", "社区", "镇", "乡", "区", "县", "市"]
        where stem.hasSuffix(suffix) && stem.count > suffix.count + 1 {
            stem.removeLast(suffix.count)
            break
        }
        return stem
    }
}
