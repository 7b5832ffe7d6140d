import Kernel

extension Weighting {
    static func refusals(of draft: WeightingDraft) -> [Refusal] {
        var refusals = Words.refusals(
            draft.title, field: "title", limit: longestTitle, Phrase(zh: "会议名称", en: "The session's title"))
        if !(2...draft.method.mostItems).contains(draft.items.count) {
            refusals.append(
                Refusal(
                    "weighting.items",
                    zh:
                        "\(draft.method.name.zh)可比较 2 至 \(draft.method.mostItems) 项，现为 \(draft.items.count) 项；请按分组分次比较或换用最优最劣法。",
                    en: """
                        \(draft.items.count) items were chosen; \(draft.method.name.en) takes 2 to \
                        \(draft.method.mostItems). Weigh group by group, or use the best-worst method.
                        """,
                    field: "items"))
        }
        let codes = draft.items.map(\.code)
        if Set(codes).count < codes.count || codes.contains(where: { $0.isEmpty || $0.unicodeScalars.count > 40 }) {
            refusals.append(
                Refusal(
                    "weighting.codes", zh: "要比较的项目有重复或没有代码；请从方案中重新选择。",
                    en: "An item is listed twice or has no code; choose them from the scheme again.", field: "items"))
        }
        return refusals
    }

    static var noPerson: Refusal {
        Refusal(
            .notFound, "weighting.person", zh: "没有这个账号，或账号已停用；请先建立账号。",
            en: "There is no such account, or it is disabled; make the account first.", field: "person")
    }

    static var tooManyExperts: Refusal {
        Refusal(
            "weighting.experts", zh: "一次会议最多邀请 \(mostExperts) 位专家。",
            en: "A session has at most \(mostExperts) experts.", field: "person")
    }

    static var notInvited: Refusal {
        Refusal(
            .forbidden, "weighting.notInvited", zh: "您没有受邀参加这次赋权会议，只能由受邀专家本人判断；请联系主持人。",
            en: "You are not invited to this session, and experts judge for themselves only; speak with its host.")
    }

    static var tooManyVersions: Refusal {
        Refusal(
            .tooMany, "weighting.versions", zh: "您的判断已修改 \(mostVersions) 次，不能再改；请联系主持人另开一次会议。",
            en: "Your judgement was changed \(mostVersions) times already; ask the host to open another session.")
    }

    static func otherMethod(_ method: WeightingMethod) -> Refusal {
        Refusal(
            "weighting.method", zh: "这次会议使用\(method.name.zh)；请按该方法填写。",
            en: "This session uses the \(method.name.en); judge by it.", field: "method")
    }

    static var onlyPriorities: Refusal {
        Refusal(
            "weighting.aggregation", zh: "最优最劣法只能合并权重；请选择“\(WeightingAggregation.priorities.name.zh)”。",
            en: "Best-worst judgements can only be combined by their weights; choose priorities combined.",
            field: "aggregation")
    }

    static var nobody: Refusal {
        Refusal(
            "weighting.nobody",
            zh: "还没有完整且一致（CR 不大于 0.10）的判断，无法确定权重；请专家补全或修正，或选择接受不一致的判断。",
            en: """
                No judgement is complete and consistent (CR at most 0.10), so there are no weights; ask the experts to \
                complete or mend theirs, or accept inconsistent ones.
                """)
    }
}

/// The checks of short texts that this room shares.
enum Words {
    static func refusals(_ text: String, field: String, limit: Int, _ label: Phrase) -> [Refusal] {
        if text.allSatisfy(\.isWhitespace) {
            return [
                Refusal("text.missing", zh: "请填写\(label.zh)。", en: "\(label.en) is missing; fill it in.", field: field)
            ]
        }
        if text.unicodeScalars.count > limit {
            return [
                Refusal(
                    "text.long", zh: "\(label.zh)最多 \(limit) 字。", en: "\(label.en) has at most \(limit) characters.",
                    field: field)
            ]
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\r" && $0 != "\t" }) {
            return [
                Refusal(
                    "text.control", zh: "\(label.zh)含有不可见的控制字符；请重新输入。",
                    en: "\(label.en) holds control characters; type it again.", field: field)
            ]
        }
        return []
    }
}
