import Frame
import Kernel
import Registry
import Store

/// Names of places by code, looked up at once for a page.
struct PlaceTitles: Sendable {
    private let city: City
    private let byCode: [PlaceCode: Place]

    init(_ codes: some Sequence<PlaceCode>, _ visit: Visit, _ tx: Tx) throws {
        city = visit.hall.city
        byCode = try visit.hall.register.placeNames(codes, in: tx)
    }

    /// "左家塘街道".
    func name(_ code: PlaceCode, _ t: Language) -> String {
        if code == .country { return t("全国", "whole country") }
        if code == city.code { return city.name(t) }
        return byCode[code]?.title(t) ?? code.digits
    }

    /// "雨花区 › 左家塘街道".
    func path(_ code: PlaceCode, _ t: Language) -> String {
        guard code.level >= .district else { return name(code, t) }
        return PlaceCode.Level.allCases.filter { $0 >= .district && $0 <= code.level }.compactMap { code.ancestor($0) }
            .map { name($0, t) }.joined(separator: " › ")
    }
}

extension Visit {
    /// The city is made up, and its accounts are told to everybody.
    var isDemo: Bool { hall.city.isGenerated }
    var cityName: Phrase { hall.city.name }
    var cityCode: PlaceCode { hall.city.code }
}
