/// A sentence for people, written once in both languages where it is used, so that neither can be missing.
public struct Phrase: Sendable, Hashable {
    public let zh: String
    public let en: String

    public init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }

    public func callAsFunction(_ language: Language) -> String {
        language == .zh ? zh : en
    }

    /// Both languages on one line, for logs and terminals: "未知街道 · unknown subdistrict".
    public var both: String { "\(zh) · \(en)" }
}

/// The language a reader chose. Chinese is the default everywhere.
public enum Language: String, Sendable, CaseIterable, Codable {
    case zh
    case en

    /// Picks the reader's half: `t("小区", "Estates")`.
    public func callAsFunction(_ zh: String, _ en: String) -> String {
        self == .zh ? zh : en
    }

    /// The value of HTML's `lang`.
    public var tag: String { self == .zh ? "zh-CN" : "en" }
}
