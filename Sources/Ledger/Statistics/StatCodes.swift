import FoundationEssentials
public import Kernel

/// The national statistical codes (104 received = 105 + 115 + 120 …) and which kinds of sources count to which, as
/// versioned data: `Resources/ledger/stat-codes.json`.
public struct StatCodes: Sendable, Hashable {
    public struct Row: Sendable, Hashable {
        /// 进展 or 成效: progress, effects.
        public let table: String
        /// Empty for the project's total investment.
        public let code: String
        public let name: Phrase
        public let unit: String
        /// Codes whose sum it is; empty for what is filled in.
        public let addends: [String]
        /// Kinds of sources that count to it by themselves.
        public let kinds: [FundSource.Kind]
    }

    public let version: Int
    public let date: String
    public let source: String
    /// What to look at before filing.
    public let checks: [Phrase]
    public let rows: [Row]

    private static let largestFile = 1_000_000

    /// - Throws: `Refusal` `stat.file` naming what is wrong: a code twice, a sum of unknown codes, a kind twice.
    public static func load(file: String) throws -> StatCodes {
        guard let data = FileManager.default.contents(atPath: file), data.count <= largestFile else {
            throw fault(file, "文件不能读取或超过 1 MB", "it cannot be read or is over 1 MB")
        }
        let json = try JSON(parsing: [UInt8](data))
        let rows = try (json["rows"]?.elements ?? []).map { try row($0, file) }
        let codes = rows.map(\.code)
        guard Set(codes).count == codes.count, !codes.isEmpty else {
            throw fault(file, "有代码出现两次", "a code is there twice")
        }
        guard rows.allSatisfy({ $0.addends.allSatisfy(Set(codes).contains) }) else {
            throw fault(file, "合计中有不存在的代码", "a sum names a code that is not there")
        }
        let kinds = rows.flatMap(\.kinds)
        guard Set(kinds).count == kinds.count else { throw fault(file, "有来源类别归入两处", "a kind counts twice") }
        return StatCodes(
            version: Int(json["version"]?.integer ?? 0), date: json["date"]?.string ?? "",
            source: json["source"]?.string ?? "",
            checks: (json["check"]?.elements ?? []).map {
                Phrase(zh: $0["zh"]?.string ?? "", en: $0["en"]?.string ?? "")
            }, rows: rows)
    }

    private static func row(_ json: JSON, _ file: String) throws -> Row {
        guard let code = json["code"]?.string, let name = json["name"]?.string else {
            throw fault(file, "有行缺少代码或名称", "a row has no code or name")
        }
        let rule = json["rule"]?.string ?? ""
        let kinds = (json["kinds"]?.elements ?? []).compactMap { $0.string.flatMap(FundSource.Kind.init(rawValue:)) }
        guard kinds.count == json["kinds"]?.elements.count ?? 0 else {
            throw fault(file, "“\(code)”的来源类别不存在", "“\(code)” names a kind of source that is none")
        }
        return Row(
            table: json["table"]?.string ?? "", code: code, name: Phrase(zh: name, en: json["en"]?.string ?? name),
            unit: json["unit"]?.string ?? "",
            addends: rule.contains("+") ? rule.split(separator: "+").map(String.init) : [], kinds: kinds)
    }

    private static func fault(_ file: String, _ zh: String, _ en: String) -> Refusal {
        Refusal("stat.file", zh: "统计代码“\(file)”：\(zh)。", en: "Statistical codes “\(file)”: \(en).", field: file)
    }

    /// The code to which a source counts; nil for the use of space, which is no money.
    public func code(of source: FundSource) -> String? {
        source.statCode.isEmpty ? rows.first { $0.kinds.contains(source.kind) }?.code : source.statCode
    }

    /// Whether a source may be counted to this code: one that is filled in and holds funds.
    func takes(_ code: String) -> Bool {
        guard let row = rows.first(where: { $0.code == code }), row.addends.isEmpty else { return false }
        return !row.kinds.isEmpty || rows.contains { $0.addends.contains(code) }
    }
}

/// The form of one year, filled in as far as ledger and register know.
public struct StatForm: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        /// Of what is counted: projects, households.
        case count(Int64)
        /// Fen; the form is in 万元.
        case money(Int64)
        /// To be filled in by whoever knows.
        case open
    }

    public struct Line: Sendable, Hashable {
        public let row: StatCodes.Row
        public let value: Value
        /// Names of the sources in it, where the form asks for them.
        public let named: [Phrase]
    }

    public let codes: StatCodes
    public let year: Int
    public let lines: [Line]

    public subscript(_ code: String) -> Value { lines.first { $0.row.code == code }?.value ?? .open }

    /// Adds filled rows up and computes the sums from them, whatever their order in the form.
    init(_ codes: StatCodes, year: Int, filled: [String: Value], named: [String: [Phrase]]) {
        var values = filled
        func value(_ code: String, _ depth: Int) -> Value {
            guard let row = codes.rows.first(where: { $0.code == code }), depth < 8 else { return .open }
            guard !row.addends.isEmpty else { return values[code] ?? .open }
            let sum = row.addends.reduce(Int64(0)) { sum, addend in
                if case .money(let fen) = value(addend, depth + 1) { sum + fen } else { sum }
            }
            return .money(sum)
        }
        for row in codes.rows where !row.addends.isEmpty { values[row.code] = value(row.code, 0) }
        self.codes = codes
        self.year = year
        lines = codes.rows.map { Line(row: $0, value: values[$0.code] ?? .open, named: named[$0.code] ?? []) }
    }

    /// Fen as 万元, exact: six decimals, since every sum then holds to the last one.
    public static func tenThousandYuan(_ fen: Int64) -> String {
        let (whole, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(rest)
        return "\(fen < 0 ? "-" : "")\(whole).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }
}
