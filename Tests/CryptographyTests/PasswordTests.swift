import Cryptography
import Kernel
import Testing

@Suite struct PasswordTests {
    /// From the test program of argon2's reference implementation: "password", salt "somesalt", 64 MiB, two passes.
    private let reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

    @Test("The reference implementation's hash is matched by its password alone")
    func vector() {
        #expect(Password.matches("password", reference))
        #expect(!Password.matches("Password", reference))
    }

    @Test("A hash says how it was made, matches its password only, and is salted", arguments: ["宜居 2026!", "a", "🏠🔑"])
    func roundTrip(password: String) throws {
        let hash = try Password.hash(password, cost: .test)
        #expect(hash.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
        #expect(Password.matches(password, hash))
        #expect(!Password.matches(password + " ", hash) && !Password.matches("", hash))
        #expect(try Password.hash(password, cost: .test) != hash)
    }

    @Test("The standard cost is OWASP's, and older hashes ask to be renewed")
    func rehash() throws {
        let standard = try Password.hash("changsha")
        #expect(standard.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(!Password.needsRehash(standard))
        #expect(Password.needsRehash(try Password.hash("changsha", cost: .test)) && Password.needsRehash("md5:…"))
    }

    @Test("Every altered character of a hash is noticed")
    func tampering() throws {
        let hash = Array(try Password.hash("changsha", cost: .test).utf8)
        for index in hash.indices {
            var altered = hash
            altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(!Password.matches("changsha", String(decoding: altered, as: UTF8.self)), "character \(index)")
        }
    }

    @Test(
        "Right hashes of this password that no cost of ours makes: they could stop the machine",
        arguments: [
            "$argon2id$v=19$m=256,t=1,p=32$c29tZXNhbHQ$aBFzd0GdOMJcgTW9/wyx9ZoAIh2g3ojCdLLSqf1Hqgc",
            "$argon2id$v=19$m=8,t=65,p=1$c29tZXNhbHQ$EVCF5GVuWkwk4QsddNXozPUKw0rVxu25Mqk64ls5bOo",
            "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$TOjS7E89Xleg9g8a2EtkU4uzbsh8UHmltp7eDccNO00",
            "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$CW+8QftNLRlXPcEZ1YsFnUP68CFZBD9She1zEb8E0FM",
        ])
    func planted(hash: String) { #expect(!Password.matches("changsha", hash)) }

    @Test(
        "Texts that are no hash match nothing", arguments: ["", "$$$$$", "changsha", "$argon2id$v=19$m=64,t=1,p=1$$"])
    func notHashes(text: String) { #expect(!Password.matches("changsha", text)) }

    @Test("Costs outside the limits do not exist")
    func costs() {
        #expect(Password.Cost(memory: 19_456, passes: 2, lanes: 1) == .standard)
        #expect(
            Password.Cost(memory: 7, passes: 1, lanes: 1) == nil
                && Password.Cost(memory: 31, passes: 1, lanes: 4) == nil)
        #expect(Password.Cost(memory: 1 << 21, passes: 1, lanes: 1) == nil)
        #expect(
            Password.Cost(memory: 64, passes: 0, lanes: 1) == nil
                && Password.Cost(memory: 64, passes: 65, lanes: 1) == nil)
        #expect(
            Password.Cost(memory: 64, passes: 1, lanes: 0) == nil
                && Password.Cost(memory: 256, passes: 1, lanes: 17) == nil)
    }

    @Test("An empty and an endless password are refused in both languages")
    func refusals() {
        for (password, code) in [("", "password.empty"), (String(repeating: "长", count: 342), "password.long")] {
            #expect { try Password.hash(password, cost: .test) } throws: {
                ($0 as? Refusal)?.code == code && ($0 as? Refusal)?.field == "password"
            }
        }
        #expect(throws: Never.self) { try Password.hash(String(repeating: "a", count: Password.longest), cost: .test) }
    }
}
