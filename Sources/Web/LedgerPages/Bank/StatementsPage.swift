import Components
import Frame
import HTTPTypes
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// Statements that were brought, and the form that brings the next one.
struct StatementsPage {
    let statements: [BankStatement]
    let accounts: [BankAccount]
    let people: PersonNames
    let city: PlaceCode
    let mayMatch: Bool
    let account: String
    let sheet: String
    let csrf: String
    let refusals: [Refusal]

    /// - Parameters:
    ///   - account: what was typed; nil for the address's own.
    init(_ visit: Visit, account: String? = nil, sheet: String = "", refusals: [Refusal] = [], in tx: Tx) throws {
        let (ledger, actor) = (visit.hall.ledger, visit.actor)
        statements = try ledger.bankStatements(for: actor, in: tx)
        accounts = try ledger.bankAccounts(for: actor, in: tx)
        people = try PersonNames(
            of: Set(statements.compactMap(\.person)), reader: actor, vault: visit.hall.vault, tx: tx)
        (city, mayMatch, csrf) = (visit.hall.city.code, visit.mayMatchBank, visit.csrf)
        self.account = account ?? String(visit.query.text("account").prefix(LedgerLimits.code))
        (self.sheet, self.refusals) = (sheet, refusals)
    }

    static func upload(_ visit: Visit, _ upload: Upload) async throws -> Frame.Answer {
        let account = String(upload.form.text("account").prefix(200))
        let sheet = String(upload.form.text("sheet").prefix(100))
        do {
            let id = try await StatementActs.take(upload, account: account, sheet: sheet, visit)
            return .see("/ledger/bank/statements/\(id)")
        } catch {
            let refusals = try mended(error)
            return try await visit.hall.database.read { tx in
                try StatementsPage(visit, account: account, sheet: sheet, refusals: refusals, in: tx).answer(visit)
            }
        }
    }

    /// A file with too many rows is mended as others are: by choosing another one.
    private static func mended(_ error: any Error) throws -> [Refusal] {
        if let refusal = error as? Refusal, refusal.kind == .tooLarge { return [refusal] }
        return try mendable(error)
    }

    func answer(_ visit: Visit) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("银行对账单", "Bank statements"), assets: SheetRoutes.assets, status: refusals.first?.kind.status ?? .ok,
            view(t))
    }
}

extension BankStatement {
    /// Who brought it, as the reader may be told.
    func who(_ people: PersonNames, at city: PlaceCode) -> Phrase {
        person.map { ActorWords.person(people.name($0, at: city)) } ?? Phrase(zh: by, en: by)
    }

    func pill(_ t: Language) -> Html {
        switch state {
        case .previewed: Components.pill(t("等待决定", "waiting"), .amber)
        case .applied: Components.pill(t("已记录", "recorded"), .jade)
        case .discarded: Components.pill(t("已放弃", "discarded"))
        }
    }
}

extension StatementsPage {
    private func view(_ t: Language) -> Html {
        let promise = t(
            "先预览再记录：确定对上的、存疑的、台账没有的逐行列出；同样的行再次上传不改变任何内容。",
            """
            Preview first: what is certain, doubtful or not in the journal is told line by line; the same lines again \
            change nothing.
            """)
        let title = t("银行对账单", "Bank statements")
        let crumbs = BankWords.crumbs(t, [Crumb(t("银行核对", "Bank"), "/ledger/bank"), Crumb(title)])
        let bring = mayMatch ? [grid([uploadCard(t), columnsCard(t)], .wideLeft)] : []
        let head = pageHead(title, note: "\(promise)")
        return stack([crumbs + head, errors(t)] + bring + [accountsCard(t), listCard(t)])
    }

    private static let fields: Set = ["account", "sheet"]

    /// What is wrong inside a file names a place there and no field of the form.
    private func errors(_ t: Language) -> Html {
        errorSummary(
            t,
            refusals.map { refusal in
                let field = refusal.field.flatMap { Self.fields.contains($0) ? $0 : nil } ?? "file"
                return FieldError(field: field, message: refusal.message(t))
            })
    }

    private func uploadCard(_ t: Language) -> Html {
        func error(_ field: String) -> String? {
            refusals.first { ($0.field.flatMap { Self.fields.contains($0) ? $0 : nil } ?? "file") == field }?
                .message(t)
        }
        let again = refusals.isEmpty ? "" : t("请重新选择文件。", "Choose the file again. ")
        let limit = grouped(BankSheet.lineLimit)
        let fields =
            field(
                t,
                FormField(
                    "file", t("对账单文件", "Statement"), .file(accept: ".xlsx,.csv"),
                    help: again
                        + t(
                            "XLSX 或 CSV（UTF-8、GB18030 均可），最多 \(limit) 行。",
                            "XLSX or CSV (UTF-8 or GB18030), at most \(limit) rows."),
                    error: error("file"), required: true))
            + field(
                t,
                FormField(
                    "account", t("账户名称", "Account"), .text(account, limit: LedgerLimits.code),
                    help: t(
                        "同一账户每次写同样的名称：换了名称，同一行会当作另一户的流水。",
                        "The same name each time: under another name the same line counts as another account's."),
                    error: error("account")))
            + field(
                t,
                FormField(
                    "sheet", t("工作表", "Sheet"),
                    .text(sheet, placeholder: t("第一张可见的", "the first visible one"), limit: 100),
                    help: t("可不填。", "Optional."), error: error("sheet")))
        let body = form(
            action: "/ledger/bank/statements", csrf: csrf, hasFiles: true,
            fields + formActions([submitButton(t("上传并预览", "Upload and preview"))]))
        return card(t("上传对账单", "Bring a statement"), body)
    }

    private func columnsCard(_ t: Language) -> Html {
        let needed = t(
            "日期；金额（带正负号或借贷标志），或收入和支出两列。",
            "day; amount (with a sign or a direction), or income and outgo.")
        let optional = t(
            "对方户名、流水号、摘要：用来认出是哪一笔。", "counterparty, reference, memo: they tell which entry it is.")
        let kept = t(
            "对方户名和摘要可能含居民姓名：只在预览时显示，记录后不保存，文件随即删除。",
            """
            Counterparty and memo may name residents: they are shown in the preview alone and not kept, and the file is \
            removed afterwards.
            """)
        return card(
            t("表格须有的列", "Columns of the table"),
            """
            <p><b>\(t("必有：", "Needed: "))</b>\(needed)</p><p><b>\(t("可有：", "Optional: "))</b>\(optional)</p><p>\(kept)</p>
            """)
    }

    private func accountsCard(_ t: Language) -> Html {
        guard !accounts.isEmpty else { return "" }
        let title = t("已有账户", "Accounts so far")
        var columns = [
            TableColumn(t("账户", "Account"), .heading), TableColumn(t("期间", "Days")),
            TableColumn(t("流水", "Lines"), .number), TableColumn(t("未对上", "Not matched"), .number),
        ]
        if mayMatch { columns.append(TableColumn(t("下一份", "The next one"))) }
        let rows = accounts.map { account in
            let list = Link("/ledger/bank", ["account": account.name])
            let open: Html =
                account.unmatched == 0
                ? "0" : SheetWords.link(grouped(account.unmatched), list.with("state", "unmatched"))
            var cells: [Html] = [
                "\(BankWords.account(account.name, t))", "\(time(t, account.first)) – \(time(t, account.last))",
                "\(grouped(account.lines))", open,
            ]
            if mayMatch {
                let next = Link("/ledger/bank/statements", ["account": account.name])
                cells.append(SheetWords.link(t("填入名称", "Fill in its name"), next))
            }
            return TableRow(cells, link: list)
        }
        return card(title, table(t, DataTable(caption: title, columns: columns, rows: rows)))
    }

    private func listCard(_ t: Language) -> Html {
        let title = t("上传过的对账单", "What was brought")
        guard !statements.isEmpty else {
            return card(
                title,
                emptyState(
                    t("还没有上传过对账单", "No statement was brought yet"),
                    "\(t("每份对账单、由谁、何时、对上多少行，都列在这里。", "Every statement, by whom, when, and its lines, is listed here."))"
                ))
        }
        let rows = statements.map { statement in
            let counts = statement.counts
            return TableRow(
                [
                    "\(statement.fileName)", "\(BankWords.account(statement.account, t))", statement.pill(t),
                    "\(grouped(counts.matched))", "\(grouped(counts.asked))", "\(grouped(counts.unknown))",
                    "\(grouped(counts.refused))", "\(statement.who(people, at: city)(t))", time(t, statement.at),
                ], link: statement.link)
        }
        return card(
            title, note: "\(t("最近 \(statements.count) 份", "the latest \(statements.count)"))",
            table(
                t,
                DataTable(
                    caption: title,
                    columns: [
                        TableColumn(t("文件", "File"), .heading), TableColumn(t("账户", "Account")),
                        TableColumn(t("状态", "State")), TableColumn(t("对上", "Matched"), .number),
                        TableColumn(t("存疑", "Doubtful"), .number),
                        TableColumn(t("台账没有", "Not in the journal"), .number),
                        TableColumn(t("拒绝", "Refused"), .number), TableColumn(t("上传人", "By")),
                        TableColumn(t("时间", "When")),
                    ], rows: rows)))
    }
}
