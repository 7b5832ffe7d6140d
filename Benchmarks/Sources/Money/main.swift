import Common
import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store

// What the measurements ask of a ledger that is filled. Usage, CITY being the folder of a city on SQLite, RESOURCES
// that of the shipped data: Money post CITY RESOURCES ENTRIES CLIENTS YEAR   single durable entries by so many clients,
// all rules held Money ask CITY RESOURCES DAY                     balances now and as of a day, one project's sheet;
// each the median Each prints one line of JSON with seconds.
let arguments = CommandLine.arguments
guard arguments.count > 4 else {
    FileHandle.standardError.write(Data("Money post | ask: see Benchmarks/Sources/Money/main.swift\n".utf8))
    exit(2)
}
let vault = try Vault.open(arguments[2] + "/keys", creating: nil)
let database = try DatabaseLocation(database: "sqlite:\(arguments[2])/yiju.sqlite").open(signet: vault.signet)
let ledger = Ledger(menu: try WorksMenu.load(file: arguments[3] + "/menu/works-menu-v1.json"))
let owner = Actor.machineOwner(requestID: "bench")

switch arguments[1] {
case "post":
    let load = SingleEntries(
        entries: Int(arguments[4]) ?? 0, clients: Int(arguments[5]) ?? 1, year: Int(arguments[6]) ?? 2026)
    let seconds = try await load.run(on: database, ledger)
    say(["seconds": .number(seconds)])
default:
    let day = Day(arguments[4])
    let moment = BalanceQuestion(asOf: day, known: SystemClock().now.dayInChina)
    let projects = try await database.read { tx in
        try tx.map("SELECT number FROM project ORDER BY number LIMIT 101") { try $0[0] as String }
    }
    var cells = 0
    let past = try await median(of: 5) {
        cells = try await database.read { try ledger.balances(moment, for: owner, in: $0).count }
    }
    let live = try await median(of: 9) {
        _ = try await database.read { try ledger.balances(for: owner, in: $0).count }
    }
    var number = 0
    let page = try await median(of: projects.count) {
        let project = projects[number]
        number += 1
        _ = try await database.read { try ledger.projectSheet(project, for: owner, in: $0) }
    }
    say(["past": .number(past), "live": .number(live), "page": .number(page), "cells": .integer(Int64(cells))])
}
await database.close()

func median(of rounds: Int, _ body: () async throws -> Void) async throws -> Double {
    var spent: [Double] = []
    for _ in 0..<rounds {
        let began = ContinuousClock.now
        try await body()
        spent.append((ContinuousClock.now - began) / .seconds(1))
    }
    return spent.sorted()[rounds / 2]
}

func say(_ members: KeyValuePairs<String, JSON>) {
    FileHandle.standardOutput.write(Data((JSON.object(members).text + "\n").utf8))
}
