public import Kernel
public import Store

/// What a post is: who sits in it does what the role's rights say, at the post's place. The raw value is stored.
public enum Role: String, Sendable, CaseIterable, SQLConvertible {
    case administrator
    case cityOfficer
    case districtOfficer
    case subdistrictOfficer
    case neighbourhoodWorker
    case partyBranch
    case planner
    case designer
    case buildingClient
    case supervisionEngineer
    case costReviewer
    case contractor
    case teamMember
    case ownersCommittee
    case propertyManager
    case dispatcher
    case utility
    case originalOwnerUnit
    case operatorCompany
    case financeOfficer
    case approvingDepartment
    case auditor
    case resident
    case `public`

    public var name: Phrase {
        switch self {
        case .administrator: Phrase(zh: "系统管理员", en: "administrator")
        case .cityOfficer: Phrase(zh: "市级工作人员", en: "city officer")
        case .districtOfficer: Phrase(zh: "区级工作人员", en: "district officer")
        case .subdistrictOfficer: Phrase(zh: "街道工作人员", en: "subdistrict officer")
        case .neighbourhoodWorker: Phrase(zh: "社区工作者", en: "neighbourhood worker")
        case .partyBranch: Phrase(zh: "小区党支部", en: "party branch")
        case .planner: Phrase(zh: "小区规划师", en: "estate planner")
        case .designer: Phrase(zh: "设计单位", en: "designer")
        case .buildingClient: Phrase(zh: "建设单位", en: "building client")
        case .supervisionEngineer: Phrase(zh: "监理工程师", en: "supervision engineer")
        case .costReviewer: Phrase(zh: "造价审核", en: "cost reviewer")
        case .contractor: Phrase(zh: "施工单位", en: "contractor")
        case .teamMember: Phrase(zh: "居民“三支队伍”成员", en: "resident team member")
        case .ownersCommittee: Phrase(zh: "业主委员会", en: "owners' committee")
        case .propertyManager: Phrase(zh: "物业服务企业", en: "property manager")
        case .dispatcher: Phrase(zh: "指挥调度员", en: "dispatcher")
        case .utility: Phrase(zh: "水电气等专营单位", en: "utility")
        case .originalOwnerUnit: Phrase(zh: "原产权单位", en: "original owner unit")
        case .operatorCompany: Phrase(zh: "规模化实施运营主体", en: "operator company")
        case .financeOfficer: Phrase(zh: "财政工作人员", en: "finance officer")
        case .approvingDepartment: Phrase(zh: "审批部门", en: "approving department")
        case .auditor: Phrase(zh: "审计人员", en: "auditor")
        case .resident: Phrase(zh: "居民", en: "resident")
        case .public: Phrase(zh: "公众（未登录）", en: "public (not signed in)")
        }
    }

    /// The levels of place that somebody may be appointed at; nobody is appointed to the public.
    public var levels: [PlaceCode.Level] {
        switch self {
        case .administrator: [.country, .province, .city]
        case .cityOfficer: [.city]
        case .districtOfficer: [.district]
        case .subdistrictOfficer: [.subdistrict]
        case .neighbourhoodWorker, .partyBranch, .teamMember, .ownersCommittee: [.neighbourhood]
        case .planner, .designer, .supervisionEngineer, .costReviewer, .contractor:
            [.city, .district, .subdistrict, .neighbourhood]
        case .propertyManager: [.district, .subdistrict, .neighbourhood]
        case .dispatcher: [.city, .district, .subdistrict]
        case .buildingClient, .utility, .originalOwnerUnit, .operatorCompany, .financeOfficer, .approvingDepartment:
            [.city, .district]
        case .auditor: [.country, .province, .city, .district]
        case .resident: [.subdistrict, .neighbourhood]
        case .public: []
        }
    }

    /// Whether people of this role act in an office, with the longer password that goes with it.
    public var isOfficial: Bool { self != .resident && self != .public }

    /// Roles that read and never change: whatever the table of rights is made to say, it cannot give them more.
    public var onlyReads: Bool { self == .auditor || self == .public }
}
