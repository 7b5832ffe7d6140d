import Cryptography
public import Identity
import Kernel
import Store

/// Checks a file of `SealedJournal` by itself: every line's digest, every entry's content, chain and postings, the
/// balances, that the signed record holds the journal's end, and the city's signature over all of it. Rules, sources
/// and contracts are not in the file: those checks `LedgerVerifier`.
public struct JournalFileVerifier {
    public static let problemsListed = 20
    /// Bytes of one line: an entry of the largest size has less.
    static let longestLine = 4 << 20

    private let published: TreeHead?
    private var report = JournalFileReport()
    private var held: [UInt8] = []
    private var number = 0
    private var sum = JournalFileLine.start
    private var key: VerifyingKey?
    /// What the record says: number and chain of the last entry.
    private var end: (number: Int64, chain: String) = (0, "")
    private var state = JournalState()
    private var cells: [JournalFileLine.Spot: JournalFileLine.Sums] = [:]
    private var hasEnded = false

    /// - Parameter published: a head that was kept or published; the file must have been made for it, or have the same.
    public init(published: TreeHead? = nil) {
        self.published = published
    }

    // MARK: lines

    /// Takes the file in, piece by piece.
    public mutating func read(_ bytes: [UInt8]) {
        held.append(contentsOf: bytes)
        var position = 0
        while report.problems.count < Self.problemsListed,
            let end = held[position...].firstIndex(of: UInt8(ascii: "\n"))
        {
            number += 1
            readLine(held[position..<end])
            position = end + 1
        }
        held.removeFirst(position)
        if held.count > Self.longestLine {
            note(nil, "该行过长", "the line is too long")
            held = []
        }
    }

    /// What was found; to be called once, when all of the file was read.
    public mutating func finish() -> JournalFileReport {
        if report.problems.count < Self.problemsListed, !held.isEmpty || !hasEnded {
            number += 1
            note(nil, "文件在此中断：缺少末行的签名", "the file is cut here: the signature of the last line is missing")
        }
        return report
    }

    private mutating func note(_ entry: Int64?, _ zh: String, _ en: String) {
        guard report.problems.count < Self.problemsListed else { return }
        report.problems.append(.init(line: number, entry: entry, detail: Phrase(zh: zh, en: en)))
    }

    private mutating func readLine(_ line: ArraySlice<UInt8>) {
        if hasEnded { return note(nil, "签名之后还有内容", "there is more after the signature") }
        let json = try? JSON(parsing: Array(line))
        if let json, json["signature"] != nil { return readEnd(json, line) }
        let entry = number == 1 ? nil : json?["number"]?.integer
        checkSum(line, json, entry)
        guard let json else { return note(entry, "不是 JSON 对象", "this is no JSON object") }
        if number == 1 { return readHead(json) }
        if json["balance"] != nil { return readBalance(json) }
        report.entries += 1
        readEntry(json, entry)
    }

    /// The line's own digest. Where it is wrong, the next lines are measured by what it states.
    private mutating func checkSum(_ line: ArraySlice<UInt8>, _ json: JSON?, _ entry: Int64?) {
        let tail = JournalFileLine.tail(sum).utf8.count
        let made = JournalFileLine.sum(line.dropLast(tail), after: sum)
        let isRight = line.suffix(tail).elementsEqual(JournalFileLine.tail(made).utf8)
        if !isRight { note(entry, "该行被改动，或之前缺行、换行", "this line was altered, or lines before it are missing") }
        let stated = json?["sum"]?.string.flatMap { Hex.decode($0) }
        sum = isRight || stated?.count != DigestSuite.length ? made : stated ?? made
    }

    // MARK: the first line

    private mutating func readHead(_ json: JSON) {
        guard json["format"]?.string == JournalFileLine.format, let pem = json["key"]?.string,
            let key = try? VerifyingKey(pem: pem), let head = json["head"]?.string.flatMap({ try? TreeHead(text: $0) }),
            let content = json["line"]?.string.flatMap({ Hex.decode($0) }), let index = json["index"]?.integer,
            let path = Self.hashes(json["path"])
        else {
            return note(nil, "不是宜居导出的密封日记账", "this is not the first line of a sealed journal of Yiju")
        }
        (self.key, report.head) = (key, head)
        let line = ProvedLine(content: content, index: Int(index), path: path, head: head)
        if !line.isProved(by: key) {
            note(
                nil, "操作记录的证明或树头签名无效", "the proof from the record, or the signature of its head, is not valid")
        }
        let after = line.said.flatMap { $0.act == "ledger.post" ? try? JSON(parsing: $0.after) : nil }
        if let last = after?["last"]?.integer, let chain = after?["chain"]?.string, last == json["entries"]?.integer {
            end = (last, chain)
        } else {
            note(nil, "操作记录的这一行与日记账无关", "the record's line does not tell of this journal")
        }
        checkPublished(json, head, key)
    }

    private static func hashes(_ json: JSON?) -> [[UInt8]]? {
        guard let json else { return nil }
        let hashes = json.elements.compactMap { $0.string.flatMap { Hex.decode($0) } }
        return hashes.count == json.elements.count ? hashes : nil
    }

    private mutating func checkPublished(_ json: JSON, _ head: TreeHead, _ key: VerifyingKey) {
        guard let published else { return }
        guard published.isSigned(by: key) else {
            return note(nil, "给出的树头不是这把密钥签名的", "the given head was not signed by this key")
        }
        let proof = published.size == head.size ? [] : Self.hashes(json["consistency"]) ?? []
        let isOfIt = published.size == head.size || json["published"]?.string == published.text
        guard isOfIt else {
            return note(
                nil, "文件不是对照给出的树头导出的；请用 --head 重新导出", "the file was not made for the given head: export it with --head")
        }
        report.isPublished = MerkleTree.verifyConsistency(
            from: published.size, root: published.root, to: head.size, root: head.root, proof: proof, suite: head.suite)
        if !report.isPublished {
            note(nil, "操作记录与给出的树头不一致", "the record is not the one of the given head")
        }
    }

    // MARK: entries

    private mutating func readEntry(_ json: JSON, _ entry: Int64?) {
        guard let row = JournalFileLine.row(json), let number: Int64 = try? row[0], let recorded: Instant = try? row[6],
            let chain: [UInt8] = try? row[20]
        else { return note(entry, "内容无法识别", "its fields are not those of an entry") }
        if number != state.last + 1 { note(entry, "编号不连续", "its number does not follow") }
        if recorded < state.recorded { note(entry, "记录时间早于前一笔", "it was recorded before the one before it") }
        let listed = json["postings"]?.elements ?? []
        let postings = listed.compactMap(JournalFileLine.posting)
        if postings.count == listed.count, !postings.isEmpty, let legs = legs(postings, of: try? row[3]) {
            compare(row, legs, json["findings"]?.elements ?? [], chain)
            count(postings)
        } else {
            note(entry, "过账不平或无法识别", "its postings do not balance, or cannot be read")
        }
        (state.last, state.chain, state.recorded) = (number, chain, recorded)
    }

    /// Content and chain, made again from what the line says.
    private mutating func compare(_ row: Row, _ legs: [PostedLeg], _ listed: [JSON], _ chain: [UInt8]) {
        let findings = listed.compactMap(JournalFileLine.finding)
        guard let entry = try? sealed(row, legs, findings), findings.count == listed.count else {
            return note(try? row[0], "内容无法识别", "its fields are not those of an entry")
        }
        if DigestSuite.sha256.hash(entry.draft.content) != entry.content {
            note(entry.number, "内容与记账时不同", "its content is not what was posted")
        }
        if entry.chain(after: state.chain) != chain {
            note(entry.number, "与链不符：它或之前的分录被改动", "it does not fit the chain: it or one before it was altered")
        }
    }

    private func sealed(_ row: Row, _ legs: [PostedLeg], _ findings: [Finding]) throws -> SealedEntry? {
        guard let draft = try StoredEntry.draft(row, moves: { JournalRows.moves(legs, kind: $0) }) else { return nil }
        return SealedEntry(
            draft: draft, number: try row[0], id: try row[1], effective: try row[5], recorded: try row[6],
            actorKind: try row[7], person: try row[8], content: try row[19], findings: findings)
    }

    /// Two postings each that sum to zero in one measure, from stage to stage as the move goes; legs that each carry
    /// all of it carry the same. A reversal takes them back from the last to the first.
    private func legs(_ postings: [JournalFileLine.Posting], of kind: String?) -> [PostedLeg]? {
        guard postings.count.isMultiple(of: 2) else { return nil }
        var legs: [PostedLeg] = []
        let pairs = Array(stride(from: 0, to: postings.count, by: 2))
        for index in kind == SealedEntry.Kind.reverse.rawValue ? pairs.reversed() : pairs {
            let (from, to) = (postings[index], postings[index + 1])
            let row = from.move.row
            guard from.move == to.move, from.spot.measure == to.spot.measure, from.spot.slice == to.spot.slice,
                from.amount &+ to.amount == 0,
                let position = row.legs.firstIndex(of: .init(from.spot.stage, to.spot.stage))
            else { return nil }
            if position > 0, !row.isSplit {
                guard let last = legs.last, last.move == from.move, last.moved == to.amount else { return nil }
            }
            legs.append(
                PostedLeg(
                    move: from.move, from: from.spot.stage, measure: from.spot.measure, slice: from.spot.slice,
                    moved: to.amount, held: from.held))
        }
        return legs
    }

    private mutating func count(_ postings: [JournalFileLine.Posting]) {
        report.postings += Int64(postings.count)
        for (index, posting) in postings.enumerated() {
            cells[posting.spot.cell, default: .init()].add(
                posting.amount, held: posting.held, isDebit: index.isMultiple(of: 2))
        }
    }

    // MARK: balances and the end

    private mutating func readBalance(_ json: JSON) {
        report.balances += 1
        guard let spot = JournalFileLine.spot(json, "balance"), let debit = json["debit"]?.integer,
            let credit = json["credit"]?.integer, let held = json["held"]?.integer
        else { return note(nil, "余额无法识别", "this is no balance") }
        let made = cells.removeValue(forKey: spot) ?? .init()
        guard made == JournalFileLine.Sums(debit: debit, credit: credit, held: held) else {
            let about = Self.name(spot)
            let (stated, right) = (Money.yuan(credit &- debit), Money.yuan(made.credit &- made.debit))
            return note(
                nil, "余额 \(about) 写为 \(stated)，日记账得 \(right)（或其发生额不符）",
                "the balance of \(about) is given as \(stated), the journal makes it \(right) (or its turnover differs)"
            )
        }
    }

    private static func name(_ spot: JournalFileLine.Spot) -> String {
        ([spot.stage.code] + Dimensions.named.map { spot.slice.text($0.dimension) }).filter { !$0.isEmpty }
            .joined(separator: ":")
    }

    private mutating func readEnd(_ json: JSON, _ line: ArraySlice<UInt8>) {
        hasEnded = true
        guard let text = json["signature"]?.string, let signature = try? DetachedSignature(text: text),
            JSON.object(["lines": .integer(Int64(number - 1)), "signature": .string(signature.text)]).text
                .utf8.elementsEqual(line)
        else { return note(nil, "末行被改动，或缺行", "the last line was altered, or lines are missing") }
        if let key, signature.purpose != JournalFileLine.purpose || !signature.vouches(for: sum, key: key) {
            note(nil, "文件的签名无效", "the signature of the file is not valid")
        }
        if state.last != end.number || Hex.encode(state.chain) != end.chain {
            note(nil, "日记账末尾与操作记录不符", "the journal's end is not what the record says")
        }
        let missing = cells.filter { $0.value != .init() }.keys.map { Self.name($0) }.min()
        if let missing { note(nil, "缺少余额 \(missing)", "the balance of \(missing) is missing") }
    }
}
