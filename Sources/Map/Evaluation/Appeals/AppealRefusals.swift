import Kernel

enum AppealRefusals {
    static var noFact: Refusal {
        Refusal(
            "appeal.fact", zh: "评价方案的这一方面没有用到这项数据；请从小区报告里选择要申诉的数据。",
            en: "The scheme's aspect does not use this fact; choose the fact in the estate's report.", field: "fact")
    }

    static var notInRun: Refusal {
        Refusal(
            .notFound, "evaluation.estate", zh: "这次评价里没有该小区；它可能是之后才登记的。",
            en: "This evaluation has no such estate; it may have been registered later.", field: "estate")
    }

    static var sameValue: Refusal {
        Refusal(
            "appeal.same", zh: "您填写的值与评价所用的相同；请填写您认为正确的值。",
            en: "The value is the one that the evaluation used; give the one that is right.", field: "claimed")
    }

    static var twice: Refusal {
        Refusal(
            .conflict, "appeal.twice", zh: "这次评价的这项数据已有待核查的申诉；请在原申诉中查看进展。",
            en: "This fact of this run is contested already; follow the open appeal.")
    }

    static var tooMany: Refusal {
        Refusal(
            .tooMany, "appeal.many", zh: "该小区待核查的申诉已有 \(AppealLimits.openEach) 件；请等待处理。",
            en: "This estate has \(AppealLimits.openEach) open appeals already; wait until they are decided.")
    }

    static var tooMuchEvidence: Refusal {
        Refusal(
            "appeal.evidence.many", zh: "照片和文件合计最多 \(AppealEvidence.most) 件。",
            en: "At most \(AppealEvidence.most) photos and files together.", field: "evidence")
    }

    static var noEvidence: Refusal {
        Refusal(
            "appeal.evidence", zh: "有证据照片或文件不存在，或不属于该小区；请重新上传。",
            en: "A photo or file given as evidence is not there, or not this estate's; upload it again.",
            field: "evidence")
    }

    static var uncorrected: Refusal {
        Refusal(
            .conflict, "appeal.uncorrected", zh: "小区台账中的这项数据还没有更正；请先在小区页面更正，再判定申诉成立。",
            en: "The register still says what was contested; correct the estate's fact first, then uphold the appeal.")
    }

    static var decided: Refusal {
        Refusal(.conflict, "appeal.decided", zh: "这项申诉已经处理。", en: "This appeal was decided already.")
    }
}
