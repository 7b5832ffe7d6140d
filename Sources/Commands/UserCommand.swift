import ArgumentParser
import Cryptography
import Identity
import Kernel
import Store

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "账号管理 Accounts.", subcommands: [Add.self, Reset.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "新建账号 Add an account.")

        @Argument(help: "登录名 name to sign in with.")
        var login: String

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "姓名 person's name.")
        var name: String

        @Option(name: .long, help: "岗位 role: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
        var role: String

        @Option(name: .long, help: "地区代码 place.")
        var place: String

        func validate() throws {
            guard PlaceCode(place) != nil else { throw ValidationError("--place: 430111") }
            guard Role(rawValue: role) != nil else { throw ValidationError("--role: \(role)?") }
        }

        func run() async throws {
            guard let place = PlaceCode(place), let role = Role(rawValue: role) else { return }
            let house = try await House.open(self.house)
            let password = Random.password()
            let hash = try await PasswordHash(password)
            let (vault, form) = (house.vault, NewPerson(login: login, name: name, place: place))
            try await house.act { deed in
                let person = try PersonActs.create(form, password: hash, vault: vault, deed: deed)
                _ = try PostActs.appoint(person, as: role, at: place, from: deed.today, deed: deed)
            }
            await house.close()
            Terminal.out("账号 name: \(login)  一次性密码 one-time password: \(password)")
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset", abstract: "重置密码 Give an account a new one-time password.")

        @Argument(help: "登录名 name.")
        var login: String

        @OptionGroup var house: HouseOptions

        func run() async throws {
            let house = try await House.open(self.house)
            let login = login
            let person = try await house.database.read { tx in try PersonQueries.id(login: login, tx: tx) }
            guard let person else {
                throw Refusal(.notFound, "person.none", zh: "没有账号“\(login)”。", en: "There is no account “\(login)”.")
            }
            let acts = PasswordActs(
                database: house.database, vault: house.vault, clock: house.clock,
                rules: try PasswordRules.load(resources: house.root + "/Resources"))
            let password = try await acts.reset(person, as: house.owner)
            Terminal.out("账号 name: \(login)  一次性密码 one-time password: \(password)")
            await house.sealOrWarn()
            await house.close()
        }
    }
}
