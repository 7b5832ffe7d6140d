public import Html

/// A thumbnail that leads to its photo.
public struct PhotoTile: Sendable {
    let title: String
    let note: String
    let link: Link
    let thumb: Link

    /// - Parameters:
    ///   - title: what is to be seen; also what a screen reader says of the picture.
    ///   - note: the smaller line below it.
    public init(_ title: String, note: String, link: Link, thumb: Link) {
        self.title = title
        self.note = note
        self.link = link
        self.thumb = thumb
    }
}

/// Thumbnails side by side.
/// - Parameter isLong: those far below wait until they are scrolled to, which paper does not.
public func photoGrid(_ tiles: [PhotoTile], isLong: Bool = false) -> Html {
    let items = Html.each(tiles) { tile in
        // The title is the picture's text already; it must not be said twice.
        """
        <li><a href="\(url: tile.link)"><img src="\(url: tile.thumb)" alt="\(tile.title)" width="240" height="180"\
        \(attribute: "loading", isLong ? "lazy" : nil)><span class="title" aria-hidden="true">\(tile.title)</span></a>\
        <span class="note">\(tile.note)</span></li>
        """
    }
    return "<ul class=\"photos\">\(items)</ul>"
}

/// One photo as large as the page allows; it opens at its full size.
public func photoView(_ title: String, picture: Link, width: Int, height: Int) -> Html {
    """
    <figure class="photo"><a href="\(url: picture)"><img src="\(url: picture)" alt="\(title)" width="\(width)" \
    height="\(height)"></a></figure>
    """
}

/// The ways to the photos before and after; with the script the arrow keys go there too.
public func photoSteps(_ label: String, previous: LinkText?, next: LinkText?, place: String) -> Html {
    let step = { (rel: Html, to: LinkText?) -> Html in
        guard let to else { return "" }
        return "<a class=\"button quiet\" rel=\"\(rel)\" href=\"\(url: to.link)\">\(to.title)</a>"
    }
    return """
        <nav class="photo-steps no-print" aria-label="\(label)">\(step("prev", previous))<span class="note">\(place)</span>\
        \(step("next", next))</nav>
        """
}
