import Components
import Frame
import HTTPTypes
import Html
import Kernel

/// The page that a phone keeps and opens without a network. It holds nobody's name and no data: the script fills it
/// from what lies on the device.
enum FieldPage {
    static func show(_ visit: Visit) async throws -> Frame.Answer {
        let t = visit.language
        var answer = visit.page(t("现场摸底", "Field survey"), layout: .field, assets: [.field], view(t))
        // Estates are listed by distance where the officer allows it.
        answer.headers[.permissionsPolicy] = "camera=(), microphone=(), geolocation=(self)"
        return answer
    }

    private static func view(_ t: Language) -> Html {
        let words = t(
            "正在打开本机资料……若没有下文，请更新浏览器或打开脚本。",
            "Opening what lies on this device… If nothing follows, update the browser or allow scripts.")
        let waiting = notice(.neutral, "\(words)")
        return "<h1 class=\"hidden\">\(t("现场摸底", "Field survey"))</h1><div data-field>\(waiting)</div>"
    }

    /// The worker answers for everything below `/field`, though it lies deeper.
    static func worker(_ visit: Visit) async throws -> Frame.Answer {
        var answer = try visit.hall.publicFiles.answer(
            "field-worker.js", isVersioned: false, known: visit.knownTag)
        if let name = HTTPField.Name("Service-Worker-Allowed") { answer.headers[name] = "/field" }
        return answer
    }

    /// What makes the page installable (W3C Web Application Manifest).
    static func manifest(_ visit: Visit) async throws -> Frame.Answer {
        let t = visit.language
        let icon = { (source: String, sizes: String, type: String) in
            JSON.object(["src": .string(source), "sizes": .string(sizes), "type": .string(type)])
        }
        return Frame.Answer(
            json: JSON.object([
                "id": "/field", "name": .string(t("宜居现场摸底", "Yiju field survey")),
                "short_name": .string(t("现场摸底", "Field survey")), "lang": .string(t.tag), "start_url": "/field",
                "scope": "/field", "display": "standalone", "theme_color": "#0b6b5d",
                "background_color": "#f7f6f2",
                "icons": .array([
                    icon("/assets/icon.svg", "any", "image/svg+xml"),
                    icon("/assets/touch-icon.png", "180x180", "image/png"),
                ]),
            ]).text, type: "application/manifest+json")
    }
}
