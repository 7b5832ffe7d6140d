import Foundation
import Kernel
import Registry
import Testing

@Suite("Gazetteer")
struct GazetteerTests {
    @Test("The shipped one has the city, what begins its numbers, and every place below it")
    func shipped() throws {
        let gazetteer = try Gazetteer(path: Town.resource("places/places.csv"))
        #expect(gazetteer.city == City(code: Town.code("4301"), name: Phrase(zh: "长沙市", en: "Changsha"), prefix: "CS"))
        #expect(gazetteer.places.count == 182)
        #expect(gazetteer.places.contains(Place(code: Town.code("430111"), name: "雨花区", nameEn: "Yuhua District")))
    }

    @Test("One whose city lacks the prefix of its numbers is refused, and the file is named")
    func noPrefix() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "places-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("code,name,nameEn,level,parent,prefix\n4301,长沙市,Changsha,city,43,\n".utf8).write(to: file)
        let refusal = #expect(throws: Refusal.self) { try Gazetteer(path: file.path) }
        #expect(refusal?.code == "places.city")
        #expect(refusal?.message.en.contains(file.path) == true)
    }
}
