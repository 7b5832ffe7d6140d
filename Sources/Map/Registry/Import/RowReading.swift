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
    private let fallbackDay: Day?

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
        fallbackDay = options.day.flatMap { Day($0) } ?? today
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
        var day = fallbackDay
        let dayText = cell(dayColumn)
        if !dayText.isEmpty {
            do throws(Refusal) {
                if let read = try CellReading.day(dayText).value { day = read.day }
            } catch {
                row.refusals.append(error.about("surveyDate"))
            }
        }
        let source = cell(sourceColumn)
        return Provenance(
            source: source.isEmpty ? options.source : String(source.prefix(100)), day: day,
            surveyor: String(cell(surveyorColumn).prefix(40)))
    }

    private func set(_ key: String, _ text: String, in row: inout ReadRow) {
        switch key {
        case "name": row.name = text
        case "district", "districtCode": if row.words.district.isEmpty { row.words.district = text }
        case "subdistrict": row.words.subdistrict = text
        case "neighbourhood": row.words.neighbourhood = text
        case "subdistrictCode", "neighbourhoodCode": if text.count > row.words.code.count { row.words.code = text }
        case "number", "estateNumber": row.estateNumber = text
        case "officialCode": row.officialCode = text
        case "address": row.address = text.isEmpty ? nil : text
        case "aliases":
            row.aliases = text.split { "、,,;;/ ".contains($0) }.map(String.init)
        case "estateName": row.estateName = text
        case "note": row.note = text
        default: break
        }
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
