import Components
import Frame
import Geo
import Html
import Kernel
import Registry

/// How a file is to be read, as typed: kept when something is wrong with it.
struct ImportDraft {
    var kind = ImportKind.estates
    var datum = Datum.cgcs2000.rawValue
    var place = ""
    var source = "区县报表"
    var day = ""
    var sheet = ""
    var checklist = ""

    init(kind: ImportKind) {
        self.kind = kind
    }

    init(_ form: FormData) {
        kind = ImportKind(rawValue: form.text("kind")) ?? .estates
        datum = form.text("datum")
        place = form.text("place")
        source = form.text("source")
        day = form.text("day")
        sheet = form.text("sheet")
        checklist = form.text("checklist")
    }

    init(_ batch: ImportBatch) {
        kind = batch.kind
        datum = batch.options.datum.rawValue
        place = batch.options.place ?? ""
        source = batch.options.source
        day = batch.options.day ?? ""
        sheet = batch.options.sheet ?? ""
        checklist = batch.options.checklist ?? ""
    }

    /// The options in the register's words.
    /// - Parameter fallback: where the rows lie when no place was chosen.
    /// - Throws: every refusal of the form at once.
    func options(_ choices: FilePlaces, fallback: PlaceCode?, today: Day) throws -> (ImportOptions, PlaceCode) {
        var refusals: [Refusal] = []
        let datum = Datum(rawValue: self.datum)
        if datum == nil {
            refusals.append(
                Refusal(
                    "import.datum.unknown", zh: "请选择坐标系。", en: "Choose the datum of the coordinates.", field: "datum"))
        }
        let chosen = PlaceCode(place)
        if !place.isEmpty, chosen.map({ !choices.contains($0) && $0 != fallback }) ?? true {
            refusals.append(
                Refusal(
                    "import.place.foreign", zh: "请从列表中选择所属地。", en: "Choose the place from the list.", field: "place"))
        }
        let lies = chosen ?? fallback
        if lies == nil {
            refusals.append(
                Refusal(
                    "import.place.none", zh: "请选择文件所属的区县或街道。", en: "Choose the place the file belongs to.",
                    field: "place"))
        }
        if source.isEmpty || source.count > 100 {
            refusals.append(
                Refusal(
                    "import.source", zh: "来源须填写，至多 100 字。", en: "State the source, in 100 characters at most.",
                    field: "source"))
        }
        if !day.isEmpty, Day(day).map({ $0 > today }) ?? true {
            refusals.append(
                Refusal(
                    "import.day", zh: "调查日期应如 2026-06-30，且不在将来。",
                    en: "The day of the survey looks like 2026-06-30 and is not in the future.", field: "day"))
        }
        if kind == .checklist, Checklist.Kind(rawValue: checklist) == nil {
            refusals.append(
                Refusal("checklist.kind", zh: "请选择名单类别。", en: "Choose the kind of list.", field: "checklist"))
        }
        try Refusals.throwIfAny(refusals)
        guard let datum, let lies else { throw Visit.notFound }
        let options = ImportOptions(
            kind: kind, datum: datum, sheet: sheet.isEmpty ? nil : String(sheet.prefix(100)), place: lies.digits,
            source: source, day: day.isEmpty ? nil : day, checklist: kind == .checklist ? checklist : nil)
        return (options, lies)
    }
}

extension ImportDraft {
    /// The fields that say how the file is read.
    /// - Parameters:
    ///   - sheets: the file's sheets once it is known; before that the name is typed.
    ///   - anywhere: what an empty place means; nil when one must be chosen.
    func fields(
        _ t: Language, _ choices: FilePlaces, sheets: [String]?, anywhere: String?, _ refusals: [Refusal]
    ) -> Html {
        let kindField: Html =
            kind == .checklist
            ? field(
                t,
                FormField(
                    "checklist", t("名单类别", "Kind of list"),
                    .select(
                        Checklist.Kind.allCases.map { Choice($0.rawValue, $0.name(t)) }, selected: checklist,
                        empty: t("请选择", "Choose")), error: refusals.message("checklist", t), required: true)) : ""
        let sheetControl: Control =
            sheets.map { names in
                .select(names.map { Choice($0, $0) }, selected: sheet, empty: t("第一张可见的", "The first visible one"))
            } ?? .text(sheet, placeholder: t("第一张可见的", "the first visible one"), limit: 100)
        let fields: [Html] = [
            kindField,
            field(
                t,
                FormField(
                    "place", t("所属地", "Place"), .select(choices.choices(t), selected: place, empty: anywhere),
                    help: t("行里没有写区县、街道时用它。", "Where rows lie that do not say their district or subdistrict."),
                    error: refusals.message("place", t), required: anywhere == nil)),
            kind == .checklist
                ? hiddenField("datum", datum)
                : field(
                    t,
                    FormField(
                        "datum", t("坐标系", "Datum of the coordinates"), .select(Self.datums(t), selected: datum),
                        help: t(
                            "没有坐标就不用管。选错时坐标会整体偏移，预览会提醒。",
                            "Of no matter without coordinates. With the wrong one all points are shifted; the preview warns."
                        ),
                        error: refusals.message("datum", t))),
            field(
                t,
                FormField(
                    "source", t("数据来源", "Source"), .text(source, limit: 100),
                    help: t("写进每一项数据；行里另有说明的以行为准。", "Kept with every value, unless the row says otherwise."),
                    error: refusals.message("source", t), required: true)),
        ]
        // Shapes have neither a day of their own nor sheets.
        let ofSheets: [Html] = [
            field(
                t,
                FormField(
                    "day",
                    t(
                        kind == .checklist ? "名单日期" : "调查日期",
                        kind == .checklist ? "Day of the list" : "Day of the survey"),
                    .date(day),
                    help: kind == .checklist ? t("不填则按今天。", "Today when left empty.") : Self.dayHelp(t),
                    error: refusals.message("day", t))),
            field(
                t,
                FormField(
                    "sheet", t("工作表", "Sheet"), sheetControl, help: t("可不填。", "Optional."),
                    error: refusals.message("sheet", t))),
        ]
        return (kind.isSheet ? fields + ofSheets : fields).reduce(Html.empty, +)
    }

    private static func dayHelp(_ t: Language) -> String {
        t(
            "行里另有日期的以行为准。不填则新数据按今天记，数值不变的数据保留原日期。",
            "A row's own date counts first. Left empty, new values are dated today; values that stay keep their day.")
    }

    static func datums(_ t: Language) -> [Choice] {
        [
            Choice(Datum.cgcs2000.rawValue, "CGCS2000 / WGS-84" + t("（国家 2000、天地图、GPS）", " (national, Tianditu, GPS)")),
            Choice(Datum.gcj02.rawValue, "GCJ-02" + t("（高德、腾讯）", " (Amap, Tencent)")),
            Choice(Datum.bd09.rawValue, "BD-09" + t("（百度）", " (Baidu)")),
        ]
    }
}
