public import Cryptography
public import Kernel

/// A signature that lies beside the document it vouches for, made with the key that signs the record. Anybody who has
/// the city's public key can check it, without Yiju's database.
public struct DetachedSignature: Sendable, Hashable {
    /// What kind of document it is, so that a signature never passes for one of another kind: "evaluation".
    public let purpose: String
    public let at: Instant
    /// Names the key that signed.
    public let keyID: String
    public let signature: [UInt8]

    init(_ document: [UInt8], purpose: String, at: Instant, signedBy key: SigningKey) {
        (self.purpose, self.at, keyID) = (purpose, at, key.publicKey.keyID)
        signature = key.sign(Self.signedBytes(document, purpose: purpose, at: at))
    }

    /// A signature as it was stored.
    public init(purpose: String, at: Instant, keyID: String, signature: [UInt8]) {
        (self.purpose, self.at, self.keyID, self.signature) = (purpose, at, keyID, signature)
    }

    /// Whether this key made the signature over exactly these bytes, for this purpose and at this time.
    public func vouches(for document: [UInt8], key: VerifyingKey) -> Bool {
        keyID == key.keyID
            && key.verify(Self.signedBytes(document, purpose: purpose, at: at), signature: signature)
    }

    private static func signedBytes(_ document: [UInt8], purpose: String, at: Instant) -> [UInt8] {
        var encoding = LengthPrefixed(reserving: document.count + 128)
        encoding.append("yiju document 1")
        encoding.append(purpose)
        encoding.append(at.milliseconds)
        encoding.append(document)
        return encoding.bytes
    }

    // MARK: as text, to be published beside the document

    /// Five lines of "name value", readable and exact.
    public var text: String {
        """
        yiju-signature 1
        purpose \(purpose)
        at \(at.milliseconds)
        key \(keyID)
        signature \(Base64URL.encode(signature))

        """
    }

    /// - Throws: `Refusal` `signature.unreadable`.
    public init(text: String) throws {
        var values: [Substring: Substring] = [:]
        for line in text.prefix(2_000).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard values["yiju-signature"] == "1", let purpose = values["purpose"],
            let at = values["at"].flatMap({ Int64($0) }), let key = values["key"],
            let signature = values["signature"].flatMap({ Base64URL.decode($0) })
        else {
            throw Refusal(
                "signature.unreadable", zh: "这不是宜居公布的签名；请使用公布的原文。",
                en: "This is not a signature that Yiju published; use the published text unchanged.")
        }
        self.init(
            purpose: String(purpose), at: Instant(milliseconds: at), keyID: String(key), signature: signature)
    }
}

extension Vault {
    /// Signs a document that leaves the house.
    public func sign(_ document: [UInt8], for purpose: String, at now: Instant) -> DetachedSignature {
        DetachedSignature(document, purpose: purpose, at: now, signedBy: signing)
    }
}
