import Components
import Frame
import Geo
import Html
import Kernel
import Registry

extension OGCCollection {
    /// As the list of collections has it; its own address adds links to itself.
    func json(_ visit: Visit) -> JSON {
        .object(members(visit) + [JSON.Member("links", .array(links.map { $0.json(visit) }))])
    }

    func members(_ visit: Visit) -> [JSON.Member] {
        var members = [
            JSON.Member("id", .string(rawValue)), JSON.Member("title", .string(title(visit.language))),
            JSON.Member("description", .string(description(visit.language))), JSON.Member("itemType", "feature"),
        ]
        if let box = visit.hall.register.outlines.extent {
            let sides = [box.west, box.south, box.east, box.north].map(JSON.number)
            let spatial: JSON = .object(["bbox": .array([.array(sides)]), "crs": .array([Self.crs])])
            members.append(JSON.Member("extent", .object(["spatial": spatial])))
        }
        return members + [JSON.Member("crs", .array([Self.crs]))]
    }

    private static let crs: JSON = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

    var links: [OGCLink] {
        let title = Phrase(zh: "\(title.zh)：各要素", en: "\(title.en): the features")
        return [OGCMedia.geoJSON, OGCMedia.html].map { OGCLink("items", items, $0, title) }
    }

    /// A GeoJSON feature (RFC 7946, 3.2).
    func members(of feature: OGCFeature) -> [JSON.Member] {
        [
            JSON.Member("type", "Feature"), JSON.Member("id", .string(feature.id)),
            JSON.Member("geometry", feature.geometry),
            JSON.Member("properties", .object(zip(properties, feature.values).map { JSON.Member($0.name, $1) })),
        ]
    }

    func name(of feature: OGCFeature) -> String {
        zip(properties, feature.values).first { $0.0.name == "name" }?.1.string ?? feature.id
    }

    // MARK: For people

    func table(_ features: OGCFeatures, _ t: Language) -> Html {
        guard !features.all.isEmpty else {
            return card(
                t("结果", "Result"),
                emptyState(t("没有符合条件的要素", "No feature matches"), "\(t("放宽条件再试。", "Try fewer conditions."))"))
        }
        let columns = properties.map { property in
            TableColumn(property.title(t), property.name == "name" ? .heading : property.isNumber ? .number : .text)
        }
        let rows = features.all.map { feature in
            TableRow(feature.values.map(Self.cell), link: item(feature.id).with("f", "html"))
        }
        let count = features.matched.map { t("共 \($0) 个。", "\($0) in all.") } ?? ""
        let shown = t("本页 \(features.all.count) 个。", "\(features.all.count) on this page. ")
        return card(
            "<p class=\"note\">\(shown)\(count)</p>"
                + Components.table(t, DataTable(caption: title(t), columns: columns, rows: rows, phone: .scroll)))
    }

    func sheet(_ feature: OGCFeature, _ t: Language) -> Html {
        let lines = zip(properties, feature.values).map { ValueLine($0.title(t), Self.cell($1)) }
        return stack([
            card(valueList([ValueLine(t("标识", "Id"), code(feature.id))] + lines)),
            card(disclosure(t("位置（GeoJSON）", "Where it is (GeoJSON)"), code(feature.geometry.text))),
        ])
    }

    private static func cell(_ value: JSON) -> Html {
        switch value {
        case .null: "—"
        case .string(let text): "\(text)"
        default: "\(value.text)"
        }
    }
}

extension PlaceOutlines {
    /// All that the register takes for the city: it refuses locations over 2 km beside the outlines.
    fileprivate var extent: BoundingBox? {
        let margin = 0.03
        let boxes = all.compactMap(\.shape.box)
        return boxes.first.map { boxes.dropFirst().reduce($0) { $0.union($1) } }.map {
            BoundingBox(
                west: $0.west - margin, south: $0.south - margin, east: $0.east + margin, north: $0.north + margin)
        }
    }
}
