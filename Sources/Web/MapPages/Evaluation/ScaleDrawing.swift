import Components
import Evaluation
import Html

/// A decreed scale as a small drawing: from left to right what is measured, upwards its value. The words beside it tell
/// every point, so that it is decoration for who sees it.
enum ScaleDrawing {
    private static let (width, height, margin) = (120.0, 36.0, 3.0)

    static func html(_ scale: Scale) -> Html {
        let shape: Html =
            switch scale.shape {
            case .linear(let points): line(ends(points))
            case .steps(let points): line(stairs(points))
            case .choices(let choices): bars(choices.map(\.value))
            case .flag(let yes, let no): bars([yes, no])
            }
        return """
            <svg class="scale" viewBox="0 0 120 36" aria-hidden="true" focusable="false"><path class="ground" d="M0 33h120"/>\
            \(shape)</svg>
            """
    }

    /// The points with a level stretch before the first and behind the last.
    private static func ends(_ points: [Scale.Point]) -> [Scale.Point] {
        guard let first = points.first, let last = points.last else { return [] }
        let stretch = max(last.x - first.x, 1e-9) / 8
        return [.init(first.x - stretch, first.value)] + points + [.init(last.x + stretch, last.value)]
    }

    private static func stairs(_ points: [Scale.Point]) -> [Scale.Point] {
        guard let first = points.first else { return [] }
        var (corners, level) = ([Scale.Point](), first.value)
        for point in ends(points) {
            corners += [.init(point.x, level), point]
            level = point.value
        }
        return corners
    }

    private static func line(_ points: [Scale.Point]) -> Html {
        guard let first = points.first, let last = points.last, last.x > first.x else { return "" }
        let places = points.map { point in
            let x = (point.x - first.x) / (last.x - first.x) * width
            return "\(Int(x.rounded())),\(Int(y(point.value).rounded()))"
        }
        return "<polyline points=\"\(places.joined(separator: " "))\"/>"
    }

    private static func bars(_ values: [Double]) -> Html {
        let step = width / Double(max(values.count, 1))
        return Html.each(values.enumerated()) { index, value in
            let top = Int(y(value).rounded())
            return """
                <rect x="\(Int((Double(index) * step).rounded()) + 2)" y="\(top)" width="\(max(2, Int(step) - 4))" \
                height="\(33 - top)"/>
                """
        }
    }

    private static func y(_ value: Double) -> Double {
        margin + (1 - min(max(value, 0), 1)) * (height - 2 * margin)
    }
}
