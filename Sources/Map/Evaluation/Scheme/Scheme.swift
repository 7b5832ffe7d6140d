public import Kernel
public import Registry

/// A scheme of the comprehensive evaluation (综合评价): which facts count for what, on which decreed scales, with which
/// weights, and who set them. A versioned document; see `Scheme+JSON.swift` for its shape.
public struct Scheme: Sendable, Hashable {
    /// Counts up with each version that a city issues; the shipped default is 1.
    public var version: Int
    public var title: Phrase
    /// Where it comes from, in both languages: "系统默认，可修改 · system default, editable".
    public var source: Phrase
    /// The day from which it is in force.
    public var issued: Day
    /// Who answers for it.
    public var setBy: String
    /// Shipped with Yiju and shown as such everywhere.
    public var isDefault: Bool
    public var groups: [AspectGroup]
    /// In the order in which they are shown.
    public var aspects: [Aspect]
    /// What must be reached before an estate can be programmed, whatever its need.
    public var gate: [GateCondition]
    /// From the most urgent on.
    public var bands: [Band]
    public var robustness: Robustness

    /// The aspect of this code.
    public func aspect(_ code: String) -> Aspect? { aspects.first { $0.code == code } }

    public func group(_ code: String) -> AspectGroup? { groups.first { $0.code == code } }

    public func aspects(for purpose: Aspect.Purpose) -> [Aspect] { aspects.filter { $0.purpose == purpose } }

    /// The share of the need score that a group's aspects weigh together.
    public func weight(of group: AspectGroup) -> Double {
        aspects.reduce(0) { $1.purpose == .need && $1.group == group.code ? $0 + $1.weight : $0 }
    }
}

/// A heading above aspects; groups may lie in groups.
public struct AspectGroup: Sendable, Hashable {
    public var code: String
    public var name: Phrase
    public var parent: String?

    public init(code: String, name: Phrase, parent: String? = nil) {
        (self.code, self.name, self.parent) = (code, name, parent)
    }
}

/// One of the headings (评价方面) under which estates are judged.
public struct Aspect: Sendable, Hashable {
    /// Which of the two scores it belongs to: how bad things are, or how prepared people are. One never buys the other.
    public enum Purpose: String, Sendable, CaseIterable {
        case need, readiness

        public var name: Phrase {
            switch self {
            case .need: Phrase(zh: "改造需求", en: "need")
            case .readiness: Phrase(zh: "改造准备度", en: "readiness")
            }
        }
    }

    public var code: String
    /// 1 to 21 in the default.
    public var number: Int
    public var name: Phrase
    public var group: String
    public var purpose: Purpose
    /// Share of its score; the weights of all aspects of one purpose sum to one.
    public var weight: Double
    public var weightBy: String
    /// How far it is about functions lacking (里子), 0 to 1; the rest is about appearance (面子).
    public var function: Double
    public var indicators: [Indicator]
}

/// A measured item under an aspect (指标).
public struct Indicator: Sendable, Hashable {
    /// Unique in the scheme.
    public var code: String
    public var name: Phrase
    public var measure: Measure
    public var scale: Scale
    /// How the fact is to be established.
    public var evidence: Evidence
    /// Share of its aspect; the weights of an aspect's indicators sum to one.
    public var weight: Double
}

/// What an indicator looks at.
public enum Measure: Sendable, Hashable {
    /// The answer to a question of the survey of estates, by its key.
    case fact(String)
    /// One number divided by another that is never zero: parking spaces a household.
    case ratio(String, per: String)
    /// Whole years from the middle of these years to the day of the evaluation.
    case age(String)

    /// The questions it needs answered.
    public var facts: [String] {
        switch self {
        case .fact(let key), .age(let key): [key]
        case .ratio(let key, let per): [key, per]
        }
    }
}

/// What must hold before an estate is ready: a hard gate with local values (parameters).
public struct GateCondition: Sendable, Hashable {
    public enum Test: Sendable, Hashable {
        /// The number is at least so much, in the question's unit.
        case atLeast(Double)
        /// Yes.
        case holds
    }

    public var fact: String
    public var test: Test
    public var name: Phrase
}

/// A band of ranks: what a list shows before the bare rank.
public struct Band: Sendable, Hashable {
    /// "A".
    public var code: String
    public var name: Phrase
    /// The share of ranked estates, from the first place on, at which it ends; the last band ends at 1.
    public var upTo: Double
}

/// How "in the first k in so many of the weightings" is asked.
public struct Robustness: Sendable, Hashable {
    /// Weightings drawn around the scheme's own; 0 for none.
    public var samples: Int
    public var seed: UInt64
    /// The larger, the closer to the scheme's weights; see `WeightSpace.around`.
    public var concentration: Double
}

/// Whether an estate is ready.
public enum Gate: String, Sendable, CaseIterable {
    case ready, notReady, unknown

    public var name: Phrase {
        switch self {
        case .ready: Phrase(zh: "条件具备", en: "ready")
        case .notReady: Phrase(zh: "条件未具备", en: "not ready")
        case .unknown: Phrase(zh: "条件不明", en: "not known")
        }
    }
}
