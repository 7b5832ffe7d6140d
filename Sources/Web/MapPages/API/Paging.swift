import Cryptography
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Registry
import Store

/// Where the next page of a list begins: the list, its order, and what its last line is sorted by. Self-describing and
/// checked, not signed: it grants nothing, since rights and filters are asked anew with each page.
struct Cursor {
    static let limit = 600

    let keys: [JSON]
    let text: String

    /// - Parameter list: what it is a cursor of, with its order.
    init(of list: String, _ keys: [JSON]) {
        self.keys = keys
        text = Base64URL.encode(JSON.array([.string(list)] + keys).text.utf8)
    }

    /// The cursor that a request brings, nil for the first page.
    /// - Throws: a refusal when it is none of this list in this order.
    init?(_ visit: Visit, of list: String, keys count: Int) throws {
        guard let text = visit.query["cursor"] else { return nil }
        let parts = Base64URL.decode(text).flatMap { try? JSON(parsing: $0) }?.elements ?? []
        guard parts.first?.string == list, parts.count == count + 1 else { throw Self.foreign }
        keys = Array(parts.dropFirst())
        self.text = text
    }

    static var foreign: Refusal {
        Refusal(
            .malformed, "cursor.foreign", zh: "这个 cursor 不属于这个列表和这种排序；请从第一页重新读起。",
            en: "This cursor is none of this list in this order; begin again with the first page.", field: "cursor")
    }
}

/// Lists are answered a page at a time, with the address of the next in the body and in the header `Link` (RFC 8288).
enum Paging {
    static let limit = Register.pageLimit
    private static let usual = 50

    static func size(_ visit: Visit) -> Int { visit.query.number("limit") ?? usual }

    /// - Parameters:
    ///   - name: of the member that holds the lines.
    ///   - lines: as JSON text.
    ///   - sums: what all pages add up to; with the first page alone.
    static func answer(
        _ visit: Visit, _ name: String, _ lines: [String], next: Cursor?, sums: [JSON.Member] = []
    ) -> Frame.Answer {
        let link = next.map { visit.path.with("cursor", $0.text).text }
        var text = JSON.object([JSON.Member("next", link.map(JSON.string) ?? .null)] + sums).text
        text.removeLast()
        text += ",\"\(name)\":[" + lines.joined(separator: ",") + "]}"
        var answer = Frame.Answer(json: text)
        if let link { answer.headers[linkHeader] = "<\(link)>; rel=\"next\"" }
        return answer
    }

    private static let linkHeader = HTTPField.Name("Link").unsafelyUnwrapped
}

extension JSON {
    /// A text that a database can be asked for: engines take no NUL.
    var askable: String? { string.flatMap { $0.utf8.contains(0) ? nil : $0 } }
}

extension EstateMark {
    /// - Parameter sort: says of which kind the leading key is.
    init(_ cursor: Cursor, _ sort: EstateFilter.Sort) throws {
        let leading: SQLValue?
        switch sort {
        case .name: leading = nil
        case .number, .place: leading = cursor.keys[0].askable.map { .text($0) }
        case .built, .households, .area, .stage, .completeness, .changed:
            leading = cursor.keys[0].integer.map { .integer($0) }
        }
        guard leading != nil || sort == .name, let sortKey = cursor.keys[1].string.flatMap({ Base64URL.decode($0) }),
            let id = cursor.keys[2].string.flatMap({ ID<Estate>($0) })
        else { throw Cursor.foreign }
        self.init(leading: leading, sortKey: sortKey, id: id)
    }

    var keys: [JSON] {
        let value: JSON =
            switch leading {
            case .integer(let value): .integer(value)
            case .text(let value): .string(value)
            default: .null
            }
        return [value, .string(Base64URL.encode(sortKey)), .string(id.description)]
    }
}
