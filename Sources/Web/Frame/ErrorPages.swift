import Components
import HTTPTypes
import Html
import Identity
public import Kernel
import Store

/// Errors in words: a page for people, problem details (RFC 9457) for programs.
enum ErrorPages {
    /// Any error as refusals; what is not one is logged by the caller and told as a fault of ours.
    static func refusals(_ error: any Error) -> [Refusal] {
        switch error {
        case let refusal as Refusal: [refusal]
        case let refusals as Refusals: refusals.all
        case let error as StoreError: [error.refusal]
        default:
            [
                Refusal(
                    .unavailable, "fault", zh: "系统内部出错，没有保存；请把请求编号告诉管理员。",
                    en: "Something is wrong inside Yiju; nothing was saved. Tell an administrator the request id.")
            ]
        }
    }

    static func answer(_ refusals: [Refusal], for visit: Visit, asProblem: Bool = false) -> Answer {
        var answer = asProblem ? problem(refusals, visit) : words(refusals, for: visit)
        answer.codes = refusals.prefix(20).map(\.code)
        return answer
    }

    private static func words(_ refusals: [Refusal], for visit: Visit) -> Answer {
        let worst = refusals.first?.kind ?? .unavailable
        let t = visit.language
        if visit.isBearer || visit.wantsJSON || Route.isForPrograms(visit.path.path) { return problem(refusals, visit) }
        if worst == .unauthenticated {
            return .see(Link("/sign-in", ["back": visit.back?.text]))
        }
        let title = worst.title(t)
        let list: Html = Html.each(refusals.prefix(20)) { "<p>\($0.message(t))</p>" }
        let tone: Tone = worst == .notFound ? .neutral : .cinnabar
        let number: Html = "<p class=\"quiet\">\(t("请求编号", "Request id")) \(code(visit.requestID))</p>"
        let body: Html = """
            \(pageHead(title))\(notice(tone, list + number))<p>\(linkButton(t("回到总览", "Back to the city"), "/"))</p>
            """
        return visit.page(title, layout: .narrow, status: worst.status, body)
    }
}

extension Refusal.Kind {
    /// What a refusal of this kind is called.
    public var title: Phrase {
        switch self {
        case .invalid: Phrase(zh: "内容有误", en: "Something needs mending")
        case .malformed: Phrase(zh: "请求有误", en: "Not a request we understand")
        case .unauthenticated: Phrase(zh: "请先登录", en: "Please sign in")
        case .forbidden: Phrase(zh: "没有权限", en: "Not within your rights")
        case .notFound: Phrase(zh: "没有找到", en: "Not found")
        case .wrongMethod: Phrase(zh: "不能这样访问", en: "Not in this way")
        case .conflict, .outdated: Phrase(zh: "数据已变化", en: "Changed meanwhile")
        case .unconditional: Phrase(zh: "须说明所见的版本", en: "Say which version you saw")
        case .unsupported: Phrase(zh: "格式不受支持", en: "Not a format taken here")
        case .tooLarge: Phrase(zh: "内容过大", en: "Too large")
        case .tooMany: Phrase(zh: "过于频繁", en: "Too often")
        case .unavailable: Phrase(zh: "暂时不可用", en: "Not available right now")
        }
    }
}

extension ErrorPages {
    static func problem(_ refusals: [Refusal], _ visit: Visit) -> Answer {
        let first = refusals.first
        let kind = first?.kind ?? .unavailable
        let (status, t) = (kind.status, visit.language)
        let json = JSON.object([
            "type": "about:blank", "title": .string(kind.title(t)), "status": .integer(Int64(status.code)),
            "detail": .string(first?.message(t) ?? ""), "code": .string(first?.code ?? "fault"),
            "field": first?.field.map(JSON.string) ?? .null, "requestId": .string(visit.requestID),
            "errors": .array(
                refusals.prefix(100).map {
                    .object([
                        "code": .string($0.code), "field": $0.field.map(JSON.string) ?? .null,
                        "zh": .string($0.message.zh), "en": .string($0.message.en),
                    ])
                }),
        ])
        var answer = Answer(status, json: json.text, type: "application/problem+json")
        answer.headers[.contentLanguage] = t.tag
        answer.headers[.wwwAuthenticate] = challenge(status, visit)
        return answer
    }

    /// What a program must mend (RFC 6750, 3); nil where that is not its token.
    private static func challenge(_ status: Answer.Status, _ visit: Visit) -> String? {
        switch (status, visit.isBearer) {
        case (.unauthorized, false): "Bearer"
        case (.unauthorized, true): #"Bearer error="invalid_token""#
        case (.forbidden, true): #"Bearer error="insufficient_scope""#
        default: nil
        }
    }
}
