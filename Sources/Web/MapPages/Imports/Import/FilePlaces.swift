import Components
import Kernel
import Registry
import Store

/// The districts and subdistricts a file may lie in, for a select.
struct FilePlaces {
    /// Beyond so many a list is no help; districts alone are then offered.
    private static let limit = 500

    let places: [Place]
    private let names: PlaceNames

    init(within scope: Scope, register: Register, in tx: Tx) throws {
        let districts = try register.places(at: .district, within: scope, in: tx)
        let subdistricts = try register.places(at: .subdistrict, within: scope, in: tx)
        let kept = districts.count + subdistricts.count <= Self.limit ? subdistricts : []
        places = (districts + kept).sorted { $0.code < $1.code }
        names = PlaceNames(try register.placeNames(places.map(\.code), in: tx))
    }

    func choices(_ t: Language) -> [Choice] {
        places.map { Choice($0.code.digits, names.path($0.code, t)) }
    }

    func districts(_ t: Language) -> [Choice] {
        places.filter { $0.code.level == .district }.map { Choice($0.code.digits, $0.title(t)) }
    }

    func contains(_ code: PlaceCode) -> Bool { places.contains { $0.code == code } }
}
