import Components
import Evaluation
import Frame
import HTTPTypes
import Html
import Kernel
import Registry
import Store

/// "Why 57th": one estate's evaluation taken apart.
struct ReportPage {
    let why: EstateExplanation
    let survey: SurveyForm
    let places: PlaceNames
    let photos: [Photo]
    let photoWords: PhotoWords
    let appeals: [(appeal: Appeal, effect: AppealEffect?)]
    let mayCorrect: Bool
    let mayExport: Bool
    let csrf: String
    let attempt: AppealAttempt?

    init(_ visit: Visit, attempt: AppealAttempt? = nil, in tx: Tx) throws {
        let (evaluations, register) = (visit.hall.evaluations, visit.hall.register)
        let run = try visit.run(in: tx)
        let estate: ID<Estate> = try visit.id("estate")
        why = try evaluations.explanation(of: estate, in: run, for: visit.actor, in: tx)
        survey = try register.form(.estate, in: tx)
        let named = [why.line, why.above?.line, why.below?.line, why.atCutOff?.line].compactMap { $0?.place }
        places = PlaceNames(try register.placeNames(named + [why.district], in: tx))
        photos =
            visit.actor.may(.readEstates, at: why.line.place)
            ? Array(try register.photos(of: estate, in: tx).prefix(8)) : []
        photoWords = try PhotoWords(register, [], in: tx)
        let filter = AppealFilter(run: run.id, estate: estate)
        appeals =
            visit.actor.may(.readEstates, at: why.line.place)
            ? try evaluations.appeals(filter, for: visit.actor, in: tx).map { appeal in
                (appeal, appeal.decidedAt == nil ? nil : try evaluations.effect(of: appeal, for: visit.actor, in: tx))
            } : []
        mayCorrect = visit.actor.may(.correctEstates, at: why.line.place)
        mayExport = visit.actor.may(.exportLists, at: why.line.place)
        csrf = visit.csrf
        self.attempt = attempt
    }

    func answer(_ visit: Visit, status: Frame.Answer.Status = .ok) -> Frame.Answer {
        let t = visit.language
        return visit.page(
            t("\(why.line.name)：评价说明", "\(why.line.name): why"), source: visit.runSource(why.run), status: status,
            view(t))
    }
}

/// An appeal as it was sent, when it was refused.
struct AppealAttempt {
    let fact: String
    let claimed: String
    let reason: String
    let refusals: [Refusal]
}
