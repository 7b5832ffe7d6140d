import Components
import Frame
import Geo
import Kernel
import Registry

/// What an officer sent, beside what the form had shown: only what differs is a change.
struct Draft: Sendable {
    /// The version the officer looked at.
    let version: Int
    /// By field; a field that was not sent is left as it is.
    private(set) var typed: [String: String] = [:]
    /// What the form showed, by field.
    private(set) var was: [String: String] = [:]
    let evidence: String
    let day: String
    let datum: String
    /// The officer vouches for the known facts that stay as they are, too.
    let confirmsRest: Bool
    /// Fields for which a choice was asked, with what they had been before both changes.
    let asked: [(name: String, base: String)]
    /// "mine" or "theirs", by field.
    private let chosen: [String: String]
    /// A location typed in another datum, converted to CGCS2000.
    private let converted: String?

    init(_ sent: FormData) {
        version = sent.number("version") ?? 0
        evidence = sent.text("evidence")
        day = sent.text("day")
        datum = sent.text("datum")
        confirmsRest = sent.text("confirmsRest") == "1"
        var asked: [(name: String, base: String)] = []
        var chosen: [String: String] = [:]
        for (name, value) in sent.fields {
            if let field = name.after("was.") {
                was[field] = value.unifiedLines
            } else if let field = name.after("base.") {
                asked.append((field, value.unifiedLines))
            } else if let field = name.after("choice.") {
                chosen[field] = value
            } else if typed[name] == nil {
                typed[name] = value.unifiedLines.trimmed
            }
        }
        self.asked = asked
        self.chosen = chosen
        converted = Self.convert(typed["location"] ?? "", was: was["location"] ?? "", datum: Datum(rawValue: datum))
    }

    /// What the field is to hold.
    func text(_ name: String) -> String {
        if name == "location", let converted { return converted }
        return typed[name] ?? ""
    }

    /// Fields asked about for which nothing was chosen.
    var unanswered: [String] { asked.map(\.name).filter { chosen[$0] != "mine" && chosen[$0] != "theirs" } }

    /// The fields that the officer wants changed, in the form's order.
    func changes(in fields: EditFields) -> [String] {
        fields.names.filter { name in
            guard typed[name] != nil, chosen[name] != "theirs" else { return false }
            return fields.meaning(name, text(name)) != fields.meaning(name, was[name] ?? "")
        }
    }

    /// The known facts that the officer leaves as they are and vouches for.
    func confirmed(in fields: EditFields) -> [String] {
        guard confirmsRest else { return [] }
        let changed = Set(changes(in: fields))
        return fields.names.filter { name in
            fields.question(name) != nil && !(was[name] ?? "").isEmpty && typed[name] != nil && !changed.contains(name)
        }
    }

    /// The changed facts, each from the evidence and the day given for all of them.
    /// - Parameter surveyor: who vouches for them.
    func facts(
        _ names: [String], in fields: EditFields, surveyor: ID<PersonTag>?, today: Day, _ refusals: inout [Refusal]
    ) -> [String: Fact] {
        let asked = names.compactMap { name in fields.question(name).map { (name, $0) } }
        guard !asked.isEmpty else { return [:] }
        let day = Day(self.day)
        if evidence.isEmpty {
            refusals.append(
                Refusal(
                    "evidence.missing", zh: "请填写依据：这些数据从何而来，例如“不动产登记”“现场摸底”。",
                    en: "State the evidence: where the figures come from, such as “land register” or “site survey”.",
                    field: "evidence"))
        }
        if day == nil && !self.day.isEmpty || day.map({ $0 > today }) ?? false {
            refusals.append(
                Refusal(
                    "day.invalid", zh: "“\(self.day.prefix(20))”不是有效的日期；请填写不晚于今天的日期，如 2026-06-30。",
                    en: "“\(self.day.prefix(20))” is no valid day; give one no later than today, such as 2026-06-30.",
                    field: "day"))
        }
        let source = Provenance(source: evidence, day: day, officer: surveyor)
        var facts: [String: Fact] = [:]
        for (name, question) in asked {
            do throws(Refusal) {
                let answer = try question.read(text(name))
                facts[question.key] = Fact(answer.value, isApproximate: answer.isApproximate, from: source)
            } catch {
                refusals.append(error)
            }
        }
        return facts
    }

    /// The point in the field "location": `.some(nil)` takes it away.
    func location(_ refusals: inout [Refusal]) -> Coordinate?? {
        guard Datum(rawValue: datum) != nil || datum.isEmpty else {
            refusals.append(
                Refusal("datum.unknown", zh: "请选择坐标系。", en: "Choose the datum of the coordinates.", field: "datum"))
            return nil
        }
        do throws(Refusal) {
            guard let point = try CellReading.point(text("location")).value else { return .some(nil) }
            return Coordinate(longitude: point.longitude, latitude: point.latitude)
        } catch {
            refusals.append(
                Refusal(error.kind, error.code, zh: error.message.zh, en: error.message.en, field: "location"))
            return nil
        }
    }

    /// Whatever comes in is stored in CGCS2000; seven decimals are a centimetre.
    private static func convert(_ text: String, was: String, datum: Datum?) -> String? {
        guard let datum, datum != .cgcs2000, let point = (try? CellReading.point(text))?.value else { return nil }
        let place = datum.toCGCS2000(Coordinate(longitude: point.longitude, latitude: point.latitude))
        return Coordinate(
            longitude: (place.longitude * 1e7).rounded() / 1e7, latitude: (place.latitude * 1e7).rounded() / 1e7
        ).written
    }
}

extension String {
    fileprivate func after(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }

    /// Browsers send line ends as CR LF, whatever the page had.
    fileprivate var unifiedLines: String {
        utf8.contains(13) ? split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n") : self
    }
}
