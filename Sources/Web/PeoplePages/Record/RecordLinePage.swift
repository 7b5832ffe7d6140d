import Components
import Cryptography
import Frame
import Html
import Identity
import Kernel
import Store

/// One line of the record with everything it says, and the proof that it is in the sealed tree.
struct RecordLinePage {
    let act: RecordedAct
    let telling: RecordTelling
    /// Nil while the line waits to be sealed.
    let proof: RecordProofs.Inclusion?

    static let routes: [Route] = [
        .page("/record/{id}", .right(.readRecord)) { visit, tx in
            let page = try RecordLinePage(visit, tx)
            let t = visit.language
            return visit.page(
                ActNames.name(page.act.act)(t), source: t("来源：宜居操作记录", "Source: Yiju's record of acts"), page.view(t))
        },
        .page("/record/{id}/proof.json", .right(.readRecord)) { visit, tx in
            let act = try act(visit, tx)
            let proof = try RecordProofs.inclusion(of: act.id, tx: tx)
            return .download(
                .bytes(Array(json(proof, of: act).text.utf8)), name: "yiju-proof-\(proof.index).json",
                type: "application/json")
        },
    ]

    init(_ visit: Visit, _ tx: Tx) throws {
        act = try Self.act(visit, tx)
        telling = try RecordTelling([act], visit, tx)
        // A line may be newer than the newest head.
        let sealed = try TreeHead.latest(tx: tx)?.size ?? 0
        let isSealed = act.leafIndex.map { $0 < sealed } ?? false
        proof = isSealed ? try RecordProofs.inclusion(of: act.id, tx: tx) : nil
    }

    /// The line of the address, within reach.
    private static func act(_ visit: Visit, _ tx: Tx) throws -> RecordedAct {
        let found = try RecordQueries.lines(
            RecordFilter(line: try visit.id()), reader: visit.actor, limit: 1, vault: visit.hall.vault, tx: tx)
        guard let act = found.first else { throw Visit.notFound }
        return act
    }

    /// What a program needs to check the line without us: RFC 6962, 2.1.1.
    private static func json(_ proof: RecordProofs.Inclusion, of act: RecordedAct) -> JSON {
        .object([
            "format": "yiju inclusion proof 1", "line": .string(act.id.description),
            "suite": .string(proof.head.suite.rawValue), "leafIndex": .integer(Int64(proof.index)),
            "leafHash": .string(Hex.encode(proof.leafHash)), "treeSize": .integer(Int64(proof.head.size)),
            "rootHash": .string(Hex.encode(proof.head.root)),
            "path": .array(proof.path.map { .string(Hex.encode($0)) }), "head": .string(proof.head.text),
        ])
    }

    // MARK: view

    private func view(_ t: Language) -> Html {
        let title = ActNames.name(act.act)(t)
        let crumbs = breadcrumbs(t, [Crumb(t("操作记录", "The record"), "/record"), Crumb(title)])
        let seal =
            proof == nil ? pill(t("待封存", "to be sealed"), .amber) : pill(t("已封存", "sealed"), .jade)
        let head = pageHead(
            title, pills: [seal], note: "\(who(t)) · \(time(t, act.at))", actions: [printButton(t)])
        let left = stack([card(t("改动", "What changed"), changes(t))])
        let right = stack([factsCard(t), proofCard(t)])
        return crumbs + stack([head, grid([left, right], .wideLeft)])
    }

    private func who(_ t: Language) -> String { ActorWords.name(act)(t) }

    private func changes(_ t: Language) -> Html {
        let changes = telling.changes(of: act, t)
        guard !changes.isEmpty else {
            return emptyState(
                t("没有字段改动", "No field changed"), "\(t("这一操作只记其事，没有前后值。", "This act has no values before and after."))")
        }
        if act.before.values.isEmpty {
            return factList(t, changes.map { change in FactLine(change.label, change.to.map { "\($0)" }) })
        }
        return changeTable(
            t, caption: t("改动", "What changed"),
            changes.map { change in
                ChangeLine(change.label, from: change.from.map { "\($0)" }, to: change.to.map { "\($0)" })
            })
    }

    private func factsCard(_ t: Language) -> Html {
        let name = who(t)
        let actor: Html = act.person.map { "<a href=\"\(url: "/people/\($0)")\">\(name)</a>" } ?? "\(name)"
        let facts = [
            FactLine(t("操作人", "Who"), actor), FactLine(t("时间", "When"), time(t, act.at)),
            FactLine(
                t("对象", "Done to"), telling.title(of: act.subject, t), source: ActSubjects.name(act.subject.kind)(t)),
            FactLine(t("地区", "Place"), "\(telling.places.path(act.place, t))"),
            FactLine(t("操作代码", "Act"), code(act.act)), FactLine(t("请求编号", "Request"), code(act.requestID)),
            FactLine(t("记录编号", "Line"), code(act.id.description)),
        ]
        return card(t("这一行", "This line"), factList(t, facts))
    }

    private func proofCard(_ t: Language) -> Html {
        guard let proof else {
            let soon = t("记录在一秒内封存；稍后刷新即可看到证明。", "Lines are sealed within a second; reload in a moment for the proof.")
            return card(t("封存", "The seal"), "<p>\(soon)</p>")
        }
        let facts = [
            FactLine(t("叶序号", "Leaf"), "\(grouped(proof.index))"),
            FactLine(t("叶哈希", "Leaf hash"), code(Hex.encode(proof.leafHash))),
            FactLine(t("树头", "Head"), "\(grouped(proof.head.size))", unit: t("行", "lines")),
            FactLine(t("根哈希", "Root hash"), code(Hex.encode(proof.head.root))),
        ]
        let siblings = disclosure(
            t("从叶到根的旁侧哈希（\(proof.path.count)）", "Siblings from leaf to root (\(proof.path.count))"),
            steps(proof.path.map { code(Hex.encode($0)) }))
        let download = formActions([
            linkButton(t("下载包含证明", "Download the proof"), "/record/\(act.id)/proof.json")
        ])
        return card(t("封存", "The seal"), factList(t, facts) + siblings + download)
    }
}
