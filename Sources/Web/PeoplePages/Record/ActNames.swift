import Components
import Kernel

/// What every recorded act is called. An act that is missing here is shown by its code, and fails a test.
enum ActNames {
    static func name(_ code: String) -> Phrase { byCode[code] ?? Phrase(zh: code, en: code) }

    /// The filter's choices, in the order of the list below.
    static func choices(_ t: Language) -> [Choice] {
        all.map { Choice($0.code, "\(ActSubjects.name($0.subject)(t)) · \($0.name(t))") }
    }

    static let codes = Set(all.map(\.code))

    private static let byCode = Dictionary(all.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })

    private struct Entry {
        let code: String
        /// The kind of thing it is done to.
        let subject: String
        let name: Phrase

        init(_ code: String, _ subject: String, _ zh: String, _ en: String) {
            self.code = code
            self.subject = subject
            name = Phrase(zh: zh, en: en)
        }
    }

    private static let all =
        estates + projects + places + imports + evaluations + weighings + publications + ledger + people + posts
        + rights + jobs + wholes

    private static let estates = [
        Entry("estate.register", "estate", "登记小区", "registered the estate"),
        Entry("estate.correct", "estate", "更正小区数据", "corrected the estate"),
        Entry("estate.import", "estate", "按导入的表格更新小区", "updated the estate from a sheet"),
        Entry("estate.move", "estate", "随区划调整移动小区", "moved the estate with its subdistrict"),
        Entry("estate.flag", "estate", "按比对名单标记小区", "flagged the estate from a list"),
        Entry("estate.unflag", "estate", "撤回名单标记", "took the flag of a withdrawn list off"),
        Entry("estate.generate", "estate", "生成演示小区", "generated the estate"),
        Entry("estate.outline", "estate", "画小区边界", "drew the estate's outline"),
        Entry("building.footprint", "building", "画楼栋轮廓", "drew the building's footprint"),
        Entry("photo.add", "estate", "添加照片", "added a photo"),
        Entry("photo.correct", "estate", "更改照片说明", "changed what is said of a photo"),
        Entry("photo.remove", "estate", "移除照片", "removed a photo"),
        Entry("field.settle", "estate", "核定现场摸底的不同数值", "settled a conflict from the field"),
        Entry("list.export", "list", "导出列表", "exported a list"),
        Entry("building.register", "building", "登记楼栋", "registered the building"),
        Entry("building.correct", "building", "更正楼栋数据", "corrected the building"),
        Entry("building.import", "building", "按导入的表格更新楼栋", "updated the building from a sheet"),
        Entry("entrance.register", "building", "登记单元", "registered an entrance"),
    ]

    private static let projects = [
        Entry("project.create", "project", "建立项目", "created the project"),
        Entry("project.stage", "project", "变更项目阶段", "moved the project to another stage"),
        Entry("project.correct", "project", "更正项目", "corrected the project"),
        Entry("project.generate", "project", "生成演示项目", "generated the project"),
        Entry("stage.add", "stage", "增加项目阶段", "added a stage"),
        Entry("stage.edit", "stage", "修改项目阶段", "changed a stage"),
        Entry("stage.retire", "stage", "停用或启用项目阶段", "retired a stage, or took it into use"),
    ]

    private static let places = [
        Entry("city.found", "city", "建立城市", "founded the city"),
        Entry("place.confirm", "place", "核定社区", "confirmed the neighbourhood"),
        Entry("place.provisional", "place", "暂设社区", "made a provisional neighbourhood"),
        Entry("place.merge", "place", "合并街道", "merged the subdistrict"),
        Entry("place.split", "place", "拆分街道", "split the subdistrict"),
        Entry("form.publish", "form", "发布调查表", "published the survey form"),
    ]

    private static let evaluations = [
        Entry("evaluation.run", "evaluation", "进行综合评价", "ran an evaluation"),
        Entry("scheme.draft", "scheme", "起草评价方案", "began a draft of a scheme"),
        Entry("scheme.edit", "scheme", "修改评价方案草稿", "edited a draft of a scheme"),
        Entry("scheme.discard", "scheme", "删去评价方案草稿", "discarded a draft of a scheme"),
        Entry("scheme.issue", "scheme", "启用评价方案", "put a scheme into force"),
    ]

    private static let imports = [
        Entry("import.upload", "import", "上传表格", "uploaded a sheet"),
        Entry("import.apply", "import", "导入表格", "imported the sheet"),
        Entry("import.discard", "import", "放弃导入", "discarded the sheet"),
        Entry("import.mapping", "place", "保存列对应关系", "saved how columns are read"),
        Entry("checklist.import", "checklist", "导入比对名单", "imported a cross-check list"),
        Entry("checklist.withdraw", "checklist", "撤回比对名单", "withdrew a cross-check list"),
    ]

    private static let people = [
        Entry("session.signIn", "person", "登录", "signed in"),
        Entry("session.signOut", "person", "退出登录", "signed out"),
        Entry("session.signOutEverywhere", "person", "退出所有登录", "signed out everywhere"),
        Entry("password.change", "person", "更改密码", "changed the password"),
        Entry("password.reset", "person", "重置密码", "gave a one-time password"),
        Entry("totp.enrol", "person", "生成第二步验证密钥", "made a key for codes"),
        Entry("totp.enable", "person", "启用第二步验证", "switched codes on"),
        Entry("totp.disable", "person", "停用第二步验证", "switched codes off"),
        Entry("token.issue", "person", "发放 API 令牌", "issued an API token"),
        Entry("token.revoke", "person", "吊销 API 令牌", "revoked an API token"),
        Entry("person.create", "person", "建立账号", "made the account"),
        Entry("person.correct", "person", "更正姓名或电话", "corrected name or phone"),
        Entry("person.disable", "person", "停用账号", "disabled the account"),
        Entry("person.enable", "person", "启用账号", "enabled the account"),
        Entry("person.erase", "person", "删除个人信息", "erased the person"),
    ]

    private static let posts = [
        Entry("post.appoint", "post", "设立岗位", "set up the post"),
        Entry("post.handOver", "post", "交接岗位", "handed the post over"),
        Entry("post.deputise", "post", "指定代理", "named a deputy"),
        Entry("post.end", "post", "结束岗位", "ended the post"),
    ]

    private static let rights = [
        Entry("rights.edit", "role", "调整权限", "changed the rights"),
        Entry("rights.code", "role", "调整登录验证码要求", "changed whether codes are required"),
        Entry("rights.install", "rights", "安装默认权限", "installed the default rights"),
    ]

    private static let jobs = [
        Entry("job.ask", "job", "发起任务", "asked for a job"),
        Entry("job.cancel", "job", "取消任务", "cancelled the job"),
    ]

    private static let weighings = [
        Entry("weighting.open", "weighting", "召开赋权会议", "opened a weighting session"),
        Entry("weighting.invite", "weighting", "邀请专家", "invited an expert"),
        Entry("weighting.judge", "weighting", "专家作出判断", "judged as an expert"),
        Entry("weighting.close", "weighting", "结束赋权会议", "closed the weighting session"),
        Entry("residents.enter", "residents", "录入居民问卷合计", "entered a survey of residents"),
        Entry("residents.withdraw", "residents", "撤回居民问卷合计", "withdrew a survey of residents"),
    ]

    private static let publications = [
        Entry("publication.publish", "publication", "公布评价结果", "published the result"),
        Entry("publication.withdraw", "publication", "撤回公布的结果", "withdrew the published result"),
        Entry("appeal.make", "appeal", "提出申诉", "appealed against a fact"),
        Entry("appeal.uphold", "appeal", "判定申诉成立", "upheld the appeal"),
        Entry("appeal.dismiss", "appeal", "判定申诉不成立", "dismissed the appeal"),
    ]

    private static let ledger = [
        Entry("ledger.post", "entry", "记账", "posted entries"),
        Entry("ledger.override", "entry", "违反规则仍记账", "posted against a rule"),
        Entry("ledger.close", "period", "关闭会计期间", "closed the period"),
        Entry("ledger.bank", "bank", "核对银行流水", "matched a bank statement"),
        Entry("ledger.bank.takeBack", "bank", "撤回银行流水的核对", "took a match of the bank's lines back"),
        Entry("ledger.bank.upload", "bankStatement", "上传银行对账单", "brought a bank statement"),
        Entry("ledger.bank.apply", "bankStatement", "记录银行对账单", "recorded the bank statement"),
        Entry("ledger.bank.discard", "bankStatement", "放弃银行对账单", "discarded the bank statement"),
        Entry("source.edit", "source", "登记或更改资金来源", "registered or changed the source"),
        Entry("contract.sign", "contract", "登记合同", "registered the contract"),
        Entry("contract.vary", "contract", "办理合同变更", "varied the contract"),
        Entry("contract.dispute", "contract", "标记或解除合同争议", "marked the contract as disputed or settled"),
        Entry("clearance.issue", "clearance", "签发批准凭据", "issued a clearance"),
        Entry("repairFund.save", "repairFund", "登记维修资金余额", "registered the balance of the repair fund"),
        Entry("ledger.question.save", "question", "保存台账问题", "saved a question to the ledger"),
        Entry("ledger.question.remove", "question", "删除台账问题", "removed a saved question"),
        Entry("ledger.import.upload", "ledgerImport", "上传台账表格", "uploaded a table for the ledger"),
        Entry("ledger.import.apply", "ledgerImport", "导入台账表格", "imported the table into the ledger"),
        Entry("ledger.import.discard", "ledgerImport", "放弃台账表格", "discarded the table"),
        Entry("appraisal.save", "appraisal", "登记空间使用权评估", "registered an appraisal of given use"),
    ]

    private static let wholes = [
        Entry("backup.write", "backup", "备份全部数据", "backed everything up"),
        Entry("backup.restore", "backup", "从备份恢复全部数据", "restored everything from a backup"),
        Entry("schema.migrate", "database", "升级数据库", "brought the database up to a new version"),
    ]
}

/// What the things are called that acts are done to.
enum ActSubjects {
    static func name(_ kind: String) -> Phrase { all.first { $0.kind == kind }?.name ?? Phrase(zh: kind, en: kind) }

    static func choices(_ t: Language) -> [Choice] { all.map { Choice($0.kind, $0.name(t)) } }

    private static let all: [(kind: String, name: Phrase)] = [
        ("estate", Phrase(zh: "小区", en: "estate")), ("building", Phrase(zh: "楼栋", en: "building")),
        ("project", Phrase(zh: "项目", en: "project")), ("list", Phrase(zh: "列表", en: "list")),
        ("import", Phrase(zh: "导入", en: "import")), ("checklist", Phrase(zh: "比对名单", en: "cross-check list")),
        ("form", Phrase(zh: "调查表", en: "survey form")), ("stage", Phrase(zh: "项目阶段", en: "stage")),
        ("evaluation", Phrase(zh: "综合评价", en: "evaluation")), ("scheme", Phrase(zh: "评价方案", en: "scheme")),
        ("city", Phrase(zh: "城市", en: "city")),
        ("place", Phrase(zh: "区划", en: "place")), ("person", Phrase(zh: "人员", en: "person")),
        ("post", Phrase(zh: "岗位", en: "post")), ("role", Phrase(zh: "角色", en: "role")),
        ("rights", Phrase(zh: "权限表", en: "table of rights")), ("backup", Phrase(zh: "备份", en: "backup")),
        ("database", Phrase(zh: "数据库", en: "database")), ("job", Phrase(zh: "任务", en: "job")),
        ("weighting", Phrase(zh: "赋权会议", en: "weighting session")),
        ("residents", Phrase(zh: "居民问卷", en: "survey of residents")),
        ("publication", Phrase(zh: "公布", en: "publication")), ("appeal", Phrase(zh: "申诉", en: "appeal")),
        ("entry", Phrase(zh: "分录", en: "entry")),
        ("period", Phrase(zh: "会计期间", en: "period")), ("source", Phrase(zh: "资金来源", en: "source of money")),
        ("contract", Phrase(zh: "合同", en: "contract")), ("clearance", Phrase(zh: "批准凭据", en: "clearance")),
        ("question", Phrase(zh: "台账问题", en: "saved question")),
        ("ledgerImport", Phrase(zh: "台账表格", en: "table for the ledger")),
        ("bank", Phrase(zh: "银行账户", en: "bank account")),
        ("bankStatement", Phrase(zh: "银行对账单", en: "bank statement")),
        ("repairFund", Phrase(zh: "维修资金", en: "repair fund")), ("appraisal", Phrase(zh: "评估", en: "appraisal")),
    ]
}
