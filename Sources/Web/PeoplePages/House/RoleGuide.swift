import Identity
import Kernel

/// What each role comes for, in a sentence.
enum RoleGuide {
    static func text(_ role: Role) -> Phrase {
        switch role {
        case .administrator:
            Phrase(
                zh: "建立账号、设立和交接岗位、调整权限表；不改业务数据。",
                en:
                    "You make accounts, set up and hand over posts, and adjust the table of rights; you change no estate."
            )
        case .cityOfficer:
            Phrase(
                zh: "看全市进度与数据质量，登记、导入和更正各区小区，维护区划和调查表。",
                en:
                    "You see the whole city's progress and data quality, register, import and correct estates, and keep places and forms."
            )
        case .districtOfficer:
            Phrase(
                zh: "管好本区的小区：导入摸底表、更正数据、推进项目；全市只看总数。",
                en:
                    "You keep your district's estates: import surveys, correct facts, move projects on. Of the rest of the city you see totals."
            )
        case .subdistrictOfficer:
            Phrase(
                zh: "管好本街道的小区：登记、导入、更正，补齐缺项。",
                en: "You keep your subdistrict's estates: register, import, correct, fill the gaps.")
        case .neighbourhoodWorker:
            Phrase(zh: "核对并更正本社区的小区数据。", en: "You check and correct the estates of your neighbourhood.")
        case .buildingClient:
            Phrase(zh: "查看小区，登记项目阶段，导出清单。", en: "You look up estates, keep the stages of projects, and export lists.")
        case .financeOfficer: Phrase(zh: "查看小区与总数，导出清单。", en: "You look up estates and totals, and export lists.")
        case .auditor:
            Phrase(
                zh: "查看辖区内的一切，包括人员与操作记录，不能改动任何内容。",
                en: "You read everything in your area, people and the record included, and change nothing.")
        case .partyBranch, .planner, .designer, .supervisionEngineer, .costReviewer, .contractor, .teamMember,
            .ownersCommittee, .propertyManager, .dispatcher, .utility, .originalOwnerUnit, .operatorCompany,
            .approvingDepartment:
            Phrase(zh: "查看辖区内的小区和全市总数。", en: "You look up the estates of your area and the city's totals.")
        case .resident, .public:
            Phrase(
                zh: "查看全市改造的公开总数；凭信上的验证码查看自己家的出资。",
                en:
                    "You see the public totals of the city's renewal, and your own household's share by the code of its letter."
            )
        }
    }
}
