import Components
public import Frame
import Html
import Kernel
import Registry
import Store

/// The city at a glance, its lists of estates and projects, its map, and the quality of its data.
public enum CityRoutes {
    public static let all: [Route] = lists + projects + TileRoutes.all + WallRoutes.all

    private static let lists: [Route] = [
        .page("/", .right(.readTotals)) { visit, tx in
            let page = try CityPage(visit, in: tx)
            let title = visit.language("总览", "City")
            return visit.page(
                title, assets: page.mayReadEstates ? [.map] : [], source: visit.registerSource,
                page.view(visit.language))
        },
        .page("/estates", .right(.readEstates)) { visit, tx in
            let page = try EstateListPage(visit, in: tx)
            return visit.page(visit.language("小区", "Estates"), source: visit.registerSource, page.view(visit.language))
        },
        .page("/map", .right(.readEstates)) { visit, tx in
            let page = try MapPage(visit, in: tx)
            return visit.page(
                visit.language("一张图", "One map"), layout: .map, source: visit.registerSource,
                page.view(visit.language))
        },
        .page("/quality", .right(.readEstates)) { visit, tx in
            let page = try QualityPage(visit, in: tx)
            return visit.page(
                visit.language("数据质量", "Data quality"), source: visit.registerSource, page.view(visit.language))
        },
        .page("/quality/outdated", .right(.readEstates)) { visit, tx in
            let page = try OutdatedPage(visit, in: tx)
            let title = visit.language("需重新摸底的小区", "Estates to survey again")
            return visit.page(title, source: visit.registerSource, page.view(visit.language))
        },
    ]

    private static let projects: [Route] = [
        .page("/projects", .right(.readEstates)) { visit, tx in
            let page = try ProjectListPage(visit, in: tx)
            return visit.page(
                visit.language("项目", "Projects"), source: visit.registerSource, page.view(visit.language))
        },
        .page("/projects/new", .right(.editProjects)) { visit, tx in
            let page = try ProjectFormPage(visit, ProjectForm(visit.query, visit.hall.menu), in: tx)
            return visit.page(visit.language("新建项目", "New project"), layout: .narrow, page.view(visit.language))
        },
        .act("/projects", .right(.editProjects), ProjectActs.create),
        .page("/projects/{id}", .right(.readEstates)) { visit, tx in
            let page = try ProjectPage(visit, in: tx)
            return visit.page(page.project.name, source: visit.registerSource, page.view(visit.language))
        },
        .page("/projects/{id}/edit", .right(.editProjects)) { visit, tx in
            let page = try ProjectFormPage.edit(visit, in: tx)
            return visit.page(visit.language("更正项目", "Correct the project"), layout: .narrow, page.view(visit.language))
        },
        .act("/projects/{id}/edit", .right(.editProjects), ProjectActs.correct),
        .upload("/projects/{id}/buildings", .right(.editProjects), EncircleAct.answer),
        .act("/projects/{id}/stage", .right(.editProjects), ProjectActs.changeStage),
    ]
}
