import Components
import Frame
import Html
import Kernel
import Registry

/// One address under `/ogc` as its definition describes it.
struct OGCOperation {
    /// "/collections/estates/items".
    let path: String
    let id: String
    let summary: Phrase
    /// Of its JSON.
    let type: String
    /// The name of its schema.
    let schema: String
    var parameters: [OGCParameter] = [.f]

    static let all: [OGCOperation] =
        [
            OGCOperation(
                path: "/", id: "landing", summary: Phrase(zh: "首页", en: "Landing page"), type: OGCMedia.json,
                schema: "landingPage"),
            OGCOperation(
                path: "/conformance", id: "conformance", summary: Phrase(zh: "符合的标准", en: "Conformance"),
                type: OGCMedia.json, schema: "confClasses"),
            OGCOperation(
                path: "/api", id: "api", summary: Phrase(zh: "接口说明", en: "This definition"), type: OGCMedia.openAPI,
                schema: "definition"),
            OGCOperation(
                path: "/collections", id: "collections", summary: Phrase(zh: "集合", en: "Collections"),
                type: OGCMedia.json, schema: "collections"),
        ] + OGCCollection.allCases.flatMap(of)

    private static func of(_ collection: OGCCollection) -> [OGCOperation] {
        let (id, title) = (collection.rawValue, collection.title)
        return [
            OGCOperation(
                path: "/collections/\(id)", id: "collection-\(id)", summary: title, type: OGCMedia.json,
                schema: "collection"),
            OGCOperation(
                path: "/collections/\(id)/items", id: "items-\(id)",
                summary: Phrase(zh: "\(title.zh)：各要素", en: "\(title.en): the features"), type: OGCMedia.geoJSON,
                schema: "featureCollection", parameters: collection.parameters),
            OGCOperation(
                path: "/collections/\(id)/items/{featureId}", id: "item-\(id)",
                summary: Phrase(zh: "\(title.zh)：一个要素", en: "\(title.en): one feature"), type: OGCMedia.geoJSON,
                schema: "feature"),
        ]
    }
}

/// The definition of the API in OpenAPI 3.0, made from what the addresses are served by.
enum OGCDefinition {
    private static let title = Phrase(zh: "接口说明", en: "The API's definition")

    static func answer(_ visit: Visit) throws -> Frame.Answer {
        let request = try OGCRequest(visit)
        if request.format == .json {
            let json = json(
                server: visit.absolute("/ogc"), title: visit.language(visit.hall.city.name.zh, visit.hall.city.name.en),
                visit.language)
            return Frame.Answer(json: json.text, type: OGCMedia.openAPI)
        }
        var document = OGCDocument(title: title, type: OGCMedia.openAPI)
        document.above = OGCRoutes.above(visit)
        return document.answer(visit, request, view)
    }

    private static func view(_ t: Language) -> Html {
        let operations = OGCOperation.all.map { operation in
            TableRow([
                code("/ogc" + (operation.path == "/" ? "" : operation.path)), "\(operation.summary(t))",
                Html.joined(operation.parameters.map { code($0.rawValue) }, by: " "),
            ])
        }
        let columns = [
            TableColumn(t("地址", "Address"), .heading), TableColumn(t("内容", "What")),
            TableColumn(t("参数", "Parameters")),
        ]
        let meanings = OGCParameter.allCases.map { TableRow([code($0.rawValue), "\($0.description(t))"]) }
        let words = [TableColumn(t("参数", "Parameter"), .heading), TableColumn(t("含义", "Meaning"))]
        return stack([
            card(table(t, DataTable(caption: t("地址", "Addresses"), columns: columns, rows: operations))),
            card(table(t, DataTable(caption: t("参数", "Parameters"), columns: words, rows: meanings))),
        ])
    }

    // MARK: OpenAPI

    static func json(server: String, title: String, _ t: Language) -> JSON {
        .object([
            "openapi": "3.0.3",
            "info": .object([
                "title": .string(t("\(title)老旧小区改造 · 开放数据", "\(title) estate renewal: open data")), "version": "1.0.0",
                "description": .string(t("OGC API 要素，第一部分", "OGC API – Features, Part 1")),
            ]),
            "servers": .array([.object(["url": .string(server)])]),
            // Districts may be public; the rest wants a token or a session.
            "security": .array([
                .object([]), .object(["token": .array([])]), .object(["session": .array([])]),
            ]),
            "paths": .object(
                OGCOperation.all.map { JSON.Member($0.path, .object(["get": operation($0, t)])) }),
            "components": .object([
                "securitySchemes": .object([
                    "token": .object(["type": "http", "scheme": "bearer"]),
                    "session": .object([
                        "type": "apiKey", "in": "cookie", "name": .string(Door.sessionCookie),
                    ]),
                ]),
                "responses": .object([
                    "problem": content(t("未能办理", "Refused"), ["application/problem+json": reference("problem")])
                ]),
                "schemas": .object(schemas),
            ]),
        ])
    }

    private static func operation(_ operation: OGCOperation, _ t: Language) -> JSON {
        let answer = content(
            operation.summary(t),
            [operation.type: reference(operation.schema), OGCMedia.html: .object(["type": "string"])])
        let refusals = ["400", "401", "403", "404", "503"].map {
            JSON.Member($0, .object(["$ref": "#/components/responses/problem"]))
        }
        var parameters = operation.parameters.map { parameter in
            JSON.object([
                "name": .string(parameter.rawValue), "in": "query", "required": false,
                "description": .string(parameter.description(t)), "schema": parameter.schema, "style": "form",
                "explode": false,
            ])
        }
        if operation.path.hasSuffix("{featureId}") {
            parameters.append(
                .object([
                    "name": "featureId", "in": "path", "required": true, "schema": .object(["type": "string"]),
                ]))
        }
        return .object([
            "operationId": .string(operation.id), "summary": .string(operation.summary(t)),
            "parameters": .array(parameters), "responses": .object([JSON.Member("200", answer)] + refusals),
        ])
    }

    private static func content(_ description: String, _ schemas: KeyValuePairs<String, JSON>) -> JSON {
        let types = schemas.map { type, schema in JSON.Member(type, .object(["schema": schema])) }
        return .object(["description": .string(description), "content": .object(types)])
    }

    private static func reference(_ schema: String) -> JSON {
        .object(["$ref": .string("#/components/schemas/\(schema)")])
    }

    private static let text: JSON = .object(["type": "string"])
    private static let whole: JSON = .object(["type": "integer", "minimum": 0])
    private static let links = list(of: reference("link"))

    private static func list(of items: JSON) -> JSON { .object(["type": "array", "items": items]) }

    private static func shape(_ required: [String], _ properties: KeyValuePairs<String, JSON>) -> JSON {
        .object([
            "type": "object", "required": .array(required.map(JSON.string)), "properties": .object(properties),
        ])
    }

    private static let schemas: [JSON.Member] = [
        JSON.Member("link", shape(["href", "rel"], ["href": text, "rel": text, "type": text, "title": text])),
        JSON.Member("landingPage", shape(["links"], ["title": text, "description": text, "links": links])),
        JSON.Member("confClasses", shape(["conformsTo"], ["conformsTo": list(of: text)])),
        JSON.Member("definition", .object(["type": "object"])),
        JSON.Member(
            "collections",
            shape(["links", "collections"], ["links": links, "collections": list(of: reference("collection"))])),
        JSON.Member(
            "collection",
            shape(
                ["id", "links"],
                [
                    "id": text, "title": text, "description": text, "itemType": text, "crs": list(of: text),
                    "extent": .object(["type": "object"]), "links": links,
                ])),
        JSON.Member(
            "featureCollection",
            shape(
                ["type", "features"],
                [
                    "type": word("FeatureCollection"), "features": list(of: reference("feature")), "links": links,
                    "timeStamp": .object(["type": "string", "format": "date-time"]), "numberMatched": whole,
                    "numberReturned": whole,
                ])),
        JSON.Member(
            "feature",
            shape(
                ["type", "id", "geometry", "properties"],
                [
                    "type": word("Feature"), "id": text, "geometry": .object(["type": "object", "nullable": true]),
                    "properties": .object(["type": "object"]), "links": links,
                ])),
        JSON.Member(
            "problem",
            shape(
                ["status", "code"],
                [
                    "type": text, "title": text, "status": whole, "code": text, "requestId": text,
                    "errors": list(of: .object(["type": "object"])),
                ])),
    ]

    private static func word(_ text: String) -> JSON { .object(["type": "string", "enum": .array([.string(text)])]) }
}
