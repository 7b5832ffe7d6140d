public import Decide
import FoundationEssentials
public import Kernel

/// The rules by which costs are shared, as shipped or as a city keeps them: `Resources/ledger/share-rules.json`.
public struct ShareRules: Sendable, Hashable {
    /// Code of a rule ("works", "lift") to its versions, the oldest first.
    public let rules: [String: [ShareRule]]

    private static let largestFile = 1_000_000

    /// - Throws: `Refusal` `share.file` naming what is wrong.
    public static func load(file: String) throws -> ShareRules {
        guard let data = FileManager.default.contents(atPath: file), data.count <= largestFile else {
            throw fault(file, "文件不能读取或超过 1 MB", "it cannot be read or is over 1 MB")
        }
        let json = try JSON(parsing: [UInt8](data))
        var rules: [String: [ShareRule]] = [:]
        for element in json["rules"]?.elements ?? [] {
            guard let code = element["code"]?.string, let rule = ShareRule(json: element) else {
                throw fault(
                    file, "“\(element["code"]?.string ?? "")”不是一条规则", "“\(element["code"]?.string ?? "")” is no rule")
            }
            rules[code, default: []].append(rule)
        }
        guard !rules.isEmpty else { throw fault(file, "没有规则", "it has no rules") }
        return ShareRules(rules: rules.mapValues { $0.sorted { $0.version < $1.version } })
    }

    /// The rule that held on a day; nil for none.
    public func rule(_ code: String, on day: Day) -> ShareRule? {
        rules[code]?.last { $0.day <= day.description }
    }

    private static func fault(_ file: String, _ zh: String, _ en: String) -> Refusal {
        Refusal("share.file", zh: "分摊规则“\(file)”：\(zh)。", en: "Sharing rules “\(file)”: \(en).", field: file)
    }
}

extension ShareRule {
    /// Nil where a member is missing or of another kind; whether the parts add up is checked when a cost is shared.
    public init?(json: JSON) {
        guard let version = json["version"]?.integer, let day = json["day"]?.string, Day(day) != nil,
            let source = json["source"]?.string
        else { return nil }
        let bearers = (json["bearers"]?.elements ?? []).compactMap { bearer -> Bearer? in
            guard let code = bearer["code"]?.string, let part = bearer["part"]?.integer else { return nil }
            return Bearer(code: code, part: part)
        }
        let keys = (json["keys"]?.elements ?? []).compactMap { key -> Key? in
            guard let basis = key["basis"]?.string.flatMap(Basis.init(rawValue:)), let part = key["part"]?.integer
            else {
                return nil
            }
            return Key(basis: basis, part: part)
        }
        let reliefs = (json["reliefs"]?.elements ?? []).compactMap { relief -> Relief? in
            guard let code = relief["code"]?.string, let part = relief["part"]?.integer else { return nil }
            return Relief(code: code, part: part)
        }
        let floors = (json["floors"]?.elements ?? []).compactMap(\.integer)
        guard bearers.count == json["bearers"]?.elements.count ?? 0, keys.count == json["keys"]?.elements.count ?? 0,
            reliefs.count == json["reliefs"]?.elements.count ?? 0, floors.count == json["floors"]?.elements.count ?? 0
        else { return nil }
        self.init(
            version: Int(version), day: day, source: source, bearers: bearers, keys: keys, floors: floors,
            reliefs: reliefs, reliefBearer: json["reliefBearer"]?.string)
    }
}
