import Components
import Decide
import Frame
import Html
import Kernel
import Ledger
import Store

/// A cost to be shared, as the address says it: `rule`, `total` (yuan), `part-CODE` (percent that a bearer takes),
/// `units`, `floors`, `homes`, `area` (a stairwell as most are), `register` (number of a project or estate) with
/// `building`, or `list` (a household a line), `relief-CODE` (households in hardship), `household` (the one that asks),
/// `page`. Texts are kept as they were typed.
struct ShareQuery: Sendable {
    let code: String
    /// The rule as it holds.
    let rule: ShareRule
    let total: String
    let parts: [String: String]
    let units: String
    let floors: String
    let homes: String
    let area: String
    /// Whose households are taken from the register; empty for none.
    let register: String
    /// One of its buildings; empty for all.
    let building: String
    let list: String
    let reliefs: [String: String]
    let household: String
    /// From 1.
    let page: Int

    static let householdLimit = RegisteredHouseholds.limit
    /// What an address can carry.
    static let listLimit = 8_000
    /// Ten thousand million yuan.
    private static let totalLimit: Int64 = 1_000_000_000_000

    /// Nil where no rule holds on the day.
    init?(_ query: FormData, _ rules: ShareRules, on day: Day) {
        let codes = rules.rules.keys.filter { rules.rule($0, on: day) != nil }.sorted()
        let asked = query.text("rule")
        guard let code = codes.first(where: { $0 == asked }) ?? codes.first(where: { $0 == "works" }) ?? codes.first,
            let rule = rules.rule(code, on: day)
        else { return nil }
        func text(_ name: String, _ usual: String) -> String {
            query[name] == nil ? usual : String(query.text(name).prefix(40))
        }
        self.code = code
        self.rule = rule
        total = text("total", "1000000")
        (units, floors, homes, area) = (text("units", "2"), text("floors", "6"), text("homes", "2"), text("area", "75"))
        // The parts of another rule say nothing of this one.
        let isSame = query.text("of") == code
        parts = Dictionary(
            rule.bearers.map { bearer in
                let own = ShareText.percent(bearer.part)
                return (bearer.code, isSame ? text("part-\(bearer.code)", own) : own)
            }, uniquingKeysWith: { first, _ in first })
        register = String(query.text("register").filter { !$0.isWhitespace }.prefix(40))
        building = String(query.text("building").prefix(100))
        list = String(query.text("list").prefix(Self.listLimit))
        reliefs = Dictionary(
            rule.reliefs.map { ($0.code, String(query.text("relief-\($0.code)").prefix(2_000))) },
            uniquingKeysWith: { first, _ in first })
        household = String(query.text("household").prefix(40))
        page = max(1, query.number("page") ?? 1)
    }

    /// This page with everything asked for but the household and the page.
    var link: Link {
        var link = Link("/ledger/share", ["rule": code, "of": code, "total": total])
        for bearer in rule.bearers { link = link.with("part-\(bearer.code)", parts[bearer.code]) }
        if !list.isEmpty {
            link = link.with("list", list)
        } else if !register.isEmpty {
            link = link.with("register", register).with("building", building.isEmpty ? nil : building)
        } else {
            link = link.with("units", units).with("floors", floors).with("homes", homes).with("area", area)
        }
        for relief in rule.reliefs {
            if let text = reliefs[relief.code], !text.isEmpty { link = link.with("relief-\(relief.code)", text) }
        }
        return link
    }

    /// Fen.
    /// - Throws: `Refusal` `share.total`.
    func totalFen() throws -> Int64 {
        guard let fen = ShareText.hundredths(total), fen <= Self.totalLimit else {
            throw Refusal(
                "share.total", zh: "总费用须是不超过 100 亿的金额（元），最多两位小数。",
                en: "The total is an amount in yuan, at most 10,000,000,000, with at most two decimals.", field: "total"
            )
        }
        return fen
    }

    /// The rule with the parts that were asked for.
    /// - Throws: `Refusal` `share.part`.
    func changedRule() throws -> ShareRule {
        var changed = rule
        for (index, bearer) in rule.bearers.enumerated() {
            guard let part = ShareText.hundredths(parts[bearer.code] ?? ""), part <= 10_000 else {
                throw Refusal(
                    "share.part", zh: "承担比例须是 0 至 100 之间的百分数，最多两位小数。",
                    en: "A part is a percentage between 0 and 100 with at most two decimals.",
                    field: "part-\(bearer.code)")
            }
            changed.bearers[index].part = part
        }
        return changed
    }

    /// Floors count, as for a lift.
    var isByFloor: Bool { rule.keys.contains { $0.basis == .floor } }

    /// The same page with these households written out, to be changed by hand; nil where an address cannot carry them.
    func writtenOut(_ households: [ShareHousehold]) -> Link? {
        let lines = households.map { "\($0.id) \(ShareText.plain($0.area)) \($0.floor)" }.joined(separator: "\n")
        guard lines.count <= Self.listLimit else { return nil }
        return link.with("register", nil).with("building", nil).with("list", lines)
    }

    /// Those who live there, from the list, from the register or from the stairwell.
    /// - Parameter registered: the register's, where they were asked for and found.
    /// - Throws: `Refusal` `share.list`, `share.register`, `share.house`, `share.relief`.
    func households(_ registered: RegisteredHouseholds?) throws -> [ShareHousehold] {
        let isListed = !list.allSatisfy(\.isWhitespace)
        var households =
            isListed ? try listed() : register.isEmpty ? try stairwells() : try Self.taken(registered)
        let places = Dictionary(
            households.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for relief in rule.reliefs {
            for id in ShareText.words(reliefs[relief.code] ?? "") {
                guard let place = places[id] else {
                    throw Refusal(
                        "share.relief", zh: "没有住户“\(id)”；请按住户表里的门牌填写。",
                        en: "There is no household “\(id)”; write it as in the list of households.",
                        field: "relief-\(relief.code)")
                }
                households[place].relief = relief.code
            }
        }
        return households
    }

    private static func taken(_ registered: RegisteredHouseholds?) throws -> [ShareHousehold] {
        guard let registered, !registered.households.isEmpty else {
            throw Refusal(
                "share.register", zh: "登记库里没有可分摊的住户；请补登楼栋的户数和面积，或手工填写。",
                en: "The register has no households to share among; complete its buildings, or write them by hand.",
                field: "register")
        }
        return registered.households
    }

    private func stairwells() throws -> [ShareHousehold] {
        func count(_ text: String, _ field: String, _ limit: Int) throws -> Int {
            guard let number = Int(text), (1...limit).contains(number) else {
                throw Refusal(
                    "share.house", zh: "须是 1 至 \(limit) 之间的整数。", en: "It is a whole number from 1 to \(limit).",
                    field: field)
            }
            return number
        }
        let (units, floors) = (try count(units, "units", 50), try count(floors, "floors", 40))
        let homes = try count(homes, "homes", 20)
        guard units * floors * homes <= Self.householdLimit else { throw Self.tooMany("units") }
        guard let area = ShareText.hundredths(area), (1...10_000_000).contains(area) else {
            throw Refusal(
                "share.house", zh: "面积须大于 0，最多两位小数（m²）。",
                en: "The area is above 0, with at most two decimals (m²).", field: "area")
        }
        return (1...units).flatMap { unit in
            (1...floors).flatMap { floor in
                (1...homes).map { home in
                    ShareHousehold(id: "\(unit)-\(floor)\(home < 10 ? "0" : "")\(home)", area: area, floor: floor)
                }
            }
        }
    }

    private func listed() throws -> [ShareHousehold] {
        let lines = list.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count <= Self.householdLimit else { throw Self.tooMany("list") }
        return try lines.enumerated().map { index, line in
            let words = ShareText.words(String(line))
            guard (2...4).contains(words.count), let area = ShareText.hundredths(words[1]),
                let floor = words.count > 2 ? Int(words[2]) : 1, let benefit = words.count > 3 ? Int64(words[3]) : 100
            else {
                throw Refusal(
                    "share.list", zh: "第 \(index + 1) 行须是“门牌 面积 楼层 受益程度”，后两项可省。",
                    en: "Line \(index + 1) is “household area floor benefit”, of which the last two may be left out.",
                    field: "list")
            }
            return ShareHousehold(id: words[0], area: area, floor: floor, benefit: benefit)
        }
    }

    private static func tooMany(_ field: String) -> Refusal {
        Refusal(
            "share.house", zh: "一次最多试算 \(householdLimit) 户。",
            en: "At most \(householdLimit) households are tried at once.", field: field)
    }
}

extension ShareQuery {
    /// Nil where the register is not asked.
    /// - Throws: as `registeredHouseholds`.
    func registered(_ visit: Visit, in tx: Tx) throws -> RegisteredHouseholds? {
        guard !register.isEmpty, list.allSatisfy(\.isWhitespace) else { return nil }
        return try visit.hall.ledger.registeredHouseholds(
            of: register, building: building, isByFloor: isByFloor, visit.hall.register, for: visit.actor, in: tx)
    }
}

/// Numbers of the form, read exactly.
enum ShareText {
    /// "1,234.5" as 123450; nil for what is no such number, or below zero.
    static func hundredths(_ text: String) -> Int64? {
        let plain = text.filter { !$0.isWhitespace && $0 != "," && $0 != "，" }
        let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...13).contains(parts[0].count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let whole = Int64(parts[0])
        else { return nil }
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        guard decimals.count <= 2, let rest = Int64((decimals + "00").prefix(2)) else { return nil }
        return whole * 100 + rest
    }

    /// Hundredths as the list is written: 8250 is "82.50".
    static func plain(_ hundredths: Int64) -> String {
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        return "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// Ten-thousandths as a percentage: 1250 is "12.5".
    static func percent(_ part: Int64) -> String {
        let (whole, rest) = part.quotientAndRemainder(dividingBy: 100)
        guard rest > 0 else { return String(whole) }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func words(_ text: String) -> [String] {
        text.split { $0.isWhitespace || $0 == "," || $0 == "，" || $0 == "、" || $0 == ";" }.map { String($0) }
    }
}
