import FoundationEssentials
public import Kernel

/// All survey forms in use, every version of each.
public struct FormCatalogue: Sendable {
    public let forms: [SurveyForm]

    private let newest: [SurveySubject: SurveyForm]

    /// Refuses unless there is a form for every subject and no version twice.
    public init(forms: [SurveyForm]) throws(Refusal) {
        var newest: [SurveySubject: SurveyForm] = [:]
        var seen: Set<String> = []
        for form in forms {
            guard seen.insert("\(form.subject.rawValue) \(form.version)").inserted else {
                throw FormFault(file: form.form).refusal("version", "同一版本出现两次", "this version appears twice")
            }
            if form.version > (newest[form.subject]?.version ?? 0) { newest[form.subject] = form }
        }
        for subject in SurveySubject.allCases where newest[subject] == nil {
            throw FormFault(file: "\(subject.rawValue)-survey").refusal("subject", "缺少这种调查表", "there is no form for it")
        }
        self.forms = forms
        self.newest = newest
    }

    /// Loads every `*.json` of `directory`.
    public static func load(directory: String) throws(Refusal) -> FormCatalogue {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw FormFault(file: directory).refusal("", "目录不能读取", "the directory cannot be read")
        }
        var forms: [SurveyForm] = []
        for name in names.sorted() where name.hasSuffix(".json") {
            forms.append(try SurveyForm.load(file: directory + "/" + name))
        }
        return try FormCatalogue(forms: forms)
    }

    /// The newest version.
    public func form(_ subject: SurveySubject) -> SurveyForm {
        guard let form = newest[subject] else { preconditionFailure("checked when made") }
        return form
    }

    public func form(_ subject: SurveySubject, version: Int) -> SurveyForm? {
        forms.first { $0.subject == subject && $0.version == version }
    }

    /// The question of the newest version.
    public func question(_ key: String, of subject: SurveySubject) -> SurveyQuestion? { form(subject).question(key) }
}

extension SurveyForm {
    /// Larger files are no forms. Bytes.
    private static let largestFile = 4_000_000

    public static func load(file: String) throws(Refusal) -> SurveyForm {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw FormFault(file: file).refusal("", "文件不能读取", "the file cannot be read")
        }
        return try decode([UInt8](data), file: file)
    }

    /// Decodes and validates a form; `file` is what refusals name.
    public static func decode(_ bytes: [UInt8], file: String) throws(Refusal) -> SurveyForm {
        let fault = FormFault(file: file)
        guard bytes.count <= largestFile else { throw fault.refusal("", "文件过大", "the file is too large") }
        let form: SurveyForm
        do {
            form = try JSONDecoder().decode(SurveyForm.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw fault.refusal(error)
        } catch {
            throw fault.refusal("", "不是JSON", "it is not JSON")
        }
        try form.validate(fault)
        return form
    }

    private func validate(_ fault: FormFault) throws(Refusal) {
        if version < 1 { throw fault.refusal("version", "版本号须从1起", "versions begin with 1") }
        if Day(date) == nil { throw fault.refusal("date", "日期应如2026-06-30", "a date looks like 2026-06-30") }
        if Set(groups.map(\.number)).count != groups.count {
            throw fault.refusal("groups", "组号重复", "a group number repeats")
        }
        guard questions.count <= 500, columns.count <= 100 else {
            throw fault.refusal("questions", "问题过多", "too many questions")
        }
        var keys: Set<String> = []
        for key in questions.map(\.key) + columns.map(\.key) {
            guard keys.insert(key).inserted else { throw fault.refusal(key, "键重复", "the key repeats") }
            guard isIdentifier(key) else { throw fault.refusal(key, "键只能用字母和数字", "keys are letters and digits only") }
        }
        for question in questions { try question.validate(fault, groups: groups) }
    }

    private func isIdentifier(_ key: String) -> Bool {
        key.utf8.first.map { ($0 | 32) >= UInt8(ascii: "a") } == true && key.utf8.count <= 60
            && key.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 32) }
    }
}

extension SurveyQuestion {
    fileprivate func validate(_ fault: FormFault, groups: [SurveyGroup]) throws(Refusal) {
        if zh.isEmpty || en.isEmpty { throw fault.refusal(key, "缺少中文或英文", "Chinese or English is missing") }
        if !groups.contains(where: { $0.number == group }) {
            throw fault.refusal(key, "没有第\(group)组", "there is no group \(group)")
        }
        if let minimum, let maximum, minimum > maximum { throw fault.refusal(key, "下限大于上限", "minimum exceeds maximum") }
        let choosing = kind == .choice || kind == .ordinal
        guard choosing == !choices.isEmpty, !choosing || choices.count >= 2 else {
            throw fault.refusal(key, "选择题须有两个以上选项，其他题不得有", "choices belong to choice questions, at least two")
        }
        var seen: [String: String] = [:]
        for choice in choices {
            for word in Set(([choice.code, choice.zh, choice.en] + choice.aliases).map(CellText.key)) {
                if let other = seen.updateValue(choice.code, forKey: word) {
                    throw fault.refusal(
                        key, "“\(word)”同时指\(other)和\(choice.code)", "“\(word)” means both \(other) and \(choice.code)")
                }
            }
        }
        if noneIsZero, kind != .integer, kind != .decimal, kind != .share {
            throw fault.refusal(key, "只有数值题可设noneIsZero", "noneIsZero is for numbers only")
        }
    }
}

/// A mistake in a form's file, told with the file and the key.
struct FormFault {
    let file: String

    func refusal(_ key: String, _ zh: String, _ en: String) -> Refusal {
        Refusal(
            .invalid, "form.file", zh: "调查表\(file)\(key.isEmpty ? "" : "的“\(key)”"):\(zh)。",
            en: "Survey form \(file)\(key.isEmpty ? "" : ", “\(key)”"): \(en).", field: key.isEmpty ? nil : key)
    }

    func refusal(_ error: DecodingError) -> Refusal {
        switch error {
        case .keyNotFound(let key, let context):
            refusal(path(context.codingPath + [key]), "缺少这一项", "this entry is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            refusal(path(context.codingPath), "类型不对", "it is of the wrong type")
        case .dataCorrupted(let context):
            refusal(path(context.codingPath), "内容不能读懂", "its content cannot be read")
        @unknown default: refusal("", "内容不能读懂", "its content cannot be read")
        }
    }

    private func path(_ keys: [any CodingKey]) -> String {
        keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
}
