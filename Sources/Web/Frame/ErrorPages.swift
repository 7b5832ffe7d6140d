import Components
import HTTPTypes
import Html
import Identity
import Kernel
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
        let title = title(worst)(t)
        let list: Html = Html.each(refusals.prefix(20)) { "<p>\($0.message(t))</p>" }
        let tone: Tone = worst == .notFound ? .neutral : .cinnabar
        let number: Html = "<p class=\"quiet\">\(t("请求编号", "Request id")) \(code(visit.requestID))</p>"
        let body: Html = """
            \(pageHead(title))\(notice(tone, list + number))<p>\(linkButton(t("回到总览", "Back to the city"), "/"))</p>
            """
        return visit.page(title, layout: .narrow, status: worst.status, body)
    }

    private static func title(_ kind: Refusal.Kind) -> Phrase {
        switch kind {
        case .invalid, .malformed: Phrase(zh: "内容有误", en: "Something needs mending")
        case .unauthenticated: Phrase(zh: "请先登录", en: "Please sign in")
        case .forbidden: Phrase(zh: "没有权限", en: "Not within your rights")
        case .notFound: Phrase(zh: "没有找到", en: "Not found")
        case .conflict: Phrase(zh: "数据已变化", en: "Changed meanwhile")
        case .tooLarge: Phrase(zh: "内容过大", en: "Too large")
        case .tooMany: Phrase(zh: "过于频繁", en: "Too often")
        case .unavailable: Phrase(zh: "暂时不可用", en: "Not available right now")
        }
    }

    static func problem(_ refusals: [Refusal], _ visit: Visit) -> Answer {
        let first = refusals.first
        let status = (first?.kind ?? .unavailable).status
        let json = JSON.object([
            "type": .string("about:blank"), "title": .string(first?.message(visit.language) ?? ""),
            "status": .integer(Int64(status.code)), "code": .string(first?.code ?? "fault"),
            "requestId": .string(visit.requestID),
            "errors": .array(
                refusals.prefix(100).map {
                    .object([
                        "code": .string($0.code), "field": $0.field.map(JSON.string) ?? .null,
                        "zh": .string($0.message.zh), "en": .string($0.message.en),
                    ])
                }),
        ])
        var answer = Answer(status, json: json.text, type: "application/problem+json")
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
