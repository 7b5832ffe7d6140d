import Kernel

/// What a JSON value looks like, as JSON Schema 2020-12 (and so OpenAPI 3.1) writes it.
indirect enum Shape: Sendable {
    /// `limit` counts characters.
    case text(limit: Int? = nil, format: String? = nil, pattern: String? = nil)
    case whole(ClosedRange<Int>? = nil)
    case number
    case flag
    /// One of these texts.
    case code([String])
    /// Or null.
    case optional(Shape)
    case list(Shape, limit: Int? = nil)
    case object([Field], isOpen: Bool = false)
    /// A list of exactly these, the last `optional` ones of which may be missing.
    case tuple([Shape], Phrase? = nil, optional: Int = 0)
    /// An object with keys of any name.
    case map(Shape)
    /// A component, by its name.
    case named(String)
    case exactly(JSON)

    struct Field: Sendable {
        let name: String
        let shape: Shape
        let isRequired: Bool
        let note: Phrase?

        init(_ name: String, _ shape: Shape, _ note: Phrase? = nil, isRequired: Bool = true) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.note = note
        }
    }

    static let id = Shape.text(format: "uuid")
    static let day = Shape.text(format: "date")
    static let moment = Shape.text(format: "date-time")
    static let place = Shape.text(pattern: "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$")
    static let count = Shape.whole(0...Int(Int32.max))

    var json: JSON { .object(members) }

    private var members: [JSON.Member] {
        switch self {
        case .text(let limit, let format, let pattern):
            [JSON.Member("type", "string")]
                + [("format", format), ("pattern", pattern)].compactMap { name, value in
                    value.map { JSON.Member(name, .string($0)) }
                } + (limit.map { [JSON.Member("maxLength", .integer(Int64($0)))] } ?? [])
        case .whole(let range):
            [JSON.Member("type", "integer")]
                + (range.map {
                    [
                        JSON.Member("minimum", .integer(Int64($0.lowerBound))),
                        JSON.Member("maximum", .integer(Int64($0.upperBound))),
                    ]
                } ?? [])
        case .number: [JSON.Member("type", "number")]
        case .flag: [JSON.Member("type", "boolean")]
        case .code(let codes): [JSON.Member("type", "string"), JSON.Member("enum", .array(codes.map(JSON.string)))]
        case .optional(let shape):
            [JSON.Member("anyOf", .array([shape.json, .object(["type": "null"])]))]
        case .list(let shape, let limit):
            [JSON.Member("type", "array"), JSON.Member("items", shape.json)]
                + (limit.map { [JSON.Member("maxItems", .integer(Int64($0)))] } ?? [])
        case .tuple(let shapes, let note, let optional):
            [
                JSON.Member("type", "array"), JSON.Member("prefixItems", .array(shapes.map(\.json))),
                JSON.Member("items", false), JSON.Member("minItems", .integer(Int64(shapes.count - optional))),
            ] + (note.map { [JSON.Member("description", .string($0.both))] } ?? [])
        case .object(let fields, let isOpen): Self.object(fields, isOpen)
        case .map(let shape): [JSON.Member("type", "object"), JSON.Member("additionalProperties", shape.json)]
        case .named(let name): [JSON.Member("$ref", .string("#/components/schemas/\(name)"))]
        case .exactly(let json): json.members
        }
    }

    private static func object(_ fields: [Field], _ isOpen: Bool) -> [JSON.Member] {
        let properties = fields.map { field in
            let note = field.note.map { [JSON.Member("description", .string($0.both))] } ?? []
            return JSON.Member(field.name, .object(field.shape.members + note))
        }
        let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
        return [
            JSON.Member("type", "object"), JSON.Member("required", .array(required)),
            JSON.Member("properties", .object(properties)), JSON.Member("additionalProperties", .bool(isOpen)),
        ]
    }
}
