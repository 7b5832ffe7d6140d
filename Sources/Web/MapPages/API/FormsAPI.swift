import Foundation
import Frame
import HTTPTypes
import Kernel
import Registry
import Store

/// The survey forms in force, for programs: keys, units and choices of all facts.
enum FormsAPI {
    static let operations: [APIOperation] = [
        .get(
            "getForm", .forms, "/api/v1/forms/{subject}", .right(.readEstates), zh: "现行的调查表",
            en: "The survey form in force",
            notes: Phrase(zh: "subject 为 estate（小区）或 building（楼栋）。", en: "The subject is `estate` or `building`."),
            headers: [.ifNoneMatch], answers: .named("Form"), sends: [.eTag]
        ) { visit, tx in
            guard let subject = visit.parameters["subject"].flatMap({ SurveySubject(rawValue: $0) }) else {
                throw Visit.notFound
            }
            let form = try visit.hall.register.form(subject, in: tx)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let bytes = [UInt8](try encoder.encode(form))
            return visit.answer(bytes, tag: "\"\(form.form)-\(form.version)-\(EntityTag.hash(bytes))\"")
        }
    ]

    static let components = [
        Component(
            "Form",
            .object(
                [
                    .init("form", .text()), .init("version", .whole()),
                    .init("subject", .code(SurveySubject.allCases.map(\.rawValue))), .init("date", .text()),
                    .init("source", .text()), .init("title", .object([.init("zh", .text()), .init("en", .text())])),
                    .init(
                        "groups",
                        .list(.object([.init("number", .whole()), .init("zh", .text()), .init("en", .text())]))),
                    .init("questions", .list(.named("Question"))),
                    .init(
                        "columns", .list(.object([], isOpen: true)),
                        Phrase(zh: "表格中问题以外的列，导入时认得", en: "columns of sheets beside the questions, for imports")),
                ]),
            """
            {"form":"estate-survey","version":1,"subject":"estate","date":"2026-06-30","source":"系统默认 system default",
             "title":{"zh":"老旧小区调查表","en":"Survey of an old residential estate"},
             "groups":[{"number":0,"zh":"基本情况","en":"Base facts"}],"questions":[{"key":"households","zh":"户数",
             "en":"Households","group":0,"kind":"integer","unit":"户","evidence":"record","minimum":1,"maximum":50000}],
             "columns":[]}
            """),
        Component(
            "Question",
            .object(
                [
                    .init("key", .text(), Phrase(zh: "事实的键", en: "the key of the fact")), .init("zh", .text()),
                    .init("en", .text()), .init("group", .whole()), .init("kind", .text()),
                    .init("unit", .text(), isRequired: false),
                    .init(
                        "choices",
                        .list(
                            .object(
                                [.init("code", .text()), .init("zh", .text()), .init("en", .text())], isOpen: true)),
                        isRequired: false), .init("evidence", .text()), .init("minimum", .number, isRequired: false),
                    .init("maximum", .number, isRequired: false),
                ], isOpen: true),
            #"{"key":"households","zh":"户数","en":"Households","group":0,"kind":"integer","evidence":"record"}"#),
    ]
}

/// Tags of what is answered (RFC 9110, 8.8.3), the same on every node.
enum EntityTag {
    static func hash(_ bytes: [UInt8]) -> String { Checksum(of: bytes).text }
}

extension Visit {
    /// JSON with its tag, or "not modified" for whoever has it.
    func answer(_ json: [UInt8], tag: String, status: Frame.Answer.Status = .ok) -> Frame.Answer {
        let headers: HTTPFields = [
            .contentType: "application/json", .eTag: tag, .cacheControl: "private, no-cache",
        ]
        if status == .ok, knownTag == tag { return Frame.Answer(.notModified, headers: headers) }
        return Frame.Answer(status, headers: headers, body: .bytes(json))
    }
}
