import ArgumentParser
import Demo
import Foundation
import Identity
import Kernel
import Store

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "生成演示城市（长沙，数据均为生成）。 Make the demo city; all of it is generated.",
        discussion: """
            同一种子总是生成同样的城市。 The same seed makes the same city every time.
            --scale nation 生成 22 万个小区、250 万栋楼，用于测速。 makes 220,000 estates to measure with.
            """)

    enum Scale: String, ExpressibleByArgument, CaseIterable {
        case city, nation
    }

    @OptionGroup var house: HouseOptions

    @OptionGroup var suites: SuiteOptions

    @Option(name: .long, help: "规模 scale: city, nation.")
    var scale = Scale.city

    @Option(name: .long, help: "随机种子 seed.")
    var seed = DemoPlan.usualSeed

    @Option(name: .long, help: "输出格式 output: table, json.")
    var format = ReportFormat.table

    func run() async throws {
        let house = try await House.open(self.house, creating: true, suites: suites.chosen())
        try await house.refuseUnfinishedDemo()
        let taken: Int = try await house.database.read { tx in try tx.value("SELECT count(*) FROM city") ?? 0 }
        guard taken == 0 else {
            throw Refusal(
                .conflict, "demo.exists", zh: "\(house.location) 里已有城市；演示城市只能建在空的数据目录里。",
                en: "There is a city at \(house.location) already; the demo city needs an empty data directory.")
        }
        try await DemoCity.make(
            seed: seed, scale: scale == .city ? .city : .nation, register: house.register, database: house.database,
            resources: house.root + "/Resources", ledger: try house.ledger(), samples: self.house.data + "/samples",
            files: house.files
        ) { done, total in
            Terminal.progress(done, of: total, Phrase(zh: "生成演示城市", en: "Making the demo city"))
        }
        let accounts = try await people(in: house)
        try await house.seal()
        await house.close()
        write(accounts)
    }

    /// The people first: where there are some, the first run makes no administrator of its own.
    private func people(in house: House) async throws -> [DemoPerson] {
        let people = DemoPeople.changsha(password: DemoPeople.password)
        try await DemoPeople.create(people, database: house.database, vault: house.vault, clock: house.clock)
        _ = try await house.prepare()
        return people
    }

    private func write(_ accounts: [DemoPerson]) {
        if format == .json {
            let list = accounts.map { person in
                JSON.object([
                    "name": .string(person.login), "password": .string(person.password),
                    "role": .string(person.role.rawValue), "place": .string(person.place.digits),
                    "person": .string(person.name),
                ])
            }
            Terminal.out(JSON.object(["accounts": .array(list)]).text)
            return
        }
        let rows = accounts.map {
            [$0.login, $0.password, $0.name, $0.role.name.both, $0.place.digits]
        }
        Terminal.out("演示账号 Demo accounts（全部数据均为生成 all data are generated）")
        Terminal.out(Terminal.table(["账号 name", "密码 password", "姓名 person", "岗位 role", "地区 place"], rows))
    }
}
