public import Html
public import Kernel

// Charts are HTML lists with SVG bars whose lengths are plain attributes: readable without colour, script or style.

/// One line of a chart of bars.
public struct Bar: Sendable {
    let label: String
    let value: Double
    let text: String
    let tone: Tone
    let link: Link?

    /// `text` is the value as people read it, with its unit.
    public init(_ label: String, value: Double, text: String, tone: Tone = .jade, link: Link? = nil) {
        self.label = label
        self.value = value
        self.text = text
        self.tone = tone
        self.link = link
    }
}

/// How far something has come: a bar and the words for it. `showsLabel` false leaves the label to screen readers.
public func progressBar(
    _ label: String, value: Double, of whole: Double = 1, text: String, tone: Tone = .jade, showsLabel: Bool = true
) -> Html {
    let share = whole > 0 && value.isFinite ? min(max(value / whole, 0), 1) : 0
    let title: Html = showsLabel ? "<span class=\"bar-label\">\(label)</span>" : ""
    return """
        <div class="progress \(tone.css)">\(title)<progress max="1000" value="\(permille(share))" aria-label="\(label)">\(text)</progress>\
        <span class="bar-text">\(text)</span></div>
        """
}

/// Bars from zero. The title is the question they answer.
public func barChart(_ t: Language, title: String, _ bars: [Bar], max top: Double? = nil) -> Html {
    let whole = top ?? bars.map(\.value).max() ?? 0
    let rows = Html.each(bars) { bar in
        barRow(bar, plainBar(from: 0, to: share(bar.value, whole), bar.tone))
    }
    return "<figure class=\"chart\"><figcaption>\(title)</figcaption><ul class=\"bars\">\(rows)</ul></figure>"
}

/// Bars to both sides of zero: to the right, in cinnabar, what makes the need greater; to the left, in jade, what makes
/// it less.
public func differenceChart(_ t: Language, title: String, _ bars: [Bar]) -> Html {
    let whole = bars.map { abs($0.value) }.max() ?? 0
    let rows = Html.each(bars) { bar in
        let half = share(abs(bar.value), whole) / 2
        return bar.value >= 0
            ? barRow(bar, plainBar(from: 0.5, to: 0.5 + half, .cinnabar))
            : barRow(bar, plainBar(from: 0.5 - half, to: 0.5, .jade))
    }
    return """
        <figure class="chart difference"><figcaption>\(title)</figcaption><ul class="bars">\(rows)</ul></figure>
        """
}

private func barRow(_ bar: Bar, _ drawing: Html) -> Html {
    let label: Html = bar.link.map { "<a href=\"\(url: $0)\">\(bar.label)</a>" } ?? "\(bar.label)"
    return """
        <li><span class="bar-label">\(label)</span>\(drawing)<span class="bar-text">\(bar.text)</span></li>
        """
}

/// A bar between two shares of the width.
private func plainBar(from start: Double, to end: Double, _ tone: Tone) -> Html {
    """
    <svg class="bar \(tone.css)" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">\
    <rect class="track" width="1000" height="10"/>\
    <rect class="fill" x="\(permille(start))" width="\(max(0, permille(end) - permille(start)))" height="10"/></svg>
    """
}

/// One part of a whole; `text` is its value as people read it, with its unit.
public struct Share: Sendable {
    let label: String
    let value: Double
    let text: String
    let link: Link?

    public init(_ label: String, value: Double, text: String, link: Link? = nil) {
        self.label = label
        self.value = value
        self.text = text
        self.link = link
    }
}

/// What a whole is made of: one bar in parts, and the parts as a list with the same colours in the same order.
public func shareBar(_ t: Language, title: String, _ shares: [Share]) -> Html {
    let whole = shares.reduce(0) { $0 + max(0, $1.value) }
    var start = 0
    let parts = Html.each(shares.enumerated()) { index, item in
        let width = permille(share(item.value, whole))
        defer { start += width }
        return "<rect class=\"part-\(index % 8)\" x=\"\(start)\" width=\"\(max(0, width - 3))\" height=\"30\"/>"
    }
    let items = Html.each(shares.enumerated()) { index, item in
        let label: Html = item.link.map { "<a href=\"\(url: $0)\">\(item.label)</a>" } ?? "\(item.label)"
        return "<li class=\"part-\(index % 8)\"><span>\(label)</span> <b>\(item.text)</b></li>"
    }
    return """
        <figure class="chart shares"><figcaption>\(title)</figcaption><svg class="share-bar" viewBox="0 0 1000 30" \
        preserveAspectRatio="none" aria-hidden="true" focusable="false">\(parts)</svg><ul>\(items)</ul></figure>
        """
}

/// A rank or forecast as the band it is: from `low` to `high`, most likely `best`, among `count`; `line` is a limit
/// with its word.
public func rangeBar(
    _ t: Language, title: String, low: Double, best: Double, high: Double, of count: Double,
    line: (at: Double, title: String)? = nil, text: String
) -> Html {
    let (from, to, middle) = (share(low, count), share(high, count), share(best, count))
    let limit: Html =
        line.map { "<rect class=\"limit\" x=\"\(permille(share($0.at, count)))\" y=\"0\" width=\"3\" height=\"40\"/>" }
        ?? ""
    let word: Html = line.map { "<span class=\"range-line\">\($0.title)</span>" } ?? ""
    return """
        <figure class="chart range"><figcaption>\(title)</figcaption><svg class="range-bar" viewBox="0 0 1000 40" \
        preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" y="16" width="1000" height="8"/>\
        <rect class="band" x="\(permille(from))" y="10" width="\(max(4, permille(to) - permille(from)))" height="20"/>\
        <rect class="best" x="\(permille(middle))" y="6" width="5" height="28"/>\(limit)</svg>\
        <p class="range-text"><b>\(text)</b>\(word)</p></figure>
        """
}

/// A range in a cell of a table, beside its figures.
public func miniRange(low: Double, best: Double, high: Double, of count: Double) -> Html {
    let (from, to, middle) = (permille(share(low, count)), permille(share(high, count)), permille(share(best, count)))
    return """
        <svg class="mini-range" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true" focusable="false">\
        <rect class="track" y="14" width="1000" height="12"/><rect class="band" x="\(from)" y="4" width="\(max(4, to - from))" height="32"/>\
        <rect class="best" x="\(middle)" width="24" height="40"/></svg>
        """
}

/// Of the whole, 0…1.
func share(_ value: Double, _ whole: Double) -> Double {
    whole > 0 && value.isFinite ? min(max(value / whole, 0), 1) : 0
}

/// 0…1 as the whole number that drawings use.
func permille(_ share: Double) -> Int { Int((share * 1000).rounded()) }

/// How many things lie where on two scales: squares, the darker the more, and the same numbers as a table. Rows count
/// from the bottom, columns from the left.
public func heatChart(
    _ t: Language, title: String, across: String, up: String, counts: [[Int]]
) -> Html {
    let most = counts.joined().max() ?? 0
    let (rows, columns) = (counts.count, counts.first?.count ?? 0)
    let squares = Html.each(counts.enumerated()) { row, line in
        Html.each(line.enumerated()) { column, count in
            guard count > 0 else { return "" }
            // By the root, so that a few do not vanish beside many.
            let shade = Int((share(Double(count), Double(most)).squareRoot() * 4).rounded(.up))
            return """
                <rect class="shade-\(shade)" x="\(column * 20)" y="\((rows - 1 - row) * 20)" width="19" height="19"/>
                """
        }
    }
    let heads =
        [TableColumn(up, .heading)] + (0..<columns).map { TableColumn("\($0 * 100 / max(1, columns))–", .number) }
    let lines = counts.enumerated().reversed().map { row, line in
        TableRow(["\(row * 100 / max(1, rows))–"] + line.map { $0 == 0 ? "" : "\(grouped($0))" })
    }
    let figures = table(t, DataTable(caption: title, columns: heads, rows: lines, phone: .scroll))
    return """
        <figure class="chart heat"><figcaption>\(title)</figcaption>\
        <svg viewBox="0 0 \(columns * 20) \(rows * 20)" role="img" aria-label="\(title)">\
        <rect class="ground" width="\(columns * 20)" height="\(rows * 20)"/>\(squares)</svg>\
        <p class="axes"><span>\(up)</span><span>\(across)</span></p>\
        \(disclosure(t("以表格显示", "As a table"), figures))</figure>
        """
}
