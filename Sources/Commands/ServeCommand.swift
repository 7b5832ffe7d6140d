import ArgumentParser
import CMalloc
import Common
import Evaluation
import Foundation
import Frame
import Identity
import Kernel
import Ledger
import Logging
import NIOCore
import Registry
import ServiceLifecycle
import Site
import Store
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "启动网页服务 Serve the city to browsers.")

    @OptionGroup var house: HouseOptions

    @OptionGroup var suites: SuiteOptions

    @Option(name: .long, help: "监听地址 address to listen on.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "端口 port.")
    var port = 8080

    @Flag(name: .long, help: "仅在 HTTPS 下发送 Cookie（前面有 TLS 代理时使用）。 Cookies over HTTPS only, behind a TLS proxy.")
    var secure = false

    @Flag(name: .long, help: "信任代理给出的客户端地址 Trust the proxy's X-Forwarded-For.")
    var behindProxy = false

    @OptionGroup var basemap: BasemapOptions

    @Option(name: .long, help: "对外网址 how people reach it: https://yiju.example.")
    var publicURL: String?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port: 0…65535") }
        guard publicURL.map({ SiteAddress($0) != nil }) ?? true else {
            throw ValidationError("--public-url: https://yiju.example, https://yiju.example:8443")
        }
    }

    func run() async throws {
        // Threads share two heaps: with one for each, what one gave back is lost to the others.
        mallopt(M_ARENA_MAX, 2)
        let house = try await House.open(self.house, creating: true, suites: suites.chosen(), serves: true)
        if let administrator = try await house.prepare() {
            Terminal.out(
                """
                首次启动，已创建管理员账号（密码只显示这一次，登录后须修改）：
                First start: the administrator's account; the password is shown this once and must be changed.
                  账号 name: \(administrator.login)    密码 password: \(administrator.password)
                """)
        }
        try await house.seal()
        var settings = Hall.Settings()
        settings.isSecure = secure
        settings.trustsProxy = behindProxy
        settings.basemap = basemap.chosen
        settings.address = publicURL.flatMap { SiteAddress($0) }
        let hall = try await house.hall(settings)
        try await house.database.read { try hall.register.remember(in: $0) }
        let sealer = SealerService(house: house)
        let application = Site.application(hall, host: host, port: port) { port in
            Terminal.out("宜居已启动 Yiju is serving: http://\(host):\(port)")
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: sealer), .init(service: SweepService(house: house)),
                    .init(service: JobService(house: house)), .init(service: application),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: house.log))
        do {
            try await group.run()
        } catch  where error is IOError || error is SocketAddressError.UnknownHost {
            throw Refusal(
                .unavailable, "serve.address", zh: "无法在 \(host):\(port) 上监听，可能已被占用或没有这个地址；请换 --port 或 --host。",
                en: """
                    Yiju cannot listen on \(host):\(port): it may be in use, or there is no such address. Choose another \
                    --port or --host.
                    """)
        }
        try await house.seal()
        await house.close()
    }
}

/// Seals the record while serving; one node at a time does.
private struct SealerService: Service {
    let house: House

    func run() async throws {
        let log = house.log
        let sealer = Sealer(database: house.database, vault: house.vault, clock: house.clock)
        await cancelWhenGracefulShutdown {
            await sealer.run { error in log.error("sealing failed", metadata: ["error": "\(error)"]) }
        }
    }
}

/// Does long work while serving, one job at a time; what the shutdown interrupts is begun again.
private struct JobService: Service {
    let house: House

    func run() async throws {
        let log = house.log
        await cancelWhenGracefulShutdown {
            await house.jobRunner.run { error in log.error("job failed", metadata: ["error": "\(error)"]) }
        }
    }
}

/// Frees uploaded files that no row names any more: ten minutes after the start, so that a node which is restarted
/// every night does it too, then daily.
private struct SweepService: Service {
    let house: House

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Duration.seconds(600)
            while (try? await Task.sleep(for: pause)) != nil {
                do {
                    let freed = try await house.files.sweep(house.database, now: house.clock.now)
                    house.log.info("unused files freed", metadata: ["files": "\(freed)"])
                } catch {
                    house.log.error("unused files not freed", metadata: ["error": "\(error)"])
                }
                pause = .seconds(86_400)
            }
        }
    }
}

extension House {
    /// Every kind of long work that this program knows.
    var jobKinds: [JobKind] { [evaluations.jobKind] }

    /// Does jobs here: all of them while serving, one of them for a command that waits for it.
    var jobRunner: JobRunner { JobRunner(database: database, vault: vault, clock: clock, kinds: jobKinds) }

    func hall(_ settings: Hall.Settings = .init()) async throws -> Hall {
        Hall(
            database: database, register: register, evaluations: evaluations, city: try await city(), vault: vault,
            files: files,
            menu: try WorksMenu.load(file: root + "/Resources/menu/works-menu-v1.json"),
            ledgerTables: try LedgerTables.load(resources: root + "/Resources"), clock: clock,
            passwordRules: try PasswordRules.load(resources: root + "/Resources"),
            publicFiles: try PublicFiles(folders: [root + "/Public", root + "/.assets/web"]), log: log,
            settings: settings, schemas: House.schemas)
    }
}
