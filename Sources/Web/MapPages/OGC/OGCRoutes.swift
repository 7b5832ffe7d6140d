import Components
public import Frame
import Html
import Kernel
import Registry
import Store

/// OGC API – Features, Part 1 (OGC 17-069r4): core, GeoJSON and OpenAPI 3.0, each also as a page for people. Whoever
/// may read totals sees the districts; estates, buildings and projects are for those who may read them, within their
/// places.
public enum OGCRoutes {
    public static let all: [Route] = [
        .page("/ogc", .right(.readTotals)) { visit, _ in try landing(visit) },
        .page("/ogc/conformance", .right(.readTotals)) { visit, _ in try conformance(visit) },
        .page("/ogc/api", .right(.readTotals)) { visit, _ in try OGCDefinition.answer(visit) },
        .page("/ogc/collections", .right(.readTotals)) { visit, _ in try collections(visit) },
        .page("/ogc/collections/{collection}", .right(.readTotals)) { visit, _ in try collection(visit) },
        .page("/ogc/collections/{collection}/items", .right(.readTotals)) { visit, tx in try items(visit, in: tx) },
        .page("/ogc/collections/{collection}/items/{feature}", .right(.readTotals)) { visit, tx in
            try item(visit, in: tx)
        },
    ]

    static let title = Phrase(zh: "开放数据", en: "Open data")
    private static let collectionsTitle = Phrase(zh: "集合", en: "Collections")
    private static let classes = ["core", "geojson", "oas30"].map {
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/\($0)"
    }

    // MARK: What there is

    private static func landing(_ visit: Visit) throws -> Frame.Answer {
        let request = try OGCRequest(visit)
        let city = visit.hall.city
        let words = Phrase(
            zh: "\(city.name.zh)老旧小区改造的区县、小区、楼栋和项目，供地图软件和程序读取。" + city.notice.zh,
            en: "Districts, estates, buildings and projects of \(city.name.en) for map software and programs. "
                + city.notice.en)
        let definition = Phrase(zh: "接口说明", en: "The API's definition")
        var document = OGCDocument(title: title, type: OGCMedia.json)
        document.members = [
            JSON.Member("title", .string(title(visit.language))),
            JSON.Member("description", .string(words(visit.language))),
        ]
        document.links = [
            OGCLink("service-desc", "/ogc/api", OGCMedia.openAPI, definition),
            OGCLink("service-doc", "/ogc/api", OGCMedia.html, definition),
            OGCLink("conformance", "/ogc/conformance", OGCMedia.json, Phrase(zh: "符合的标准", en: "Conformance")),
            OGCLink("data", "/ogc/collections", OGCMedia.json, collectionsTitle),
            OGCLink("data", "/ogc/collections", OGCMedia.html, collectionsTitle),
        ]
        return document.answer(visit, request) { t in card(paragraph(words(t))) }
    }

    private static func conformance(_ visit: Visit) throws -> Frame.Answer {
        let request = try OGCRequest(visit)
        var document = OGCDocument(title: Phrase(zh: "符合的标准", en: "Conformance"), type: OGCMedia.json)
        document.members = [JSON.Member("conformsTo", .array(classes.map(JSON.string)))]
        document.above = above(visit)
        return document.answer(visit, request) { _ in card(points(classes.map { code($0) })) }
    }

    // MARK: Collections

    private static func collections(_ visit: Visit) throws -> Frame.Answer {
        let request = try OGCRequest(visit)
        let readable = OGCCollection.readable(by: visit.actor)
        var document = OGCDocument(title: collectionsTitle, type: OGCMedia.json)
        document.members = [
            JSON.Member("collections", .array(readable.map { $0.json(visit) }))
        ]
        document.above = above(visit)
        return document.answer(visit, request) { t in
            stack(
                readable.map { collection in
                    let more = LinkText(t("打开", "Open"), collection.items.with("f", "html"))
                    return card(collection.title(t), more: more, paragraph(collection.description(t)))
                })
        }
    }

    private static func collection(_ visit: Visit) throws -> Frame.Answer {
        let collection = try OGCCollection(visit)
        let request = try OGCRequest(visit)
        var document = OGCDocument(title: collection.title, type: OGCMedia.json)
        document.members = collection.members(visit)
        document.links = collection.links
        document.above = above(visit, collections: true)
        return document.answer(visit, request) { t in card(paragraph(collection.description(t))) }
    }

    // MARK: Items

    private static func items(_ visit: Visit, in tx: Tx) throws -> Frame.Answer {
        let collection = try OGCCollection(visit)
        let request = try OGCRequest(visit, collection.parameters)
        let features = try OGCFeatures(collection, request, visit, in: tx)
        var document = OGCDocument(title: collection.title, type: OGCMedia.geoJSON)
        document.members = [
            JSON.Member("type", "FeatureCollection"), JSON.Member("timeStamp", .string(visit.now.rfc3339)),
            JSON.Member("numberReturned", .integer(Int64(features.all.count))),
            JSON.Member("features", .array(features.all.map { .object(collection.members(of: $0)) })),
        ]
        if let matched = features.matched {
            document.members.append(JSON.Member("numberMatched", .integer(Int64(matched))))
        }
        document.links = [OGCLink("collection", collection.link, OGCMedia.json, collection.title)]
        if features.hasMore, let last = features.all.last {
            let next = visit.path.with(OGCParameter.cursor.rawValue, last.id)
            let isHTML = request.format == .html
            document.links.append(
                OGCLink(
                    "next", next, isHTML ? OGCMedia.html : OGCMedia.geoJSON, Phrase(zh: "下一页", en: "Next page")))
        }
        document.above = above(visit, collections: true) + [Crumb(collection.title(visit.language), collection.link)]
        return document.answer(visit, request) { t in collection.table(features, t) }
    }

    private static func item(_ visit: Visit, in tx: Tx) throws -> Frame.Answer {
        let collection = try OGCCollection(visit)
        let request = try OGCRequest(visit)
        let feature = try OGCFeatures.one(of: collection, visit, in: tx)
        let name = collection.name(of: feature)
        var document = OGCDocument(title: Phrase(zh: name, en: name), type: OGCMedia.geoJSON)
        document.members = collection.members(of: feature)
        document.links = [OGCLink("collection", collection.link, OGCMedia.json, collection.title)]
        document.above = above(visit, collections: true) + [Crumb(collection.title(visit.language), collection.items)]
        return document.answer(visit, request) { t in collection.sheet(feature, t) }
    }

    static func above(_ visit: Visit, collections: Bool = false) -> [Crumb] {
        let t = visit.language
        return [Crumb(title(t), "/ogc")] + (collections ? [Crumb(collectionsTitle(t), "/ogc/collections")] : [])
    }
}
