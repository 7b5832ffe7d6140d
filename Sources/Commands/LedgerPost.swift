import ArgumentParser
import Foundation
import Identity
import Kernel
import Ledger
import Store

extension LedgerCommand {
    struct Post: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "post", abstract: "逐行记账 Post entries, one JSON object a line.",
            discussion: """
                按顺序逐笔记账，每笔整体成功或整体拒绝；每 1000 笔落盘。中断后重新运行同一文件即可：同键同内容不重复记账。
                In order, each entry whole or refused with its reason; durable every 1,000. After an interruption run the
                same file again: an entry with the same key and content is posted once.
                退出码 Exit code: 0 全部记账 all posted, 1 有拒绝 some refused.
                """)

        @Argument(help: "文件 file: JSON Lines.", completion: .file())
        var file: String

        @OptionGroup var house: HouseOptions

        @Option(
            name: .long,
            help: """
                输出格式 output: table, json (逐行：每笔拒绝、每次落盘到第几行 a line for each refused entry, and for each line up to \
                which all is durable).
                """)
        var format = ReportFormat.table

        func run() async throws {
            let reader = BatchReader(try LineReader(file))
            let house = try await House.open(self.house)
            let ledger = try house.ledger()
            var (posted, known, refused) = (0, 0, 0)
            var batches = try await reader.next(1)
            // Told when more follows: the sums at the end tell the rest.
            var stored: Batch.Line?
            while !batches.isEmpty {
                // The next lines are read while these are written; the longer it goes, the further ahead.
                let ahead = min(2 * batches.count, BatchReader.furthest)
                async let following = reader.next(ahead)
                for batch in batches {
                    if let stored { tellStored(stored) }
                    for (line, result) in batch.outcomes(try await Self.post(batch.entries, ledger, house)) {
                        switch result {
                        case .success(let entry): if entry.isNew { posted += 1 } else { known += 1 }
                        case .failure(let refusals):
                            refused += 1
                            tell(line, refusals)
                        }
                    }
                    stored = batch.lines.last
                }
                batches = try await following
            }
            await house.sealOrWarn()
            await house.close()
            tell(posted, known, refused)
            if refused > 0 { throw ExitCode(1) }
        }

        /// One commit.
        private static func post(
            _ entries: [ReadyEntry], _ ledger: Ledger, _ house: House
        ) async throws -> [Result<PostedEntry, Refusals>] {
            guard !entries.isEmpty else { return [] }
            let (owner, clock) = (house.owner, house.clock)
            return try await house.database.writeAlone { tx in
                try ledger.postMany(entries, in: Deed(actor: owner, now: clock.now, tx: tx))
            }
        }

        /// For who watches or may be interrupted: all up to this line is durable.
        private func tellStored(_ line: Batch.Line) {
            if format == .json { Terminal.out(JSON.object(["stored": .integer(Int64(line.number))]).text) }
        }

        private func tell(_ line: Batch.Line, _ refusals: Refusals) {
            if format == .json {
                let all = refusals.all.map {
                    JSON.object([
                        "code": .string($0.code), "zh": .string($0.message.zh), "en": .string($0.message.en),
                        "field": $0.field.map { .string($0) } ?? .null,
                    ])
                }
                Terminal.out(
                    JSON.object([
                        "line": .integer(Int64(line.number)), "key": line.key.map { .string($0) } ?? .null,
                        "refusals": .array(all),
                    ]).text)
                return
            }
            for refusal in refusals.all {
                Terminal.err("✗ 第 \(line.number) 行 line \(line.number) \(line.key ?? "")")
                Terminal.err("  \(refusal.code): \(refusal.message.both)")
            }
        }

        private func tell(_ posted: Int, _ known: Int, _ refused: Int) {
            Terminal.out(
                format == .json
                    ? JSON.object([
                        "posted": .integer(Int64(posted)), "unchanged": .integer(Int64(known)),
                        "refused": .integer(Int64(refused)),
                    ]).text : "已记账 Posted: \(posted) · 已有 unchanged: \(known) · 拒绝 refused: \(refused)")
        }
    }
}

/// Reads a file batch by batch, beside who posts what was read.
private actor BatchReader {
    private var lines: LineReader

    init(_ lines: sending LineReader) {
        self.lines = lines
    }

    /// Batches that are read at once at most: a few dozen megabytes.
    static let furthest = 16

    /// As many batches or, at the end, fewer.
    func next(_ count: Int) throws -> [Batch] {
        var batches: [Batch] = []
        while batches.count < count, let batch = try nextBatch() { batches.append(batch) }
        return batches
    }

    private func nextBatch() throws -> Batch? {
        var batch = Batch()
        while batch.lines.count < LedgerLimits.batch, let (number, bytes) = try lines.next() {
            batch.lines.append(Batch.line(number, bytes))
        }
        return batch.lines.isEmpty ? nil : batch
    }
}

/// Some lines of a file, read as entries as far as they can be.
private struct Batch: Sendable {
    struct Line: Sendable {
        let number: Int
        let key: String?
        let entry: Result<ReadyEntry, Refusals>
    }

    var lines: [Line] = []

    static func line(_ number: Int, _ bytes: [UInt8]) -> Line {
        var key: String?
        do {
            guard bytes.count <= EntryDraft.longestLine else { throw LineReader.tooLong(EntryDraft.longestLine) }
            let json = try JSON(parsing: bytes)
            key = json["key"]?.string
            return Line(number: number, key: key, entry: .success(ReadyEntry(try EntryDraft(json: json))))
        } catch {
            return Line(number: number, key: key, entry: .failure(Refusals(Yiju.refusals(of: error))))
        }
    }

    var entries: [ReadyEntry] { lines.compactMap { try? $0.entry.get() } }

    /// Each line with what became of it.
    func outcomes(_ results: [Result<PostedEntry, Refusals>]) -> [(Line, Result<PostedEntry, Refusals>)] {
        var rest = results[...]
        return lines.compactMap { line in
            switch line.entry {
            case .failure(let refusals): (line, .failure(refusals))
            case .success: rest.popFirst().map { (line, $0) }
            }
        }
    }
}
