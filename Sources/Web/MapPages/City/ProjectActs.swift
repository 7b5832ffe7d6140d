import Components
import Frame
import Html
import Identity
import Kernel
import Registry
import Store

/// What people do to projects from these pages.
enum ProjectActs {
    static func changeStage(_ visit: Visit, _ form: FormData) async throws -> Frame.Answer {
        let id = try visit.id(of: Project.self)
        let register = visit.hall.register
        let (stage, note, seen) = (form.text("stage"), form.text("note"), form.number("version") ?? 0)
        let typed = form.text("day")
        do {
            guard let day = Day(typed) else {
                throw Refusal(
                    "project.stage.day", zh: "日期“\(typed)”无法识别；请写成 2026-06-30。",
                    en: "The day “\(typed)” cannot be read; write 2026-06-30.", field: "day")
            }
            try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try register.changeStage(of: id, to: stage, on: day, note: note, seen: seen, in: deed)
            }
            return .see("/projects/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                let attempt = ProjectPage.Attempt(stage: stage, day: typed, note: note, refusals: refusals)
                let page = try ProjectPage(visit, attempt: attempt, in: tx)
                return visit.page(
                    page.project.name, source: visit.registerSource, status: refusals[0].kind.status,
                    page.view(visit.language))
            }
        }
    }

    static func create(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        let menu = visit.hall.menu
        let form = ProjectForm(sent, menu)
        let register = visit.hall.register
        do {
            let id = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                try form.checkStage(try register.stageList(in: deed.tx))
                return try register.createProject(try form.draft(menu), in: deed)
            }
            return .see("/projects/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                let page = try ProjectFormPage(visit, form, refusals: refusals, in: tx)
                return visit.page(
                    visit.language("新建项目", "New project"), layout: .narrow, status: refusals[0].kind.status,
                    page.view(visit.language))
            }
        }
    }

    static func correct(_ visit: Visit, _ sent: FormData) async throws -> Frame.Answer {
        let id = try visit.id(of: Project.self)
        let (register, menu) = (visit.hall.register, visit.hall.menu)
        let form = ProjectForm(sent, menu)
        do {
            _ = try await visit.hall.database.act(as: visit.actor, clock: visit.hall.clock) { deed in
                let draft = try form.draft(menu, kept: try register.measures(of: id, in: deed.tx))
                return try register.correctProject(id, draft, seen: form.version, in: deed)
            }
            return .see("/projects/\(id)")
        } catch {
            let refusals = try mendable(error)
            return try await visit.hall.database.read { tx in
                let project = try ProjectFormPage.editable(visit, in: tx)
                let page = try ProjectFormPage(visit, form, of: project, refusals: refusals, in: tx)
                return visit.page(
                    visit.language("更正项目", "Correct the project"), layout: .narrow, status: refusals[0].kind.status,
                    page.view(visit.language))
            }
        }
    }
}
