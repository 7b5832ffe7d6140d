public import Html
public import Kernel

/// One fact of an estate or building, with where it comes from.
public struct FactLine: Sendable {
    let label: String
    let value: Html?
    let unit: String
    let source: String?
    let date: String?
    let fill: Link?

    /// A nil value is shown as 未知, with `fill` as the way to fill it.
    public init(
        _ label: String, _ value: Html?, unit: String = "", source: String? = nil, date: String? = nil,
        fill: Link? = nil
    ) {
        self.label = label
        self.value = value
        self.unit = unit
        self.source = source
        self.date = date
        self.fill = fill
    }
}

/// Facts with unit, source and date; an unknown one says so and links to where it is filled in.
public func factList(_ t: Language, _ facts: [FactLine]) -> Html {
    let items = Html.each(facts) { fact in
        let source = [fact.source, fact.date].compactMap { $0 }.joined(separator: " · ")
        let from: Html = source.isEmpty ? "" : "<span class=\"source\">\(source)</span>"
        let value: Html
        if let known = fact.value {
            value = fact.unit.isEmpty ? known : "\(known) <span class=\"unit\">\(fact.unit)</span>"
        } else {
            value = unknown(t, fill: fact.fill)
        }
        return "<div><dt>\(fact.label)</dt><dd><span class=\"fact\">\(value)</span>\(from)</dd></div>"
    }
    return "<dl class=\"facts\">\(items)</dl>"
}

/// A label with its value, where neither source nor date belongs to it.
public struct ValueLine: Sendable {
    let label: String
    let value: Html

    public init(_ label: String, _ value: Html) {
        self.label = label
        self.value = value
    }
}

/// Short labels with their values at the right edge: amounts under amounts.
public func valueList(_ lines: [ValueLine]) -> Html {
    "<dl class=\"values\">\(Html.each(lines) { "<div><dt>\($0.label)</dt><dd>\($0.value)</dd></div>" })</dl>"
}

/// Something that waits for the reader.
public struct TaskLine: Sendable {
    let kind: String
    let tone: Tone
    let title: Html
    let link: Link?
    let due: String
    let isLate: Bool

    public init(_ kind: String, tone: Tone = .amber, _ title: Html, link: Link?, due: String, isLate: Bool = false) {
        self.kind = kind
        self.tone = tone
        self.title = title
        self.link = link
        self.due = due
        self.isLate = isLate
    }
}

/// In the order given; those past their day are marked.
public func taskList(_ tasks: [TaskLine]) -> Html {
    let items = Html.each(tasks) { task in
        let title: Html = task.link.map { "<a href=\"\(url: $0)\">\(task.title)</a>" } ?? task.title
        return """
            <li>\(pill(task.kind, task.tone))<span class="task">\(title)</span>\
            <span class="due\(task.isLate ? " late" : "")">\(task.due)</span></li>
            """
    }
    return "<ul class=\"tasks\">\(items)</ul>"
}

/// One line of what happened: a sentence, who and when, on what evidence.
public struct HistoryLine: Sendable {
    let who: String
    let what: Html
    let when: Html
    let evidence: String?
    let link: Link?

    public init(who: String, _ what: Html, when: Html, evidence: String? = nil, link: Link? = nil) {
        self.who = who
        self.what = what
        self.when = when
        self.evidence = evidence
        self.link = link
    }
}

/// Who did what, on which evidence and when, in the order given.
public func historyList(_ t: Language, _ lines: [HistoryLine]) -> Html {
    let items = Html.each(lines) { line in
        let basis: Html = line.evidence.map { "\(t("依据：", "Evidence: "))\($0) · " } ?? ""
        let record: Html = line.link.map { " · <a href=\"\(url: $0)\">\(t("记录", "Record"))</a>" } ?? ""
        return """
            <li><p><b class="who">\(line.who)</b> \(line.what)</p><p class="note">\(basis)\(line.when)\(record)</p></li>
            """
    }
    return "<ol class=\"history\">\(items)</ol>"
}

/// "把「户数」由 361 改为 364": a change as people tell it. Nil stands for an unknown value.
public func changed(_ t: Language, field: String, from: String?, to: String?) -> Html {
    switch (from, to) {
    case (let from?, let to?):
        "\(t("把「\(field)」由 ", "changed “\(field)” from "))<del>\(from)</del>\(t(" 改为 ", " to "))<ins>\(to)</ins>"
    case (nil, let to?):
        "\(t("补充了「\(field)」：", "filled in “\(field)”: "))<ins>\(to)</ins>"
    case (let from?, nil):
        "\(t("把「\(field)」由 ", "changed “\(field)” from "))<del>\(from)</del>\(t(" 改为未知", " to unknown"))"
    case (nil, nil):
        "\(t("核对了「\(field)」，仍为未知", "checked “\(field)”, still unknown"))"
    }
}

/// One step of a `lifeLine`; its date is written as people read it.
public struct LifeStep: Sendable {
    public enum State: Sendable {
        case done, now, next
    }

    let title: String
    let date: String?
    let state: State
    let note: String?
    let look: StageLook

    /// - Parameter look: the stage's, whose colour marks the step that is now.
    public init(_ title: String, date: String? = nil, _ state: State, note: String? = nil, look: StageLook = .works) {
        self.title = title
        self.date = date
        self.state = state
        self.note = note
        self.look = look
    }
}

/// The life of an estate or project on one line: done, now, next, with dates.
public func lifeLine(_ t: Language, label: String, _ steps: [LifeStep]) -> Html {
    let items = Html.each(steps) { step in
        let (css, word): (Html, String) =
            switch step.state {
            case .done: ("done", t("已完成：", "Done: "))
            case .now: ("now", t("进行中：", "Now: "))
            case .next: ("next", t("待进行：", "Next: "))
            }
        let note: Html = step.note.map { " <span class=\"life-note\">\($0)</span>" } ?? ""
        let date: Html = step.date.map { "<span class=\"life-date\">\($0)</span>" } ?? ""
        let current = step.state == .now ? "step" : nil
        return """
            <li class="\(css)"\(attribute: "aria-current", current)><span class="dot stage-\(step.look.key)" aria-hidden="true"></span>\
            <span class="life-title"><span class="hidden">\(word)</span>\(step.title)\(note)</span>\(date)</li>
            """
    }
    return "<section class=\"card life\" aria-label=\"\(label)\"><ol>\(items)</ol></section>"
}
