import Common
import Demo
import Foundation
import Kernel
import Store

// The load that the measurements put on the store. Usage, LOCATION being what `yiju --database` takes:
//   Acts prepare LOCATION                     makes the tables in an empty database
//   Acts run LOCATION ACTS CLIENTS [alone]    prints one line of JSON; with `alone` every act has a commit of its own
//   Acts sheet FILE ROWS RESOURCES            writes a spreadsheet of estates with 24 columns
let arguments = Array(CommandLine.arguments.dropFirst())

switch (arguments.first, arguments.count) {
case ("prepare", 2):
    let database = try DatabaseLocation(database: arguments[1]).open(signet: ActTables.signet)
    try await ActTables.make(in: database)
    await database.close()
case ("run", 4...5):
    let acts = Int(arguments[2]) ?? 0
    let clients = max(1, Int(arguments[3]) ?? 1)
    let database = try DatabaseLocation(database: arguments[1]).open(signet: ActTables.signet)
    let outcome = try await Load(acts: acts, clients: clients, alone: arguments.last == "alone").run(on: database)
    await database.close()
    say(
        JSON.object([
            "acts": .integer(Int64(acts)), "seconds": .number(outcome.seconds),
            "commits": .integer(Int64(outcome.commits)), "retries": .integer(Int64(outcome.retries)),
            "flushes": outcome.flushes.map { .integer(Int64($0)) } ?? .null,
        ]).text)
case ("sheet", 4):
    try DemoSpreadsheet.writeEstates(count: Int(arguments[2]) ?? 0, to: arguments[1], resources: arguments[3])
default:
    FileHandle.standardError.write(Data("Acts prepare | run | sheet: see Benchmarks/Sources/Acts/main.swift\n".utf8))
    exit(2)
}

func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
