public import Kernel

/// What a survey form asks about.
public enum SurveySubject: String, Codable, Sendable, CaseIterable {
    case estate, building
}

/// One version of a survey form: data, so that a question more needs no release.
public struct SurveyForm: Codable, Sendable {
    /// "estate-survey".
    public let form: String
    public let version: Int
    public let subject: SurveySubject
    /// From when on this version is used: "2026-06-30".
    public let date: String
    /// Who set it up: "系统默认 system default".
    public let source: String
    public let title: Wording
    /// Group 0 holds the base facts; 1 to 21 are the aspects of the evaluation.
    public let groups: [SurveyGroup]
    public let questions: [SurveyQuestion]
    /// Columns a sheet may have beside the questions: codes, places, coordinates.
    public let columns: [RegisterColumn]

    private let indexByKey: [String: Int]

    private enum CodingKeys: String, CodingKey {
        case form, version, subject, date, source, title, groups, questions, columns
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        form = try container.decode(String.self, forKey: .form)
        version = try container.decode(Int.self, forKey: .version)
        subject = try container.decode(SurveySubject.self, forKey: .subject)
        date = try container.decode(String.self, forKey: .date)
        source = try container.decode(String.self, forKey: .source)
        title = try container.decode(Wording.self, forKey: .title)
        groups = try container.decode([SurveyGroup].self, forKey: .groups)
        questions = try container.decode([SurveyQuestion].self, forKey: .questions)
        columns = try container.decode([RegisterColumn].self, forKey: .columns)
        indexByKey = Dictionary(questions.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public func question(_ key: String) -> SurveyQuestion? { indexByKey[key].map { questions[$0] } }

    /// Where the question stands in the form.
    func position(of key: String) -> Int? { indexByKey[key] }

    /// A column of the register that is no question: a code, a place, a coordinate. Nil for a key it has not.
    public func column(_ key: String) -> RegisterColumn? { columns.first { $0.key == key } }

    public func group(_ number: Int) -> SurveyGroup? { groups.first { $0.number == number } }

    /// In the order of the form.
    public func questions(inGroup number: Int) -> [SurveyQuestion] { questions.filter { $0.group == number } }

    /// What `key` is called, whether question or column.
    public func label(_ key: String) -> Phrase? { question(key)?.label ?? column(key)?.label }
}

/// Chinese and English of a name that lives in a data file.
public struct Wording: Codable, Sendable, Hashable {
    public let zh: String
    public let en: String

    public var phrase: Phrase { Phrase(zh: zh, en: en) }
}

/// A heading of a form; 1 to 21 are the aspects of the evaluation.
public struct SurveyGroup: Codable, Sendable, Hashable {
    public let number: Int
    public let zh: String
    public let en: String

    public var name: Phrase { Phrase(zh: zh, en: en) }
}

/// A column that is no survey question: "街道", "经度".
public struct RegisterColumn: Codable, Sendable, Hashable {
    public let key: String
    public let zh: String
    public let en: String
    /// Headers that mean this column.
    public let aliases: [String]
    /// Headers that mean it only when no other column of the sheet says so more plainly.
    public let weakAliases: [String]

    public var label: Phrase { Phrase(zh: zh, en: en) }
}

/// How a fact is best established.
public enum Evidence: String, Codable, Sendable, CaseIterable {
    case record, site, measured, asked, appraisal, utility

    public var name: Phrase {
        switch self {
        case .record: Phrase(zh: "档案资料", en: "files and registers")
        case .site: Phrase(zh: "现场查看", en: "seen on site")
        case .measured: Phrase(zh: "实测", en: "measured")
        case .asked: Phrase(zh: "询问居民", en: "asked of residents")
        case .appraisal: Phrase(zh: "鉴定报告", en: "appraisal report")
        case .utility: Phrase(zh: "管线权属单位资料", en: "utility's records")
        }
    }
}

/// One question of a form. A class, since every cell of an import passes by one.
public final class SurveyQuestion: Codable, Sendable, Identifiable {
    public enum Kind: String, Codable, Sendable {
        case integer, decimal, share, choice, ordinal, flag, year, text
    }

    /// An answer to choose. Ordinal questions list theirs best first.
    public struct Choice: Codable, Sendable, Hashable {
        public let code: String
        public let zh: String
        public let en: String
        public let aliases: [String]

        public var name: Phrase { Phrase(zh: zh, en: en) }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            code = try container.decode(String.self, forKey: .code)
            zh = try container.decode(String.self, forKey: .zh)
            en = try container.decode(String.self, forKey: .en)
            aliases = try container.decodeIfPresent([String].self, forKey: .aliases) ?? []
        }
    }

    public let key: String
    public let zh: String
    public let en: String
    public let group: Int
    public let kind: Kind
    /// The unit in which numbers are kept; shares are in percent.
    public let unit: Unit?
    public let choices: [Choice]
    public let help: Wording?
    /// Bounds of a number in `unit`, of a year, or of a text's length; both included.
    public let minimum: Double?
    public let maximum: Double?
    public let evidence: Evidence
    public let aliases: [String]
    public let weakAliases: [String]
    /// Without the core facts an estate or building is not usable for totals.
    public let isCore: Bool
    /// Whether "无" answers this number with zero: no lifts are zero lifts, no built year is not the year zero.
    public let noneIsZero: Bool

    let codeByWord: [String: String]

    public var id: String { key }
    public var label: Phrase { Phrase(zh: zh, en: en) }

    private enum CodingKeys: String, CodingKey {
        case key, zh, en, group, kind, unit, choices, help, minimum, maximum, evidence, aliases, weakAliases
        case isCore = "core"
        case noneIsZero
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(String.self, forKey: .key)
        zh = try container.decode(String.self, forKey: .zh)
        en = try container.decode(String.self, forKey: .en)
        group = try container.decode(Int.self, forKey: .group)
        kind = try container.decode(Kind.self, forKey: .kind)
        unit = try container.decodeIfPresent(Unit.self, forKey: .unit)
        choices = try container.decodeIfPresent([Choice].self, forKey: .choices) ?? []
        help = try container.decodeIfPresent(Wording.self, forKey: .help)
        minimum = try container.decodeIfPresent(Double.self, forKey: .minimum)
        maximum = try container.decodeIfPresent(Double.self, forKey: .maximum)
        evidence = try container.decode(Evidence.self, forKey: .evidence)
        aliases = try container.decodeIfPresent([String].self, forKey: .aliases) ?? []
        weakAliases = try container.decodeIfPresent([String].self, forKey: .weakAliases) ?? []
        isCore = try container.decodeIfPresent(Bool.self, forKey: .isCore) ?? false
        noneIsZero = try container.decodeIfPresent(Bool.self, forKey: .noneIsZero) ?? false
        codeByWord = Self.words(of: choices, isOrdinal: kind == .ordinal)
    }

    public func choice(_ code: String) -> Choice? { choices.first { $0.code == code } }

    /// Every word that means a choice, as written and folded; ordinals also understand the usual words for conditions.
    private static func words(of choices: [Choice], isOrdinal: Bool) -> [String: String] {
        var table: [String: String] = [:]
        func add(_ word: String, _ code: String) {
            for spelling in [word, CellText.key(word)] where table[spelling] == nil { table[spelling] = code }
        }
        for choice in choices {
            for word in [choice.zh, choice.code, choice.en] + choice.aliases { add(word, choice.code) }
        }
        if isOrdinal {
            for (word, condition) in CellReading.conditionWords
            where choices.contains(where: { $0.code == condition.rawValue }) {
                add(word, condition.rawValue)
            }
        }
        return table
    }
}
