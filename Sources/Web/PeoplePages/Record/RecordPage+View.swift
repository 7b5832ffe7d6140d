import Components
import Cryptography
import Html
import Identity
import Kernel
import Registry

extension RecordPage {
    func view(_ t: Language) -> Html {
        let head = pageHead(
            t("操作记录", "The record"),
            note: """
                \(t("每一次改动：谁、何时、把什么由什么改为什么。", "Every change: who, when, what from what to what."))\
                \(t("封存后无法悄悄改动。", " Once sealed, none can be altered unnoticed."))
                """,
            actions: exports + [printButton(t)])
        let list = card(t("操作", "Acts"), lines(t))
        let parts = [
            head, filters(t),
            grid([stack([list, turning(t)].filter { !$0.isEmpty }), stack([headCard(t)])], .wideLeft),
        ]
        return stack(parts)
    }

    private func filters(_ t: Language) -> Html {
        let names = [Choice("", t("全部操作", "all acts"))] + ActNames.choices(t)
        let kinds = [Choice("", t("全部对象", "all things"))] + ActSubjects.choices(t)
        var fields = [
            filterSearch(
                label: t("操作人登录名", "Login name"), name: "person", value: filter.person,
                placeholder: t("如：liwei", "e.g. liwei")),
            filterSelect(label: t("操作", "Act"), name: "act", options: names, selected: filter.act),
            filterSelect(label: t("对象", "Done to"), name: "kind", options: kinds, selected: filter.kind),
        ]
        if districts.count > 1 {
            let places = [Choice("", t("全部地区", "all places"))] + districts.map { Choice($0.code.digits, $0.title(t)) }
            fields.append(
                filterSelect(
                    label: t("地区", "Place"), name: "place", options: places, selected: filter.place?.digits ?? ""))
        }
        fields.append(filterDay(label: t("从", "From"), name: "from", value: filter.from))
        fields.append(filterDay(label: t("到", "To"), name: "until", value: filter.until))
        let found: Html = "\(t("本页 ", ""))<b>\(acts.count)</b>\(t(" 条", " on this page"))"
        return filterBar(t, action: "/record", fields, clear: filter.isEmpty ? nil : "/record", found: found)
    }

    private func lines(_ t: Language) -> Html {
        guard acts.isEmpty else { return historyList(t, acts.map { telling.line($0, t) }) }
        let hint: String
        if isNobody {
            hint = t("没有这个登录名。", "Nobody has that login name.")
        } else if next != nil {
            hint = t("这一段没有找到，可以继续往前查。", "None so far; the search can go on to older lines.")
        } else {
            hint = t("换个条件试试，或清除筛选。", "Try other filters, or clear them.")
        }
        return emptyState(t("没有符合条件的记录", "No line matches"), "\(hint)")
    }

    private func turning(_ t: Language) -> Html {
        var links: [Html] = []
        if !isFirst { links.append(linkButton(t("回到最新", "To the newest"), link)) }
        if let next { links.append(linkButton(t("更早的记录", "Older"), link.with("before", next.description))) }
        return links.isEmpty ? "" : formActions(links)
    }

    private func headCard(_ t: Language) -> Html {
        guard let head else {
            return card(
                t("封存", "The seal"),
                emptyState(
                    t("还没有封存的记录", "Nothing is sealed yet"),
                    "\(t("记录在一秒内封存；稍后刷新。", "Lines are sealed within a second; reload in a moment."))"))
        }
        let facts = [
            FactLine(t("已封存", "Sealed"), "\(grouped(head.size))", unit: t("行", "lines")),
            FactLine(t("根哈希", "Root hash"), "\(code(Hex.encode(head.root))) \(copyButton(t, Hex.encode(head.root)))"),
            FactLine(t("签名时间", "Signed"), time(t, head.at)),
            FactLine(t("签名密钥", "Key"), code(head.keyID)),
            FactLine(t("摘要算法", "Digest"), "\(head.suite == .sm3 ? "SM3" : "SHA-256")"),
        ]
        let download = formActions([linkButton(t("下载树头", "Download the head"), "/record/head.txt")])
        return card(
            t("封存", "The seal"), factList(t, facts) + download + disclosure(t("怎样核验", "How to verify"), guide(t)))
    }

    private func guide(_ t: Language) -> Html {
        steps([
            t(
                "每一行记录是一棵哈希树（RFC 6962）的一叶，树头由本机密钥签名；改一行、删一行、插一行或换次序，树根就会不同。",
                "Every line is a leaf of a hash tree (RFC 6962) whose head is signed; change, remove, insert or reorder a line "
                    + "and the root differs."),
            t(
                "定期下载树头，存到别处（如档案室、公告栏）：日后即使掌握密钥的人改写记录，也会与它不符。",
                "Download the head now and then and keep it elsewhere: even somebody who holds the keys cannot rewrite the "
                    + "record without contradicting it."),
            t(
                "在服务器上运行 yiju verify --head 树头文件：逐行核验并与保存的树头比对，完好返回 0，被改动返回 1 并指出第一处。",
                "On the server run yiju verify --head FILE: it checks every line against the kept head and answers 0 if whole, "
                    + "1 if altered, naming the first place."),
            t(
                "每行记录的页面可下载包含证明，任何人凭树头即可核验该行。",
                "The page of a line offers an inclusion proof, which anybody can check against a head."),
        ])
    }
}
