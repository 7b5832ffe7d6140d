public import Identity
public import Kernel

/// What whoever acted is called: people by their name, the rest in the reader's language.
public enum ActorWords {
    public static func name(_ act: RecordedAct) -> Phrase {
        switch act.actorKind {
        case .person: person(act.label)
        case .owner: Phrase(zh: "机主", en: "machine owner")
        case .system: Phrase(zh: "系统", en: "the system")
        case .visitor: Phrase(zh: "访客", en: "a visitor")
        }
    }

    /// The record's own words for a name that may not be told or no longer exists hold both languages.
    public static func person(_ label: String) -> Phrase {
        switch label {
        case "工作人员 staff": Phrase(zh: "工作人员", en: "staff")
        case "已删除 erased": Phrase(zh: "已删除", en: "erased")
        default: Phrase(zh: label, en: label)
        }
    }
}
