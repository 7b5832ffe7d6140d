import Kernel
import Testing

@testable import Cryptography

@Suite struct TOTPTests {
    private let secret = Array("12345678901234567890".utf8)

    @Test(
        "RFC 6238 appendix B, SHA-1",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func vectors(seconds: Int64, eightDigits: String) {
        let instant = Instant(milliseconds: seconds * 1000)
        #expect(TOTP.code(secret: secret, step: TOTP.step(at: instant), digits: 8) == eightDigits)
        #expect(TOTP.code(secret: secret, at: instant) == eightDigits.suffix(6))
    }

    @Test("A code counts in its own thirty seconds and the ones before and after, no longer")
    func window() {
        let made = Instant(milliseconds: 1_782_800_000_000)
        let step = made.milliseconds / 30_000
        let code = TOTP.code(secret: secret, at: made)
        for (drift, expected) in [(-2, nil), (-1, step), (0, step), (1, step), (2, nil)] as [(Int64, Int64?)] {
            let now = made.adding(seconds: drift * TOTP.period)
            #expect(TOTP.verify(code, secret: secret, at: now, lastStep: nil) == expected, "\(drift) steps later")
        }
    }

    @Test("A code is good once: neither it nor an earlier one counts again")
    func replay() throws {
        let now = Instant(milliseconds: 1_782_800_000_000)
        let earlier = TOTP.code(secret: secret, at: now.adding(seconds: -30))
        let code = TOTP.code(secret: secret, at: now)
        let step = try #require(TOTP.verify(code, secret: secret, at: now, lastStep: nil))
        #expect(TOTP.verify(code, secret: secret, at: now, lastStep: step) == nil)
        #expect(TOTP.verify(earlier, secret: secret, at: now, lastStep: step) == nil)
        let next = now.adding(seconds: 30)
        #expect(TOTP.verify(TOTP.code(secret: secret, at: next), secret: secret, at: next, lastStep: step) == step + 1)
    }

    @Test("Spaces and full-width digits are read as people type them", arguments: ["287 082", " 287082 ", "２８７０８２"])
    func typing(code: String) {
        #expect(TOTP.verify(code, secret: secret, at: Instant(milliseconds: 59_000), lastStep: nil) == 1)
    }

    @Test(
        "Anything else is not a code", arguments: ["", "28708", "0287082", "94287082", "28708a", "-287082", "二八七零八二"])
    func notCodes(code: String) {
        #expect(TOTP.verify(code, secret: secret, at: Instant(milliseconds: 59_000), lastStep: nil) == nil)
    }

    @Test("Another secret's code does not count")
    func otherSecret() {
        let now = Instant(milliseconds: 1_782_800_000_000)
        let other = Array("12345678901234567891".utf8)
        #expect(TOTP.verify(TOTP.code(secret: other, at: now), secret: secret, at: now, lastStep: nil) == nil)
    }

    @Test("Secrets are 20 bytes and differ; the address for the QR code names issuer and account")
    func enrolment() {
        let first = TOTP.newSecret()
        #expect(first.count == 20 && first != TOTP.newSecret())
        #expect(
            TOTP.uri(secret: secret, account: "li.hua", issuer: "宜居")
                == "otpauth://totp/%E5%AE%9C%E5%B1%85:li.hua?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=%E5%AE%9C%E5%B1%85&algorithm=SHA1&digits=6&period=30")
    }
}
