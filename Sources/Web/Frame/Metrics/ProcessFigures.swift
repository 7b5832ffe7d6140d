import Foundation

/// What the system says of this process, under the names that Prometheus gives to all processes.
struct ProcessFigures {
    /// Seconds of all threads together.
    let cpu: Double
    /// Bytes in memory now; 0 where the system does not tell.
    let resident: Int
    let virtual: Int
    /// Seconds since 1970.
    let started: Double

    /// Fixed by POSIX.
    private static let clocksPerSecond = 1e6
    private static let begun = Date().timeIntervalSince1970 - ProcessInfo.processInfo.systemUptime + startUptime

    static func now() -> ProcessFigures {
        // Pages: the whole, then what is in memory.
        let pages = read("/proc/self/statm").split(separator: " ").prefix(2).compactMap { Int($0) }
        let size = Int(sysconf(Int32(_SC_PAGESIZE)))
        return ProcessFigures(
            cpu: Double(clock()) / clocksPerSecond, resident: pages.count > 1 ? pages[1] * size : 0,
            virtual: (pages.first ?? 0) * size, started: begun)
    }

    /// When the process began, in seconds since the machine did: the 22nd field, counted behind the program's name,
    /// which may hold blanks.
    private static let startUptime: Double = {
        let fields = read("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 19 ? Double(fields[19]) ?? 0 : 0
        return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    private static func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    func append(to text: inout MetricsText) {
        text.single("process_cpu_seconds_total", .counter, "CPU time of user and system.", cpu)
        text.single("process_resident_memory_bytes", .gauge, "Memory in use.", resident)
        text.single("process_virtual_memory_bytes", .gauge, "Memory mapped.", virtual)
        text.single("process_start_time_seconds", .gauge, "Start of the process since 1970.", started)
    }
}
