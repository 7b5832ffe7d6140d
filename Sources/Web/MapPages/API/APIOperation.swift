import Frame
import HTTPTypes
import Kernel
import Store

/// One operation of the API: its route, and everything that `/openapi.json` and the page `/api` say of it. One value,
/// so that neither can be without the other, and what is described is what is checked.
struct APIOperation: Sendable {
    enum Group: String, CaseIterable, Sendable {
        case estates, projects, places, forms, totals

        var name: Phrase {
            switch self {
            case .estates: Phrase(zh: "小区与楼栋", en: "Estates and buildings")
            case .projects: Phrase(zh: "项目与阶段", en: "Projects and stages")
            case .places: Phrase(zh: "区划", en: "Places")
            case .forms: Phrase(zh: "调查表", en: "Survey forms")
            case .totals: Phrase(zh: "总数", en: "Totals")
            }
        }
    }

    enum Action: Sendable {
        case read(@Sendable (Visit, Tx) throws -> Frame.Answer)
        /// Reads on without a transaction held.
        case look(@Sendable (Visit) async throws -> Frame.Answer)
        /// A body of this media type and shape.
        case write(type: String, Shape, example: StaticString, @Sendable (Visit, JSON) async throws -> Frame.Answer)
    }

    /// An answer when nothing is refused.
    struct Success: Sendable {
        let status: HTTPResponse.Status
        let note: Phrase
        /// Nil without a body.
        let shape: Shape?
        var type = "application/json"
        var headers: [Header] = []
    }

    enum Header: String, CaseIterable, Sendable {
        case eTag = "ETag"
        case link = "Link"
        case location = "Location"

        var note: Phrase {
            switch self {
            case .eTag:
                Phrase(
                    zh: "内容的标记，用于 If-None-Match 和 If-Match", en: "tag of the content, for If-None-Match and If-Match")
            case .link:
                Phrase(
                    zh: "下一页的地址，rel=\"next\"（RFC 8288）；最后一页没有",
                    en: "the next page, rel=\"next\" (RFC 8288); the last has none")
            case .location: Phrase(zh: "新小区的地址", en: "address of the new estate")
            }
        }
    }

    /// A header that a request may bring.
    enum Asked: String, Sendable {
        case ifNoneMatch = "If-None-Match"
        case ifMatch = "If-Match"
        case idempotencyKey = "Idempotency-Key"

        var note: Phrase {
            switch self {
            case .ifNoneMatch:
                Phrase(zh: "已有内容的 ETag；未变则答 304", en: "ETag of what one has; answered 304 while it is the same")
            case .ifMatch:
                Phrase(zh: "所见内容的 ETag；已变则拒绝（412）", en: "ETag of what one saw; refused (412) once it has changed")
            case .idempotencyKey:
                Phrase(
                    zh: "请求的名字，1—200 个字符；重发不会再登记一次",
                    en: "names the request, 1 to 200 characters; sent again it registers nothing more")
            }
        }
    }

    /// As generated clients call it.
    let id: String
    let group: Group
    let method: HTTPRequest.Method
    let path: String
    let access: Route.Access
    let title: Phrase
    let notes: Phrase?
    var query: [Parameter] = []
    var headers: [Asked] = []
    let answers: [Success]
    /// Kinds beside those that every operation can answer.
    var refusals: [Refusal.Kind] = []
    let action: Action

    /// Reads.
    static func get(
        _ id: String, _ group: Group, _ path: String, _ access: Route.Access, zh: String, en: String,
        notes: Phrase? = nil, query: [Parameter] = [], headers: [Asked] = [], answers: Shape, sends: [Header] = [],
        _ handler: @escaping @Sendable (Visit, Tx) throws -> Frame.Answer
    ) -> APIOperation {
        APIOperation(
            id: id, group: group, method: .get, path: path, access: access, title: Phrase(zh: zh, en: en), notes: notes,
            query: query, headers: headers,
            answers: [.init(status: .ok, note: found, shape: answers, headers: sends)]
                + (headers.contains(.ifNoneMatch) ? [same] : []), action: .read(handler))
    }

    /// A picture: a file that never changes.
    static func picture(
        _ id: String, _ group: Group, _ path: String, _ access: Route.Access, zh: String, en: String,
        _ handler: @escaping @Sendable (Visit) async throws -> Frame.Answer
    ) -> APIOperation {
        let picture = Success(
            status: .ok, note: found, shape: .exactly(.object([])), type: "image/jpeg", headers: [.eTag])
        return APIOperation(
            id: id, group: group, method: .get, path: path, access: access, title: Phrase(zh: zh, en: en), notes: nil,
            headers: [.ifNoneMatch], answers: [picture, same], action: .look(handler))
    }

    /// Corrects a thing by a JSON merge patch (RFC 7396) and answers it as it is now. What nobody saw in time is
    /// refused, so that no change is overwritten unseen.
    /// - Parameter now: what is answered, in words.
    static func patch(
        _ id: String, _ group: Group, _ path: String, _ access: Route.Access, zh: String, en: String,
        notes: Phrase, body: Shape, example: StaticString, answers: Shape, now: Phrase,
        _ handler: @escaping @Sendable (Visit, JSON) async throws -> Frame.Answer
    ) -> APIOperation {
        APIOperation(
            id: id, group: group, method: .patch, path: path, access: access, title: Phrase(zh: zh, en: en),
            notes: notes, headers: [.ifMatch],
            answers: [Success(status: .ok, note: now, shape: answers, headers: [.eTag])],
            refusals: [.outdated, .unconditional],
            action: .write(type: "application/merge-patch+json", body, example: example) { visit, body in
                try visit.requireCondition()
                return try await handler(visit, body)
            })
    }

    private static let found = Phrase(zh: "读到了", en: "found")
    private static let same = Success(
        status: .notModified, note: Phrase(zh: "与所有的相同", en: "the same as one has"), shape: nil, headers: [.eTag])

    var route: Route {
        let query = query
        switch action {
        case .read(let handler):
            return .page(path, access) { visit, tx in
                try Parameter.check(visit.query, query)
                return try handler(visit, tx)
            }
        case .look(let handler):
            return .look(path, access) { visit in
                try Parameter.check(visit.query, query)
                return try await handler(visit)
            }
        case .write(let type, _, _, let handler):
            return .json(method, path, access, type: type) { visit, body in
                try Parameter.check(visit.query, query)
                return try await handler(visit, body)
            }
        }
    }

    /// Every kind of refusal that may be answered.
    var kinds: [Refusal.Kind] {
        var kinds: [Refusal.Kind] = [.malformed, .unauthenticated, .forbidden, .unavailable]
        if path.contains("{") { kinds.append(.notFound) }
        if case .write = action { kinds += [.conflict, .tooLarge, .unsupported, .invalid] }
        return kinds + refusals
    }
}
