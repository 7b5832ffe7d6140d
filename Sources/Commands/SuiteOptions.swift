import ArgumentParser
import Foundation
import Identity
import Kernel

/// Which algorithms a city is founded with; asked where keys may be made.
struct SuiteOptions: ParsableArguments {
    enum Choice: String, ExpressibleByArgument, CaseIterable {
        case standard, national

        var suites: Vault.Suites { self == .standard ? .standard : .national }
    }

    @Option(
        name: .long,
        help: """
            首次建立密钥时用的算法 algorithms of keys made at the first start: standard (AES-256-GCM, Ed25519, SHA-256), \
            national （国密 SM4, SM2, SM3） (YIJU_SUITES).
            """)
    var suites: Choice?

    /// Nil where nothing was chosen: the keys that are there decide, or the standard.
    func chosen() throws -> Vault.Suites? {
        if let suites { return suites.suites }
        guard let name = ProcessInfo.processInfo.environment["YIJU_SUITES"], !name.isEmpty else { return nil }
        guard let choice = Choice(rawValue: name) else {
            throw Refusal(
                "suites.unknown", zh: "YIJU_SUITES=“\(name)”无法识别；请写 standard 或 national。",
                en: "YIJU_SUITES is “\(name)”, which is unknown; write standard or national.")
        }
        return choice.suites
    }
}
