import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct ChecklistTests {
    private static let today = Town.now.dayInChina

    private static func entries(_ estate: ID<Estate>, extra: String? = nil) -> [ChecklistEntry] {
        let place = Town.code("430111002")
        var entries = [
            ChecklistEntry(row: 2, name: "建安小区", place: place, note: "", estate: estate),
            ChecklistEntry(row: 3, name: "没有的院", place: place, note: "", estate: nil),
        ]
        if let extra { entries.append(ChecklistEntry(row: 4, name: extra, place: place, note: "", estate: nil)) }
        return entries
    }

    private static func flags(_ town: Town) async throws -> Int? {
        try await town.read { tx in try tx.value("SELECT flags FROM estate") }
    }

    @Test("The same list twice is refused; the estate is flagged once", arguments: Engine.available)
    func twice(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let place = Town.code("430111")
            let id = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            try await town.act { deed in
                _ = try register.importChecklist(
                    .heritage, source: "文物局", day: Self.today, at: place, Self.entries(id), in: deed)
            }
            await #expect {
                try await town.act { deed in
                    _ = try register.importChecklist(
                        .heritage, source: "文物局", day: Self.today, at: place, Self.entries(id).reversed(), in: deed)
                }
            } throws: { ($0 as? Refusal)?.code == "checklist.twice" && ($0 as? Refusal)?.kind == .conflict }
            #expect(try await Self.flags(town) == 1)
            // Another kind, another source, one name more: other lists.
            try await town.act { deed in
                _ = try register.importChecklist(
                    .gradeD, source: "文物局", day: Self.today, at: place, Self.entries(id), in: deed)
                _ = try register.importChecklist(
                    .heritage, source: "规划局", day: Self.today, at: place, Self.entries(id), in: deed)
                _ = try register.importChecklist(
                    .heritage, source: "文物局", day: Self.today, at: place, Self.entries(id, extra: "新名"), in: deed)
            }
            #expect(try await Self.flags(town) == 4)
        }
    }

    @Test(
        "A list withdrawn takes its flags along, is told in both histories, and may come again",
        arguments: Engine.available)
    func withdrawn(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let place = Town.code("430111")
            let estate = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let (list, other) = try await town.act { deed in
                (
                    try register.importChecklist(
                        .heritage, source: "文物局", day: Self.today, at: place, Self.entries(estate), in: deed),
                    try register.importChecklist(
                        .gradeD, source: "住建局", day: Self.today, at: place, Self.entries(estate), in: deed)
                )
            }
            await #expect {
                try await town.act(as: Town.officer("430111", rights: [.readEstates])) { deed in
                    try register.withdrawChecklist(list, in: deed)
                }
            } throws: { ($0 as? Refusal)?.kind == .forbidden }
            try await town.act(as: Town.officer("430111")) { deed in try register.withdrawChecklist(list, in: deed) }
            #expect(try await Self.flags(town) == 1)
            let (flags, lists, acts) = try await town.read { tx in
                (
                    try register.flags(of: estate, in: tx).map(\.kind),
                    try register.checklists(for: .machineOwner(requestID: "t"), in: tx).map(\.id),
                    try tx.map(
                        "SELECT act FROM record_line WHERE act LIKE '%draw' OR act = 'estate.unflag' ORDER BY act"
                    ) {
                        try $0[0] as String
                    }
                )
            }
            #expect(flags == [.gradeD] && lists == [other])
            #expect(acts == ["checklist.withdraw", "estate.unflag"])
            try await town.act { deed in
                _ = try register.importChecklist(
                    .heritage, source: "文物局", day: Self.today, at: place, Self.entries(estate), in: deed)
            }
            #expect(try await Self.flags(town) == 2)
        }
    }

    @Test("A page at the limits of a whole number is the last one there may be", arguments: Engine.available)
    func farPages(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let owner = Actor.machineOwner(requestID: "t")
            let estate = try await town.act { deed in try register.registerEstate(Town.estate("建安小区"), in: deed) }
            let list = try await town.act { deed in
                try register.importChecklist(
                    .heritage, source: "文物局", day: Self.today, at: Town.code("430111"), Self.entries(estate), in: deed)
            }
            for (page, expected) in [(Int.max, 0), (.min, 1), (0, 1), (1, 1)] {
                let counts = try await town.read { tx in
                    [
                        try register.estates(EstateFilter(), page: page, size: .max, for: owner, in: tx).lines.count,
                        try register.checklistEntries(of: list, isFound: true, page: page, size: .max, in: tx).count,
                        try register.projects(ProjectFilter(), page: page, size: .min, for: owner, in: tx).lines.count
                            + expected,
                        try register.outdatedEstates(
                            of: Town.code("4301"), today: Self.today.adding(days: 4_000), page: page, size: .max,
                            for: owner, in: tx
                        ).lines.count,
                    ]
                }
                #expect(counts == [expected, expected, expected, expected])
            }
        }
    }
}
