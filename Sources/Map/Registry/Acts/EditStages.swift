public import Identity
public import Kernel
import Store

extension Register {
    public static let stagesLimit = 40

    /// Adds a stage to the city's list, after another one.
    /// - Parameters:
    ///   - code: what API and spreadsheets call it, for good: letters.
    ///   - tone: the part of a project's life it belongs to, for good: figures follow from it.
    ///   - previous: the code of the stage it follows.
    public func addStage(
        _ code: String, name: Phrase, tone: Stage.Tone, after previous: String, in deed: Deed
    ) throws {
        let city = try stageKeeper(deed)
        let stages = try stageList(in: deed.tx)
        var refusals = Self.stageNames(name)
        if !(2...30).contains(code.utf8.count) || !code.utf8.allSatisfy({ isLetter($0) }) {
            refusals.append(
                Refusal(
                    "stage.code", zh: "代码由 2 至 30 个英文字母组成，例如 preparation。",
                    en: "The code has 2 to 30 letters, such as preparation.", field: "code"))
        } else if stages.contains(where: { $0.code.lowercased() == code.lowercased() }) {
            refusals.append(
                Refusal(
                    .conflict, "stage.twice", zh: "已有代码为“\(code)”的阶段。",
                    en: "There is a stage with the code “\(code)” already.", field: "code"))
        }
        if stages.count >= Self.stagesLimit {
            refusals.append(
                Refusal(
                    "stage.many", zh: "阶段最多 \(Self.stagesLimit) 个。",
                    en: "There may be \(Self.stagesLimit) stages at most."))
        }
        try Refusals.throwIfAny(refusals)
        let last = stages.map(\.position).max() ?? 0
        let stage = Stage(code: code, position: last + 1, name: name, tone: tone)
        try insert(stage, in: deed.tx)
        try arrange(stages, placing: stage, after: previous, in: deed)
        try deed.record(
            "stage.add", on: Subject("stage", code), at: city.code,
            after: JSON.object([
                "name": .string(name.both), "tone": .string(tone.rawValue), "previous": .string(previous),
            ]).text)
    }

    /// Renames a stage, and moves it after another one. It stays within its part of a project's life, so that no year
    /// of any project changes.
    /// - Returns: false when nothing differed.
    public func editStage(_ code: String, name: Phrase, after previous: String, in deed: Deed) throws -> Bool {
        let city = try stageKeeper(deed)
        let stages = try stageList(in: deed.tx)
        let stage = try Self.stage(code, of: stages)
        try Refusals.throwIfAny(Self.stageNames(name))
        let before = stages.last { $0.position < stage.position }?.code ?? ""
        guard name != stage.name || previous != before else { return false }
        try deed.tx.run("UPDATE stage SET zh = \(name.zh), en = \(name.en) WHERE code = \(code)")
        if previous != before {
            try arrange(stages.filter { $0.code != code }, placing: stage, after: previous, in: deed)
            // Another project may lead an estate now.
            try refreshAllStages(in: deed)
        }
        try deed.record(
            "stage.edit", on: Subject("stage", code), at: city.code,
            before: JSON.object(["name": .string(stage.name.both), "previous": .string(before)]).text,
            after: JSON.object(["name": .string(name.both), "previous": .string(previous)]).text)
        return true
    }

    /// Takes a stage in which no project stands out of use, or back into it. Projects that went through it keep it in
    /// their history.
    public func retireStage(_ code: String, _ isRetired: Bool = true, in deed: Deed) throws {
        let city = try stageKeeper(deed)
        let stages = try stageList(in: deed.tx)
        let stage = try Self.stage(code, of: stages)
        guard stage.isRetired != isRetired else { return }
        let standing: Int = try deed.tx.value("SELECT count(*) FROM project WHERE stage = \(code)") ?? 0
        guard !isRetired || standing == 0 else {
            throw Refusal(
                .conflict, "stage.used", zh: "还有 \(standing) 个项目处于“\(stage.name.zh)”；请先推进这些项目。",
                en: "\(standing) projects stand at “\(stage.name.en)”; move them on first.")
        }
        let others = stages.contains { $0.tone == stage.tone && $0.code != code && !$0.isRetired }
        guard !isRetired || others && code != Stage.first else {
            throw Refusal(
                "stage.needed", zh: "“\(stage.name.zh)”是该环节唯一在用或最初的阶段，不能停用；可以改名。",
                en:
                    "“\(stage.name.en)” is the first stage, or the only one of its part, and cannot be retired; rename it."
            )
        }
        try deed.tx.run("UPDATE stage SET retired = \(isRetired) WHERE code = \(code)")
        try deed.record(
            "stage.retire", on: Subject("stage", code), at: city.code,
            before: JSON.object(["retired": .bool(!isRetired)]).text,
            after: JSON.object(["retired": .bool(isRetired)]).text)
    }

    func insert(_ stage: Stage, in tx: Tx) throws {
        try tx.run(
            """
            INSERT INTO stage (code, position, zh, en, tone, retired)
            VALUES (\(stage.code), \(stage.position), \(stage.name.zh), \(stage.name.en), \(stage.tone.rawValue),
                \(stage.isRetired))
            """)
    }

    /// - Returns: the city, whose list it is.
    private func stageKeeper(_ deed: Deed) throws -> City {
        let city = try city(in: deed.tx)
        try deed.actor.require(.editStages, at: city.code)
        return city
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func stage(_ code: String, of stages: [Stage]) throws -> Stage {
        guard let stage = stages.first(where: { $0.code == code }) else {
            throw Refusal(
                .notFound, "stage.none", zh: "没有阶段“\(code)”。", en: "There is no stage “\(code)”.", field: "stage")
        }
        return stage
    }

    private static func stageNames(_ name: Phrase) -> [Refusal] {
        EstateRules.text(
            name.zh, field: "zh", limit: 20, required: true, label: Phrase(zh: "中文名称", en: "The Chinese name"))
            + EstateRules.text(
                name.en, field: "en", limit: 40, required: true, label: Phrase(zh: "英文名称", en: "The English name"))
    }

    /// Numbers the stages anew with one of them in its place. The parts of life keep their order.
    private func arrange(_ others: [Stage], placing stage: Stage, after previous: String, in deed: Deed) throws {
        guard let index = others.firstIndex(where: { $0.code == previous }) else {
            throw Refusal(
                "stage.previous", zh: "请选择排在哪个阶段之后。", en: "Choose the stage it follows.", field: "previous")
        }
        var stages = others
        stages.insert(stage, at: index + 1)
        guard zip(stages, stages.dropFirst()).allSatisfy({ $0.tone <= $1.tone }) else {
            throw Refusal(
                "stage.order", zh: "“\(stage.name.zh)”属于“\(stage.tone.name.zh)”，须与该环节的其他阶段排在一起。",
                en:
                    "“\(stage.name.en)” belongs to “\(stage.tone.name.en)” and must stand with the other stages of that part.",
                field: "previous")
        }
        // Positions are unique: out of the way first.
        try deed.tx.run("UPDATE stage SET position = -position")
        for (index, stage) in stages.enumerated() {
            try deed.tx.run("UPDATE stage SET position = \((index + 1) * 10) WHERE code = \(stage.code)")
        }
    }
}
