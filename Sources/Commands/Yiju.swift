public import ArgumentParser
import Kernel
import Registry
import Store

/// The command line: `yiju serve`, `yiju demo`, `yiju import estates FILE`, … The library is tested; `main` is ten
/// lines.
public struct Yiju: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "yiju",
        abstract: "宜居：城市老旧小区改造的一盘棋、一张图、一本账。 The renovation of a city's old residential estates.",
        discussion: """
            数据默认在 ./data；用 --data 目录 或 --database 地址 指定其他位置。
            Data live in ./data unless --data DIR or --database URL says otherwise.
            退出码 Exit codes: 0 完成 done, 1 被拒绝或失败 refused or failed, 2 用法有误 wrong usage.
            """,
        version: Build.version,
        subcommands: [
            ServeCommand.self, DemoCommand.self, ImportCommand.self, ExportCommand.self, EstatesCommand.self,
            LedgerCommand.self, EvaluateCommand.self, DecideCommand.self, VerifyCommand.self, BackupCommand.self,
            RestoreCommand.self, MigrateCommand.self, UserCommand.self,
        ])

    public init() {}

    /// Runs a command line and answers its exit code.
    public static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch {
            return report(error)
        }
    }

    private static func report(_ error: any Error) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        let refusals = refusals(of: error)
        if refusals.isEmpty {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code == .success {
                Terminal.out(text)
                return 0
            }
            Terminal.err(text)
            return code == .validationFailure ? 2 : 1
        }
        for refusal in refusals.prefix(20) {
            Terminal.err("错误 \(refusal.code): \(refusal.message.zh)")
            Terminal.err("error \(refusal.code): \(refusal.message.en)")
        }
        if case StoreError.statement(let detail) = error { Terminal.err(detail) }
        return 1
    }

    /// What an error says to people; nothing for one that is about the command line itself.
    static func refusals(of error: any Error) -> [Refusal] {
        switch error {
        case let refusal as Refusal: [refusal]
        case let error as Refusals: error.all
        case let error as ImportHindered: [error.refusal]
        case let error as StoreError: [error.refusal]
        default: []
        }
    }
}
