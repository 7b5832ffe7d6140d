import Kernel
import Registry
import Sheets

/// The city and its places as shipped in `Resources/places/places.csv`: code, name, English name, level, parent.
enum Gazetteer {
    static func load(_ path: String) throws -> (City, [Place]) {
        let reader = try SheetFile.open(path: path)
        _ = try reader.nextRow()
        var city: City?
        var places: [Place] = []
        while let row = try reader.nextRow() {
            let cells = row.cells.map(\.text)
            guard cells.count >= 3, let code = PlaceCode(cells[0]) else { continue }
            if code.level == .city {
                let name = Phrase(zh: cells[1], en: cells[2])
                city = City(code: code, name: name, prefix: initials(cells[2]))
            }
            places.append(Place(code: code, name: cells[1], nameEn: cells[2]))
        }
        guard let city else {
            throw Refusal(
                "places.city", zh: "“\(path)”里没有城市(四位代码)。", en: "“\(path)” names no city (a four-digit code).")
        }
        return (city, places)
    }

    /// "Changsha" gives "CS": the first letter and the next one that begins a syllable after a vowel or n, g.
    private static func initials(_ name: String) -> String {
        let letters = Array(name.uppercased().filter(\.isLetter))
        guard let first = letters.first else { return "C" }
        let vowels: Set<Character> = ["A", "E", "I", "O", "U"]
        let next = letters.indices.dropFirst(2).first { index in
            !vowels.contains(letters[index]) && index + 1 < letters.count
                && (vowels.contains(letters[index + 1]) || letters[index + 1] == "H")
                && !(letters[index] == "H")
        }
        return String([first, next.map { letters[$0] } ?? "X"])
    }
}
