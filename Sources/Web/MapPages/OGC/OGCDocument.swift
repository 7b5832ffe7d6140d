import Components
import Frame
import HTTPTypes
import Html
import Kernel

/// The media types of what `/ogc` answers.
enum OGCMedia {
    static let json = "application/json"
    static let geoJSON = "application/geo+json"
    static let openAPI = "application/vnd.oai.openapi+json;version=3.0"
    static let html = "text/html"
}

/// A link of a document (RFC 8288).
struct OGCLink {
    let rel: String
    let link: Link
    let type: String
    let title: Phrase

    init(_ rel: String, _ link: Link, _ type: String, _ title: Phrase) {
        (self.rel, self.type, self.title) = (rel, type, title)
        // JSON is what one gets unasked.
        self.link = type == OGCMedia.html ? link.with("f", OGCRequest.Format.html.rawValue) : link
    }

    func json(_ visit: Visit) -> JSON {
        .object([
            "href": .string(visit.absolute(link)), "rel": .string(rel), "type": .string(type),
            "title": .string(title(visit.language)),
        ])
    }

    /// What the links lead to for people: each thing once, as a page.
    static func list(_ links: [OGCLink], _ t: Language) -> Html {
        var seen: Set<Link> = []
        return points(
            links.compactMap { link in
                let page = link.link.with("f", OGCRequest.Format.html.rawValue)
                guard seen.insert(page).inserted else { return nil }
                return "<a class=\"inline\" rel=\"\(link.rel)\" href=\"\(url: page)\">\(link.title(t))</a>"
            })
    }
}

/// What an address answers, in one format or the other.
struct OGCDocument {
    let title: Phrase
    /// Of its JSON.
    let type: String
    /// Of its JSON, the links left out.
    var members: [JSON.Member] = []
    /// Beside those to itself.
    var links: [OGCLink] = []
    /// The pages above it.
    var above: [Crumb] = []

    /// - Parameter view: what the page shows between its head and its links.
    func answer(_ visit: Visit, _ request: OGCRequest, _ view: (Language) -> Html) -> Frame.Answer {
        var answer = request.format == .html ? page(visit, view(visit.language)) : json(visit)
        answer.headers[.contentLanguage] = visit.language.tag
        return answer
    }

    private func json(_ visit: Visit) -> Frame.Answer {
        let own = [OGCLink("self", visit.path, type, title), OGCLink("alternate", visit.path, OGCMedia.html, title)]
        let links = (own + links).map { $0.json(visit) }
        return Frame.Answer(json: JSON.object(members + [JSON.Member("links", .array(links))]).text, type: type)
    }

    private func page(_ visit: Visit, _ view: Html) -> Frame.Answer {
        let t = visit.language
        let here = title(t)
        let json = linkButton("JSON", visit.path.with("f", OGCRequest.Format.json.rawValue))
        let list: Html = links.isEmpty ? "" : card(t("链接", "Links"), OGCLink.list(links, t))
        let way = above.isEmpty ? "" : breadcrumbs(t, above + [Crumb(here)])
        return visit.page(
            here, source: visit.registerSource, stack([way, pageHead(here, actions: [json]), view, list]))
    }
}
