import Foundation
import TestSupport
import Testing

@Suite("Engines at hand")
struct EnginesTests {
    @Test("Each engine that this run is to test is there: `YIJU_TEST_ENGINES`, as `make test` sets it")
    func asked() {
        let asked = ProcessInfo.processInfo.environment["YIJU_TEST_ENGINES"] ?? ""
        let missing = Set(asked.split(separator: " ").map(String.init)).subtracting(Engine.available.map(\.rawValue))
        #expect(missing.isEmpty, "is YIJU_TEST_POSTGRES set?")
    }
}
