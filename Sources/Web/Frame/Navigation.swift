import Components
import Html
import Kernel

/// The top bar is the article: those of its chapters that can be opened, in their order.
enum Navigation {
    private struct Chapter {
        let title: Phrase
        let link: Link
        let right: Right
        var orRight: Right?
    }

    private static let chapters = [
        Chapter(title: Phrase(zh: "总览", en: "City"), link: "/", right: .readTotals),
        Chapter(title: Phrase(zh: "一张图", en: "One map"), link: "/map", right: .readEstates),
        Chapter(title: Phrase(zh: "小区", en: "Estates"), link: "/estates", right: .readEstates),
        Chapter(title: Phrase(zh: "项目", en: "Projects"), link: "/projects", right: .readEstates),
        Chapter(title: Phrase(zh: "评价", en: "Evaluation"), link: "/evaluation", right: .readEvaluation),
        Chapter(title: Phrase(zh: "一本账", en: "One ledger"), link: "/ledger", right: .readLedger),
        Chapter(title: Phrase(zh: "数据质量", en: "Data quality"), link: "/quality", right: .readEstates),
        Chapter(title: Phrase(zh: "导入", en: "Import"), link: "/imports", right: .importEstates, orRight: .readRecord),
        Chapter(title: Phrase(zh: "人员", en: "People"), link: "/people", right: .readPeople),
        Chapter(title: Phrase(zh: "记录", en: "Record"), link: "/record", right: .readRecord),
    ]

    static func items(for visit: Visit) -> [NavItem] {
        let here = visit.path.path
        let t = visit.language
        let open = chapters.filter { visit.actor.may($0.right) || $0.orRight.map(visit.actor.may) ?? false }.map {
            chapter in
            let root = chapter.link.path
            let isCurrent = here == root || (root != "/" && here.hasPrefix(root + "/"))
            return NavItem(chapter.title(t), chapter.link, isCurrent: isCurrent)
        }
        // Residents have no chapter on money but their own.
        guard visit.signedIn != nil, !visit.actor.may(.readEstates) else { return open }
        let isOwn = here == "/my-share" || here.hasPrefix("/my-share/")
        return open + [NavItem(t("我家的出资", "My household's share"), "/my-share", isCurrent: isOwn)]
    }
}
