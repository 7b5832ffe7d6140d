import Geo
import Glibc
import Kernel
import Registry
import Sheets

/// Spreadsheets as districts send them, for benchmarks and for trying the import.
public enum DemoSpreadsheet {
    private static let titles = [
        "小区代码", "小区名称", "区县", "街道", "社区", "地址", "经度", "纬度", "楼栋数", "单元数", "户数", "总建筑面积(㎡)", "建成年代", "产权性质", "结构类型",
        "屋面渗漏", "供水管材", "雨污分流", "管道燃气通气率(%)", "停车位数", "物业管理方式", "同意改造比例(%)", "调查日期", "调查人",
    ]

    /// Writes a CSV of `count` new estates with 24 columns and Chinese headers. Streets and neighbourhoods are the demo
    /// city's; names do not repeat within a street, nor spots in the city, so that an import into the demo city takes
    /// every row as new.
    /// - Parameter resources: the folder that holds `demo`, `places` and `forms`.
    /// - Throws: a refusal when a resource is missing or the file cannot be written.
    public static func writeEstates(
        count: Int, to path: String, seed: UInt64 = DemoPlan.usualSeed, resources: String
    ) throws {
        let files = try DemoFiles(resources: resources)
        let city = try DemoPlan.generate(resources: resources)
        var rows = EstateRows(files: files, city: city, count: count, seed: seed)
        try FileSink.write(to: path) { sink in
            var writer = CSVWriter(sink: sink)
            try writer.append(titles.map { .text($0) })
            while let row = rows.next() { try writer.append(row) }
            try writer.finish()
        }
    }
}

/// The rows of a large file, one at a time.
private struct EstateRows {
    private struct Street {
        let code: PlaceCode
        let district: String
        let name: String
        let neighbourhoods: [String]
        var spots: Spots
    }

    private let names: DemoNames
    private let form: SurveyForm
    private let count: Int
    private var streets: [Street] = []
    private var taken: Set<Spots.Cell> = []
    private var dice: Dice
    private var row = 0

    init(files: DemoFiles, city: DemoPlan, count: Int, seed: UInt64) {
        names = files.names
        form = files.forms.form(.estate)
        self.count = count
        dice = Dice(seed: seed, subject: 7)
        let places = city.places
        let nameByCode = Dictionary(places.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        for each in files.subdistricts {
            let district = each.code.ancestor(.district) ?? each.code
            streets.append(
                Street(
                    code: each.code, district: nameByCode[district] ?? "", name: nameByCode[each.code] ?? "",
                    neighbourhoods: places.filter { $0.code.parent == each.code && $0.isConfirmed }.map(\.name),
                    spots: Spots(around: each.centre, in: files.outlines[district]?.shape)))
        }
        // Nothing within a cell of where the demo city's own estates stand.
        for cell in city.sketches.compactMap(\.location).map(Spots.Cell.init(of:)) {
            for (x, y) in [(-1, -1), (0, -1), (1, -1), (-1, 0), (0, 0), (1, 0), (-1, 1), (0, 1), (1, 1)] {
                taken.insert(Spots.Cell(column: cell.column + x, line: cell.line + y))
            }
        }
    }

    mutating func next() -> [OutputCell]? {
        guard row < count, !streets.isEmpty else { return nil }
        defer { row += 1 }
        let street = streets[row % streets.count]
        let serial = row / streets.count
        let year = dice.whole(1956...2000)
        let buildings = dice.whole(1...16)
        let households = buildings * dice.whole(14...44)
        let area = Area(hundredthsM2: Int64(households) * Int64(dice.whole(5200...9800)))
        let spot = streets[row % streets.count].spots.next(&taken)
        let isOld = year < 1985
        // The serial number keeps names apart within a street.
        let name = "\(names.estate(builtIn: year, &dice).name)\(serial + 1)号院"
        return [
            .text("CS2026\(row + 1_000_000)"), .text(name), .text(street.district), .text(street.name),
            .text(street.neighbourhoods.isEmpty ? "" : dice.pick(street.neighbourhoods)),
            .text(names.address(in: street.code, &dice)),
            .number(spot.longitude), .number(spot.latitude), .integer(buildings), .integer(buildings * 3),
            .integer(households), .area(area), .text(year % 7 == 0 ? "\(year)-\(min(2000, year + 2))" : "\(year)年"),
            word("ownership", dice.pick(["reformed", "commercial", "unitHousing", "publicHousing"])),
            word("structureType", isOld && dice.chance(0.2) ? "brickTimber" : "brickConcrete"),
            word("roofLeakage", dice.pick(isOld ? ["fair", "fairlyPoor", "poor"] : ["good", "fairlyGood", "fair"])),
            word("waterPipeMaterial", isOld ? "galvanised" : "plastic"),
            word(
                "sewerSeparation",
                dice.pick(isOld ? ["combined", "partlySeparated"] : ["partlySeparated", "separated"])),
            .integer(dice.whole(0...100)), .integer(households / dice.whole(2...9)),
            word("management", dice.pick(["unmanaged", "neighbourhoodManaged", "company", "selfManaged"])),
            .integer(dice.whole(40...99)), .date(DemoPlan.asOf.dayInChina.adding(days: -dice.whole(1...900))),
            .text(names.person(&dice)),
        ]
    }

    private func word(_ key: String, _ code: String) -> OutputCell {
        .text(form.question(key)?.cell(.choice(code)) ?? code)
    }
}

/// Spots around a street's middle, in rings, on one grid of the whole city: no two are nearer than 19 m.
private struct Spots {
    private static let degreesPerCell = 0.0002

    /// A field of the grid.
    struct Cell: Hashable {
        let column: Int
        let line: Int

        init(column: Int, line: Int) {
            self.column = column
            self.line = line
        }

        init(of place: Coordinate) {
            column = Int((place.longitude / Spots.degreesPerCell).rounded())
            line = Int((place.latitude / Spots.degreesPerCell).rounded())
        }

        var middle: Coordinate {
            Coordinate(
                longitude: Double(column) * Spots.degreesPerCell, latitude: Double(line) * Spots.degreesPerCell
            ).rounded
        }
    }

    private let middle: Cell
    private let district: MultiPolygon?
    private var tried = 0

    init(around centre: Coordinate, in district: MultiPolygon?) {
        middle = Cell(of: centre)
        self.district = district
    }

    /// The next spot of the district that nothing stands on.
    mutating func next(_ taken: inout Set<Cell>) -> Coordinate {
        while true {
            let cell = spiral(tried)
            tried += 1
            // A district that is full takes spots beyond its border rather than none.
            let isInside = tried > 1_000_000 || district?.contains(cell.middle) ?? true
            if isInside, taken.insert(cell).inserted { return cell.middle }
        }
    }

    /// The cell with this number on a square spiral.
    private func spiral(_ number: Int) -> Cell {
        var ring = Int((Double(number).squareRoot() + 1) / 2)
        while (2 * ring + 1) * (2 * ring + 1) <= number { ring += 1 }
        guard ring > 0 else { return middle }
        let place = number - (2 * ring - 1) * (2 * ring - 1)
        let (side, step) = (place / (2 * ring), place % (2 * ring))
        let (x, y) =
            switch side {
            case 0: (ring, step - ring + 1)
            case 1: (ring - 1 - step, ring)
            case 2: (-ring, ring - 1 - step)
            default: (step - ring + 1, -ring)
            }
        return Cell(column: middle.column + x, line: middle.line + y)
    }
}

/// A file written as its bytes come.
enum FileSink {
    static func write(
        to path: String, _ body: (@escaping (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        guard let file = fopen(path, "wb") else { throw notWritten(path) }
        do {
            try body { bytes in
                guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else { throw notWritten(path) }
            }
        } catch {
            fclose(file)
            throw error
        }
        guard fclose(file) == 0 else { throw notWritten(path) }
    }

    private static func notWritten(_ path: String) -> Refusal {
        Refusal(
            .unavailable, "demo.file.notWritten", zh: "无法写入 \(path)；请检查目录、权限和磁盘空间。",
            en: "Cannot write \(path); check the folder, its permissions and the disk's space.")
    }
}
