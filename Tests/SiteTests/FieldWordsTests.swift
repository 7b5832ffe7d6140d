import Frame
import Kernel
import Registry
import Store
import TestSupport
import Testing

@testable import PeoplePages

@Suite("What recorded fields are called")
struct FieldWordsTests {
    @Test("Every field that an act records has a name of its own")
    func names() async throws {
        try await TestHall.with(.sqlite) { test in
            _ = try await Things(.own, test)
            let register = test.hall.register
            let (forms, lines) = try await test.hall.database.read { tx in
                let forms = [
                    "estate": try register.form(.estate, in: tx), "building": try register.form(.building, in: tx),
                ]
                let lines: [(act: String, subject: String, fields: String)] = try tx.map(
                    """
                    SELECT act, subject_kind, coalesce(value_after, '{}') FROM record_line
                    UNION ALL SELECT act, subject_kind, coalesce(value_before, '{}') FROM record_line
                    """
                ) { (try $0[0], try $0[1], try $0[2]) }
                return (forms, lines)
            }
            var named = 0
            for line in lines {
                for key in try JSON(parsing: line.fields).members.map(\.key) {
                    let isRight = line.subject == "role" && Right(rawValue: key) != nil
                    let label = FieldWords.labels[key] ?? forms[line.subject]?.label(key)
                    #expect(isRight || label != nil, "\(line.act) records “\(key)”")
                    named += 1
                }
            }
            #expect(named > 50)
        }
    }
}
