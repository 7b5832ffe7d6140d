import Identity
import Kernel
import Registry
import Store
import TestSupport
import Testing

@Suite struct StageTests {
    private static func codes(_ town: Town) async throws -> [String] {
        let register = town.register
        return try await town.read { tx in try register.stageList(in: tx).map(\.code) }
    }

    @Test(
        "A city adds a stage, which projects then pass through, and names another its own way",
        arguments: Engine.available)
    func addsAndRenames(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            try await town.act { deed in
                try register.addStage(
                    "completion", name: Phrase(zh: "完工自检", en: "Completion"), tone: .works, after: "works", in: deed)
                _ = try register.editStage(
                    "tender", name: Phrase(zh: "招投标", en: "Bidding"), after: "approval", in: deed)
            }
            let stages = try await town.read { tx in try register.stageList(in: tx) }
            let index = try #require(stages.firstIndex { $0.code == "completion" })
            #expect(stages[index - 1].code == "works" && stages[index + 1].code == "accepted")
            #expect(stages[index].isProgrammed && !stages[index].isFinished)
            #expect(stages.first { $0.code == "tender" }?.name.zh == "招投标")
            let today = Town.now.dayInChina
            let id = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
                let project = try register.createProject(
                    ProjectDraft(name: "一期", estates: [estate], stage: "works"), in: deed)
                try register.changeStage(of: project, to: "completion", on: today, seen: 1, in: deed)
                return estate
            }
            let estate = try await town.read { tx in try register.estate(id, in: tx) }
            #expect(estate?.stage == "completion" && estate?.programmedYear == 2026 && estate?.completedYear == nil)
            let acts = try await town.read { tx in
                try tx.map("SELECT act FROM record_line WHERE subject_kind = 'stage' ORDER BY act") {
                    try $0[0] as String
                }
            }
            #expect(acts == ["stage.add", "stage.edit"])
        }
    }

    @Test("Another order makes another project lead its estate", arguments: Engine.available)
    func reorders(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let id = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
                for stage in ["design", "approval"] {
                    _ = try register.createProject(
                        ProjectDraft(name: stage, estates: [estate], stage: stage), in: deed)
                }
                return estate
            }
            let approval = Phrase(zh: "审批", en: "Approval")
            try await town.act { deed in
                _ = try register.editStage("approval", name: approval, after: "schemeVoted", in: deed)
            }
            let codes = try await Self.codes(town)
            #expect(codes.firstIndex(of: "approval").map { codes[$0 + 1] } == "design")
            let estate = try await town.read { tx in try register.estate(id, in: tx) }
            #expect(estate?.stage == "design")
        }
    }

    @Test(
        "A stage stays in its part of life: no move changes what counts as programmed or finished",
        arguments: Engine.available)
    func keepsPartsInOrder(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let before = try await Self.codes(town)
            await #expect {
                try await town.act { deed in
                    _ = try register.editStage(
                        "works", name: Phrase(zh: "施工", en: "Works"), after: "settled", in: deed)
                }
            } throws: { ($0 as? Refusal)?.code == "stage.order" }
            for (code, name) in [("works", "再来"), ("x", "短"), ("a1", "数字"), ("ok", "")] {
                await #expect(throws: (any Error).self) {
                    try await town.act { deed in
                        try register.addStage(
                            code, name: Phrase(zh: name, en: name), tone: .works, after: "works", in: deed)
                    }
                }
            }
            #expect(try await Self.codes(town) == before)
        }
    }

    @Test("Only an unused stage is retired, and nobody is moved to it afterwards", arguments: Engine.available)
    func retires(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            let today = Town.now.dayInChina
            let project = try await town.act { deed in
                let estate = try register.registerEstate(Town.estate("建安小区"), in: deed)
                return try register.createProject(
                    ProjectDraft(name: "一期", estates: [estate], stage: "tender"), in: deed)
            }
            for (code, why) in [("tender", "stage.used"), ("surveyed", "stage.needed"), ("works", "stage.needed")] {
                await #expect {
                    try await town.act { deed in try register.retireStage(code, in: deed) }
                } throws: { ($0 as? Refusal)?.code == why }
            }
            try await town.act { deed in
                try register.changeStage(of: project, to: "works", on: today, seen: 1, in: deed)
                try register.retireStage("tender", in: deed)
            }
            await #expect {
                try await town.act { deed in
                    try register.changeStage(of: project, to: "tender", on: today, seen: 2, in: deed)
                }
            } throws: { ($0 as? Refusal)?.code == "project.stage.unknown" }
            let steps = try await town.read { tx in try register.steps(of: project, in: tx).map(\.stage) }
            #expect(steps == ["tender", "works"])
            try await town.act { deed in try register.retireStage("tender", false, in: deed) }
            let stages = try await town.read { tx in try register.stageList(in: tx) }
            #expect(stages.allSatisfy { !$0.isRetired })
        }
    }

    @Test("A district's officer does not edit the city's stages", arguments: Engine.available)
    func needsTheCity(engine: Engine) async throws {
        try await Town.with(engine) { town in
            let register = town.register
            await #expect {
                try await town.act(as: Town.officer("430111")) { deed in try register.retireStage("tender", in: deed) }
            } throws: { ($0 as? Refusal)?.kind == .forbidden }
        }
    }
}
