public import Kernel

/// What `verify` found.
public struct VerificationReport: Sendable {
    /// How many sealed lines were read and compared.
    public let lines: Int
    /// How many lines wait to be sealed.
    public let unsealed: Int
    /// The newest signed head.
    public let head: TreeHead?
    /// What is wrong, the first line first; at most twenty.
    public let problems: [Problem]

    public var isWhole: Bool { problems.isEmpty }

    public struct Problem: Sendable, Hashable {
        public enum Kind: String, Sendable {
            /// The line's content is not what was sealed.
            case changed
            /// The line that was sealed is gone.
            case removed
            /// A line stands in the record as sealed that never was.
            case inserted
            /// The line was sealed at another place.
            case reordered
            /// The leaf is gone from the tree.
            case leafMissing
            /// The leaf was not made by the sealer: line and leaf were rewritten together.
            case leafRewritten
            /// Leaves behind the newest signed head, or no head at all.
            case unsigned
            /// A head that the key did not sign.
            case headForged
            /// The lines up to here do not have the root that was signed.
            case rootDiffers
            /// The record is shorter than a head kept outside the database, or differs from it.
            case publishedDiffers
            /// Older than five seconds and not sealed.
            case unsealed
            /// Not written by one who holds the keys, or changed before it was sealed.
            case forged
        }

        public let kind: Kind
        /// The first place in the tree where it is wrong; nil for what has no place yet.
        public let index: Int?
        public let line: ID<RecordLine>?
        public let act: String?
        public let subject: Subject?
        public let at: Instant?

        init(_ kind: Kind, index: Int?, line: RecordLine? = nil, id: ID<RecordLine>? = nil) {
            self.kind = kind
            self.index = index
            self.line = line?.id ?? id
            act = line?.act
            subject = line?.subject
            at = line?.at
        }

        /// A sentence for people: which line, and what is wrong with it.
        public var message: Phrase {
            let place = index.map { Phrase(zh: "第 \($0) 行", en: "line \($0)") } ?? Phrase(zh: "一行", en: "a line")
            var (what, whatEn) = ("", "")
            if let line { (what, whatEn) = (" \(line)", " \(line)") }
            if let act, let subject {
                what += "(\(act),\(subject.kind) \(subject.id))"
                whatEn += " (\(act) on \(subject.kind) \(subject.id))"
            }
            let verdict = kind.verdict
            return Phrase(zh: "\(place.zh)\(what):\(verdict.zh)", en: "\(place.en)\(whatEn): \(verdict.en)")
        }
    }
}

extension VerificationReport.Problem.Kind {
    var verdict: Phrase {
        switch self {
        case .changed: Phrase(zh: "内容与封存时不同", en: "its content is not what was sealed")
        case .removed: Phrase(zh: "已封存的记录被删除", en: "the sealed line was removed")
        case .inserted: Phrase(zh: "冒充已封存，其实从未封存", en: "it claims to be sealed and never was")
        case .reordered: Phrase(zh: "封存时在另一位置", en: "it was sealed at another place")
        case .leafMissing: Phrase(zh: "封存树中缺少这一叶", en: "its leaf is missing from the tree")
        case .leafRewritten:
            Phrase(zh: "这一叶不是封存程序所写，记录与叶被一同改写", en: "line and leaf were rewritten together")
        case .unsigned: Phrase(zh: "从这一行起没有签名的树头", en: "from here on there is no signed head")
        case .headForged: Phrase(zh: "树头的签名无效", en: "the signature of the head is not valid")
        case .rootDiffers:
            Phrase(zh: "从这一行起，到签名的树头为止，有记录被改写", en: "between here and the signed head, lines were rewritten")
        case .publishedDiffers:
            Phrase(
                zh: "与保存在数据库之外的树头不符：记录被截短或改写",
                en: "it disagrees with a head kept outside the database: cut short or rewritten")
        case .unsealed: Phrase(zh: "超过 5 秒仍未封存", en: "it is older than five seconds and not sealed")
        case .forged:
            Phrase(zh: "不是宜居所写，或在封存之前被改动", en: "Yiju did not write it so: inserted, or changed before it was sealed")
        }
    }
}
