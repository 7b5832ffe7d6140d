public import Kernel

/// A unit in which people state numbers, with the spellings they use. Numbers are kept in the question's unit.
public enum Unit: String, Codable, Sendable, CaseIterable {
    case one = "1"
    case household = "户"
    case building = "栋"
    case floor = "层"
    case entrance = "单元"
    case person = "人"
    case piece = "个"
    case times = "次"
    case tenThousand = "万"
    case tenThousandHouseholds = "万户"
    case tenThousandPersons = "万人"
    case squareMetre = "m2"
    case tenThousandSquareMetres = "万m2"
    case hectare = "ha"
    case mu = "亩"
    case squareKilometre = "km2"
    case centimetre = "cm"
    case metre = "m"
    case kilometre = "km"
    case percent = "%"
    case permille = "‰"
    case tenth = "成"
    case yuan = "元"
    case tenThousandYuan = "万元"
    case hundredMillionYuan = "亿元"
    case yuanPerHousehold = "元/户"
    case yuanPerSquareMetre = "元/m2"
    case yuanPerSquareMetreMonth = "元/m2/月"
    case kilovoltAmpere = "kVA"
    case megapascal = "MPa"
    case year = "年"

    /// Units of one dimension convert into each other.
    enum Dimension { case count, area, length, share, money, moneyPerHousehold, rent, feeRate, power, pressure, time }

    var dimension: Dimension {
        switch self {
        case .one, .household, .building, .floor, .entrance, .person, .piece, .times: .count
        case .tenThousand, .tenThousandHouseholds, .tenThousandPersons: .count
        case .squareMetre, .tenThousandSquareMetres, .hectare, .mu, .squareKilometre: .area
        case .centimetre, .metre, .kilometre: .length
        case .percent, .permille, .tenth: .share
        case .yuan, .tenThousandYuan, .hundredMillionYuan: .money
        case .yuanPerHousehold: .moneyPerHousehold
        case .yuanPerSquareMetre: .rent
        case .yuanPerSquareMetreMonth: .feeRate
        case .kilovoltAmpere: .power
        case .megapascal: .pressure
        case .year: .time
        }
    }

    /// One of this unit is 10ⁿ of its dimension's base (count 1, m², m, %, yuan). 亩 is the one that is no power of ten.
    var powerOfTen: Int {
        switch self {
        case .tenThousand, .tenThousandHouseholds, .tenThousandPersons, .tenThousandSquareMetres, .hectare,
            .tenThousandYuan:
            4
        case .squareKilometre: 6
        case .kilometre: 3
        case .centimetre: -2
        case .permille: -1
        case .tenth: 1
        case .hundredMillionYuan: 8
        default: 0
        }
    }

    /// The unit without its 万 or 亿: a cell that says "2.3万" under a header "(万㎡)" has said the 万 itself.
    var withoutScale: Unit {
        switch self {
        case .tenThousand: .one
        case .tenThousandHouseholds: .household
        case .tenThousandPersons: .person
        case .tenThousandSquareMetres: .squareMetre
        case .tenThousandYuan, .hundredMillionYuan: .yuan
        default: self
        }
    }

    /// Whether a number stated in `other` answers a question in this unit: "320套" counts households, "320㎡" does not.
    func accepts(_ other: Unit) -> Bool {
        guard dimension == other.dimension else { return false }
        guard dimension == .count else { return true }
        let (mine, theirs) = (withoutScale, other.withoutScale)
        return mine == theirs || [.one, .piece].contains(mine) || [.one, .piece].contains(theirs)
    }

    /// How pages write the unit after a number; both empty for a bare count.
    public var name: Phrase {
        switch self {
        case .one: Phrase(zh: "", en: "")
        case .household: Phrase(zh: "户", en: "households")
        case .building: Phrase(zh: "栋", en: "buildings")
        case .floor: Phrase(zh: "层", en: "floors")
        case .entrance: Phrase(zh: "单元", en: "entrances")
        case .person: Phrase(zh: "人", en: "persons")
        case .piece: Phrase(zh: "个", en: "")
        case .times: Phrase(zh: "次", en: "times")
        case .tenThousand: Phrase(zh: "万", en: "× 10,000")
        case .tenThousandHouseholds: Phrase(zh: "万户", en: "× 10,000 households")
        case .tenThousandPersons: Phrase(zh: "万人", en: "× 10,000 persons")
        case .squareMetre: Phrase(zh: "m²", en: "m²")
        case .tenThousandSquareMetres: Phrase(zh: "万m²", en: "× 10,000 m²")
        case .hectare: Phrase(zh: "公顷", en: "ha")
        case .mu: Phrase(zh: "亩", en: "mu")
        case .squareKilometre: Phrase(zh: "平方公里", en: "km²")
        case .centimetre: Phrase(zh: "厘米", en: "cm")
        case .metre: Phrase(zh: "米", en: "m")
        case .kilometre: Phrase(zh: "公里", en: "km")
        case .percent: Phrase(zh: "%", en: "%")
        case .permille: Phrase(zh: "‰", en: "‰")
        case .tenth: Phrase(zh: "成", en: "tenths")
        case .yuan: Phrase(zh: "元", en: "yuan")
        case .tenThousandYuan: Phrase(zh: "万元", en: "× 10,000 yuan")
        case .hundredMillionYuan: Phrase(zh: "亿元", en: "× 100 million yuan")
        case .yuanPerHousehold: Phrase(zh: "元/户", en: "yuan/household")
        case .yuanPerSquareMetre: Phrase(zh: "元/m²", en: "yuan/m²")
        case .yuanPerSquareMetreMonth: Phrase(zh: "元/m²·月", en: "yuan/m² a month")
        case .kilovoltAmpere: Phrase(zh: "kVA", en: "kVA")
        case .megapascal: Phrase(zh: "MPa", en: "MPa")
        case .year: Phrase(zh: "年", en: "years")
        }
    }

    /// The unit that `text` spells, as in a header's brackets: "万平方米", "㎡", "单位:户". Nil when it spells none.
    public static func named(_ text: String) -> Unit? {
        var key = CellText.key(text)
        for prefix in ["单位:", "单位", "unit:"] where key.hasPrefix(prefix) { key = String(key.dropFirst(prefix.count)) }
        return spellings[key]
    }

    /// Takes a unit off the end of a cell's text, the longest spelling that fits.
    static func takeSuffix(_ text: inout ScalarText) -> Unit? {
        guard let last = text.rest.last, let candidates = byLastScalar[last] else { return nil }
        guard let found = candidates.first(where: { text.rest.count > $0.word.count && text.endsWith($0.word) }) else {
            return nil
        }
        text.rest.removeLast(found.word.count)
        text.trim()
        return found.unit
    }

    static let spellings: [String: Unit] = {
        var table: [String: Unit] = [:]
        for line in spellingTable.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let unit = Unit(rawValue: String(words[0])) else { continue }
            for word in words { table[word.lowercased()] = unit }
        }
        table["1"] = nil
        return table
    }()

    private static let byLastScalar: [Unicode.Scalar: [(word: [Unicode.Scalar], unit: Unit)]] = {
        var table: [Unicode.Scalar: [(word: [Unicode.Scalar], unit: Unit)]] = [:]
        // "210km2" is 210 km², not 2 × 10,000 m²: headers alone may write "10k".
        for (spelling, unit) in spellings where unit != .tenThousand && !spelling.hasPrefix("10") {
            let word = Array(spelling.unicodeScalars)
            if let last = word.last { table[last, default: []].append((word, unit)) }
        }
        return table.mapValues { $0.sorted { $0.word.count > $1.word.count } }
    }()

    /// Each line: the unit's raw value, then its other spellings, folded.
    private static let spellingTable = """
        户 套 家 家庭 户数 households hh
        栋 幢 座 栋数 buildings
        层 f floors
        单元 个单元 门洞 entrances
        人 名 位 persons people
        个 部 台 辆 盏 处 根 间 只 条 块 件 株 棵 项 起 pcs
        次 次/年 times
        万 10k
        万户 万套 10khouseholds
        万人 10kpersons
        m2 平方米 平米 平方 平 sqm sq.m m^2
        万m2 万平方米 万平米 万平方 万平 万方 10km2 10ksqm 10^4m2
        ha 公顷 hectare hectares
        亩 mu
        km2 平方公里 平方千米
        cm 厘米 公分
        m 米 延米
        km 公里 千米
        % percent pct
        ‰ permille
        成
        元 块钱 yuan rmb cny
        万元 10kyuan 万元人民币
        亿元 亿元人民币
        元/户 元/每户 yuan/household
        元/m2 元/平方米 元/平米 yuan/m2
        元/m2/月 元/月/m2 元/平方米/月 元/平米/月 元/月/平方米 元/月/平米 元/月·m2 元/m2·月 元/平方米·月 元/平米·月 元/(m2·月) 元/m2.月 元/平方米.月 元/平米.月 yuan/m2/month
        kva 千伏安
        mpa 兆帕
        年 周年 years
        """
}
