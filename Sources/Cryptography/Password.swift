import CArgon2
import Kernel

/// Passwords, kept as argon2id hashes (RFC 9106) in PHC form: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
/// Hashing takes tens of milliseconds and 19 MiB: requests go through `Password.Pool`.
public enum Password {
    /// How dear one guess is made.
    public struct Cost: Sendable, Hashable {
        /// KiB of memory, from 8 to 1,048,576.
        public let memory: UInt32
        /// Passes over the memory, from 1 to 64.
        public let passes: UInt32
        /// Lanes, from 1 to 16; each asks for 8 KiB at least.
        public let lanes: UInt32

        /// Nil outside the ranges above.
        public init?(memory: UInt32, passes: UInt32, lanes: UInt32) {
            guard (1...16).contains(lanes), (1...64).contains(passes), (8 * lanes...1 << 20).contains(memory)
            else { return nil }
            self.init(checkedMemory: memory, passes: passes, lanes: lanes)
        }

        private init(checkedMemory memory: UInt32, passes: UInt32, lanes: UInt32) {
            (self.memory, self.passes, self.lanes) = (memory, passes, lanes)
        }

        /// The OWASP Password Storage Cheat Sheet's choice for argon2id: 19 MiB, two passes, one lane.
        public static let standard = Cost(checkedMemory: 19_456, passes: 2, lanes: 1)
        /// Cheap, for tests alone.
        public static let test = Cost(checkedMemory: 64, passes: 1, lanes: 1)
    }

    /// The longest password, in UTF-8 bytes.
    public static let longest = 1024

    /// A salted hash to store. Refuses `password.empty` and `password.long`; throws `password.memory` when the
    /// machine cannot give the memory just now. Rules about good passwords are the caller's.
    public static func hash(_ password: String, cost: Cost = .standard) throws -> String {
        guard !password.isEmpty else {
            throw Refusal("password.empty", zh: "请填写密码。", en: "Please enter a password.", field: "password")
        }
        guard password.utf8.count <= longest else {
            throw Refusal(
                "password.long", zh: "密码太长：最多 \(longest) 字节。",
                en: "The password is too long: \(longest) bytes at most.", field: "password")
        }
        return try hash(password, salt: Random.bytes(saltLength), cost: cost)
    }

    /// Whether this is the password of that hash. False for a text that is no argon2id hash.
    public static func matches(_ password: String, _ hash: String) -> Bool {
        // A hash beyond every cost this house uses would stop the machine: such a row is damaged or planted.
        guard !password.isEmpty, password.utf8.count <= longest, cost(of: hash) != nil else { return false }
        let bytes = Array(password.utf8)
        return argon2id_verify(hash, bytes, bytes.count) == ARGON2_OK.rawValue
    }

    /// Whether a hash was made at another cost than today's and should be made anew at the next sign-in.
    public static func needsRehash(_ hash: String, cost: Cost = .standard) -> Bool { self.cost(of: hash) != cost }

    static func hash(_ password: String, salt: [UInt8], cost: Cost) throws -> String {
        let bytes = Array(password.utf8)
        let length = argon2_encodedlen(
            cost.passes, cost.memory, cost.lanes, UInt32(salt.count), UInt32(DigestSuite.length), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let result = argon2id_hash_encoded(
            cost.passes, cost.memory, cost.lanes, bytes, bytes.count, salt, salt.count, DigestSuite.length, &encoded,
            length)
        guard result == ARGON2_OK.rawValue else {
            throw Refusal(
                .unavailable, "password.memory", zh: "服务器内存不足，暂时无法处理密码；请稍后再试。",
                en: "The server is short of memory and cannot work on passwords; please try again soon.")
        }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static let saltLength = 16

    /// Reads the parameters of a PHC string: ["", "argon2id", "v=19", "m=19456,t=2,p=1", salt, hash].
    private static func cost(of hash: String) -> Cost? {
        let parts = hash.split(separator: "$", omittingEmptySubsequences: false)
        guard hash.utf8.count <= 512, parts.count == 6, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
        let values = zip(["m=", "t=", "p="], parts[3].split(separator: ",", omittingEmptySubsequences: false))
            .compactMap { name, value in value.hasPrefix(name) ? UInt32(value.dropFirst(2)) : nil }
        guard values.count == 3 else { return nil }
        return Cost(memory: values[0], passes: values[1], lanes: values[2])
    }
}
