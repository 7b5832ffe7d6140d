import Kernel

/// A shape with a name, and a document that has it.
struct Component: Sendable {
    let name: String
    let shape: Shape
    /// JSON text.
    let example: String

    init(_ name: String, _ shape: Shape, _ example: String) {
        self.name = name
        self.shape = shape
        self.example = example
    }

    /// A page of a list; `sums` stand with the first page alone.
    static func list(_ name: String, _ member: String, of line: String, sums: [Shape.Field] = []) -> Component {
        let next = Shape.Field(
            "next", .optional(.text()),
            Phrase(zh: "下一页的地址；最后一页为 null", en: "address of the next page; null on the last"))
        let lines = Shape.Field(member, .list(.named(line), limit: Paging.limit))
        return Component(name, .object([next] + sums + [lines]), #"{"next":null,"\#(member)":[]}"#)
    }

    /// What several lines add up to.
    static let totals: [Shape.Field] = [
        .init("households", .count, isRequired: false), .init("buildings", .count, isRequired: false),
        .init("floorAreaM2", .number, isRequired: false),
    ]

    /// The same everywhere: refusals as problem details.
    static let problem = Component(
        "Problem",
        .object([
            .init("type", .text(format: "uri-reference")), .init("title", .text()), .init("status", .whole(400...599)),
            .init("detail", .text(), Phrase(zh: "按 Accept-Language 用中文或英文", en: "in the language of Accept-Language")),
            .init("code", .text(), Phrase(zh: "给程序用的稳定代码", en: "stable, for programs")),
            .init("field", .optional(.text()), Phrase(zh: "哪个字段、参数或请求头", en: "which member, parameter or header")),
            .init("requestId", .text(), Phrase(zh: "服务日志中也有", en: "the server's log has it too")),
            .init(
                "errors",
                .list(
                    .object([
                        .init("code", .text()), .init("field", .optional(.text())), .init("zh", .text()),
                        .init("en", .text()),
                    ]), limit: 100), Phrase(zh: "每一处错误，两种语言", en: "everything that is wrong, in both languages")),
        ]),
        """
        {"type":"about:blank","title":"没有权限","status":403,
         "detail":"您的岗位在此处没有“查看小区”的权限；需要时请联系管理员。","code":"right.missing","field":null,
         "requestId":"0190a3c1-7b2e-7c10-9a53-5d1f0c8e2b11","errors":[{"code":"right.missing","field":null,
         "zh":"您的岗位在此处没有“查看小区”的权限；需要时请联系管理员。",
         "en":"Your post does not include “read estates” here; ask an administrator if you need it."}]}
        """)
}
