public import Html
public import Kernel

/// A node of a picture of flows.
public struct FlowNode: Sendable {
    let label: String
    /// From 0, left to right.
    let column: Int
    let value: Double
    let text: String
    let link: Link?

    /// `text` is the value as people read it, with its unit.
    public init(_ label: String, column: Int, value: Double, text: String, link: Link? = nil) {
        self.label = label
        self.column = column
        self.value = value
        self.text = text
        self.link = link
    }
}

/// A band between nodes of neighbouring columns, by their positions in the list of nodes.
public struct FlowBand: Sendable {
    let from: Int
    let to: Int
    let value: Double
    let text: String

    public init(from: Int, to: Int, value: Double, text: String) {
        self.from = from
        self.to = to
        self.value = value
        self.text = text
    }
}

/// What flows from column to column, as wide as it is much (Sankey). Columns carry the same sum, nodes stand in the
/// order given. The same numbers belong in a table beside it; on a phone the drawing scrolls within its place.
public func flowChart(
    _ t: Language, title: String, columns: [String], nodes: [FlowNode], bands: [FlowBand]
) -> Html {
    let layout = FlowLayout(columns.count, nodes, bands)
    let ribbons = Html.each(bands.indices) { index in
        let band = bands[index]
        let name = "\(nodes[band.from].label) → \(nodes[band.to].label)" + t("：", ": ") + band.text
        return """
            <path class="band part-\(layout.part(band.from))" d="\(layout.path(index))"><title>\(name)</title></path>
            """
    }
    let marks = Html.each(nodes.indices) { layout.mark($0, nodes[$0]) }
    let heads = Html.each(columns.enumerated()) { index, name in
        """
        <text class="head" x="\(layout.labelX(index))" y="150"\(attribute: "text-anchor", layout.anchor(index))>\(name)</text>
        """
    }
    return """
        <figure class="chart flows"><figcaption>\(title)</figcaption>\
        <div class="flow-box" role="region" aria-label="\(title)" tabindex="0">\
        <svg viewBox="0 0 \(FlowLayout.width) \(layout.height)" role="group" aria-label="\(title)">\
        \(ribbons)\(heads)\(marks)</svg></div></figure>
        """
}

/// Where nodes and bands lie, in tenths of a unit, so that no number needs a decimal point.
private struct FlowLayout {
    static let width = 10_000
    private static let top = 280
    private static let gap = 170
    private static let thick = 140
    /// Height of what all nodes of a column carry together.
    private static let body = 3_000

    let height: Int
    private let columns: Int
    /// Of each node: the column, its place in it, and from where to where it reaches.
    private var spans: [(column: Int, place: Int, from: Int, to: Int)] = []
    /// Of each band: its upper edge at both ends, and its width.
    private var ribbons: [(left: Int, right: Int, width: Int)] = []
    private let bands: [FlowBand]

    init(_ columns: Int, _ nodes: [FlowNode], _ bands: [FlowBand]) {
        self.columns = columns
        self.bands = bands
        let sums = (0..<columns).map { column in
            nodes.reduce(0.0) { $1.column == column ? $0 + max(0, $1.value) : $0 }
        }
        let whole = sums.max() ?? 0
        func length(_ value: Double) -> Int { whole > 0 ? Int((value / whole * Double(Self.body)).rounded()) : 0 }
        var (ends, counts) = ([Int](repeating: Self.top, count: columns), [Int](repeating: 0, count: columns))
        for node in nodes {
            let from = ends[node.column]
            let to = from + max(10, length(node.value))
            spans.append((node.column, counts[node.column], from, to))
            ends[node.column] = to + Self.gap
            counts[node.column] += 1
        }
        height = (ends.max() ?? Self.top) + 20
        var (right, left) = (spans.map(\.from), spans.map(\.from))
        for band in bands {
            let width = length(band.value)
            ribbons.append((right[band.from], left[band.to], max(3, width)))
            right[band.from] += width
            left[band.to] += width
        }
    }

    /// The colour of a node and of what leaves it.
    func part(_ node: Int) -> Int { spans[node].place % 8 }

    private func x(_ column: Int) -> Int {
        columns > 1 ? column * (Self.width - Self.thick) / (columns - 1) : 0
    }

    private func isLast(_ column: Int) -> Bool { column > 0 && column == columns - 1 }

    func labelX(_ column: Int) -> Int { isLast(column) ? x(column) - 60 : x(column) + Self.thick + 60 }

    func anchor(_ column: Int) -> String? { isLast(column) ? "end" : nil }

    func path(_ index: Int) -> String {
        let (ribbon, band) = (ribbons[index], bands[index])
        let (from, to) = (x(spans[band.from].column) + Self.thick, x(spans[band.to].column))
        let middle = (from + to) / 2
        let (left, right, width) = (ribbon.left, ribbon.right, ribbon.width)
        return "M\(from) \(left)C\(middle) \(left) \(middle) \(right) \(to) \(right)V\(right + width)"
            + "C\(middle) \(right + width) \(middle) \(left + width) \(from) \(left + width)Z"
    }

    func mark(_ index: Int, _ node: FlowNode) -> Html {
        let span = spans[index]
        let label: Html = """
            <text x="\(labelX(span.column))" y="\((span.from + span.to) / 2 + 45)"\
            \(attribute: "text-anchor", anchor(span.column))>\(node.label) <tspan class="amount">\(node.text)</tspan></text>
            """
        let text: Html = node.link.map { "<a href=\"\(url: $0)\">\(label)</a>" } ?? label
        return """
            <rect class="node part-\(part(index))" x="\(x(span.column))" y="\(span.from)" width="\(Self.thick)" \
            height="\(span.to - span.from)"/>\(text)
            """
    }
}
