import ArgumentParser
import Foundation
import Identity
import Kernel
import Ledger
import Registry
import Store

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "台账 The ledger: terms, posting, import, balances, sharing, statistics, closing, verifying, export.",
        subcommands: [
            Balances.self, Terms.self, Post.self, Import.self, Bank.self, Share.self, Statistics.self, Verify.self,
            Close.self, Export.self,
        ])

    struct Balances: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "balance", abstract: "余额与累计发生额 Balances and turnovers.")

        @OptionGroup var house: HouseOptions

        @Option(
            name: .long,
            help: "按维度合计，阶段分列 sum by, each stage for itself: source,project,area,item,party,contract,year.",
            transform: Self.dimensions)
        var by: [Dimensions] = []

        @Option(name: .long, help: "截至生效日 effective up to this day: 2026-06-30.", transform: Self.day)
        var asOf: Day?

        @Option(name: .long, help: "当日结束时已知 as known at the end of this day: 2026-06-30.", transform: Self.day)
        var known: Day?

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        private static func dimensions(_ text: String) throws -> Dimensions {
            try text.split { $0 == "," || $0.isWhitespace }.reduce(into: Dimensions()) { all, name in
                guard let found = Dimensions.named.first(where: { $0.name == name }) else {
                    throw ValidationError("--by: " + Dimensions.named.map(\.name).joined(separator: ", "))
                }
                all.insert(found.dimension)
            }
        }

        static func day(_ text: String) throws -> Day {
            guard let day = Day(text) else { throw ValidationError("日期如 a day such as 2026-06-30") }
            return day
        }

        func run() async throws {
            let house = try await House.open(self.house)
            let (ledger, owner) = (try house.ledger(), house.owner)
            let by = self.by.isEmpty ? nil : self.by.reduce(into: Dimensions()) { $0.formUnion($1) }
            let question = BalanceQuestion(by: by, asOf: asOf, known: known)
            let lines = try await house.database.read { try ledger.balances(question, for: owner, in: $0) }
            await house.close()
            format == .json ? writeJSON(lines) : writeTable(lines.sorted { $0.stage < $1.stage })
        }

        private func writeJSON(_ lines: [Balance]) {
            Terminal.out(
                JSON.array(
                    lines.map { line in
                        let dimensions = Dimensions.named.filter { line.slice.given.contains($0.dimension) }.map {
                            JSON.Member(
                                $0.name,
                                $0.dimension == .year
                                    ? .integer(Int64(line.slice.year)) : .string(line.slice.text($0.dimension)))
                        }
                        return .object(
                            [
                                JSON.Member("stage", .string(line.stage.code)),
                                JSON.Member("measure", .string(line.measure.rawValue)),
                            ] + dimensions + [
                                JSON.Member("debit", .integer(line.debit)),
                                JSON.Member("credit", .integer(line.credit)),
                                JSON.Member("held", .integer(line.held)),
                                JSON.Member("balance", .integer(line.balance)),
                            ])
                    }
                ).text)
        }

        private func writeTable(_ lines: [Balance]) {
            let rows = lines.map { line in
                [line.stage.name.both, line.measure.rawValue]
                    + [
                        Dimensions.named.map { line.slice.text($0.dimension) }.filter { !$0.isEmpty }
                            .joined(separator: " · ")
                    ]
                    + [line.credit, line.debit, line.held, line.balance].map { Money.yuan($0) }
            }
            Terminal.out(
                Terminal.table(
                    ["阶段 stage", "计量 measure", "维度 dimensions", "转入 in", "转出 out", "预留 held", "余额 balance"], rows))
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "重算并核验台账 Post the journal again and compare everything.",
            discussion: "退出码 Exit code: 0 完好 whole, 1 有问题 problems.")

        @OptionGroup var house: HouseOptions

        @Option(name: .long, help: "输出格式 output: table, json.")
        var format = ReportFormat.table

        func run() async throws {
            let house = try await House.open(self.house)
            let ledger = try house.ledger()
            let kept = try house.vault.keptHead?.read()
            let report = try await house.database.read { try LedgerVerifier.verify(ledger, in: $0) }
            let seal = try await Verifier.verify(
                house.database, keys: house.vault.recordKeys, now: house.clock.now,
                published: [kept].compactMap(\.self))
            await house.close()
            write(report, seal)
            if !report.isWhole || !seal.isWhole { throw ExitCode(1) }
        }

        private func write(_ report: LedgerReport, _ seal: VerificationReport) {
            let isWhole = report.isWhole && seal.isWhole
            if format == .json {
                let problems = report.problems.map {
                    JSON.object([
                        "kind": .string($0.kind.rawValue), "entry": $0.entry.map { .integer($0) } ?? .null,
                        "zh": .string($0.message.zh), "en": .string($0.message.en),
                    ])
                }
                Terminal.out(
                    JSON.object([
                        "whole": .bool(isWhole), "entries": .integer(report.entries),
                        "postings": .integer(report.postings), "cells": .integer(Int64(report.cells)),
                        "problems": .array(problems), "recordWhole": .bool(seal.isWhole),
                        "record": .array(seal.problems.map { .string($0.message.both) }),
                    ]).text)
                return
            }
            for problem in report.problems { Terminal.out("✗ \(problem.message.both)") }
            for problem in seal.problems { Terminal.out("✗ \(problem.message.both)") }
            Terminal.out(
                isWhole
                    ? "完好 Whole: \(report.entries) 笔分录 entries, \(report.postings) 条过账 postings, \(report.cells) 个余额 cells"
                    : "有问题 Problems: \(report.problems.count + seal.problems.count)")
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close", abstract: "关闭会计期间到某日为止，不可撤销 Close the period up to a day, for good.")

        @Argument(help: "最后一天 the last day: 2025-12-31.", transform: Balances.day)
        var day: Day

        @OptionGroup var house: HouseOptions

        func run() async throws {
            let house = try await House.open(self.house)
            let (ledger, day) = (try house.ledger(), day)
            let expired = try await house.act { deed in
                let expired = try ledger.expireReservations(in: deed)
                try ledger.closePeriod(until: day, in: deed)
                return expired
            }
            await house.close()
            Terminal.out("已关闭到 Closed up to \(day) · 到期预留 reservations ended: \(expired)")
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "把日记账写到标准输出 Write the journal to standard output.")

        @OptionGroup var house: HouseOptions

        @Option(
            name: .long,
            help: """
                格式 format: hledger, beancount, oc4ids (项目 JSON, a project package), sealed (密封日记账，可用 yiju verify \
                离线核验; the sealed journal, which yiju verify FILE checks by itself).
                """)
        var format: Format

        @Option(
            name: .long,
            help: "用于 sealed：证明操作记录以这个已公布的树头开头 for sealed: prove that the record begins with this published head.",
            completion: .file())
        var head: String?

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case hledger, beancount, oc4ids, sealed
        }

        func run() async throws {
            let published = try head.map { try TreeHead(text: String(decoding: House.read($0), as: UTF8.self)) }
            let house = try await House.open(self.house)
            if format == .sealed { await house.sealOrWarn() }
            let (format, owner, ledger, now) = (format, house.owner, try house.ledger(), house.clock.now)
            let vault = house.vault
            try await house.database.read { tx in
                switch format {
                case .hledger: try JournalExport.hledger.write(for: owner, in: tx) { Terminal.write($0) }
                case .beancount: try JournalExport.beancount.write(for: owner, in: tx) { Terminal.write($0) }
                case .oc4ids:
                    try OC4IDSExport(ledger: ledger, published: now).write(for: owner, in: tx) { Terminal.write($0) }
                case .sealed:
                    try SealedJournal(vault: vault, now: now, published: published).write(for: owner, in: tx) {
                        Terminal.write($0)
                    }
                }
            }
            await house.close()
        }
    }
}

extension House {
    /// The ledger under the works menu that was shipped.
    func ledger() throws -> Ledger {
        Ledger(menu: try WorksMenu.load(file: root + "/Resources/menu/works-menu-v1.json"))
    }
}
