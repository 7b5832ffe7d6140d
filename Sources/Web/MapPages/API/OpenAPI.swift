import Frame
import HTTPTypes
import Kernel
import Registry
import Store

/// `/openapi.json`: the API described by the values that make it, the facts by the survey forms in force (OpenAPI 3.1).
enum OpenAPI {
    static let route = Route.page("/openapi.json", .anyone) { visit, tx in
        let register = visit.hall.register
        let document = document(
            estate: try register.form(.estate, in: tx), building: try register.form(.building, in: tx))
        let bytes = Array(document.text.utf8)
        return visit.answer(bytes, tag: "\"\(EntityTag.hash(bytes))\"")
    }

    static let components: [Component] =
        EstatesAPI.components + BuildingsAPI.components + PhotosAPI.components + RecordAPI.components
        + ProjectsAPI.components
        + PlacesAPI.components + FormsAPI.components + SummaryAPI.components + [Component.problem]

    static func document(estate: SurveyForm, building: SurveyForm) -> JSON {
        let about = Phrase(
            zh: "老旧小区改造的登记册：小区、楼栋、项目、区划、总数。令牌在“我的账号”中签发。",
            en: "The register of old residential estates. Tokens are issued under “My account”.")
        return .object([
            "openapi": "3.1.0",
            "info": .object([
                "title": "宜居 Yiju", "version": "1", "description": .string(about.both),
                "license": .object(["name": "Apache-2.0", "identifier": "Apache-2.0"]),
            ]),
            "servers": .array([.object(["url": "/"])]),
            "tags": .array(
                APIOperation.Group.allCases.map {
                    .object(["name": .string($0.rawValue), "description": .string($0.name.both)])
                }),
            "paths": paths,
            "components": .object([
                "schemas": schemas(estate, building), "responses": responses, "headers": headers,
                "securitySchemes": schemes,
            ]),
        ])
    }

    private static var paths: JSON {
        let operations = APIRoutes.operations
        var paths: [JSON.Member] = []
        for path in operations.map(\.path) where !paths.contains(where: { $0.key == path }) {
            let here = operations.filter { $0.path == path }
            let members = here.map { JSON.Member($0.method.rawValue.lowercased(), $0.json) }
            paths.append(JSON.Member(path, .object(pathParameters(path) + members)))
        }
        return .object(paths)
    }

    private static func pathParameters(_ path: String) -> [JSON.Member] {
        let names = path.matches(of: /\{(\w+)\}/).map { String($0.1) }
        guard !names.isEmpty else { return [] }
        let shapes: [String: Shape] = [
            "id": .id, "code": .place, "subject": .code(SurveySubject.allCases.map(\.rawValue)),
        ]
        let parameters = names.map { name in
            JSON.object([
                "name": .string(name), "in": "path", "required": true, "schema": (shapes[name] ?? .text()).json,
            ])
        }
        return [JSON.Member("parameters", .array(parameters))]
    }

    private static func schemas(_ estate: SurveyForm, _ building: SurveyForm) -> JSON {
        let fixed = components.map { component in
            let example = (try? JSON(parsing: component.example)).map { [JSON.Member("examples", .array([$0]))] } ?? []
            return JSON.Member(component.name, .object(component.shape.json.members + example))
        }
        return .object(
            fixed + [
                JSON.Member("EstateFacts", estate.shape.json), JSON.Member("BuildingFacts", building.shape.json),
                JSON.Member("EstateFactsChange", estate.changeShape.json),
                JSON.Member("BuildingFactsChange", building.changeShape.json),
            ])
    }

    private static var responses: JSON {
        let statuses = Set(APIRoutes.operations.flatMap(\.kinds).map(\.status.code)).sorted()
        let body = JSON.object([
            "application/problem+json": .object(["schema": Shape.named("Problem").json])
        ])
        return .object(
            statuses.map { status in
                let kinds = APIRoutes.operations.flatMap(\.kinds)
                let title = kinds.first { $0.status.code == status }.map { $0.title.both } ?? ""
                return JSON.Member(String(status), .object(["description": .string(title), "content": body]))
            })
    }

    private static var headers: JSON {
        .object(
            APIOperation.Header.allCases.map {
                JSON.Member(
                    $0.rawValue,
                    .object(["description": .string($0.note.both), "schema": Shape.text().json]))
            })
    }

    private static var schemes: JSON {
        let token = Phrase(zh: "在“我的账号”中签发的令牌", en: "a token issued under “My account”")
        let cookie = Phrase(
            zh: "登录后的会话；写入另需 X-CSRF-Token。须先换密码或设置验证码时转到该页（303）",
            en: """
                the session of somebody signed in; writes need X-CSRF-Token as well. Sent to the page (303) while the password \
                or codes must be set up first
                """)
        let form = Phrase(zh: "页面表单中 csrf 字段的值", en: "the value of the field csrf in the forms of the pages")
        return .object([
            "token": .object(["type": "http", "scheme": "bearer", "description": .string(token.both)]),
            "session": .object([
                "type": "apiKey", "in": "cookie", "name": .string(Door.sessionCookie),
                "description": .string(cookie.both),
            ]),
            "formToken": .object([
                "type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": .string(form.both),
            ]),
        ])
    }
}

extension APIOperation {
    fileprivate var json: JSON {
        var members = [
            JSON.Member("operationId", .string(id)), JSON.Member("tags", .array([.string(group.rawValue)])),
            JSON.Member("summary", .string(title.both)), JSON.Member("security", security),
        ]
        if let notes { members.append(JSON.Member("description", .string(notes.both))) }
        let parameters = query.map(\.json) + headers.map(\.json)
        if !parameters.isEmpty { members.append(JSON.Member("parameters", .array(parameters))) }
        if case .write(let type, let shape, let example, _) = action {
            let example = (try? JSON(parsing: example.description)).map { [JSON.Member("example", $0)] } ?? []
            let content = JSON.object([JSON.Member(type, .object([JSON.Member("schema", shape.json)] + example))])
            members.append(JSON.Member("requestBody", .object(["required": true, "content": content])))
        }
        members.append(JSON.Member("responses", .object(answers.map(\.json) + refused)))
        return .object(members)
    }

    /// Anonymous where the public may look; a session alone where nothing is written.
    private var security: JSON {
        let open: [JSON] = access == .right(.readTotals) ? [.object([])] : []
        var session: [JSON.Member] = [JSON.Member("session", .array([]))]
        if case .write = action { session.append(JSON.Member("formToken", .array([]))) }
        return .array(open + [.object(["token": .array([])]), .object(session)])
    }

    private var refused: [JSON.Member] {
        Set(kinds.map(\.status.code)).sorted().map { status in
            JSON.Member(String(status), .object(["$ref": .string("#/components/responses/\(status)")]))
        }
    }
}

extension APIOperation.Success {
    fileprivate var json: JSON.Member {
        var members = [JSON.Member("description", .string(note.both))]
        if !headers.isEmpty {
            let refs = headers.map {
                JSON.Member($0.rawValue, .object(["$ref": .string("#/components/headers/\($0.rawValue)")]))
            }
            members.append(JSON.Member("headers", .object(refs)))
        }
        if let shape {
            members.append(JSON.Member("content", .object([JSON.Member(type, .object(["schema": shape.json]))])))
        }
        return JSON.Member(String(status.code), .object(members))
    }
}

extension Parameter {
    fileprivate var json: JSON {
        let example = example.isEmpty ? [] : [JSON.Member("example", exampleValue)]
        return .object(
            [
                JSON.Member("name", .string(name)), JSON.Member("in", "query"),
                JSON.Member("description", .string(note.both)), JSON.Member("schema", shape.json),
            ] + example)
    }

    private var exampleValue: JSON {
        if case .whole = kind, let number = Int64(example) { return .integer(number) }
        return .string(example)
    }
}

extension APIOperation.Asked {
    fileprivate var json: JSON {
        .object([
            "name": .string(rawValue), "in": "header", "required": .bool(self == .ifMatch),
            "description": .string(note.both), "schema": shape.json,
        ])
    }

    private var shape: Shape {
        self == .idempotencyKey ? .text(limit: 200, pattern: "^[!-~]+$") : .text()
    }
}
