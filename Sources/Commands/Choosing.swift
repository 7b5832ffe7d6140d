import Kernel
import Registry
import Store

/// What people name on the command line, found in the register or refused: never guessed.
enum Choosing {
    private static let candidatesShown = 12

    /// A place by its code, or the city or a district by its name or the beginning of it, if only one begins so.
    static func place(_ text: String, _ register: Register, in tx: Tx) throws -> PlaceCode {
        if let code = PlaceCode(text) {
            guard try register.place(code, in: tx) != nil else {
                throw Refusal(
                    .notFound, "place.none", zh: "没有代码为 \(code) 的地区。", en: "There is no place with the code \(code).",
                    field: "place")
            }
            return code
        }
        let city = try register.city(in: tx)
        let all =
            [Place(code: city.code, name: city.name.zh, nameEn: city.name.en)]
            + (try register.places(below: city.code, in: tx))
        let wanted = text.lowercased()
        let named = all.filter { $0.name == text || $0.nameEn.lowercased() == wanted }
        let begun =
            wanted.isEmpty ? [] : all.filter { $0.name.hasPrefix(text) || $0.nameEn.lowercased().hasPrefix(wanted) }
        let found = named.isEmpty ? begun : named
        if found.count == 1 { return found[0].code }
        let candidates = (found.isEmpty ? all : found).prefix(candidatesShown).map { "\($0.name) \($0.code)" }
        let list = candidates.joined(separator: "、")
        throw found.isEmpty
            ? Refusal(
                "district.unknown", zh: "没有区县“\(text)”；可选：\(list)。",
                en: "There is no district “\(text)”; give a code: \(codes(all)).", field: "district")
            : Refusal(
                "district.several", zh: "“\(text)”可以是：\(list)；请写全名或代码。",
                en: "Several places match “\(text)”; give one's code: \(codes(found)).", field: "district")
    }

    private static func codes(_ places: [Place]) -> String {
        places.prefix(candidatesShown).map { "\($0.code) \($0.nameEn)" }.joined(separator: ", ")
    }

    /// A stage by its code.
    static func stage(_ code: String, _ register: Register, in tx: Tx) throws -> String {
        let stages = try register.stageList(in: tx)
        guard stages.contains(where: { $0.code == code }) else {
            let codes = stages.map(\.code).joined(separator: ", ")
            throw Refusal(
                "stage.unknown", zh: "没有阶段“\(code)”；可选：\(codes)。",
                en: "There is no stage “\(code)”; choose from \(codes).", field: "stage")
        }
        return code
    }
}
