import Components
import Frame
import HTTPTypes
import Identity
import Kernel
import Registry
import Store

/// What a phone takes along: no person's name is in it.
enum FieldPackage {
    /// Places that may be named at once.
    private static let placeLimit = 50

    /// `GET /field/session.json`: whose the phone is now, and what it needs to send.
    ///
    /// `{"now":1782813600000,"person":"0190a3c1-…","csrf":"…"}`
    static func session(_ visit: Visit, _: Tx) throws -> Frame.Answer {
        Frame.Answer(
            json: JSON.object([
                "now": .integer(visit.now.milliseconds),
                "person": .string(visit.signedIn?.person.description ?? ""), "csrf": .string(visit.csrf),
            ]).text)
    }

    /// `GET /field/places.json`: what can be taken along.
    ///
    /// `{"limit":300,"places":[{"code":"430111002","zh":"雨花区 › 左家塘街道","en":"…","estates":12}]}`
    static func places(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let register = visit.hall.register
        let places = try register.fieldPlaces(for: visit.actor, in: tx)
        let names = PlaceNames(try register.placeNames(places.map(\.code), in: tx))
        let list = places.map { place in
            JSON.object([
                "code": .string(place.code.digits), "zh": .string(names.path(place.code, .zh)),
                "en": .string(names.path(place.code, .en)), "estates": .integer(Int64(place.estates)),
            ])
        }
        return Frame.Answer(
            json: JSON.object(["limit": .integer(Int64(Register.fieldLimit)), "places": .array(list)]).text)
    }

    /// `GET /field/package.json?place=430111002&place=…`: the estates of the places and the form to ask by.
    ///
    /// ```json
    /// {"now":1782813600000,"person":"0190a3c1-…","places":["430111002"],"form":{"version":1,"groups":[…],
    ///  "questions":[…]},"estates":[{"id":"0190a3c1-…","number":"CS-00417","name":"公交小区","address":"…",
    ///  "place":{"zh":"雨花区 › 左家塘街道","en":"…"},"location":[113.0211,28.1503],"due":true,
    ///  "sources":[["现场摸底","2019-05-15"]],"facts":{"households":["364",0],"gasShare":[null,0]}}]}
    /// ```
    ///
    /// A fact is the text that the form reads, null for unknown, and the index of its source: what it rests on, and the
    /// day. `due`: it was not surveyed within three years.
    static func package(_ visit: Visit, _ tx: Tx) throws -> Frame.Answer {
        let register = visit.hall.register
        let wanted = visit.query.all("place").prefix(placeLimit).compactMap { PlaceCode($0) }
        let estates = try register.fieldEstates(of: wanted, for: visit.actor, in: tx)
        let form = try register.form(.estate, in: tx)
        let names = PlaceNames(try register.placeNames(estates.map(\.place), in: tx))
        let due = visit.dataDay.adding(days: -Register.surveyLifetimeDays)
        return Frame.Answer(
            json: JSON.object([
                "now": .integer(visit.now.milliseconds),
                "person": .string(visit.signedIn?.person.description ?? ""),
                "places": .array(wanted.map { .string($0.digits) }), "form": form.forPhones,
                "estates": .array(estates.map { $0.forPhones(form, names, due: due) }),
            ]).text)
    }
}

extension Estate {
    fileprivate func forPhones(_ form: SurveyForm, _ names: PlaceNames, due: Day) -> JSON {
        var sources: [JSON] = []
        let texts = form.askedInField.compactMap { question -> JSON.Member? in
            guard let fact = facts[question.key] else { return nil }
            let day = fact.provenance.day.map { JSON.string($0.description) } ?? .null
            let source = JSON.array([.string(fact.provenance.source), day])
            let index = sources.firstIndex(of: source) ?? sources.count
            if index == sources.count { sources.append(source) }
            let text = fact.value.isKnown ? JSON.string(question.written(fact)) : .null
            return JSON.Member(question.key, .array([text, .integer(Int64(index))]))
        }
        let surveyedOn = facts.facts.values.compactMap(\.provenance.day).max()
        return .object([
            "id": .string(id.description), "number": .string(number), "name": .string(name),
            "address": .string(address),
            "place": .object(["zh": .string(names.path(place, .zh)), "en": .string(names.path(place, .en))]),
            "location": location.map { .array([.number($0.longitude), .number($0.latitude)]) } ?? .null,
            "due": .bool(surveyedOn.map { $0 < due } ?? true), "sources": .array(sources), "facts": .object(texts),
        ])
    }
}

extension SurveyForm {
    /// The name is an attribute, though the form lists it among its questions.
    fileprivate var askedInField: [SurveyQuestion] { questions.filter { $0.key != CoreFact.name } }

    fileprivate var forPhones: JSON {
        .object([
            "version": .integer(Int64(version)),
            "groups": .array(
                groups.map {
                    .object(["number": .integer(Int64($0.number)), "zh": .string($0.zh), "en": .string($0.en)])
                }), "questions": .array(askedInField.map(\.forPhones)),
        ])
    }
}

extension SurveyQuestion {
    fileprivate var forPhones: JSON {
        let unit = unit ?? (kind == .share ? .percent : nil)
        let bound = { (value: Double?) in value.map(JSON.number) ?? .null }
        return .object([
            "key": .string(key), "group": .integer(Int64(group)), "kind": .string(kind.rawValue), "zh": .string(zh),
            "en": .string(en), "unit": unit?.name.json ?? .null, "help": help?.phrase.json ?? .null,
            "choices": .array(
                offered.map {
                    .object(["code": .string($0.code), "zh": .string($0.name.zh), "en": .string($0.name.en)])
                }), "minimum": bound(minimum ?? (kind == .share ? 0 : nil)),
            "maximum": bound(maximum ?? (kind == .share ? 100 : nil)), "core": .bool(isCore),
        ])
    }

    private var offered: [(code: String, name: Phrase)] {
        if kind == .flag {
            return [(true.canonical, Phrase(zh: "是", en: "yes")), (false.canonical, Phrase(zh: "否", en: "no"))]
        }
        return choices.map { ($0.code, $0.name) }
    }
}

extension Phrase {
    fileprivate var json: JSON { .object(["zh": .string(zh), "en": .string(en)]) }
}
