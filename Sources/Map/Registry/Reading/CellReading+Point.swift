public import Kernel

/// A point as a file gives it: degrees, in whatever datum the file states.
public struct ReadPoint: Hashable, Sendable, CanonicallyWritten {
    public let longitude: Double
    public let latitude: Double
    /// Whether the file had longitude and latitude the wrong way round. Certain in China, where the two never overlap.
    public let wasSwapped: Bool

    public init(longitude: Double, latitude: Double, wasSwapped: Bool = false) {
        self.longitude = longitude
        self.latitude = latitude
        self.wasSwapped = wasSwapped
    }

    /// "113.02,28.19": longitude first.
    public var canonical: String { "\(longitude.canonical),\(latitude.canonical)" }
}

extension CellReading {
    /// Reads a point from two cells: decimal degrees or degrees, minutes and seconds. Swapped cells are put right and
    /// said so; points outside China are refused; 0, 0 is a placeholder and therefore unknown.
    public static func point(longitude: String, latitude: String) throws(Refusal) -> Reading<ReadPoint> {
        let first = try angle(longitude)
        let second = try angle(latitude)
        switch (first, second) {
        case (.value(let left, let about), .value(let right, let alsoAbout)):
            return try settle(left, right, longitude + "," + latitude, approximate: about || alsoAbout)
        case (.value, _), (_, .value):
            let read = CellText.quoted(longitude + "," + latitude)
            throw Refusal(
                .invalid, "cell.point.half", zh: "坐标“\(read)”缺少经度或纬度；请两者都填，或都留空。",
                en: "The coordinates “\(read)” lack longitude or latitude; give both or neither.")
        default: return .unknown
        }
    }

    /// Reads a point from one cell: "113.02,28.19", "北纬28°11′26″ 东经113°1′12″", "(113.02 28.19)".
    public static func point(_ text: String) throws(Refusal) -> Reading<ReadPoint> {
        if text.isEmpty { return .unknown }
        try CellText.refuseUnreadable(text)
        let folded = CellText.folded(text)
        if let silence: Reading<ReadPoint> = CellText.silence(CellText.string(folded.filter { $0 != " " })) {
            return silence
        }
        guard let halves = halves(folded), case .value(let left, let about) = try angle(halves.0),
            case .value(let right, let alsoAbout) = try angle(halves.1)
        else { throw notAPoint(text) }
        return try settle(left, right, text, approximate: about || alsoAbout)
    }

    private struct Angle: Hashable {
        enum Axis { case longitude, latitude }
        let degrees: Double
        let axis: Axis?
    }

    private static func settle(_ left: Angle, _ right: Angle, _ text: String, approximate: Bool) throws(Refusal)
        -> Reading<ReadPoint>
    {
        if left.degrees == 0, right.degrees == 0 { return .unknown }
        let named = left.axis == .latitude || right.axis == .longitude
        if left.axis != nil, left.axis == right.axis { throw notAPoint(text) }
        let (longitude, latitude) = named ? (right.degrees, left.degrees) : (left.degrees, right.degrees)
        if isInChina(longitude, latitude) {
            return .value(ReadPoint(longitude: longitude, latitude: latitude), approximate: approximate)
        }
        if isInChina(latitude, longitude), left.axis == nil, right.axis == nil {
            return .value(
                ReadPoint(longitude: latitude, latitude: longitude, wasSwapped: true), approximate: approximate)
        }
        let read = CellText.quoted(text)
        if abs(longitude) > 180 || abs(latitude) > 180 {
            throw Refusal(
                .invalid, "cell.point.projected", zh: "坐标“\(read)”看来是平面坐标（米）；请换算为经纬度，例如“113.02,28.19”。",
                en:
                    "The coordinates “\(read)” look like projected metres; convert them to degrees such as “113.02,28.19”."
            )
        }
        throw Refusal(
            .invalid, "cell.point.abroad", zh: "坐标“\(read)”不在中国（经度73至136，纬度3至54）；请核对。",
            en: "The coordinates “\(read)” are not in China (longitude 73 to 136, latitude 3 to 54); check them.")
    }

    private static func isInChina(_ longitude: Double, _ latitude: Double) -> Bool {
        (73.0...136.0).contains(longitude) && (3.0...54.0).contains(latitude)
    }

    /// One cell's angle. Blank is unknown.
    private static func angle(_ text: String) throws(Refusal) -> Reading<Angle> {
        if let decimal = ExactDecimal(plain: text.utf8) {
            return .value(Angle(degrees: decimal.double, axis: nil), approximate: false)
        }
        if text.isEmpty { return .unknown }
        try CellText.refuseUnreadable(text)
        let folded = CellText.folded(text).filter { $0 != " " }
        if let silence: Reading<Angle> = CellText.silence(CellText.string(folded)) { return silence }
        var rest = ScalarText(folded)
        if rest.rest.first == "'" { rest.rest.removeFirst() }
        let approximate = rest.takePrefix(words("约"))
        let longitude = rest.takePrefix(words("东经 经度 经度: e lng lng: lon lon:")) || rest.takeSuffix(words("e"))
        let latitude = rest.takePrefix(words("北纬 纬度 纬度: n lat lat:")) || rest.takeSuffix(words("n"))
        guard !(longitude && latitude), let degrees = degrees(rest.rest) else { throw notAPoint(text) }
        return .value(
            Angle(degrees: degrees, axis: longitude ? .longitude : latitude ? .latitude : nil), approximate: approximate
        )
    }

    /// "28.19", "28.19°", "28°11'26.5\"", "28度11分26秒": minutes and seconds below 60.
    private static func degrees(_ scalars: ArraySlice<Unicode.Scalar>) -> Double? {
        var values: [Double] = []
        var number: [Unicode.Scalar] = []
        var expected = 0
        for scalar in scalars {
            guard let mark = angleMarks[scalar] else {
                number.append(scalar)
                continue
            }
            // Two single quotes make the double one.
            if number.isEmpty, mark == 1, expected == 2, values.count == 2 { return nil }
            guard mark == expected, let value = ExactDecimal(plain: CellText.string(number).utf8)?.double else {
                return nil
            }
            values.append(value)
            number = []
            expected += 1
        }
        if !number.isEmpty {
            guard let value = ExactDecimal(plain: CellText.string(number).utf8)?.double, values.count < 3 else {
                return nil
            }
            values.append(value)
        }
        guard let whole = values.first, values.dropFirst().allSatisfy({ (0..<60).contains($0) }) else { return nil }
        if values.count > 1, whole < 0 || whole != whole.rounded() { return nil }
        let seconds = (values.count > 1 ? values[1] * 60 : 0) + (values.count > 2 ? values[2] : 0)
        // Nine decimals are a tenth of a millimetre: sixtieths end there.
        return values.count == 1 ? whole : ((whole + seconds / 3600) * 1e9).rounded() / 1e9
    }

    private static let angleMarks: [Unicode.Scalar: Int] = ["°": 0, "º": 0, "度": 0, "'": 1, "分": 1, "\"": 2, "秒": 2]

    /// The two angles of one cell.
    private static func halves(_ folded: [Unicode.Scalar]) -> (String, String)? {
        var scalars = folded[...]
        if let first = scalars.first, "([{".unicodeScalars.contains(first), let last = scalars.last,
            ")]}".unicodeScalars.contains(last)
        {
            scalars = scalars.dropFirst().dropLast()
        }
        for separators in [",;、/|", " "] {
            let parts = scalars.split { separators.unicodeScalars.contains($0) }
            if parts.count == 2 { return (CellText.string(parts[0]), CellText.string(parts[1])) }
        }
        return nil
    }

    private static func notAPoint(_ text: String) -> Refusal {
        Refusal(
            .invalid, "cell.point",
            zh: "“\(CellText.quoted(text))”不是能读懂的坐标；可以写“113.02,28.19”或“28°11′26″N”，不清楚的请留空。",
            en: "“\(CellText.quoted(text))” cannot be read as coordinates; accepted are “113.02,28.19” or “28°11′26″N”."
        )
    }
}
