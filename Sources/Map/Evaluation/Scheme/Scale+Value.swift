import Registry

extension Scale {
    /// The value of a measure; between the points of a line in proportion, beyond its ends level.
    func value(_ x: Double) -> Double {
        switch shape {
        case .linear(let points):
            guard let first = points.first, let last = points.last else { return 0 }
            if x <= first.x { return first.value }
            if x >= last.x { return last.value }
            let end = points.firstIndex { x < $0.x } ?? points.count - 1
            let (left, right) = (points[end - 1], points[end])
            let value = left.value + (right.value - left.value) * ((x - left.x) / (right.x - left.x))
            return min(max(value, min(left.value, right.value)), max(left.value, right.value))
        case .steps(let points): return points.last { $0.x <= x }?.value ?? points.first?.value ?? 0
        case .choices, .flag: return 0
        }
    }

    /// The value of an answer to choose; nil for one that the scale does not know.
    func value(_ code: String) -> Double? {
        guard case .choices(let choices) = shape else { return nil }
        return choices.first { $0.code == code }?.value
    }

    /// The value of yes or no.
    func value(_ flag: Bool) -> Double? {
        guard case .flag(let yes, let no) = shape else { return nil }
        return flag ? yes : no
    }

    /// What a missing fact can be worth: from the least value of the scale to the greatest.
    var range: ScoreRange {
        let values: [Double] =
            switch shape {
            case .linear(let points), .steps(let points): points.map(\.value)
            case .choices(let choices): choices.map(\.value)
            case .flag(let yes, let no): [yes, no]
            }
        return ScoreRange(low: values.min() ?? 0, high: values.max() ?? 1)
    }

    /// The values between two measures, whichever way the scale runs, its bends between them included.
    func range(from: Double, to: Double) -> ScoreRange {
        var values = [value(from), value(to)]
        if case .linear(let points) = shape { values += points.filter { from < $0.x && $0.x < to }.map(\.value) }
        if case .steps(let points) = shape { values += points.filter { from < $0.x && $0.x <= to }.map(\.value) }
        return ScoreRange(low: values.min() ?? 0, high: values.max() ?? 1)
    }
}
