public import Kernel

extension FundSource.Kind {
    public var name: Phrase {
        switch self {
        case .central: Phrase(zh: "中央资金", en: "central government")
        case .provincial: Phrase(zh: "省级资金", en: "province")
        case .city: Phrase(zh: "市级资金", en: "city")
        case .district: Phrase(zh: "区县资金", en: "district")
        case .generalBond: Phrase(zh: "一般债券", en: "general bond")
        case .specialBond: Phrase(zh: "专项债券", en: "special bond")
        case .ownerUnit: Phrase(zh: "原产权单位", en: "original owner units")
        case .residentsCash: Phrase(zh: "居民出资", en: "residents' cash")
        case .repairFund: Phrase(zh: "住宅专项维修资金", en: "repair fund")
        case .cededUse: Phrase(zh: "让渡公共空间使用权", en: "ceded use of common space")
        case .utility: Phrase(zh: "管线单位", en: "utilities")
        case .operatorCompany: Phrase(zh: "规模化实施运营主体", en: "operator company")
        case .socialCapital: Phrase(zh: "社会资本", en: "social capital")
        case .commonIncome: Phrase(zh: "共有部分收益", en: "income of common parts")
        case .bankCredit: Phrase(zh: "金融机构信贷", en: "bank credit")
        case .donation: Phrase(zh: "捐赠", en: "donations")
        case .other: Phrase(zh: "其他", en: "other")
        }
    }

    /// Paid by those who live there: in money, from their repair fund, by giving the use of space, or from the income
    /// of what they own together.
    public var isOfResidents: Bool {
        switch self {
        case .residentsCash, .repairFund, .cededUse, .commonIncome: true
        default: false
        }
    }
}
