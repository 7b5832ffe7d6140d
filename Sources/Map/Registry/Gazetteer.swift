import Kernel
import Sheets

/// The city and its places as shipped in `Resources/places/places.csv`: code, name, English name, level, parent and, of
/// the city, what begins the public numbers.
public struct Gazetteer: Sendable {
    public let city: City
    /// The city and all below it, each after its parent.
    public let places: [Place]

    /// - Throws: a refusal when the file cannot be read, or names no city with a prefix.
    public init(path: String) throws {
        let reader = try SheetFile.open(path: path)
        _ = try reader.nextRow()
        var city: City?
        var places: [Place] = []
        while let row = try reader.nextRow() {
            let cells = row.cells.map(\.text)
            guard cells.count >= 3, let code = PlaceCode(cells[0]) else { continue }
            if code.level == .city, cells.count > 5, !cells[5].isEmpty {
                city = City(code: code, name: Phrase(zh: cells[1], en: cells[2]), prefix: cells[5])
            }
            places.append(Place(code: code, name: cells[1], nameEn: cells[2]))
        }
        guard let city else {
            throw Refusal(
                "places.city", zh: "“\(path)”里没有城市：须有四位代码和编号前缀。",
                en: "“\(path)” names no city: a four-digit code and the prefix of its numbers are needed.")
        }
        self.city = city
        self.places = places
    }
}
