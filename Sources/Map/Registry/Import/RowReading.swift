import Geo
import Kernel
import Sheets

/// A data row of the file in the register's words, before it is compared with what is stored.
struct ReadRow {
    let number: Int
    var name = ""
    var words = PlaceFinder.Words()
    /// The public number: "CS-00417".
    var estateNumber = ""
    /// A code of the state's own registers.
    var officialCode = ""
    var aliases: [String] = []
    var address: String?
    var location: Coordinate?
    /// The location as the file has it, in the file's datum.
    var given: Coordinate?
    /// Longitude and latitude stood the wrong way round.
    var wasSwapped = false
    /// The survey's day stands in the row or was given for the file; else the facts are dated today.
    var statesDay = false
    var note = ""
    /// For buildings: the estate they belong to.
    var estateName = ""
    var facts: [String: Fact] = [:]
    var refusals: [Refusal] = []
}

/// Reads rows by a mapping: cells to facts with their sources, coordinates to CGCS2000.
struct RowReader {
    private enum Meaning {
        case question(SurveyQuestion, Unit?)
        case register(String)
    }

    private let meanings: [(index: Int, meaning: Meaning)]
    private let dayColumn: Int?
    private let sourceColumn: Int?
    private let surveyorColumn: Int?
    private let options: ImportOptions
    private let today: Day
    private let fileDay: Day?

    init(form: SurveyForm, mapping: HeaderMapping, options: ImportOptions, today: Day) {
        meanings = mapping.columns.map { column in
            if column.key != CoreFact.name, let question = form.question(column.key) {
                return (column.index, .question(question, column.unit))
            }
            return (column.index, .register(column.key))
        }
        dayColumn = mapping.column("surveyDate")?.index
        sourceColumn = mapping.column("source")?.index
        surveyorColumn = mapping.column("surveyor")?.index
        self.options = options
        self.today = today
        fileDay = options.day.flatMap { Day($0) }
    }

    func read(number: Int, _ cells: [String]) -> ReadRow {
        var row = ReadRow(number: number)
        let provenance = provenance(cells, into: &row)
        var point = (longitude: "", latitude: "", both: "")
        for (index, meaning) in meanings where index < cells.count {
            let text = cells[index]
            switch meaning {
            case .question(let question, let unit):
                guard !text.isEmpty else { continue }
                do throws(Refusal) {
                    let answer = try question.read(text, headerUnit: unit)
                    guard answer.value.isKnown else { continue }
                    row.facts[question.key] = Fact(
                        answer.value, isApproximate: answer.isApproximate, from: provenance)
                } catch {
                    row.refusals.append(error.about(question.key))
                }
            case .register("longitude"): point.longitude = text
            case .register("latitude"): point.latitude = text
            case .register("point"): point.both = text
            case .register(let key): set(key, text, in: &row)
            }
        }
        locate(point, in: &row)
        return row
    }

    private func provenance(_ cells: [String], into row: inout ReadRow) -> Provenance {
        func cell(_ index: Int?) -> String { index.map { $0 < cells.count ? cells[$0] : "" } ?? "" }
        var day = fileDay
        do throws(Refusal) {
            if let read = try CellReading.day(cell(dayColumn)).value { day = read.day }
            if let day, day > today { throw Self.future(day) }
        } catch {
            row.refusals.append(error.about("surveyDate"))
        }
        row.statesDay = day != nil
        let source = cell(sourceColumn)
        return Provenance(
            source: source.isEmpty ? options.source : String(source.prefix(100)), day: day ?? today,
            surveyor: String(cell(surveyorColumn).prefix(40)))
    }

    private func set(_ key: String, _ text: String, in row: inout ReadRow) {
        switch key {
        case "name": row.name = clean(text, key, EstateRules.nameLimit, in: &row)
        case "district", "districtCode":
            if row.words.district.isEmpty { row.words.district = clean(text, key, Self.placeLimit, in: &row) }
        case "subdistrict": row.words.subdistrict = clean(text, key, Self.placeLimit, in: &row)
        case "neighbourhood": row.words.neighbourhood = clean(text, key, Self.placeLimit, in: &row)
        case "subdistrictCode", "neighbourhoodCode": if text.count > row.words.code.count { row.words.code = text }
        case "number", "estateNumber": row.estateNumber = clean(text, key, EstateRules.codeLimit, in: &row)
        case "officialCode": row.officialCode = clean(text, key, EstateRules.codeLimit, in: &row)
        case "address":
            let address = clean(text, key, EstateRules.addressLimit, in: &row)
            row.address = address.isEmpty ? nil : address
        case "aliases":
            // As the export joins them; a blank or a stroke may be part of a name.
            let names = text.split { "、,;|\u{FF0C}\u{FF1B}\u{FF5C}\n".contains($0) }
            row.aliases = names.map { clean(String($0), key, EstateRules.nameLimit, in: &row) }.filter { !$0.isEmpty }
        case "estateName": row.estateName = clean(text, key, EstateRules.nameLimit, in: &row)
        case "note": row.note = text
        default: break
        }
    }

    /// A text without what copying leaves in it; empty when the cell says that nobody knows.
    private func clean(_ text: String, _ key: String, _ limit: Int, in row: inout ReadRow) -> String {
        if text.isEmpty { return "" }
        do throws(Refusal) {
            return try CellReading.text(text, limit: limit).value ?? ""
        } catch {
            row.refusals.append(error.about(key))
            return ""
        }
    }

    private static let placeLimit = 50

    private static func future(_ day: Day) -> Refusal {
        Refusal(
            "import.day.future", zh: "调查日期 \(day) 在将来；请核对。",
            en: "The day of the survey, \(day), is in the future; check it.")
    }

    private func locate(_ point: (longitude: String, latitude: String, both: String), in row: inout ReadRow) {
        do throws(Refusal) {
            let reading: Reading<ReadPoint>
            if !point.both.isEmpty {
                reading = try CellReading.point(point.both)
            } else if !point.longitude.isEmpty || !point.latitude.isEmpty {
                reading = try CellReading.point(longitude: point.longitude, latitude: point.latitude)
            } else {
                return
            }
            guard let read = reading.value else { return }
            let given = Coordinate(longitude: read.longitude, latitude: read.latitude)
            row.given = given
            row.wasSwapped = read.wasSwapped
            row.location = options.datum.toCGCS2000(given).roundedToDecimetre
        } catch {
            row.refusals.append(error.about("location"))
        }
    }
}

extension Refusal {
    func about(_ field: String) -> Refusal { Refusal(kind, code, zh: message.zh, en: message.en, field: field) }
}

extension Coordinate {
    /// Six decimals, about a decimetre: what a map needs, and the same after every round trip.
    var roundedToDecimetre: Coordinate {
        Coordinate(longitude: (longitude * 1e6).rounded() / 1e6, latitude: (latitude * 1e6).rounded() / 1e6)
    }
}
