import Html

// Drawn on a 20-point grid with a 1.6-point line in the colour of the text around them.

let searchIcon: Html = """
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="8.8" cy="8.8" r="5.3"/>\
    <path d="m12.8 12.8 4 4"/></svg>
    """

let menuIcon: Html = """
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M3 5.5h14M3 10h14M3 14.5h14"/></svg>
    """

let themeIcon: Html = """
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="6.6"/>\
    <path class="solid" d="M10 3.4a6.6 6.6 0 0 1 0 13.2z"/></svg>
    """

let emptyIcon: Html = """
    <svg class="empty-icon" viewBox="0 0 64 48" aria-hidden="true" focusable="false"><path d="M4 44h56M10 44V22l12-8 12 8v22\
    M34 44V14h20v30"/><path d="M18 26h8M18 33h8M41 21h6M41 28h6M41 35h6"/></svg>
    """

func noticeIcon(_ tone: Tone) -> Html {
    switch tone {
    case .jade:
        """
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="7.4"/>\
        <path d="m6.6 10.2 2.4 2.4 4.4-5"/></svg>
        """
    case .amber, .cinnabar:
        """
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 2.8 18 17H2z"/>\
        <path d="M10 8v4M10 14.4v.2"/></svg>
        """
    case .neutral, .indigo:
        """
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="7.4"/>\
        <path d="M10 9.2v4.6M10 6.2v.2"/></svg>
        """
    }
}

/// The board: a jade square with the pieces of one game.
let brandIcon: Html = """
    <svg class="brand-icon" viewBox="0 0 32 32" aria-hidden="true" focusable="false">\
    <rect class="board" width="32" height="32" rx="7"/><path class="lines" d="M8 5v22M16 5v22M24 5v22M5 8h22M5 16h22M5 24h22"/>\
    <circle class="white" cx="16" cy="16" r="5.2"/><circle class="amber" cx="24" cy="8" r="3.8"/></svg>
    """

let playIcon: Html = """
    <svg class="icon play" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path class="solid" d="M6 4l10 6-10 6z"/></svg>
    """

let pauseIcon: Html = """
    <svg class="icon pause" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M7 4.5v11M13 4.5v11"/></svg>
    """
