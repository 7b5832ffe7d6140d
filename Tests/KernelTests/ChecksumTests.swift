import Kernel
import Testing

@Suite struct ChecksumTests {
    @Test(
        "The sums are those that the algorithm's authors publish",
        arguments: [
            ("", 0xCBF2_9CE4_8422_2325 as UInt64), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
        ])
    func published(text: String, sum: UInt64) {
        #expect(Checksum(of: text.utf8).value == sum)
    }

    @Test("Adding in parts is adding at once")
    func parts() {
        var sum = Checksum(of: "foo".utf8)
        sum.add("bar".utf8)
        #expect(sum.text == Checksum(of: "foobar".utf8).text && sum.text == "85944171f73967e8")
    }
}
