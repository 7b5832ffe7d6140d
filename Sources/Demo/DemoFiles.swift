import FoundationEssentials
import Geo
import Kernel
import Registry

/// The data files that the demo city is made from, all under the resources folder.
struct DemoFiles {
    /// A real estate whose name, and for some whose street, was published.
    struct Known {
        let year: Int
        let subdistrict: PlaceCode
        let neighbourhood: Phrase
        let estate: String
        let project: String
        /// Of the whole estate, where only some of its buildings are in the project.
        let estateBuildings: Int?
        /// Numbers of the project's buildings; empty when it takes all.
        let projectBuildings: [Int]
    }

    struct Subdistrict {
        let code: PlaceCode
        let centre: Coordinate
        let weight: Double
        /// About how many metres most of its estates spread.
        let radius: Double
    }

    /// A district's stock and how many of its estates stand in each year's programme.
    struct District {
        let code: PlaceCode
        let stock: Int
        let programmed: [Int: Int]
    }

    /// What the projects of a year must add up to; `year` is nil for the whole stock.
    struct Total {
        let year: Int?
        let place: PlaceCode
        let buildings: Int?
        let households: Int
        let area: Area
    }

    let names: DemoNames
    let gazetteer: Gazetteer
    let subdistricts: [Subdistrict]
    let districts: [District]
    let totals: [Total]
    let known: [Known]
    let outlines: PlaceOutlines
    let forms: FormCatalogue

    /// - Throws: a refusal that names the file, when one is missing or malformed.
    init(resources: String) throws {
        names = try DemoNames(JSON(parsing: Self.text(resources + "/demo/names.json")))
        gazetteer = try Gazetteer(path: resources + "/places/places.csv")
        subdistricts = try Self.table(resources + "/demo/subdistricts.csv").map {
            Subdistrict(
                code: try $0.place("code"),
                centre: Coordinate(longitude: try $0.number("longitude"), latitude: try $0.number("latitude")),
                weight: try $0.number("weight"), radius: try $0.number("radiusM"))
        }
        districts = try Self.table(resources + "/demo/programme.csv").map { row in
            var programmed: [Int: Int] = [:]
            for year in DemoPlan.years { programmed[year] = try row.whole(String(year)) }
            return District(code: try row.place("district"), stock: try row.whole("stock"), programmed: programmed)
        }
        totals = try Self.table(resources + "/demo/totals.csv").map {
            Total(
                year: Int(try $0.text("year")), place: try $0.place("place"), buildings: Int(try $0.text("buildings")),
                households: try $0.whole("households"),
                area: Area(hundredthsM2: Int64(try $0.whole("floorAreaM2")) * 100))
        }
        known = try Self.table(resources + "/demo/known.csv").map {
            Known(
                year: try $0.whole("year"), subdistrict: try $0.place("subdistrict"),
                neighbourhood: Phrase(zh: try $0.text("neighbourhood"), en: try $0.text("neighbourhoodEn")),
                estate: try $0.text("estate"),
                project: try $0.text("project"), estateBuildings: Int(try $0.text("estateBuildings")),
                projectBuildings: Self.numbers(try $0.text("projectBuildings")))
        }
        outlines = try PlaceOutlines(geoJSON: Self.bytes(resources + "/places/outlines.geojson"))
        forms = try FormCatalogue.load(directory: resources + "/forms")
    }

    /// "20-29 43": the ten from 20 to 29, and 43.
    private static func numbers(_ text: String) -> [Int] {
        text.split(separator: " ").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal(
                .notFound, "demo.file", zh: "演示数据文件 \(path) 不能读取；请检查 --resources。",
                en: "The demo city's file \(path) cannot be read; check --resources.")
        }
        return [UInt8](data)
    }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    /// A file of ours: a header, commas, no quotation marks.
    static func table(_ path: String) throws -> [DemoRow] {
        let lines = try text(path).split(separator: "\n")
        let titles = lines.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        return lines.dropFirst().enumerated().map { index, line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return DemoRow(
                file: path, number: index + 2, cells: Dictionary(zip(titles, cells), uniquingKeysWith: { $1 }))
        }
    }
}

/// A line of one of the demo city's tables, by column.
struct DemoRow {
    let file: String
    let number: Int
    let cells: [String: String]

    func text(_ column: String) throws(Refusal) -> String {
        guard let cell = cells[column] else { throw fault(column) }
        return cell
    }

    func whole(_ column: String) throws(Refusal) -> Int {
        guard let value = Int(try text(column)) else { throw fault(column) }
        return value
    }

    func number(_ column: String) throws(Refusal) -> Double {
        guard let value = Double(try text(column)) else { throw fault(column) }
        return value
    }

    func place(_ column: String) throws(Refusal) -> PlaceCode {
        guard let code = PlaceCode(try text(column)) else { throw fault(column) }
        return code
    }

    private func fault(_ column: String) -> Refusal {
        Refusal(
            "demo.file.row", zh: "演示数据文件 \(file) 第 \(number) 行的“\(column)”缺失或有误。",
            en: "Line \(number) of the demo city's file \(file): “\(column)” is missing or wrong.")
    }
}
