import Common
import Foundation
import Kernel
import Store

// A process of its own that tests may kill, trace or measure. Usage, LOCATION being what --database takes:
//   CrashWriter LOCATION write [CLIENTS [ACTS]]   numbered rows in two tables per act; prints a number once stored
//   CrashWriter LOCATION together ACTS            the same, all waiting for one commit before any is stored
//   CrashWriter LOCATION backup FOLDER FILE       backs up the tables of the tests; prints its peak memory in KiB
//   CrashWriter LOCATION restore FOLDER FILE      the same with a restore
//   CrashWriter LOCATION stream ROWS              reads as many; prints how many, their sum, and by how many KiB it
//   grew
let arguments = CommandLine.arguments
let database = try DatabaseLocation(database: arguments[1]).open()
let now = Instant(milliseconds: 1_782_800_000_000)

switch arguments[2] {
case "write":
    let clients = arguments.count > 3 ? Int(arguments[3]) ?? 4 : 4
    let acts = arguments.count > 4 ? Int(arguments[4]) ?? 0 : Int.max
    _ = try await Migrator([CrashTables.schema]).migrate(database, now: now)
    try await CrashTables.write(into: database, clients: clients, acts: acts)
case "together":
    _ = try await Migrator([CrashTables.schema]).migrate(database, now: now)
    try await CrashTables.writeTogether(into: database, acts: Int(arguments[3]) ?? 2)
case "backup":
    let files = try FileStore(folder: arguments[3])
    let schemas = [CommonSchema.schema, BulkTables.schema]
    _ = try await Backup.write(database, schemas: schemas, files: files, to: arguments[4], now: now)
    say(peakMemory)
case "restore":
    let files = try FileStore(folder: arguments[3])
    let schemas = [CommonSchema.schema, BulkTables.schema]
    let checked = try await Restore.check(arguments[4], schemas: schemas)
    try await Restore.apply(checked, to: database, files: files, schemas: schemas, now: now)
    say(peakMemory)
case "stream":
    let (count, sum, growth) = try await BulkTables.stream(Int(arguments[3]) ?? 0, from: database)
    for number in [count, sum, growth] { say(number) }
default:
    exit(2)
}
await database.close()

/// A line that is out before the next thing happens, even if that is the end of the process.
func say(_ number: Int) {
    FileHandle.standardOutput.write(Data("\(number)\n".utf8))
}

/// The most memory this process ever had, in KiB.
nonisolated var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return Int(line.filter(\.isNumber)) ?? 0
}
