/// Everything that can be granted. Who holds which right where is data (role × right × place); the list itself is code,
/// because each right is checked by code.
public enum Right: String, Sendable, CaseIterable {
    case readTotals = "totals.read"
    case readEstates = "estate.read"
    case correctEstates = "estate.correct"
    case registerEstates = "estate.register"
    case importEstates = "estate.import"
    case exportLists = "list.export"
    case editProjects = "project.edit"
    case editPlaces = "place.edit"
    case importChecklists = "checklist.import"
    case editForms = "form.edit"
    case editStages = "stage.edit"
    case readEvaluation = "evaluation.read"
    case editEvaluation = "evaluation.edit"
    case runEvaluation = "evaluation.run"
    case publishEvaluation = "evaluation.publish"
    case readRecord = "record.read"
    case readPeople = "people.read"
    case managePeople = "people.manage"
    case editRights = "rights.edit"
    case readLedger = "ledger.read"
    case postEntries = "ledger.post"
    case closeLedger = "ledger.close"
    case overrideLedger = "ledger.override"
    case editSources = "source.edit"
    case issueClearances = "clearance.issue"

    public var name: Phrase {
        switch self {
        case .readTotals: Phrase(zh: "查看总数", en: "read totals")
        case .readEstates: Phrase(zh: "查看小区", en: "read estates")
        case .correctEstates: Phrase(zh: "更正小区数据", en: "correct estate facts")
        case .registerEstates: Phrase(zh: "登记小区", en: "register estates")
        case .importEstates: Phrase(zh: "导入表格", en: "import spreadsheets")
        case .exportLists: Phrase(zh: "导出列表", en: "export lists")
        case .editProjects: Phrase(zh: "编辑项目", en: "edit projects")
        case .editPlaces: Phrase(zh: "维护区划", en: "maintain places")
        case .importChecklists: Phrase(zh: "导入比对名单", en: "import cross-check lists")
        case .editForms: Phrase(zh: "维护调查表", en: "maintain survey forms")
        case .editStages: Phrase(zh: "维护项目阶段", en: "maintain the stages")
        case .readEvaluation: Phrase(zh: "查看综合评价", en: "read evaluations")
        case .editEvaluation: Phrase(zh: "编辑评价方案", en: "edit evaluation schemes")
        case .runEvaluation: Phrase(zh: "进行综合评价", en: "run evaluations")
        case .publishEvaluation: Phrase(zh: "发布评价结果", en: "publish evaluations")
        case .readRecord: Phrase(zh: "查看操作记录", en: "read the record")
        case .readPeople: Phrase(zh: "查看人员", en: "see people")
        case .managePeople: Phrase(zh: "管理人员与岗位", en: "manage people and posts")
        case .editRights: Phrase(zh: "调整权限表", en: "edit the table of rights")
        case .readLedger: Phrase(zh: "查看台账", en: "read the ledger")
        case .postEntries: Phrase(zh: "记账", en: "post entries")
        case .closeLedger: Phrase(zh: "关闭会计期间", en: "close periods")
        case .overrideLedger: Phrase(zh: "破例记账", en: "post against a rule")
        case .editSources: Phrase(zh: "维护资金来源", en: "maintain sources of money")
        case .issueClearances: Phrase(zh: "签发批准凭据", en: "issue clearances")
        }
    }
}
