import Kernel
import Registry

/// The parameters that an address under `/ogc` may have; any other is refused (/req/core/query-param-unknown).
enum OGCParameter: String, CaseIterable {
    case f, limit, cursor, bbox, datetime, place, stage, number

    static let limits = 1...Register.featureLimit
    static let defaultLimit = 100
    /// Of one value, in bytes.
    static let lengthLimit = 200

    var description: Phrase {
        switch self {
        case .f: Phrase(zh: "格式；不给时看 Accept。", en: "The format; without it Accept decides.")
        case .limit: Phrase(zh: "一页最多几个；超过上限按上限。", en: "Features of a page; more than the maximum means the maximum.")
        case .cursor:
            Phrase(
                zh: "下一页从哪里开始；取自上一页的 next 链接。", en: "Where a page begins; taken from the link next of the page before.")
        case .bbox:
            Phrase(
                zh: "经纬度范围（CRS84）：西,南,东,北；也可为六个数，高度不起作用。没有坐标的也在其中。",
                en:
                    "A box in CRS84: west,south,east,north; of six numbers the heights are passed over. What has no location is in it."
            )
        case .datetime:
            Phrase(
                zh: "最后更新的时刻或时段（RFC 3339），一端可为 ..；没有更新时间的都算。",
                en:
                    "When last changed: an instant or interval (RFC 3339), open at one end with ..; what has no time is in it."
            )
        case .place: Phrase(zh: "区划代码及其以下：430111。", en: "A place's code, and all below it: 430111.")
        case .stage: Phrase(zh: "阶段代码：works。", en: "A stage's code: works.")
        case .number: Phrase(zh: "完整编号：CS-00417。", en: "The whole public number: CS-00417.")
        }
    }

    /// OpenAPI 3.0's schema of its values.
    var schema: JSON {
        switch self {
        case .f: .object(["type": "string", "enum": .array(["json", "html"])])
        case .limit:
            .object([
                "type": "integer", "minimum": .integer(Int64(Self.limits.lowerBound)),
                "maximum": .integer(Int64(Self.limits.upperBound)), "default": .integer(Int64(Self.defaultLimit)),
            ])
        case .bbox:
            .object([
                "type": "array", "minItems": 4, "maxItems": 6, "items": .object(["type": "number"]),
            ])
        case .place: .object(["type": "string", "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"])
        case .cursor, .datetime, .stage, .number:
            .object(["type": "string", "maxLength": .integer(Int64(Self.lengthLimit))])
        }
    }

    /// What is told when a value cannot be read.
    func refusal(zh: String, en: String) -> Refusal {
        Refusal(.malformed, "ogc.parameter.\(rawValue)", zh: zh, en: en, field: rawValue)
    }
}
