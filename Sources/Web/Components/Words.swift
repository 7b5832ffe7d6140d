public import Html
public import Kernel

/// What a colour says. Never the only sign: a word stands beside it.
public enum Tone: Sendable, CaseIterable {
    case neutral
    /// Good, done, chosen.
    case jade
    /// Deviates, needs a look.
    case amber
    /// Overdue, refused, in need: someone must act.
    case cinnabar
    /// Information.
    case indigo

    var name: StaticString {
        switch self {
        case .neutral: "neutral"
        case .jade: "jade"
        case .amber: "amber"
        case .cinnabar: "cinnabar"
        case .indigo: "indigo"
        }
    }

    /// The class that carries the tone.
    var css: Html { Html(stringLiteral: name) }
}

/// A title that leads somewhere.
public struct LinkText: Sendable {
    public let title: String
    public let link: Link

    public init(_ title: String, _ link: Link) {
        self.title = title
        self.link = link
    }
}

/// A state in a word; the colour repeats what the word says and never replaces it.
public func pill(_ text: String, _ tone: Tone = .neutral) -> Html {
    "<span class=\"pill \(tone.css)\">\(text)</span>"
}

/// Marks what was generated: in the bar of a demo's every page, and beside what would be told as real.
public func demoPill(_ t: Language) -> Html {
    "<span class=\"pill amber demo\">\(t("演示数据", "Demo data"))</span>"
}

/// The word for what is not known, with the way to fill it: an unknown is never an empty place or a zero.
public func unknown(_ t: Language, fill: Link? = nil) -> Html {
    let word: Html = "<span class=\"pill unknown\">\(t("未知", "unknown"))</span>"
    guard let fill else { return word }
    return "\(word) <a class=\"fill\" href=\"\(url: fill)\">\(t("待补充", "fill in"))</a>"
}

/// How a stage looks on map, chart and pill: a colour and a shape. Which stages there are is data; each has one of
/// these looks.
public enum StageLook: String, Sendable, CaseIterable {
    case awaiting, programmed, works, accepted, aftercare
    case leftOut = "left-out"

    /// The value of a map feature's `stage`.
    public var key: String { rawValue }

    public var name: Phrase {
        switch self {
        case .awaiting: Phrase(zh: "待改造", en: "Awaiting")
        case .programmed: Phrase(zh: "已列入", en: "Programmed")
        case .works: Phrase(zh: "施工中", en: "In works")
        case .accepted: Phrase(zh: "已验收", en: "Accepted")
        case .aftercare: Phrase(zh: "长效管理", en: "Aftercare")
        case .leftOut: Phrase(zh: "未纳入", en: "Left out")
        }
    }

    /// Each look has its own shape, so that it can be told without colour.
    private var shape: Html {
        switch self {
        case .awaiting: "<circle cx=\"6\" cy=\"6\" r=\"4\"/>"
        case .programmed: "<path d=\"M6 .9 11.1 6 6 11.1.9 6z\"/>"
        case .works: "<path d=\"M6 1l5.4 9.6H.6z\"/>"
        case .accepted: "<path d=\"M1.5 1.5h9v9h-9z\"/>"
        case .aftercare: "<circle cx=\"6\" cy=\"6\" r=\"5\"/>"
        case .leftOut:
            "<path d=\"M2.6.9 6 4.3 9.4.9l1.7 1.7L7.7 6l3.4 3.4-1.7 1.7L6 7.7l-3.4 3.4L.9 9.4 4.3 6 .9 2.6z\"/>"
        }
    }

    var mark: Html {
        "<svg class=\"mark stage-\(key)\" viewBox=\"0 0 12 12\" aria-hidden=\"true\" focusable=\"false\">\(shape)</svg>"
    }
}

extension StageLook {
    /// On the map all are circles, and the legend shows what is there.
    var dot: Html {
        """
        <svg class="mark stage-\(key)" viewBox="0 0 12 12" aria-hidden="true" focusable="false"><circle cx="6" cy="6" r="5"/></svg>
        """
    }
}

/// The shape of a stage, told apart without colour; hidden from screen readers, so a word goes with it.
public func stageMark(_ look: StageLook) -> Html { look.mark }

/// A stage as its shape and its word.
public func stagePill(_ look: StageLook, _ word: String) -> Html {
    "<span class=\"pill stage\">\(look.mark)\(word)</span>"
}

/// A number, a code, a digest: monospaced; a short one stays on one line, a long one breaks anywhere.
public func code(_ text: String) -> Html {
    let css = text.utf8.count <= 20 ? "short" : nil
    return "<code\(attribute: "class", css)>\(text)</code>"
}

/// Lines to be typed as they stand; long ones are broken, so that nothing scrolls sideways.
public func snippet(_ text: String) -> Html { "<pre class=\"snippet\"><code>\(text)</code></pre>" }

public func time(_ t: Language, _ day: Day) -> Html {
    "<time datetime=\"\(day.description)\">\(dayText(t, day))</time>"
}

public func time(_ t: Language, _ moment: Instant) -> Html {
    "<time datetime=\"\(moment.rfc3339)\">\(momentText(t, moment))</time>"
}
