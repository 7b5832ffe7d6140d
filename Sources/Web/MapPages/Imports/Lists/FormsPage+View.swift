import Components
import Frame
import Html
import Kernel
import Registry

extension FormsPage {
    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(t("调查表", "Survey forms"), refused: refusals, view(t))
    }

    private func view(_ t: Language) -> Html {
        let download: Link = "/forms/\(survey.subject.rawValue).json"
        let length = t("\(survey.questions.count) 题", "\(survey.questions.count) questions")
        let head = pageHead(
            survey.title.phrase(t),
            pills: [pill(t("第 \(survey.version) 版", "Version \(survey.version)"), .indigo), pill(survey.source)],
            note: "\(t("启用日期", "In use since")) \(day(t)) · \(length)",
            actions: [
                linkButton(t("下载 JSON", "Download as JSON"), download), linkButton(t("项目阶段", "Stages"), "/stages"),
            ])
        let views = tabs(
            t("调查对象", "What is surveyed"),
            SurveySubject.allCases.map { subject in
                Tab(
                    subject == .estate ? t("小区", "Estates") : t("楼栋", "Buildings"),
                    Link("/forms", ["subject": subject.rawValue]),
                    isCurrent: subject == survey.subject)
            })
        let groups = Html.each(survey.groups) { group($0, t) }
        return head + errorSummary(t, refusals) + views + groups + columnsCard(t) + (mayEdit ? uploadCard(t) : "")
    }

    private func day(_ t: Language) -> Html { Day(survey.date).map { time(t, $0) } ?? "\(survey.date)" }

    private func group(_ group: SurveyGroup, _ t: Language) -> Html {
        let questions = survey.questions(inGroup: group.number)
        guard !questions.isEmpty else { return "" }
        let title = group.number == 0 ? group.name(t) : "\(group.number) \(group.name(t))"
        let columns = [
            TableColumn(t("问题", "Question"), .heading), TableColumn(t("类型", "Kind")),
            TableColumn(t("单位与范围", "Unit and bounds")),
            TableColumn(t("可选答案", "Answers")), TableColumn(t("依据", "Evidence")),
        ]
        let rows = questions.map { question in
            let core: Html = question.isCore ? " " + pill(t("必需", "core"), .jade) : ""
            let help: Html = question.help.map { "<br><small>\($0.phrase(t))</small>" } ?? ""
            return TableRow([
                "\(question.label(t))\(core)\(help)", "\(question.kind.name(t))", "\(bounds(question, t))",
                "\(question.choices.map { $0.name(t) }.joined(separator: t("、", ", ")))",
                "\(question.evidence.name(t))",
            ])
        }
        return card(
            title, note: "\(t("\(questions.count) 题", "\(questions.count)"))", id: "group-\(group.number)",
            table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    /// "户,1–50,000".
    private func bounds(_ question: SurveyQuestion, _ t: Language) -> String {
        let unit = (question.unit ?? (question.kind == .share ? .percent : .one)).name(t)
        let digits = { (number: Double) -> String in
            if question.kind == .year, let year = Int(exactly: number) { return String(year) }
            return decimal(number, number == number.rounded() ? 0 : 2)
        }
        let range: String =
            switch (question.minimum, question.maximum) {
            case (let low?, let high?): "\(digits(low))–\(digits(high))"
            case (let low?, nil): "≥ \(digits(low))"
            case (nil, let high?):
                question.kind == .text
                    ? t("至多 \(digits(high)) 字", "at most \(digits(high)) characters") : "≤ \(digits(high))"
            case (nil, nil): ""
            }
        return [unit, range].filter { !$0.isEmpty }.joined(separator: t("，", ", "))
    }

    private func columnsCard(_ t: Language) -> Html {
        let list = survey.columns.map { $0.label(t) }.joined(separator: t("、", ", "))
        return card(
            t("表格里还可以有的列", "Columns a sheet may have besides"), "<p>\(list)</p>")
    }

    private func uploadCard(_ t: Language) -> Html {
        let next = survey.version + 1
        let help = t(
            "下载现行版本，把 version 改为 \(next)，在 questions 末尾加题或改写文字；已有题目的 key 和顺序不变。",
            "Download the present version, set version to \(next), add questions at the end or reword them; keys and order of present ones stay."
        )
        let file = field(
            t,
            FormField(
                "file", t("调查表文件", "The form's file"), .file(accept: ".json"), help: help,
                error: refusals.message("file", t),
                required: true))
        return card(
            t("上传新版本", "Upload a new version"), id: "upload",
            Components.form(
                action: "/forms", csrf: csrf, hasFiles: true, hidden: [("subject", survey.subject.rawValue)],
                file + formActions([submitButton(t("启用第 \(next) 版", "Put version \(next) into use"))])))
    }
}

extension SurveyQuestion.Kind {
    var name: Phrase {
        switch self {
        case .integer: Phrase(zh: "整数", en: "whole number")
        case .decimal: Phrase(zh: "数值", en: "number")
        case .share: Phrase(zh: "百分数", en: "percentage")
        case .choice: Phrase(zh: "单选", en: "choice")
        case .ordinal: Phrase(zh: "等级", en: "ordinal")
        case .flag: Phrase(zh: "是否", en: "yes or no")
        case .year: Phrase(zh: "年份", en: "year")
        case .text: Phrase(zh: "文字", en: "text")
        }
    }
}
