import Components
import Frame
import HTTPTypes
import Html
import Kernel

/// The API for people who write programs: every operation with its parameters and a line to try it with.
struct APIPage {
    static let route = Route.page("/api", .anyone) { visit, _ in
        visit.page("API", layout: .narrow, APIPage().view(visit.language))
    }

    func view(_ t: Language) -> Html {
        let head = pageHead(
            "API",
            note: "\(t("给程序用的接口：与页面同一道门、同样的权限。", "For programs: the same door and the same rights as the pages."))",
            actions: [linkButton("openapi.json", "/openapi.json"), printButton(t)])
        return head + begin(t) + Html.each(APIOperation.Group.allCases) { group($0, t) }
    }

    private func begin(_ t: Language) -> Html {
        let tokens: Html = """
            \(t("在“我的账号”的", "Issue a token under "))<a href="/account/tokens">\(t("API 令牌", "API tokens"))</a>\
            \(t("中签发令牌；它不会超过本人的权限，可限定只读、区划和期限。", ": never worth more than its person, cut down as you like."))
            """
        let sentences = [
            t(
                "列表分页：下一页的地址在 next 和 Link 头中，原样请求即可。",
                "Lists come in pages: ask for the address in next, or in the header Link, as it stands."),
            t(
                "写入前先读取，把 ETag 放进 If-Match；别人已改过时答 412，什么都不写。",
                "Read before you write and send the ETag as If-Match; 412, with nothing written, when it has changed."),
            t(
                "出错时答“问题详情”（RFC 9457）：code 稳定，detail 按 Accept-Language 用中文或英文。",
                "Errors are problem details (RFC 9457): code is stable, detail in the language of Accept-Language."),
        ]
        let environment = snippet("export YIJU=https://yiju.example.gov.cn TOKEN=yiju_…")
        return card(t("怎样开始", "How to begin"), points([tokens] + sentences.map { "\($0)" }) + environment)
    }

    private func group(_ group: APIOperation.Group, _ t: Language) -> Html {
        card(
            group.name(t), id: group.rawValue,
            Html.each(APIRoutes.operations.filter { $0.group == group }) { $0.view(t) })
    }
}

extension APIOperation {
    fileprivate func view(_ t: Language) -> Html {
        let notes: Html = notes.map { paragraph($0(t)) } ?? ""
        let lines =
            query.map { ValueLine($0.name, "\($0.note(t))") } + headers.map { ValueLine($0.rawValue, "\($0.note(t))") }
        let asked: Html = lines.isEmpty ? "" : disclosure(t("参数", "Parameters"), valueList(lines))
        return """
            <h3>\(title(t))</h3><p>\(code("\(method.rawValue) \(path)"))</p>\(notes)\(asked)\(snippet(curl))
            """
    }

    /// What one types to try it.
    private var curl: String {
        var lines = ["curl -H \"Authorization: Bearer $TOKEN\""]
        if case .write(let type, _, let example, _) = action {
            lines[0] += " -X \(method.rawValue) -H 'Content-Type: \(type)'"
            if headers.contains(.ifMatch) { lines.append("-H \"If-Match: $ETAG\"") }
            if headers.contains(.idempotencyKey) { lines.append("-H 'Idempotency-Key: 2026-06-30-0001'") }
            lines.append("-d '\(Self.plain(example.description))'")
        }
        let first = query.first { !$0.example.isEmpty && $0.name != "q" }.map { "?\($0.name)=\($0.example)" } ?? ""
        let values = [
            "{id}": "0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11", "{code}": "430111", "{subject}": "estate",
        ]
        let path = values.reduce(path) { $0.replacing($1.key, with: $1.value) }
        lines.append("\"$YIJU\(path)\(first)\"")
        return lines.joined(separator: " \\\n  ")
    }

    /// The page is read in two languages: its examples are in neither.
    private static func plain(_ example: String) -> String {
        example.replacing("公交小区", with: "Gongjiao").replacing("不动产登记", with: "land register")
    }
}
