import FoundationEssentials
import Kernel
import Registry
import Sheets

/// Small spreadsheets of Yuhua District to try the import with: one as it should be, one as they often are.
public enum DemoSamples {
    static let clean = "雨花区摸底表"
    static let messy = "雨花区摸底表-杂乱"

    private static let district = "430111"
    private static let columns = [
        SheetColumn("小区编号", .text), SheetColumn("街道", .text), SheetColumn("社区", .text),
        SheetColumn("小区名称", .text, width: 26),
        SheetColumn("地址", .text, width: 26), SheetColumn("建成年代", .text), SheetColumn("楼栋数", .integer),
        SheetColumn("户数", .integer), SheetColumn("总建筑面积(㎡)", .area), SheetColumn("屋面渗漏", .text),
        SheetColumn("雨污分流", .text), SheetColumn("物业管理方式", .text), SheetColumn("同意改造比例(%)", .integer),
    ]

    /// Writes both, each as XLSX and as CSV, into `folder`, which is made when it is not there.
    /// - Throws: a refusal when they cannot be written.
    public static func write(of plan: DemoPlan, to folder: String) throws {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let samples = DemoSamples.Rows(plan: plan, district: district)
        try write(clean, columns, samples.clean, to: folder)
        let titled = [SheetColumn("雨花区老旧小区摸底情况汇总表", width: 14)] + (1..<10).map { _ in SheetColumn("", width: 14) }
        try write(messy, titled, samples.messy, to: folder)
    }

    private static func write(
        _ name: String, _ columns: [SheetColumn], _ rows: [[OutputCell]], to folder: String
    ) throws {
        let workbook = try WorkbookWriter(path: "\(folder)/\(name).xlsx")
        try workbook.beginSheet("摸底表", columns: columns)
        for row in rows { try workbook.append(row) }
        try workbook.finish()
        try FileSink.write(to: "\(folder)/\(name).csv") { sink in
            var writer = CSVWriter(sink: sink)
            try writer.append(columns.map { .text($0.title) })
            for row in rows { try writer.append(row) }
            try writer.finish()
        }
    }
}

extension DemoSamples {
    fileprivate struct Rows {
        let plan: DemoPlan
        let estates: [EstateSketch]
        let nameByCode: [PlaceCode: String]

        init(plan: DemoPlan, district: String) {
            self.plan = plan
            // Only estates that their name and place tell apart.
            let confirmed = Set(plan.places.filter { $0.isConfirmed && $0.code.level == .neighbourhood }.map(\.code))
            let here = plan.sketches.filter { $0.place.digits.hasPrefix(district) && confirmed.contains($0.place) }
            let twice = Dictionary(grouping: here, by: { "\($0.place.digits.prefix(9)) \($0.name)" }).filter {
                $1.count > 1
            }
            estates = here.filter {
                twice["\($0.place.digits.prefix(9)) \($0.name)"] == nil && $0.reported.households != nil
                    && $0.reported.hundredthsM2 != nil && $0.reported.buildings != nil
            }
            nameByCode = Dictionary(plan.places.map { ($0.code, $0.name) }, uniquingKeysWith: { first, _ in first })
        }

        private func street(_ estate: EstateSketch) -> String {
            estate.place.ancestor(.subdistrict).flatMap { nameByCode[$0] } ?? ""
        }

        private func neighbourhood(_ estate: EstateSketch) -> String { nameByCode[estate.place] ?? "" }

        private func number(_ estate: EstateSketch) -> String {
            "\(plan.city.prefix)-" + String(String(100_000 + estate.ordinal).dropFirst())
        }

        /// Five estates that are known, of which three say something new, and three that are not known yet.
        var clean: [[OutputCell]] {
            var rows = estates.prefix(5).enumerated().map { index, estate in
                let households = (estate.reported.households ?? 0) + (index < 3 ? 2 * index + 4 : 0)
                return [
                    OutputCell.text(number(estate)), .text(street(estate)), .text(neighbourhood(estate)),
                    .text(estate.name),
                    .text(estate.address), .text("\(estate.built.lowerBound)年"),
                    OutputCell(estate.reported.buildings), .integer(households),
                    OutputCell(estate.reported.hundredthsM2.map { Area(hundredthsM2: $0) }),
                    .text(index == 1 ? "普遍渗漏" : ""), .text(index == 2 ? "部分分流" : ""), .empty,
                    index < 3 ? .integer(78 + index) : .empty,
                ]
            }
            let news = [
                ("木莲冲生活区", "1987年", 6, 168, 1_310_500), ("砂子塘南院", "1991-1993", 4, 112, 905_250),
                ("雨花机务宿舍", "1979年", 3, 71, 478_800),
            ]
            for (index, new) in news.enumerated() where index < estates.count {
                let home = estates[index * 7 % estates.count]
                rows.append([
                    .empty, .text(street(home)), .text(neighbourhood(home)), .text(new.0), .text("劳动路\(18 + index)号"),
                    .text(new.1), .integer(new.2), .integer(new.3), .area(Area(hundredthsM2: Int64(new.4))),
                    .text("部分渗漏"),
                    .text("合流"), .text("无人管理"), .integer(84 + index),
                ])
            }
            return rows
        }

        /// A title, remarks, words among the numbers, a street nobody knows, an area below zero, totals and notes.
        var messy: [[OutputCell]] {
            let texts: [[String]] = [
                ["填报单位:雨花区住房和城乡建设局", "", "", "", "", "", "", "", "填报日期:2026年6月"],
                ["序号", "街道(镇)", "所属社区", "名称", "建成时间", "总栋数", "总户数", "建筑面积(万㎡)", "物业情况", "备注"],
                line("1", estates[0], "合成里", "90年代", "5栋", "约320户", "2.31", "无"),
                line("2", estates[1], "木莲东院", "一九八八年", "3", "96", "0.78", "自管"),
                line("3", estates[2], "雨花老农机院", "1985-1987", "36", "1,080", "８．６４", "物业公司"),
                ["4", "雨花新城街道", "幸福社区", "幸福大院", "1990年", "2", "60", "0.5", "无", "街道名称有误"],
                line("5", estates[3], "负面积院", "1992", "2", "48", "-0.4", "社区代管"),
                [],
                line("6", estates[4], "省建东院", "1978年前", "六栋", "154", "1.2", "不详"),
                ["合计", "", "", "", "", "54", "1758", "13.03"],
                ["注:面积按房产证计;“约”字为估算。"],
            ]
            return texts.map { $0.map { .text($0) } }
        }

        private func line(
            _ ordinal: String, _ home: EstateSketch, _ name: String, _ built: String, _ buildings: String,
            _ households: String, _ area: String, _ management: String
        ) -> [String] {
            [ordinal, street(home), neighbourhood(home), name, built, buildings, households, area, management, ""]
        }
    }
}
