import FoundationEssentials
import Kernel
import Store

/// The table of rights as shipped: `Resources/rights/default-rights.csv` with the columns role, right, reach, source.
public struct DefaultRights: Sendable {
    public let entries: [RoleRight]

    /// - Parameter resources: The folder that holds `rights/`.
    /// - Throws: `Refusal` `rights.file` naming the line.
    public static func load(resources: String) throws -> DefaultRights {
        let path = "\(resources)/rights/default-rights.csv"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Refusal(
                .unavailable, "rights.file", zh: "找不到权限表 \(path)；请完整安装，或用 --resources 指明资源目录。",
                en: "The table of rights \(path) is missing; install Yiju completely or name the folder by --resources."
            )
        }
        return try DefaultRights(csv: String(decoding: data, as: UTF8.self))
    }

    init(csv: String) throws {
        let lines = csv.split(whereSeparator: \.isNewline)
        entries = try lines.enumerated().dropFirst().map { number, line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 4, let role = Role(rawValue: fields[0]), let right = Right(rawValue: fields[1]),
                let reach = Reach(rawValue: fields[2]), fields[3] == "default"
            else {
                throw Refusal(
                    "rights.file", zh: "权限表第 \(number + 1) 行无法识别：\(line)",
                    en: "Line \(number + 1) of the table of rights is not understood: \(line)")
            }
            return RoleRight(role: role, right: right, reach: reach)
        }
    }

    /// Gives the roles their default share of every right the database does not know yet: all of them on the first run,
    /// the new ones after an upgrade. What an administrator changed stays. Call it once at every start.
    /// - Returns: How many rights were new.
    @discardableResult
    public func install(deed: Deed) throws -> Int {
        try deed.actor.require(.editRights)
        let known = Set(try deed.tx.map("SELECT right_code FROM right_known") { try $0[0] as String })
        let fresh = Right.allCases.filter { !known.contains($0.rawValue) }
        guard !fresh.isEmpty else { return 0 }
        for right in fresh {
            try deed.tx.run("INSERT INTO right_known (right_code) VALUES (\(right.rawValue))")
        }
        for entry in entries where fresh.contains(entry.right) {
            try RightActs.refuseUnlawful(entry)
            try deed.tx.run(
                """
                INSERT INTO role_right (role, right_code, reach, source)
                VALUES (\(entry.role), \(entry.right.rawValue), \(entry.reach), 'default')
                """)
        }
        let after: RecordFields = ["rights": .list(fresh.map { .text($0.rawValue) })]
        try deed.record("rights.install", on: Subject("rights", "default"), at: .country, after: after.json)
        return fresh.count
    }
}
