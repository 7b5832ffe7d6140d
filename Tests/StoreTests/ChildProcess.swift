import Foundation
import Synchronization

/// A program started by a test, which may kill it: its output line by line, and its end.
final class ChildProcess: Sendable {
    private struct State {
        var lines: [String] = []
        var status: Int32?
    }

    private let pid: pid_t
    private let input: Int32
    private let state = Mutex(State())

    struct NotStarted: Error { let program: String, code: Int32 }

    /// The test programs of this package lie beside the test bundle.
    static func program(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    }

    static func isInstalled(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Whether a shell command succeeds, its output aside.
    static func succeeds(_ command: String) -> Bool { system("\(command) >/dev/null 2>&1") == 0 }

    /// Not Foundation's `Process`: tests start many at once, and it then misses an end now and then.
    init(_ program: String, _ arguments: [String]) throws {
        let (pid, input, output) = try Self.starting.withLock { _ in try Self.start(program, arguments) }
        self.pid = pid
        self.input = input
        Thread.detachNewThread { self.follow(output) }
    }

    /// One start at a time, so that no child inherits the other's pipes and holds them open.
    private static let starting = Mutex(())

    private static func start(_ program: String, _ arguments: [String]) throws -> (pid_t, Int32, Int32) {
        var (stdin, stdout): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&stdin) == 0, pipe(&stdout) == 0 else { throw NotStarted(program: program, code: errno) }
        for end in stdin + stdout { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, stdin[0], 0)
        posix_spawn_file_actions_adddup2(&actions, stdout[1], 1)
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer {
            posix_spawn_file_actions_destroy(&actions)
            for word in words { free(word) }
            close(stdin[0])
            close(stdout[1])
        }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, words, environ)
        guard code == 0 else { throw NotStarted(program: program, code: code) }
        return (pid, stdin[1], stdout[0])
    }

    /// Whole lines so far.
    var lines: [String] { state.withLock { $0.lines } }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Foundation.write(input, bytes, bytes.count)
    }

    func closeInput() { close(input) }

    /// As a crash would: no handler runs, nothing is flushed.
    func kill() { _ = Foundation.kill(pid, SIGKILL) }

    /// Waits until it has ended and everything it printed has arrived. Its exit code, or minus the signal.
    @discardableResult
    func end() async throws -> Int32 {
        while true {
            if let status = state.withLock({ $0.status }) { return status & 0x7F == 0 ? status >> 8 : -(status & 0x7F) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until `condition` holds; false after the time is up.
    func wait(_ limit: Duration = .seconds(300), until condition: ([String]) -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if condition(lines) { return true }
            try await Task.sleep(for: .milliseconds(5))
        }
        return false
    }

    private func follow(_ output: Int32) {
        var (rest, chunk): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = read(output, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            rest += chunk[..<count]
            let lines = rest.split(separator: 10, omittingEmptySubsequences: false)
            rest = Array(lines.last ?? [])
            state.withLock { $0.lines += lines.dropLast().map { String(decoding: $0, as: UTF8.self) } }
        }
        close(output)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        state.withLock { $0.status = status }
    }
}
