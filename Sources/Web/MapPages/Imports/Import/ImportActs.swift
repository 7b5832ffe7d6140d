import Common
import Frame
import Html
import Identity
import Kernel
import Ledger
import Registry
import Store

/// What is done with a file that waits for a decision.
enum ImportActs {
    static let routes: [Route] = [
        .act("/imports/{id}/options", .right(.importEstates)) { try await revise($0, $1) },
        .act("/imports/{id}/decisions", .right(.importEstates)) { try await decide($0, $1) },
        .act("/imports/{id}/apply", .right(.importEstates)) { try await apply($0, $1) },
        .act("/imports/{id}/discard", .right(.importEstates)) { visit, _ in
            let id = try visit.id(of: ImportBatch.self)
            let hall = visit.hall
            try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
                // The next sweep frees the bytes that no row names.
                let unused = try hall.register.discardBatch(id, in: deed).flatMap { ContentDigest($0) }
                if let unused, try !hall.ledger.needsFile(unused.hex, in: deed.tx) {
                    try StoredFile.delete(unused, deed.tx)
                }
            }
            return .see("/imports")
        },
    ]

    /// More than anybody decides by hand.
    private static let decisionLimit = 20_000

    /// Another datum, sheet, place, source or day.
    private static func revise(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let batch = try await ImportPage.find(visit)
        var draft = ImportDraft(form)
        draft.kind = batch.kind
        let typed = draft
        let (hall, actor, today) = (visit.hall, visit.actor, visit.today)
        do {
            var (options, _) = try await hall.database.read { tx in
                let scope = actor.scope(batch.kind.right).narrowed(to: batch.place)
                let choices = try FilePlaces(within: scope, register: hall.register, in: tx)
                return try typed.options(choices, fallback: batch.place, today: today)
            }
            // Columns and rows of one sheet mean nothing on another.
            if options.sheet == batch.options.sheet {
                options.mapping = batch.options.mapping
                options.decisions = batch.options.decisions
            }
            try await keep(options, of: batch, visit)
        } catch {
            guard let refusals = error.refusals else { throw error }
            return try await ImportPage.answer(visit, refusals: refusals, draft: typed)
        }
        return .see("/imports/\(batch.id)")
    }

    /// What doubtful rows are, one answer a row.
    private static func decide(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let batch = try await ImportPage.find(visit)
        var options = batch.options
        if form["clear"] == "1" { options.decisions = [:] }
        for field in form.fields where field.name.hasPrefix("row.") {
            guard let row = Int(field.name.dropFirst(4)), options.decisions.count < decisionLimit else { continue }
            switch field.value {
            case "new": options.decisions[row] = .new
            case "skip": options.decisions[row] = .skip
            case let value where value.hasPrefix("same:"):
                guard let estate = ID<Estate>(String(value.dropFirst(5))) else { throw Visit.notFound }
                options.decisions[row] = .same(estate.description)
            default: continue
            }
        }
        try await keep(options, of: batch, visit)
        return .see("/imports/\(batch.id)")
    }

    static func keep(_ options: ImportOptions, of batch: ImportBatch, _ visit: Visit) async throws {
        let hall = visit.hall
        try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
            try hall.register.reviseBatch(batch.id, options, in: deed)
        }
    }

    /// Imports in one transaction of its own, so that small acts of others do not wait in its commit.
    private static func apply(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let batch = try await ImportPage.find(visit)
        let bytes = try await visit.spreadsheet(of: batch)
        var options = batch.options
        options.acceptGood = form["take"] == "good"
        let (settled, target) = (options, Scratch.path())
        defer { Scratch.remove(target) }
        let (hall, actor) = (visit.hall, visit.actor)
        do {
            let leftOut = try await hall.database.writeAlone { tx in
                let deed = Deed(actor: actor, now: hall.clock.now, tx: tx)
                try hall.register.reviseBatch(batch.id, settled, in: deed)
                let workbook = try RefusedWorkbook(path: target)
                _ = try Scratch.holding(bytes) {
                    try hall.register.applyBatch(batch.id, path: $0, refused: workbook, in: deed)
                }
                if workbook.count > 0 { try workbook.finish() }
                return workbook.count
            }
            if leftOut > 0 { try await keepRefused(target, of: batch, visit) }
        } catch let hindered as ImportHindered {
            return try await ImportPage.answer(visit, refusals: [hindered.refusal])
        }
        return .see("/imports/\(batch.id)")
    }

    /// Keeps the workbook that goes back to the district.
    private static func keepRefused(_ path: String, of batch: ImportBatch, _ visit: Visit) async throws {
        let hall = visit.hall
        let content = try await hall.files.add(try Scratch.pieces(of: path))
        try await hall.database.act(as: visit.actor, clock: hall.clock) { deed in
            let file = StoredFile(
                content, mediaType: ExportFormat.xlsx.mediaType, originalName: "未导入 \(batch.fileName)",
                addedAt: deed.now)
            try file.insert(deed.tx)
            try hall.register.keepRefused(content.digest.hex, of: batch.id, in: deed)
        }
    }
}
