public import Cryptography
import FoundationEssentials
public import Kernel

/// What a password must be like (OWASP ASVS 2.1): long enough, not one that everybody tries first. Nothing is demanded
/// about kinds of characters: that makes passwords worse.
public struct PasswordRules: Sendable {
    /// Words and walks over the keyboard that passwords are made of most; lower case.
    private let common: Set<String>

    public init(common: Set<String>) {
        self.common = common
    }

    /// Reads `rights/common-passwords.txt` of the resources: one a line, `#` begins a comment.
    /// - Throws: `Refusal` `password.file`.
    public static func load(resources: String) throws -> PasswordRules {
        let path = "\(resources)/rights/common-passwords.txt"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal(
                .unavailable, "password.file", zh: "找不到 \(path)；请完整安装，或用 --resources 指明资源目录。",
                en: "\(path) is missing; install Yiju completely or name the folder by --resources.")
        }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0).trimmed }
        return PasswordRules(common: Set(lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }))
    }

    /// What is wrong with a new password; empty when it is good.
    /// - Parameter official: Whether the person acts in an office and needs the longer one.
    public func refusals(_ password: String, login: String, official: Bool) -> [Refusal] {
        let shortest = official ? Limits.passwordOfficial : Limits.passwordResident
        if password.count < shortest {
            return [
                Refusal(
                    "password.short", zh: "密码至少 \(shortest) 个字符；几个词连成一句就很好。",
                    en: "A password has at least \(shortest) characters; a few words in a row do well.",
                    field: "password")
            ]
        }
        if password.count > Limits.passwordLongest || password.utf8.count > Password.longest {
            return [
                Refusal(
                    .tooLarge, "password.long", zh: "密码最多 \(Limits.passwordLongest) 个字符。",
                    en: "A password has at most \(Limits.passwordLongest) characters.", field: "password")
            ]
        }
        guard isCommon(password, login: login) else { return [] }
        return [
            Refusal(
                "password.common", zh: "这个密码太容易猜到（常用词、键盘顺序、登录名）；请换一个。",
                en:
                    "This password is guessed too easily (common word, keyboard row, login name); choose another.",
                field: "password")
        ]
    }

    /// Whether the password is a common word, the login name, a repetition or a run, whatever digits or signs are put
    /// around it and whatever letters are replaced by look-alikes: "P@ssw0rd2026!" is "password".
    private func isCommon(_ password: String, login: String) -> Bool {
        let lower = password.lowercased()
        if common.contains(lower) || Self.isRun(lower) { return true }
        let letters = Array(lower)
        let end = letters.lastIndex(where: \.isLetter).map { $0 + 1 } ?? letters.count
        let start = letters.firstIndex(where: \.isLetter) ?? 0
        // "@dmin2026" keeps its first sign, which stands for a letter; "2026admin" loses its digits.
        return [0, start].contains { first in
            let core = letters[first..<end].map { Self.lookAlikes[$0] ?? $0 }
            let word = Self.shortestPeriod(core)
            return word.count < 3 || common.contains(String(word)) || String(word) == login
        }
    }

    private static let lookAlikes: [Character: Character] = [
        "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
    ]

    /// The piece that the whole repeats: "abc" of "abcabcabc".
    private static func shortestPeriod(_ text: [Character]) -> [Character] {
        for length in 1...max(1, text.count / 2) where text.count > length && text.count % length == 0 {
            if text.indices.allSatisfy({ text[$0] == text[$0 % length] }) { return Array(text.prefix(length)) }
        }
        return text
    }

    /// "123456789012", "abcdefghijkl", "987654321098": each character follows the one before.
    private static func isRun(_ text: String) -> Bool {
        let codes = text.unicodeScalars.map { Int($0.value) }
        let steps = zip(codes, codes.dropFirst()).map { $1 - $0 }
        return [1, -1].contains { step in steps.allSatisfy { $0 == step || $0 == -9 * step } }
    }
}

/// A password as it is stored. Made outside every transaction, since hashing takes tens of milliseconds: an act can
/// only be given one that is already made.
public struct PasswordHash: Sendable {
    let phc: String

    public init(_ password: String, pool: Password.Pool = .shared) async throws {
        phc = try await pool.hash(password)
    }
}
