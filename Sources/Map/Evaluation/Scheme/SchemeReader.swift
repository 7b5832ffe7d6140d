import FoundationEssentials
import Kernel
public import Registry

extension Scheme {
    /// Reads a scheme and checks it against the survey's form.
    /// - Throws: `Refusals` with everything that is wrong, each naming its place; one `Refusal` for what is no JSON or
    ///   too large.
    public init(document: String, form: SurveyForm) throws {
        guard document.utf8.count <= EvaluationLimits.documentBytes else {
            throw Refusal(
                .tooLarge, "scheme.large", zh: "方案文件超过 512 KB；请删减后再试。",
                en: "The scheme's document is over 512 KB; shorten it.")
        }
        var reader = SchemeReader()
        let scheme = reader.scheme(try JSON(parsing: document))
        // What could not be read makes no further faults of its own.
        try Refusals.throwIfAny(reader.faults)
        try Refusals.throwIfAny(SchemeRules(scheme, form: form).refusals())
        self = scheme
    }

    /// The scheme shipped with Yiju: `evaluation/default-scheme.json` in the folder of resources.
    public static func load(resources: String, form: SurveyForm) throws -> Scheme {
        let path = "\(resources)/evaluation/default-scheme.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal(
                .unavailable, "scheme.file", zh: "找不到评价方案 \(path)；请完整安装，或用 --resources 指明资源目录。",
                en: "The scheme \(path) is missing; install Yiju completely or name the folder by --resources.")
        }
        return try Scheme(document: String(decoding: data, as: UTF8.self), form: form)
    }
}

/// Reads the shape of a document. What is missing or of another kind is noted with its place, and reading goes on.
struct SchemeReader {
    private(set) var faults: [Refusal] = []

    mutating func scheme(_ json: JSON) -> Scheme {
        let robust = json["robustness"] ?? .object([])
        return Scheme(
            version: Int(number(json, "version", "").rounded()), title: phrase(json["title"], "title"),
            source: phrase(json["source"], "source"), issued: day(json, "issued"), setBy: text(json, "setBy", ""),
            isDefault: json["default"]?.bool ?? false,
            groups: list(json, "groups", most: EvaluationLimits.groups) { $0.group($1, $2) },
            aspects: list(json, "aspects", most: EvaluationLimits.aspects) { $0.aspect($1, $2) },
            gate: list(json, "gate", most: EvaluationLimits.conditions) { $0.condition($1, $2) },
            bands: list(json, "bands", most: EvaluationLimits.bands) { $0.band($1, $2) },
            robustness: Robustness(
                samples: whole(robust, "samples", "robustness."), seed: UInt64(whole(robust, "seed", "robustness.")),
                concentration: number(robust, "concentration", "robustness.")))
    }

    private mutating func group(_ json: JSON, _ place: String) -> AspectGroup {
        AspectGroup(code: text(json, "code", place), name: phrase(json, place), parent: json["parent"]?.string)
    }

    private mutating func aspect(_ json: JSON, _ place: String) -> Aspect {
        Aspect(
            code: text(json, "code", place), number: whole(json, "number", place), name: phrase(json, place),
            group: text(json, "group", place), purpose: word(json, "purpose", place) ?? .need,
            weight: number(json, "weight", place), weightBy: text(json, "weightBy", place),
            function: number(json, "function", place),
            indicators: list(json, "indicators", in: place, most: EvaluationLimits.indicators) { $0.indicator($1, $2) })
    }

    private mutating func indicator(_ json: JSON, _ place: String) -> Indicator {
        let measure: Measure
        if let key = json["age"]?.string {
            measure = .age(key)
        } else {
            let key = text(json, "fact", place)
            measure = json["per"]?.string.map { .ratio(key, per: $0) } ?? .fact(key)
        }
        return Indicator(
            code: text(json, "code", place), name: phrase(json, place), measure: measure,
            scale: scale(json["scale"] ?? .null, place + "scale."), evidence: word(json, "evidence", place) ?? .site,
            weight: number(json, "weight", place))
    }

    private mutating func scale(_ json: JSON, _ place: String) -> Scale {
        switch json["kind"]?.string {
        case "linear": measured(json, place) { .linear($0) }
        case "steps": measured(json, place) { .steps($0) }
        case "choices":
            Scale(
                .choices((json["values"]?.members ?? []).map { Scale.Choice($0.key, value($0.value, place + $0.key)) }),
                direction: .free)
        case "flag":
            Scale(.flag(yes: number(json, "yes", place), no: number(json, "no", place)), direction: .free)
        default:
            missing(place + "kind", Phrase(zh: "linear、steps、choices 或 flag", en: "linear, steps, choices or flag"))
        }
    }

    private mutating func missing(_ place: String, _ wanted: Phrase) -> Scale {
        note(place, wanted)
        return Scale(.flag(yes: 1, no: 0), direction: .free)
    }

    private mutating func measured(
        _ json: JSON, _ place: String, _ shape: ([Scale.Point]) -> Scale.Shape
    ) -> Scale {
        let points = (json["points"]?.elements ?? []).enumerated().map { number, pair in
            let ends = pair.elements
            guard ends.count == 2 else {
                note("\(place)points[\(number)]", Phrase(zh: "两个数", en: "two numbers"))
                return Scale.Point(0, 0)
            }
            let here = "\(place)points[\(number)]"
            return Scale.Point(value(ends[0], here), value(ends[1], here))
        }
        return Scale(
            shape(points), direction: word(json, "direction", place) ?? .free, unit: json["unit"]?.string ?? "")
    }

    private mutating func condition(_ json: JSON, _ place: String) -> GateCondition {
        let test: GateCondition.Test
        if json["holds"]?.bool == true { test = .holds } else { test = .atLeast(number(json, "atLeast", place)) }
        return GateCondition(fact: text(json, "fact", place), test: test, name: phrase(json, place))
    }

    private mutating func band(_ json: JSON, _ place: String) -> Band {
        Band(code: text(json, "code", place), name: phrase(json, place), upTo: number(json, "upTo", place))
    }

    // MARK: values

    private mutating func list<Item>(
        _ json: JSON, _ key: String, in place: String = "", most: Int,
        _ item: (inout SchemeReader, JSON, String) -> Item
    ) -> [Item] {
        guard case .array(let elements)? = json[key], elements.count <= most else {
            note(place + key, Phrase(zh: "一个列表，最多 \(most) 项", en: "a list of at most \(most)"))
            return []
        }
        return elements.enumerated().map { item(&self, $0.element, "\(place)\(key)[\($0.offset)].") }
    }

    private mutating func text(_ json: JSON, _ key: String, _ place: String) -> String {
        let text = json[key]?.string ?? ""
        if text.isEmpty || text.unicodeScalars.count > EvaluationLimits.name {
            note(place + key, Phrase(zh: "1—100 个字", en: "1 to 100 characters"))
        }
        return text
    }

    private mutating func phrase(_ json: JSON?, _ place: String) -> Phrase {
        let json = json ?? .object([])
        let prefix = place.isEmpty || place.hasSuffix(".") ? place : place + "."
        return Phrase(zh: text(json, "zh", prefix), en: text(json, "en", prefix))
    }

    private mutating func number(_ json: JSON, _ key: String, _ place: String) -> Double {
        value(json[key] ?? .null, place + key)
    }

    private mutating func value(_ json: JSON, _ place: String) -> Double {
        guard let number = json.double, number.isFinite, number.magnitude <= 1e15 else {
            note(place, Phrase(zh: "一个数", en: "a number"))
            return 0
        }
        return number
    }

    private mutating func whole(_ json: JSON, _ key: String, _ place: String) -> Int {
        guard let number = json[key]?.integer, (0...Int64(Int32.max)).contains(number) else {
            note(place + key, Phrase(zh: "一个非负整数", en: "a whole number, not negative"))
            return 0
        }
        return Int(number)
    }

    private mutating func day(_ json: JSON, _ key: String) -> Day {
        if let day = json[key]?.string.flatMap({ Day($0) }) { return day }
        note(key, Phrase(zh: "形如 2026-06-30 的日期", en: "a day like 2026-06-30"))
        return Day(number: 0)
    }

    private mutating func word<Word: RawRepresentable & CaseIterable>(
        _ json: JSON, _ key: String, _ place: String
    ) -> Word? where Word.RawValue == String {
        if let word = json[key]?.string.flatMap({ Word(rawValue: $0) }) { return word }
        let words = Word.allCases.map(\.rawValue)
        note(
            place + key,
            Phrase(zh: words.joined(separator: "、") + " 之一", en: "one of " + words.joined(separator: ", ")))
        return nil
    }

    private mutating func note(_ place: String, _ wanted: Phrase) {
        faults.append(
            Refusal(
                "scheme.shape", zh: "\(place)：应为\(wanted.zh)；请补上或改正。",
                en: "\(place): \(wanted.en) is wanted; add or correct it.", field: place))
    }
}
