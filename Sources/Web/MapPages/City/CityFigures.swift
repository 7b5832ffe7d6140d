import Components
import Frame
import Html
import Kernel
import Registry
import Store

/// Large figures as the city says them: 25 万户, 2,016 万 m². A number never stands apart from its unit.
enum CityFigures {
    static func households(_ t: Language, _ number: Int) -> String {
        t("\(inTenThousands(number))户", "\(grouped(number))\u{A0}households")
    }

    static func buildings(_ t: Language, _ number: Int) -> String {
        t("\(grouped(number))\u{A0}栋", "\(grouped(number))\u{A0}buildings")
    }

    static func estates(_ t: Language, _ number: Int) -> String {
        t("\(grouped(number))\u{A0}个小区", number == 1 ? "1\u{A0}estate" : "\(grouped(number))\u{A0}estates")
    }

    static func area(_ t: Language, _ area: Area) -> String {
        guard area.m2 >= 100_000 else { return "\(decimal(area.m2, 0))\u{A0}m²" }
        // As exact in millions as in 万: 2,016 万 is 20.16 million.
        let millions = short(area.m2 / 1_000_000, places: 2)
        return t("\(short(area.m2 / 10_000))\u{A0}万\u{A0}m²", "\(millions)\u{A0}million\u{A0}m²")
    }

    /// For columns whose title says 万 m² (in English, 10,000 m²): one unit, so that digits stand under digits.
    static func areaCell(_ area: Area) -> String { decimal(area.m2 / 10_000, 2) }

    static func areaColumn(_ t: Language) -> String { t("面积（万 m²）", "Area (10,000 m²)") }

    /// Buildings, households and area on one line.
    static func sizes(_ t: Language, _ totals: Totals) -> String {
        "\(buildings(t, totals.buildings)) · \(households(t, totals.households)) · \(area(t, totals.floorArea))"
    }

    /// Text that opens its source where the reader may see it.
    static func link(_ text: String, _ link: Link?) -> Html {
        link.map { "<a href=\"\(url: $0)\">\(text)</a>" } ?? "\(text)"
    }

    /// Thousandths as a whole percentage.
    static func percentage(_ thousandths: Int) -> String { percent(Double(thousandths) / 1000, 0) + "\u{A0}%" }

    private static func inTenThousands(_ number: Int) -> String {
        number < 10_000 ? grouped(number) + "\u{A0}" : short(Double(number) / 10_000) + "\u{A0}万"
    }
}

extension Visit {
    /// The day the data describe: generated data stand still, others are of today.
    var dataDay: Day { hall.city.asOf ?? today }

    /// What stands at the foot of a page printed for a meeting.
    var registerSource: String {
        let generated = hall.city.isGenerated ? language(" · 演示数据", " · generated data") : ""
        return language("来源：宜居登记库 · 截至 ", "Source: Yiju register · as of ") + dayText(language, dataDay) + generated
    }

    /// Where the reader sees estates, unless it is the whole city: "名单只含您管辖的范围:雨花区".
    func scopeNote(_ names: PlaceNames) -> Html {
        let places = actor.scope(.readEstates).places
        if places.contains(where: { $0.contains(hall.city.code) }) { return "" }
        let named = places.prefix(3).map { names.path($0, language) }.joined(separator: language("、", ", "))
        return "\(language("名单只含您管辖的范围：", "Lists show your own area only: "))\(named)\(places.count > 3 ? "……" : "")"
    }

    func scopeNames(in tx: Tx) throws -> PlaceNames {
        PlaceNames(try hall.register.placeNames(actor.scope(.readEstates).places.prefix(3), in: tx))
    }
}
