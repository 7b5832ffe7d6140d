import Identity
import Kernel
import Registry
import Store

/// What tests of the survey in the field begin with.
enum Field {
    /// An officer of Yuhua who goes out with a phone.
    static func officer(_ number: UInt64) -> Actor {
        Actor(
            kind: .person, person: ID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number),
            label: "officer \(number)",
            grants: [.readEstates, .correctEstates].map { Grant($0, at: Town.code("430111")) }, requestID: "test")
    }

    static func id(_ number: UInt64) -> ID<FieldItem> {
        ID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
    }

    static func item(
        _ number: UInt64, _ estate: ID<Estate>, at: Instant = Town.now, taken: Instant = Town.now, note: String = "",
        _ answers: FieldAnswer...
    ) -> FieldItem {
        FieldItem(id: id(number), estate: estate, at: at, taken: taken, answers: answers, note: note)
    }
}

extension Town {
    /// Sends as the officer's phone does, whose clock shows `sentAt`.
    @discardableResult
    func take(
        _ item: FieldItem, as officer: Actor = Field.officer(1), sentAt: Instant = Town.now
    ) async throws -> FieldReceipt {
        let register = register
        return try await act(as: officer) { try register.takeFieldItem(item, sentAt: sentAt, in: $0) }
    }

    func facts(of estate: ID<Estate>) async throws -> FactSheet {
        let register = register
        return try await read { try register.estate(estate, in: $0)?.facts ?? FactSheet() }
    }

    /// All rows of the tables that the field writes to, as text.
    func rows() async throws -> [String] {
        try await read { tx in
            try ["field_item", "estate", "estate_sheet", "estate_issue", "record_line"].flatMap { table in
                try tx.map(Self.all(table)) { row in row.values.map { "\($0)" }.joined(separator: "|") }.sorted()
            }
        }
    }

    private static func all(_ table: String) -> SQL {
        switch table {
        case "field_item": "SELECT * FROM field_item"
        case "estate": "SELECT * FROM estate"
        case "estate_sheet": "SELECT * FROM estate_sheet"
        case "estate_issue": "SELECT * FROM estate_issue"
        default: "SELECT * FROM record_line"
        }
    }
}
