import Components
import Html
import Kernel
import Registry
import Store

extension Stage {
    /// The colour and shape of the stage's group.
    var look: StageLook { tone.look }
}

extension Stage.Tone {
    var look: StageLook {
        switch self {
        case .awaiting: .awaiting
        case .programmed: .programmed
        case .works: .works
        case .accepted: .accepted
        case .aftercare: .aftercare
        case .leftOut: .leftOut
        }
    }
}

/// The city's stages by code, for pages that show many.
struct StageNames {
    let all: [Stage]
    private let byCode: [String: Stage]

    init(_ all: [Stage]) {
        self.all = all
        byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ code: String) -> Stage {
        byCode[code] ?? Stage(code: code, position: 0, name: Phrase(zh: code, en: code), tone: .awaiting)
    }

    /// What a project at `stage` has still to pass.
    func next(after stage: Stage) -> [Stage] {
        all.filter { $0.isRunning && !$0.isRetired && $0.position > stage.position }
    }

    func pill(_ code: String, _ t: Language) -> Html {
        stagePill(self[code].look, self[code].name(t))
    }
}

extension Place {
    /// For narrow columns: in English "Furong" for "Furong District", and what is left stays on one line.
    var shortTitle: Phrase {
        let words = title.en.split(separator: " ")
        let kept = words.count > 1 && words.last == "District" ? words.dropLast() : words[...]
        return Phrase(zh: title.zh, en: kept.joined(separator: "\u{A0}"))
    }
}

/// Names of places by code, looked up at once for a page.
struct PlaceNames {
    private let byCode: [PlaceCode: Place]

    init(_ byCode: [PlaceCode: Place]) {
        self.byCode = byCode
    }

    func name(_ code: PlaceCode, _ t: Language) -> String { byCode[code]?.title(t) ?? code.digits }

    /// "雨花区 › 左家塘街道 › 官塘冲社区", beginning at `level`.
    func path(_ code: PlaceCode, from level: PlaceCode.Level = .district, _ t: Language) -> String {
        PlaceCode.Level.allCases.filter { $0 >= level && $0 <= code.level }.compactMap { code.ancestor($0) }
            .map { name($0, t) }.joined(separator: " › ")
    }
}

extension EstateLine {
    /// "1986", "1996–1998" or nil.
    var builtText: String? { MapPages.builtText(builtFrom, builtTo) }
}

func builtText(_ from: Int?, _ to: Int?) -> String? {
    guard let from else { return nil }
    guard let to, to != from else { return String(from) }
    return "\(from)–\(to)"
}

/// Square metres with grouping and without needless decimals.
func areaText(_ area: Area) -> String {
    area.hundredthsM2 % 100 == 0 ? grouped(Int(area.hundredthsM2 / 100)) : decimal(area.m2, 2)
}
