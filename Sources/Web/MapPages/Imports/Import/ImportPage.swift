import Common
import Frame
import Html
import Identity
import Kernel
import Registry
import Sheets
import Store

/// One file: what it would change while it waits, what it did change afterwards.
struct ImportPage {
    let batch: ImportBatch
    /// Nil once the file is dealt with, or when it cannot be read.
    let report: ImportReport?
    /// Why the file cannot be read as it stands.
    let trouble: [Refusal]
    /// Others see what became of a file, and nothing of one that waits.
    let mayImport: Bool
    let sheets: [String]
    let survey: SurveyForm
    let names: PlaceNames
    let people: PersonNames
    /// The area of the whole file.
    let area: Phrase
    let choices: FilePlaces
    let csrf: String
    let draft: ImportDraft
    let refusals: [Refusal]

    static let routes: [Route] = [
        .look("/imports/{id}", .either(.importEstates, .readRecord)) { try await answer($0) },
        .look("/imports/{id}/refused.xlsx", .either(.importEstates, .readRecord)) { try await refusedRows($0) },
    ]

    /// The page in its present state; `refusals` are those of the form that led here.
    static func answer(
        _ visit: Visit, refusals: [Refusal] = [], draft: ImportDraft? = nil
    ) async throws -> Frame.Answer {
        let batch = try await find(visit)
        let isAsked = batch.state == .previewed && batch.mayImport(visit.actor)
        let bytes = isAsked ? try await visit.spreadsheet(of: batch) : []
        return try await visit.hall.database.read { tx in
            let page = try ImportPage(visit, batch, bytes, refusals: refusals, draft: draft, in: tx)
            return page.answer(visit)
        }
    }

    static func find(_ visit: Visit) async throws -> ImportBatch {
        let id = try visit.id(of: ImportBatch.self)
        let (register, actor) = (visit.hall.register, visit.actor)
        return try await visit.hall.database.read { tx in try register.batch(id, for: actor, in: tx) }
    }

    init(
        _ visit: Visit, _ batch: ImportBatch, _ bytes: [UInt8], refusals: [Refusal], draft: ImportDraft?, in tx: Tx
    ) throws {
        let register = visit.hall.register
        self.batch = batch
        mayImport = batch.mayImport(visit.actor)
        (report, trouble, sheets) =
            !bytes.isEmpty
            ? try Scratch.holding(bytes) { try Self.read(batch, path: $0, visit, in: tx) } : (nil, [], [])
        survey = try register.form(batch.kind == .buildings ? .building : .estate, in: tx)
        let codes = report.map { ChangeWords.places($0) } ?? []
        names = PlaceNames(try register.placeNames(codes + [batch.place], in: tx))
        people = try PersonNames(
            of: Set([batch.person].compactMap(\.self)), reader: visit.actor, vault: visit.hall.vault, tx: tx)
        area = try register.place(batch.place, in: tx)?.title ?? visit.hall.city.name
        let scope = visit.actor.scope(batch.kind.right).narrowed(to: batch.place)
        choices = try FilePlaces(within: scope, register: register, in: tx)
        csrf = visit.csrf
        self.draft = draft ?? ImportDraft(batch)
        self.refusals = refusals
    }

    /// What the file would change; a file that cannot be read is no error of the page, but what the page is about.
    private static func read(
        _ batch: ImportBatch, path: String, _ visit: Visit, in tx: Tx
    ) throws -> (ImportReport?, [Refusal], [String]) {
        do {
            let deed = Deed(actor: visit.actor, now: visit.now, tx: tx)
            let report = try visit.hall.register.previewBatch(batch, path: path, in: deed)
            return (report, [], report.sheetNames)
        } catch {
            guard let refusals = error.refusals else { throw error }
            let sheets = batch.kind.isSheet ? try? SheetFile.open(path: path, name: batch.fileName).sheetNames : nil
            return (nil, refusals, sheets ?? [])
        }
    }

    /// The rows that are left out, with the reason in a column.
    private static func refusedRows(_ visit: Visit) async throws -> Frame.Answer {
        let batch = try await find(visit)
        let (register, actor, now) = (visit.hall.register, visit.actor, visit.now)
        let ending = visit.language("未导入", "not imported")
        let name = "\(batch.fileName.split(separator: ".").first ?? "")-\(ending).xlsx"
        let kept = try await visit.hall.database.read { tx in try register.refusedFile(of: batch.id, in: tx) }
        if let digest = kept.flatMap({ ContentDigest($0) }) {
            let bytes = try await visit.hall.files.bytes(of: digest)
            return .download(.bytes(bytes), name: name, type: ExportFormat.xlsx.mediaType)
        }
        guard batch.state == .previewed, batch.mayImport(actor) else { throw noneRefused }
        let bytes = try await visit.spreadsheet(of: batch)
        let target = Scratch.path()
        do {
            let count = try await visit.hall.database.read { tx in
                let workbook = try RefusedWorkbook(path: target)
                let deed = Deed(actor: actor, now: now, tx: tx)
                _ = try Scratch.holding(bytes) {
                    try register.previewBatch(batch, path: $0, refused: workbook, in: deed)
                }
                try workbook.finish()
                return workbook.count
            }
            guard count > 0 else { throw noneRefused }
        } catch {
            Scratch.remove(target)
            throw error
        }
        return .download(.file(path: target, removeAfter: true), name: name, type: ExportFormat.xlsx.mediaType)
    }

    private static var noneRefused: Refusal {
        Refusal(.notFound, "import.refused.none", zh: "没有未导入的行。", en: "No row was left out.")
    }
}

extension ImportPage {
    /// Rows that would be written.
    var writes: Int {
        guard let report else { return 0 }
        return batch.kind == .checklist ? report.count(.new) + report.count(.unchanged) : report.writes
    }
}
