import Geo
import Kernel

/// What is drawn on the map, and how large it may be.
enum Drawn {
    case estate, building

    /// Square metres.
    var areas: ClosedRange<Double> {
        switch self {
        case .estate: 100...5_000_000
        case .building: 10...50_000
        }
    }

    var name: Phrase {
        switch self {
        case .estate: Phrase(zh: "小区边界", en: "estate's outline")
        case .building: Phrase(zh: "楼栋轮廓", en: "building's footprint")
        }
    }
}

/// What an outline must fulfil to be stored.
struct OutlineRules {
    /// Of all boundary lines together.
    static let pointLimit = 20_000
    let estates: EstateRules

    /// Asked before anything else is done with an area.
    static func count(_ area: MultiPolygon) throws {
        guard (1...pointLimit).contains(area.pointCount) else { throw tooMany(area.pointCount) }
    }

    /// Checks an area in CGCS2000.
    /// - Throws: a `Refusal` that names the place and the remedy.
    func check(_ area: MultiPolygon, _ drawn: Drawn, _ effort: inout Effort) throws {
        if let stray = try estates.firstCorner(of: area, outsideCity: &effort) { throw Self.outside(stray) }
        try area.checkSimple(&effort)
        guard drawn.areas.contains(area.areaM2) else { throw Self.size(area.areaM2, drawn) }
    }

    private static func tooMany(_ count: Int) -> Refusal {
        Refusal(
            .tooLarge, "outline.points", zh: "边界共有 \(count) 个点，应为 1 至 \(pointLimit) 个；请先简化。",
            en: "The outline has \(count) points; 1 to \(pointLimit) are allowed. Simplify it first.", field: "geometry"
        )
    }

    private static func outside(_ point: Coordinate) -> Refusal {
        Refusal(
            "outline.outside",
            zh: "边界上的点（经度 \(point.longitude)，纬度 \(point.latitude)）不在本市范围内；请检查经纬度是否颠倒、坐标系是否选对。",
            en: """
                The outline's point (longitude \(point.longitude), latitude \(point.latitude)) lies outside the city; check \
                whether the two are swapped and whether the datum is right.
                """,
            field: "geometry")
    }

    private static func size(_ areaM2: Double, _ drawn: Drawn) -> Refusal {
        let (least, most) = (Int(drawn.areas.lowerBound), Int(drawn.areas.upperBound))
        let found = areaM2 < 1000 ? (areaM2 * 10).rounded() / 10 : areaM2.rounded()
        return Refusal(
            "outline.area", zh: "\(drawn.name.zh)的面积为 \(found) m²，应在 \(least) 至 \(most) m² 之间；请检查图形和坐标系。",
            en: """
                The \(drawn.name.en) has an area of \(found) m², it must be \(least) to \(most) m²; check the shape and the \
                datum.
                """,
            field: "geometry")
    }

    /// Asked where a thing lies far beside its outline, and another datum would explain it.
    static func datum(_ claimed: Datum, likely: Datum) -> Refusal {
        Refusal(
            "outline.datum",
            zh: "按 \(claimed.label)，登记的坐标在边界之外；按 \(likely.label) 则在边界之内。请把坐标系改选为 \(likely.label)；若坐标系无误，请先更正登记的坐标。",
            en: """
                In \(claimed.label) the registered location lies outside the outline, in \(likely.label) inside. Choose \
                \(likely.label) as the datum; if the datum is right, correct the registered location first.
                """,
            field: "datum")
    }

    /// Told and stored all the same: which of the two is wrong, people know.
    static func beside(_ drawn: Drawn, metres: Double) -> Refusal {
        Refusal(
            "outline.beside", zh: "登记的坐标在\(drawn.name.zh)之外约 \(Int(metres.rounded())) 米；边界已保存，请核对坐标。",
            en: """
                The registered location lies about \(Int(metres.rounded())) m outside the \(drawn.name.en), which was stored; \
                check the location.
                """,
            field: "location")
    }

    static let noArea = Refusal(
        "outline.none", zh: "图形不是面；请给出 Polygon 或 MultiPolygon。",
        en: "The shape is no area; give a Polygon or a MultiPolygon.", field: "geometry")

    static let beyondEstate = Refusal(
        "footprint.beyond", zh: "楼栋轮廓超出小区边界；轮廓已保存，请核对两者。",
        en: "The footprint reaches beyond the estate's outline; it was stored. Compare the two.", field: "geometry")
}
