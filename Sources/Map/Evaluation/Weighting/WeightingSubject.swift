public import Kernel
public import Store

/// Which weights of a scheme are set: those of aspects, all of a purpose or of one group, or those of the groups.
public struct WeightingSubject: Sendable, Hashable {
    public enum Level: String, Sendable, CaseIterable, SQLConvertible {
        case aspects, groups
    }

    public let level: Level
    public let purpose: Aspect.Purpose
    /// The code of the group whose aspects are weighed; nil for all aspects of the purpose, and for groups.
    public let group: String?

    /// Aspects of one purpose against each other, all or those of one group.
    public static func aspects(_ purpose: Aspect.Purpose, group: String? = nil) -> WeightingSubject {
        WeightingSubject(level: .aspects, purpose: purpose, group: group)
    }

    /// The groups that have aspects of the purpose against each other.
    public static func groups(_ purpose: Aspect.Purpose) -> WeightingSubject {
        WeightingSubject(level: .groups, purpose: purpose, group: nil)
    }

    private init(level: Level, purpose: Aspect.Purpose, group: String?) {
        (self.level, self.purpose, self.group) = (level, purpose, group)
    }

    /// Reads level, purpose and group.
    init(_ row: Row, from first: Int) throws {
        let purpose: String = try row[first + 1]
        self.init(
            level: try row[first], purpose: Aspect.Purpose(rawValue: purpose) ?? .need, group: try row[first + 2])
    }

    var condition: SQL {
        let isOfGroup: SQL = if let group { "scheme_group = \(group)" } else { "scheme_group IS NULL" }
        return "level = \(level) AND purpose = \(purpose.rawValue) AND \(isOfGroup)"
    }

    /// What is weighed, in the scheme's order.
    public func items(in scheme: Scheme) -> [WeightItem] {
        switch level {
        case .aspects: aspects(in: scheme).map { WeightItem($0.code, $0.name) }
        case .groups:
            scheme.groups.filter { group in aspects(in: scheme).contains { $0.group == group.code } }
                .map { WeightItem($0.code, $0.name) }
        }
    }

    private func aspects(in scheme: Scheme) -> [Aspect] {
        scheme.aspects(for: purpose).filter { group == nil || $0.group == group }
    }

    fileprivate func concerns(_ aspect: Aspect) -> Bool {
        aspect.purpose == purpose && (group == nil || aspect.group == group)
    }
}

extension Scheme {
    /// A draft with the weights that a session or a survey came to, each aspect saying who set its weight. Weights of a
    /// group's aspects share what the group had; weights of groups keep the proportions of the aspects within each. The
    /// weights of the other purpose stay.
    /// - Parameter weights: one for each item, with the sum of one.
    /// - Throws: `Refusal` `weighting.scheme` when the scheme has other items by now.
    public func taking(
        _ weights: [Double], of items: [WeightItem], as subject: WeightingSubject, from provenance: Phrase
    ) throws -> Scheme {
        guard subject.items(in: self).map(\.code) == items.map(\.code), weights.count == items.count else {
            throw Refusal(
                .conflict, "weighting.scheme", zh: "方案中的方面或分组已与赋权时不同，不能直接采用；请按现行方案重新赋权。",
                en: "The scheme has other aspects or groups than were weighed; weigh those of the present scheme anew.",
                field: "weights")
        }
        var draft = self
        let byCode = Dictionary(zip(items.map(\.code), weights), uniquingKeysWith: { first, _ in first })
        let concerned = aspects.indices.filter { subject.concerns(aspects[$0]) }
        for index in concerned {
            let aspect = aspects[index]
            switch subject.level {
            case .aspects:
                let share = concerned.reduce(0) { $0 + aspects[$1].weight }
                draft.aspects[index].weight = (byCode[aspect.code] ?? 0) * (subject.group == nil ? 1 : share)
            case .groups:
                let siblings = concerned.filter { aspects[$0].group == aspect.group }
                let sum = siblings.reduce(0) { $0 + aspects[$1].weight }
                let share = sum > 0 ? aspect.weight / sum : 1 / Double(siblings.count)
                draft.aspects[index].weight = (byCode[aspect.group] ?? 0) * share
            }
            draft.aspects[index].weightBy = provenance.both
        }
        return draft
    }

    /// A draft with a closed session's weights.
    /// - Throws: `Refusal` `weighting.open` while the session is open; as the other.
    public func taking(_ session: WeightingSession) throws -> Scheme {
        guard let outcome = session.outcome else {
            throw Refusal(
                .conflict, "weighting.open", zh: "第 \(session.number) 次赋权会议还没有结束，没有可采用的权重。",
                en: "Weighting session \(session.number) is still open and has no weights yet; close it first.")
        }
        return try taking(
            outcome.weights, of: session.items, as: session.subject, from: outcome.provenance)
    }

    /// A draft with residents' weights.
    public func taking(_ residents: ResidentWeights) throws -> Scheme {
        let totals = residents.totals
        return try taking(totals.weights, of: totals.items, as: totals.subject, from: residents.provenance)
    }
}
