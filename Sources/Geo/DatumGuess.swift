public import Kernel

/// A coordinate as a file gives it, with what else is known of where it should be.
public struct LocatedPoint: Sendable {
    /// In the datum that the file claims.
    public let coordinate: Coordinate
    /// The place that the file says it lies in; used by its district.
    public let place: PlaceCode?
    /// CGCS2000: where it may be expected from elsewhere, such as the middle of its subdistrict's registered estates.
    public let anchor: Coordinate?

    public init(_ coordinate: Coordinate, place: PlaceCode? = nil, anchor: Coordinate? = nil) {
        self.coordinate = coordinate
        self.place = place
        self.anchor = anchor
    }
}

/// What many points tell about the datum they are in.
public struct DatumFinding: Sendable {
    public enum Verdict: Hashable, Sendable {
        /// The claimed datum fits clearly better than the others.
        case fits
        /// Another one fits clearly better.
        case wrong(likely: Datum)
        /// Most points lie outside under every datum, but inside once longitude and latitude change places.
        case swapped
        /// Most points lie outside under every datum: another city, another column, projected metres.
        case outside
        /// The datums differ by a kilometre or so, and too few points lie where that shows.
        case cannotTell
    }

    /// How well the points fit if they are in `datum`.
    public struct Fit: Hashable, Sendable {
        public let datum: Datum
        /// Points inside any of the outlines.
        public let inside: Int
        /// Points in the district that they claim, of those that claim one.
        public let inClaimedDistrict: Int
        /// Metres; nil when no point has an anchor.
        public let medianDistanceToAnchor: Double?
    }

    public let claimed: Datum
    /// Points that were looked at.
    public let points: Int
    /// One per datum, in the order of `Datum.allCases`.
    public let fits: [Fit]
    public let verdict: Verdict

    /// The share of points inside the outlines under `datum`, 0 to 1; 0 when there are none.
    public func shareInside(_ datum: Datum) -> Double {
        guard points > 0, let fit = fits.first(where: { $0.datum == datum }) else { return 0 }
        return Double(fit.inside) / Double(points)
    }

    /// The verdict as a sentence.
    public var message: Phrase {
        let name = claimed.label
        switch verdict {
        case .fits:
            return Phrase(zh: "\(points) 个坐标与坐标系 \(name) 相符。", en: "The \(points) coordinates agree with \(name).")
        case .wrong(let likely):
            return Phrase(
                zh: "坐标系填为 \(name)，但 \(points) 个坐标更像是 \(likely.label)；请核对后重选坐标系。",
                en:
                    "The datum is given as \(name), but the \(points) coordinates look like \(likely.label); "
                    + "check, and choose again."
            )
        case .swapped:
            return Phrase(
                zh: "大多数坐标落在范围之外，经度和纬度可能写反了；请核对两列。",
                en: "Most coordinates lie outside the area: longitude and latitude seem swapped; check the two columns."
            )
        case .outside:
            return Phrase(
                zh: "按任何坐标系，大多数坐标都落在范围之外；请核对坐标列和所属城市。",
                en: "Most coordinates lie outside the area under every datum; check the columns and the city.")
        case .cannotTell:
            return Phrase(
                zh: "仅凭这 \(points) 个坐标无法判断坐标系是否为 \(name)（各坐标系相差不到 2 公里）；请向提供者确认。",
                en:
                    "These \(points) coordinates cannot tell whether the datum is \(name) "
                    + "(the datums differ by less than 2 km); ask who supplied them.")
        }
    }
}

/// Tests a claimed datum by where its points would lie. At most 10,000 points, evenly taken, are looked at.
///
/// Two datums are compared by the points on which they disagree: the one under which a point lies in its claimed
/// district (in any outline, where it claims none) has its vote; where both or neither do, the one that brings it
/// nearer to its anchor. A verdict needs a majority that chance gives in less than one case of two hundred (sign
/// test); points in the middle of a district and without an anchor say nothing, and then the finding is `cannotTell`.
public func guessDatum(points: [LocatedPoint], claimed: Datum, within outlines: PlaceOutlines) -> DatumFinding {
    let limit = 10_000
    let step = max(1, (points.count + limit - 1) / limit)
    let sample = stride(from: 0, to: points.count, by: step).map { points[$0] }
    let stands = Datum.allCases.map { datum in sample.map { Stand($0, in: datum, outlines) } }
    let fits = zip(Datum.allCases, stands).map { datum, stands in
        let distances = stands.compactMap(\.distance).sorted()
        return DatumFinding.Fit(
            datum: datum, inside: stands.count(where: \.isInside),
            inClaimedDistrict: stands.count(where: \.isInDistrict),
            medianDistanceToAnchor: distances.isEmpty ? nil : distances[distances.count / 2])
    }
    let mostInside = fits.map(\.inside).max() ?? 0
    let verdict: DatumFinding.Verdict
    if sample.isEmpty {
        verdict = .cannotTell
    } else if mostInside * 2 < sample.count {
        verdict = mostLieInside(whenSwapped: sample, outlines) ? .swapped : .outside
    } else {
        verdict = compared(claimed, stands)
    }
    return DatumFinding(claimed: claimed, points: sample.count, fits: fits, verdict: verdict)
}

/// Where a point lies under one datum.
private struct Stand {
    let isInside: Bool
    let isInDistrict: Bool
    let agrees: Bool
    let distance: Double?

    init(_ point: LocatedPoint, in datum: Datum, _ outlines: PlaceOutlines) {
        let place = datum.toCGCS2000(point.coordinate)
        let district = outlines.district(at: place)
        let expected = point.place?.ancestor(.district)
        isInside = district != nil
        isInDistrict = expected != nil && district == expected
        agrees = expected == nil ? isInside : isInDistrict
        distance = point.anchor.map { place.distance(to: $0) }
    }
}

private func mostLieInside(whenSwapped points: [LocatedPoint], _ outlines: PlaceOutlines) -> Bool {
    let inside = points.count { point in
        let turned = Coordinate(longitude: point.coordinate.latitude, latitude: point.coordinate.longitude)
        return outlines.district(at: turned) != nil
    }
    return inside * 2 >= points.count
}

private func compared(_ claimed: Datum, _ stands: [[Stand]]) -> DatumFinding.Verdict {
    let byDatum = Dictionary(uniqueKeysWithValues: zip(Datum.allCases, stands))
    let own = byDatum[claimed] ?? []
    let leads = Datum.allCases.filter { $0 != claimed }.map { ($0, lead(of: byDatum[$0] ?? [], over: own)) }
    if let best = leads.max(by: { $0.1 < $1.1 }), best.1 >= clearLead { return .wrong(likely: best.0) }
    return leads.allSatisfy { $0.1 <= -clearLead } ? .fits : .cannotTell
}

/// Standard deviations of the sign test: less than 0.5 % by chance, and never with fewer than nine votes.
private let clearLead = 2.6

/// By how many standard deviations (with continuity correction) the votes for one datum exceed an even split.
private func lead(of one: [Stand], over other: [Stand]) -> Double {
    var (won, lost) = (0, 0)
    for (a, b) in zip(one, other) {
        if a.agrees != b.agrees {
            if a.agrees { won += 1 } else { lost += 1 }
        } else if let mine = a.distance, let theirs = b.distance, mine != theirs {
            if mine < theirs { won += 1 } else { lost += 1 }
        }
    }
    let difference = Double(won - lost)
    guard abs(difference) > 1 else { return 0 }
    let corrected = difference > 0 ? difference - 1 : difference + 1
    return corrected / Double(won + lost).squareRoot()
}
