import Frame
import Geo
import Kernel
import Registry

/// What an address under `/ogc` asks for. Whatever it says is understood or refused, never passed over.
struct OGCRequest {
    enum Format: String {
        case json, html
    }

    private(set) var format: Format
    private(set) var filter = FeatureFilter()
    private(set) var limit = OGCParameter.defaultLimit
    /// The last feature of the page before, as its link `next` wrote it.
    private(set) var cursor: String?

    /// - Throws: refusals of kind `.malformed` that name each parameter that is unknown, given twice or unreadable.
    init(_ visit: Visit, _ known: [OGCParameter] = [.f]) throws {
        format = Self.prefersHTML(visit.accept) ? .html : .json
        var refusals: [Refusal] = []
        var seen: Set<String> = []
        for (name, value) in visit.query.fields {
            do throws(Refusal) {
                guard let parameter = known.first(where: { $0.rawValue == name }) else { throw unknown(name, known) }
                guard seen.insert(name).inserted else {
                    throw parameter.refusal(zh: "参数 \(name) 只能给一次。", en: "Give the parameter \(name) once.")
                }
                guard value.utf8.count <= OGCParameter.lengthLimit else {
                    throw parameter.refusal(
                        zh: "参数 \(name) 超过 \(OGCParameter.lengthLimit) 字节。",
                        en: "The parameter \(name) is over \(OGCParameter.lengthLimit) bytes.")
                }
                try read(parameter, value)
            } catch {
                refusals.append(error)
            }
        }
        try Refusals.throwIfAny(refusals)
    }

    private mutating func read(_ parameter: OGCParameter, _ value: String) throws(Refusal) {
        switch parameter {
        case .f:
            guard let format = Format(rawValue: value) else {
                throw parameter.refusal(zh: "f 可为 json 或 html。", en: "f is json or html.")
            }
            self.format = format
        case .limit: limit = try Self.limit(value)
        case .cursor: cursor = value
        case .bbox: filter.box = try Self.box(value)
        case .datetime: (filter.since, filter.until) = try Self.interval(value)
        case .place:
            guard let place = PlaceCode(value) else {
                throw parameter.refusal(
                    zh: "place 应为区划代码：2、4、6、9 或 12 位数字。", en: "place is a place's code: 2, 4, 6, 9 or 12 digits.")
            }
            filter.place = place
        case .stage: filter.stage = value
        case .number: filter.number = value
        }
    }

    /// A larger limit than ours means ours (/req/core/fc-limit-response-1, C).
    private static func limit(_ text: String) throws(Refusal) -> Int {
        let isWhole = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let limits = OGCParameter.limits
        let number = isWhole ? Int(text) ?? limits.upperBound : 0
        guard number >= limits.lowerBound else {
            throw OGCParameter.limit.refusal(
                zh: "limit 应为 \(limits.lowerBound) 至 \(limits.upperBound) 的整数。",
                en: "limit is a whole number from \(limits.lowerBound) to \(limits.upperBound).")
        }
        return min(number, limits.upperBound)
    }

    private static func box(_ text: String) throws(Refusal) -> BoundingBox {
        let refusal = OGCParameter.bbox.refusal(
            zh: "bbox 应为 4 个数（西,南,东,北）或 6 个数（另有高度）；经度 −180 至 180，纬度 −90 至 90，南不大于北。",
            en: """
                bbox is 4 numbers (west,south,east,north) or 6 (with heights): longitudes within ±180, latitudes within \
                ±90, south not above north.
                """)
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard numbers.count == 4 || numbers.count == 6, numbers.allSatisfy(\.isFinite) else { throw refusal }
        let upper = numbers.count / 2
        let (west, south, east, north) = (numbers[0], numbers[1], numbers[upper], numbers[upper + 1])
        guard (-180...180).contains(west), (-180...180).contains(east), -90 <= south, south <= north, north <= 90,
            upper == 2 || numbers[2] <= numbers[5]
        else { throw refusal }
        return BoundingBox(west: west, south: south, east: east, north: north)
    }

    /// Both ends belong to it; nil for an open one.
    private static func interval(_ text: String) throws(Refusal) -> (since: Instant?, until: Instant?) {
        let ends = text.split(separator: "/", omittingEmptySubsequences: false)
        let instants = ends.map { Instant(rfc3339: $0) }
        let areRead = zip(ends, instants).allSatisfy { $1 != nil || ends.count == 2 && ($0.isEmpty || $0 == "..") }
        let (first, last) = (instants[0], instants[instants.count - 1])
        let isOrdered = first.flatMap { first in last.map { first <= $0 } } ?? true
        guard ends.count <= 2, areRead, first != nil || last != nil, isOrdered else {
            throw OGCParameter.datetime.refusal(
                zh: "datetime 应为时刻 2026-06-30T08:00:00Z，或以 / 隔开的时段，一端可为 ..，先后不能颠倒；+ 须写成 %2B。",
                en: """
                    datetime is an instant 2026-06-30T08:00:00Z or two with / between, one end perhaps .., the earlier \
                    first; + is written %2B.
                    """)
        }
        return (first, last)
    }

    /// Whether HTML is named and wanted more than any JSON (RFC 9110, 12.5.1): browsers do, programs do not.
    private static func prefersHTML(_ accept: String) -> Bool {
        var (html, json) = (0.0, 0.0)
        for wish in accept.prefix(1000).split(separator: ",") {
            let parts = wish.lowercased().split(separator: ";").map { $0.filter { $0 != " " } }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            switch parts.first ?? "" {
            case "text/html", "application/xhtml+xml": html = max(html, weight)
            case "*/*", "application/*": json = max(json, weight)
            case let type where type.hasSuffix("json"): json = max(json, weight)
            default: break
            }
        }
        return html > json
    }
}

private func unknown(_ name: String, _ known: [OGCParameter]) -> Refusal {
    let (name, names) = (String(name.prefix(40)), known.map(\.rawValue))
    return Refusal(
        .malformed, "ogc.parameter.unknown", zh: "没有参数“\(name)”；此处可用 \(names.joined(separator: "、"))。",
        en: "There is no parameter “\(name)”; here one may give \(names.joined(separator: ", ")).", field: name)
}
