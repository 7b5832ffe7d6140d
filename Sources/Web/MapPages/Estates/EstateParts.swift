import Components
import Html
import Identity
import Kernel
import Registry

/// What belongs to an estate and has lines of its own in the record: its projects and its buildings.
struct EstateParts {
    struct Title {
        let name: Phrase
        let link: Link
    }

    /// The form that its buildings are asked by.
    let form: SurveyForm
    let menu: WorksMenu
    let subjects: [Subject]
    private let titles: [Subject: Title]

    init(of estate: ID<Estate>, _ buildings: [Building], _ projects: [Project], form: SurveyForm, menu: WorksMenu) {
        self.form = form
        self.menu = menu
        let projects = projects.map { project in
            let name = Phrase(zh: "项目「\(project.name)」", en: "Project “\(project.name)”")
            return (Subject("project", project.id), Title(name: name, link: "/projects/\(project.id)"))
        }
        let buildings = buildings.map { building in
            let name = Phrase(zh: building.name, en: building.name)
            let link: Link = "/estates/\(estate)/buildings/\(building.id)"
            return (Subject("building", building.id), Title(name: name, link: link))
        }
        subjects = (projects + buildings).map(\.0)
        titles = Dictionary(projects + buildings, uniquingKeysWith: { first, _ in first })
    }

    /// Of no estate in particular: nothing has a title.
    init(form: SurveyForm, menu: WorksMenu) {
        self.form = form
        self.menu = menu
        (subjects, titles) = ([], [:])
    }

    /// Nil for the estate itself.
    func title(of subject: Subject) -> Title? { titles[subject] }
}
