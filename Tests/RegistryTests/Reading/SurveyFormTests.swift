import FoundationEssentials
import Kernel
import Registry
import Testing

private let formsFolder = FileManager.default.currentDirectoryPath + "/Resources/forms"

@Suite("Survey forms are data")
struct SurveyFormTests {
    private let catalogue: FormCatalogue

    init() throws {
        catalogue = try FormCatalogue.load(directory: formsFolder)
    }

    private func question(_ key: String, _ subject: SurveySubject = .estate) throws -> SurveyQuestion {
        try #require(catalogue.question(key, of: subject))
    }

    @Test("cover the 21 aspects and the core facts, in both languages")
    func aspects() throws {
        let estate = catalogue.form(.estate)
        #expect(estate.version == 1 && estate.source == "系统默认 system default" && estate.date == "2026-06-30")
        for aspect in 0...21 {
            #expect(estate.group(aspect) != nil)
            #expect(!estate.questions(inGroup: aspect).isEmpty, "aspect \(aspect) asks nothing")
        }
        #expect(
            Set(estate.questions.filter(\.isCore).map(\.key)) == [
                "name", "builtYears", "households", "floorAreaM2", "buildings",
            ])
        #expect(estate.questions.count >= 60 && catalogue.form(.building).questions.count >= 25)
        for question in estate.questions + catalogue.form(.building).questions {
            #expect(
                question.zh.unicodeScalars.contains { $0.value > 0x4E00 } && question.en.allSatisfy(\.isASCII),
                "\(question.key)")
            if [.integer, .decimal, .share].contains(question.kind) {
                #expect(question.unit != nil && question.minimum != nil && question.maximum != nil, "\(question.key)")
            }
        }
    }

    @Test(
        "read answers as people write them",
        arguments: [
            ("households", "约320户", FactValue.integer(320)), ("households", "1,680", .integer(1680)),
            ("households", "不详", .unknown),
            ("floorAreaM2", "2.3万㎡", .number(23_000)), ("builtYears", "90年代", .years(from: 1990, to: 1999)),
            ("builtYears", "1985年前", .years(from: 1840, to: 1985)), ("lifts", "无", .integer(0)),
            ("lifts", "", .unknown),
            ("lifts", "/", .unknown), ("households", "无", .unknown), ("builtYears", "无", .unknown),
            ("gasShare", "85%", .number(85)),
            ("roofLeakage", "个别渗漏", .choice("fairlyGood")), ("roofLeakage", "无", .choice("good")),
            ("roofLeakage", "差", .choice("poor")),
            ("roadCondition", "较差", .choice("fairlyPoor")), ("roadCondition", "D", .choice("poor")),
            ("structureType", "砖混结构", .choice("brickConcrete")),
            ("management", "无", .choice("unmanaged")), ("ownersCommittee", "√", .flag(true)),
            ("clinic", "无", .flag(false)),
            ("originalUnit", "长沙五矿", .text("长沙五矿")), ("originalUnit", "无", .text("无")), ("name", "无", .unknown),
            ("managementFee", "0.8元/㎡·月", .number(0.8)), ("repairFund", "23.5万元", .number(235_000)),
        ])
    func answers(key: String, text: String, value: FactValue) throws {
        let question = try question(key)
        #expect(try question.read(text).value == value, "\(key) \(text)")
        #expect(try question.read(question.cell(value)).value == value)
        #expect(try question.accept(value) == value)
    }

    @Test(
        "refuse what cannot be, naming the field",
        arguments: [
            ("floorAreaM2", "-500", "cell.bounds"), ("households", "0", "cell.bounds"),
            ("builtYears", "3020", "cell.years.range"),
            ("builtYears", "2099", "cell.bounds"), ("gasShare", "120%", "cell.bounds"),
            ("roadCondition", "挺好", "cell.choice"),
            ("structureType", "竹木", "cell.choice"), ("clinic", "部分", "cell.flag"),
            ("households", "320㎡", "cell.number.unit"),
            ("name", String(repeating: "宜", count: 10_000), "cell.text.long"),
        ])
    func refusals(key: String, text: String, code: String) throws {
        let question = try question(key)
        let refusal = #expect(throws: Refusal.self) { try question.read(text) }
        #expect(refusal?.code == code && refusal?.field == key, "\(refusal?.description ?? "")")
        #expect(
            refusal?.message.zh.hasPrefix(question.zh) == true && refusal?.message.en.hasPrefix(question.en) == true)
    }

    @Test("show values with their unit in both languages")
    func display() throws {
        #expect(
            try question("households").display(.integer(1680))
                == Phrase(zh: "1,680\u{A0}户", en: "1,680\u{A0}households"))
        #expect(
            try question("floorAreaM2").display(.number(1_720_000.5))
                == Phrase(zh: "1,720,000.5\u{A0}m²", en: "1,720,000.5\u{A0}m²"))
        #expect(try question("gasShare").display(.number(85)) == Phrase(zh: "85\u{A0}%", en: "85\u{A0}%"))
        #expect(try question("clinic").display(.flag(false)) == Phrase(zh: "否", en: "no"))
        #expect(try question("roofLeakage").display(.choice("poor")) == Phrase(zh: "普遍渗漏", en: "leaks everywhere"))
        #expect(try question("households").display(.unknown) == Phrase(zh: "不详", en: "unknown"))
        #expect(try question("builtYears").display(.years(from: 1996, to: 1998)).en == "1996–1998")
    }

    @Test("every choice is read back from its code, its Chinese, its English and its aliases")
    func choices() throws {
        for subject in SurveySubject.allCases {
            for question in catalogue.form(subject).questions {
                for choice in question.choices {
                    for word in [choice.code, choice.zh, choice.en] + choice.aliases {
                        #expect(try question.read(word).value == .choice(choice.code), "\(question.key) \(word)")
                    }
                }
            }
        }
    }

    @Test("values travel as JSON and get their kind back from the question")
    func json() throws {
        let values: [(String, FactValue)] = [
            ("households", .integer(320)), ("floorAreaM2", .number(23_000)), ("floorAreaM2", .number(0.1 + 23_000)),
            ("builtYears", .years(from: 1996, to: 1998)),
            ("roofLeakage", .choice("poor")), ("clinic", .flag(false)), ("name", .text("“湖橡”\\小区\n\u{1}")),
            ("lifts", .unknown),
        ]
        for (key, value) in values {
            var bytes: [UInt8] = []
            value.appendJSON(to: &bytes)
            let byHand = try JSONDecoder().decode([FactValue].self, from: Data("[".utf8 + bytes + "]".utf8))[0]
            let encoded = try JSONDecoder().decode([FactValue].self, from: JSONEncoder().encode([value]))[0]
            #expect(byHand == encoded)
            if key != "name" { #expect(try question(key).accept(byHand) == value, "\(key)") }
        }
        #expect(throws: Refusal.self) { try question("clinic").accept(.number(3)) }
        #expect(throws: Refusal.self) { try question("households").accept(.years(from: 1990, to: 1991)) }
        #expect(throws: Refusal.self) { try question("floorAreaM2").accept(.number(-1)) }
        #expect(throws: Refusal.self) { try question("builtYears").accept(.years(from: 1998, to: 1996)) }
        #expect(try question("builtYears").accept(.integer(1998)) == .years(from: 1998, to: 1998))
    }

    @Test("a header means one thing, save the few that leave it open")
    func aliases() {
        let open = ["规模", "数量", "面积", "性质"]
        for subject in SurveySubject.allCases {
            let form = catalogue.form(subject)
            let words = form.questions.flatMap { q in
                ([q.zh, q.en, q.key] + q.aliases + q.weakAliases).map { ($0, q.key) }
            }
            let columns = form.columns.flatMap { c in
                ([c.zh, c.en, c.key] + c.aliases + c.weakAliases).map { ($0, c.key) }
            }
            for (word, keys) in Dictionary(grouping: words + columns, by: { $0.0.lowercased() })
            where !open.contains(word) {
                #expect(Set(keys.map(\.1)).count == 1, "\(subject) “\(word)” means \(Set(keys.map(\.1)).sorted())")
            }
        }
    }

    @Test("a broken form is refused with its file and key")
    func broken() throws {
        let good = try #require(FileManager.default.contents(atPath: formsFolder + "/estate-survey-v1.json"))
        let text = String(decoding: good, as: UTF8.self)
        #expect(throws: Never.self) { try SurveyForm.decode(Array(text.utf8), file: "good.json") }
        let breakages: [(from: String, to: String, names: String)] = [
            ("\"key\": \"households\"", "\"key\": \"buildings\"", "buildings"),
            ("\"version\": 1", "\"version\": \"one\"", "version"),
            ("\"kind\": \"decimal\"", "\"kind\": \"decimals\"", "kind"), ("\"2026-06-30\"", "\"2026-02-30\"", "date"),
            ("\"unit\": \"户\"", "\"unit\": \"furlong\"", "unit"),
            ("\"key\": \"households\"", "\"key\": \"house holds\"", "house holds"),
            ("\"minimum\": 1,", "\"minimum\": 9999999,", "buildings"), ("\"questions\"", "\"question\"", "questions"),
            ("}", "", ""),
        ]
        for breakage in breakages {
            let range = try #require(text.firstRange(of: breakage.from))
            let broken = text.replacingCharacters(in: range, with: breakage.to)
            let refusal = #expect(throws: Refusal.self, "\(breakage)") {
                try SurveyForm.decode(Array(broken.utf8), file: "estate.json")
            }
            #expect(
                refusal?.message.en.contains("estate.json") == true
                    && refusal?.message.zh.contains(breakage.names) == true, "\(refusal?.description ?? "")")
        }
        #expect(throws: Refusal.self) { try SurveyForm.load(file: formsFolder + "/absent.json") }
        #expect(throws: Refusal.self) { try FormCatalogue(forms: [catalogue.form(.estate)]) }
        #expect(throws: Refusal.self) { try FormCatalogue(forms: catalogue.forms + [catalogue.form(.estate)]) }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
