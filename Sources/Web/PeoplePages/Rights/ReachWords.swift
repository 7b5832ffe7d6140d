import Identity
import Kernel

/// How far a right goes, in words.
enum ReachWords {
    static func name(_ reach: Reach?) -> Phrase {
        switch reach {
        case .within: Phrase(zh: "辖区内", en: "own area")
        case .city: Phrase(zh: "全市", en: "whole city")
        case nil: Phrase(zh: "无", en: "none")
        }
    }
}
