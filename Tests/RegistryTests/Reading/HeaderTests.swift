import FoundationEssentials
import Kernel
import Registry
import TestSupport
import Testing

@Suite("Headers of the sheets districts have")
struct HeaderTests {
    private let estates: HeaderReader
    private let buildings: HeaderReader
    private let catalogue: FormCatalogue

    init() throws {
        catalogue = try FormCatalogue.load(directory: FileManager.default.currentDirectoryPath + "/Resources/forms")
        estates = HeaderReader(form: catalogue.form(.estate))
        buildings = HeaderReader(form: catalogue.form(.building))
    }

    private func keys(_ header: [String]) throws -> [String?] {
        let mapping = try estates.recognise([header])
        return header.indices.map { index in mapping.columns.first { $0.index == index }?.key }
    }

    @Test(
        "are recognised in any order and spelling",
        arguments: [
            (
                "小区名称,建成年代,户数,建筑面积(万㎡),楼栋数,区县,街道,社区,地址,经度,纬度",
                "name builtYears households floorAreaM2 buildings district subdistrict neighbourhood address longitude latitude"
            ),
            (
                "备注,栋数,总户数,总建筑面积(平方米),建成时间,名称,居委会,街镇,区",
                "note buildings households floorAreaM2 builtYears name neighbourhood subdistrict district"
            ),
            (
                "序 号,项目名称,县(市、区),乡镇(街道),社区(村),竣工年份,居民户数,幢数,曾用名",
                "sequence name district subdistrict neighbourhood builtYears households buildings aliases"
            ),
            ("小区\n名称*,建设年代:,户 数(户),【建筑面积】(m²),坐标", "name builtYears households floorAreaM2 point"),
            ("小区,户数(户),楼栋数(栋),建筑面积㎡,别名,小区代码,小区编号", "name households buildings floorAreaM2 aliases officialCode number"),
            (
                "Name,Year built,Households,Floor area (m2),Lng,Lat,Street,Community,Remarks",
                "name builtYears households floorAreaM2 longitude latitude subdistrict neighbourhood note"
            ),
            (
                "estate_name,built_year,floor_area_10k_m2,buildings,households",
                "name builtYears floorAreaM2 buildings households"
            ),
            (
                "小区名称,结构类型,屋面渗漏情况,供水管材,雨污分流,燃气通气率,消防通道,停车位,电梯台数,物业管理,业委会,居民同意率",
                """
                name structureType roofLeakage waterPipeMaterial sewerSeparation gasShare fireAccess parkingSpaces lifts \
                management ownersCommittee consentShare
                """
            ),
        ])
    func spellings(header: String, expected: String) throws {
        #expect(
            try keys(header.split(separator: ",").map(String.init)) == expected.split(separator: " ").map(String.init))
    }

    @Test(
        "state units, in brackets or without",
        arguments: [
            ("建筑面积(万㎡)", Unit.tenThousandSquareMetres), ("建筑面积(万平方米)", .tenThousandSquareMetres),
            ("总建筑面积(平方米)", .squareMetre),
            ("建筑面积(单位:万m²)", .tenThousandSquareMetres), ("建筑面积:万㎡", .tenThousandSquareMetres),
            ("建筑面积万平方米", .tenThousandSquareMetres),
            ("floor_area_10k_m2", .tenThousandSquareMetres), ("建筑面积/公顷", .hectare),
        ])
    func units(title: String, unit: Unit) throws {
        let column = try #require(estates.recognise([["小区名称", title]]).column("floorAreaM2"))
        #expect(column.unit == unit && column.index == 1)
    }

    @Test("every question and column is recognised by its labels and key")
    func everything() throws {
        for subject in SurveySubject.allCases {
            let form = catalogue.form(subject)
            let reader = HeaderReader(form: form)
            let names = form.questions.map { [$0.key, $0.zh, $0.en] } + form.columns.map { [$0.key, $0.zh, $0.en] }
            for spelling in 0..<3 {
                let mapping = try reader.recognise([names.map { $0[spelling] }])
                #expect(mapping.columns.map(\.key) == names.map { $0[0] })
                #expect(mapping.doubts.isEmpty && mapping.unknown.isEmpty)
            }
        }
    }

    @Test("stand below titles, in two rows where groups are merged")
    func twoRows() throws {
        let rows = [
            ["芙蓉区老旧小区摸底调查表", "", "", "", "", "", ""], ["填报单位:芙蓉区住建局", "", "", "", "单位:户、万㎡", "", ""], [],
            ["序号", "小区名称", "规模", "", "", "供水", ""], ["", "", "户数", "栋数", "建筑面积(万㎡)", "管材", "水压"],
            ["1", "建安小区", "320", "6", "2.3", "镀锌钢管", "较差"],
        ]
        let mapping = try estates.recognise(rows)
        #expect(mapping.headerRow == 4 && mapping.headerRows == 2)
        #expect(
            mapping.columns.map(\.key) == [
                "sequence", "name", "households", "buildings", "floorAreaM2", "waterPipeMaterial", "waterPressure",
            ])
        #expect(mapping.column("floorAreaM2")?.unit == .tenThousandSquareMetres)
        #expect(mapping.column("households")?.title == "规模/户数")
        #expect(mapping.kind(of: rows[5]) == .data)
    }

    @Test("name the columns they do not know and those they doubt")
    func doubts() throws {
        let mapping = try estates.recognise([["小区名称", "户数", "总户数", "面积", "网格员", "建筑面积(户)", "规模(栋)", "项目名称"]])
        #expect(mapping.columns.map(\.key) == ["name", "buildings"])
        #expect(mapping.doubts.map(\.index) == [1, 2, 3, 5])
        #expect(mapping.doubts[0].candidates == ["households"])
        #expect(Set(mapping.doubts[2].candidates) == ["floorAreaM2", "siteAreaM2"])
        #expect(mapping.unknown.map(\.title) == ["网格员", "项目名称"])
        let decided = mapping.assigning(column: 2, to: "households").assigning(
            column: 3, to: "siteAreaM2", unit: .hectare
        )
        .assigning(column: 1, to: nil).assigning(column: 7, to: "name")
        #expect(
            decided.column("households")?.index == 2 && decided.column("siteAreaM2")?.unit == .hectare
                && decided.column("name")?.index == 7)
        #expect(decided.doubts.map(\.index) == [5] && decided.unknown.map(\.index) == [0, 1, 4])
    }

    @Test("without a header or without names are refused with what was read")
    func refused() {
        let none = #expect(throws: Refusal.self) {
            try estates.recognise([["1", "建安小区", "320"], ["2", "东进小区", "120"]])
        }
        #expect(none?.code == "header.missing" && none?.message.zh.contains("建安小区") == true)
        #expect(throws: Refusal.self) { try estates.recognise([]) }
        let totals = #expect(throws: Refusal.self) { try estates.recognise([["区县", "户数", "栋数"]]) }
        #expect(totals?.code == "header.name")
        let wide = #expect(throws: Refusal.self) { try estates.recognise([Array(repeating: "户数", count: 20_000)]) }
        #expect(wide?.code == "header.wide")
    }

    @Test("of buildings: name, estate and facts")
    func ofBuildings() throws {
        let mapping = try buildings.recognise([
            ["小区名称", "栋号", "层数", "单元数", "户数", "结构", "建筑面积(㎡)", "建成年代", "鉴定等级", "有无电梯"]
        ])
        #expect(
            mapping.columns.map(\.key) == [
                "estateName", "name", "floors", "entrances", "households", "structureType", "floorAreaM2", "builtYears",
                "safetyGrade", "lifts",
            ])
    }

    @Test("are saved, and applied to a file with its columns elsewhere")
    func saved() throws {
        let mapping = try estates.recognise([["小区名称", "户数", "面积"]]).assigning(
            column: 2, to: "floorAreaM2", unit: .tenThousandSquareMetres)
        let loaded = try JSONDecoder().decode(HeaderMapping.self, from: JSONEncoder().encode(mapping))
        #expect(loaded == mapping)
        let applied = try loaded.applied(to: [["2026年名单"], ["面 积", "新列", "小区名称", "户 数"], ["2.3", "", "建安小区", "320"]])
        #expect(
            applied.headerRow == 1 && applied.column("floorAreaM2")?.index == 0
                && applied.column("floorAreaM2")?.unit == .tenThousandSquareMetres)
        #expect(applied.column("name")?.index == 2 && applied.unknown.map(\.title) == ["新列"])
        let refusal = #expect(throws: Refusal.self) { try loaded.applied(to: [["小区名称", "户数"]]) }
        #expect(refusal?.code == "header.mapping" && refusal?.message.zh.contains("面积") == true)
    }

    @Test(
        "rows that are no data are told apart",
        arguments: [
            (["1", "芙蓉区", "建安小区", "320"], RowKind.data), (["", "", "合计小区", "320"], .data), (["", "", "", ""], .empty),
            ([" ", "　", "", "\n"], .empty), ([], .empty),
            (["合计", "", "", "12000"], .total), (["", "", "小计", "12000"], .total), (["总 计", "", "", "1"], .total),
            (["芙蓉区合计", "", "", "1"], .total),
            (["共计25个小区", "", "", ""], .total), (["Total", "", "", "9"], .total), (["", "全市小计", "", "9"], .total),
            (["合计:", "", "", "9"], .total),
            (["注:户数含空置。", "", "", ""], .note), (["备注:以上数据截至6月", "", "", ""], .note), (["说明:略", "", "", ""], .note),
            (["填表人:张三", "", "审核人:李四", ""], .note), (["数据来源:区住建局", "", "", ""], .note),
            (["一、芙蓉区", "", "", ""], .section("芙蓉区")), (["(二)天心区", "", "", ""], .section("天心区")),
            (["一", "芙蓉区", "", "12000"], .section("芙蓉区")),
            (["雨花区", "雨花区", "雨花区", "雨花区"], .section("雨花区")), (["一、芙蓉区", "", "", "12000"], .section("芙蓉区")),
            (["左家塘街道", "", "", ""], .section("左家塘街道")), (["", "", "建安小区", ""], .data), (["", "", "五矿宿舍", ""], .data),
            (["序号", "区县", "小区名称", "户数"], .header), (["1", "2", "3", "4"], .header),
            (["12", "芙蓉区", "一零一小区", "40"], .data),
            (["十二", "", "十二小区", "40"], .data), (["3", "天心区", "注塑厂宿舍", "40"], .data),
            (["7", "天心区", "统计局宿舍", "1"], .data),
        ])
    func rows(row: [String], kind: RowKind) throws {
        let mapping = try estates.recognise([["序号", "区县", "小区名称", "户数"]])
        #expect(mapping.kind(of: row) == kind, "\(row)")
    }

    private func csv(_ path: String) throws -> [[String]] {
        try String(contentsOf: Reference.file(path), encoding: .utf8).split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test("of real files are recognised and their cells read", .enabled(if: Reference.isHere, "reference data absent"))
    func realFiles() throws {
        let shenzhen = try csv("estates/shenzhen_futian_estates_42.csv")
        let mapping = try estates.recognise(shenzhen)
        #expect(
            mapping.columns.map(\.key) == ["officialCode", "name", "address", "builtYears", "latitude", "longitude"])
        #expect(mapping.unknown.map(\.title) == ["listings"])
        let form = catalogue.form(.estate)
        let built = try #require(form.question("builtYears"))
        var unknown = 0
        for row in shenzhen.dropFirst() {
            #expect(mapping.kind(of: row) == .data)
            if try built.read(row[3]).value == .unknown { unknown += 1 }
            let point = try #require(CellReading.point(longitude: row[5], latitude: row[4]).value)
            #expect((114.0...114.1).contains(point.longitude) && !point.wasSwapped)
        }
        #expect(shenzhen.count == 43 && unknown == shenzhen.count { $0[3].isEmpty })

        let yuhua = try estates.recognise(csv("plans/changsha_yuhua_2021_started.csv"))
        #expect(
            yuhua.columns.map(\.key) == [
                "sequence", "subdistrictCode", "subdistrict", "neighbourhood", "name", "stage", "note",
            ])
        #expect(yuhua.unknown.isEmpty && yuhua.doubts.isEmpty)

        for totals in ["plans/shandong_jinan_2023_plan_partial.csv", "plans/changsha_aggregates.csv"] {
            let refusal = #expect(throws: Refusal.self) { try estates.recognise(csv(totals)) }
            #expect(refusal?.code == "header.name", "\(totals)")
        }
    }
}
