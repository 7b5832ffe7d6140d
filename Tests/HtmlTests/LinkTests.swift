import Html
import Kernel
import Testing

@Suite("Link")
struct LinkTests {
    @Test("What is interpolated is one step of the path, whatever it contains")
    func interpolation() {
        let hostile = "../a/b?x=1#y:长"
        let link: Link = "/estates/\(hostile)/edit"
        #expect(link.text == "/estates/..%2Fa%2Fb%3Fx%3D1%23y%3A%E9%95%BF/edit")
        let scheme: Link = "\("javascript:alert(1)")"
        #expect(scheme.text == "javascript%3Aalert%281%29")
        let up: Link = "/estates/\("..")/\(".")"
        #expect(up.text == "/estates/-/-")
    }

    @Test("Parameters keep their order; nil ones are left out")
    func query() {
        let link = Link("/estates", ["q": "公交 & 小区", "page": nil, "sort": "-households"])
        #expect(link.text == "/estates?q=%E5%85%AC%E4%BA%A4%20%26%20%E5%B0%8F%E5%8C%BA&sort=-households")
        #expect(link.value("q") == "公交 & 小区")
        #expect(link.value("page") == nil)
    }

    @Test("A parameter is replaced, added, removed; a fragment comes last")
    func changing() {
        let link = Link("/estates", ["page": "3", "q": "a"])
        #expect(link.with("page", 4).text == "/estates?q=a&page=4")
        #expect(link.with("q", nil).fragment("list").text == "/estates?page=3#list")
        #expect(link.with("stage", "works").with("page", nil).text == "/estates?q=a&stage=works")
    }

    @Test("A literal with parameters is read, and is written as it was")
    func literal() {
        let link: Link = "/estates?district=430111&q=%E9%95%BF+%E6%B2%99#list"
        #expect(link.path == "/estates")
        #expect(link.value("q") == "长 沙")
        #expect(link.with("q", "x").text == "/estates?district=430111&q=x#list")
        #expect(Link("/").text == "/")
    }

    @Test("An address to return to stays on this site")
    func local() {
        #expect(Link(local: "/estates?q=%E9%95%BF")?.text == "/estates?q=%E9%95%BF")
        #expect(Link(local: "/")?.text == "/")
        #expect(Link(local: "/a%")?.text == "/a%")
        for text in [
            "", "estates", "https://a.cn", "/a b", "/a\nSet-Cookie:x", "/\"onload",
            "/" + String(repeating: "a", count: 3000),
        ] {
            #expect(Link(local: text) == nil, "\(text.prefix(20))")
        }
    }

    @Test("Whatever is put into a parameter comes out again")
    func roundTrip() {
        var random = SeededRandom(seed: 20_260_630)
        for _ in 0..<500 {
            let scalars = (0..<12).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1...0x2FFFF, using: &random)) }
            let text = String(String.UnicodeScalarView(scalars))
            let link = Link("/e", ["q": text])
            #expect(link.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            #expect(
                Link(local: link.text)?.value("q").map { Array($0.utf8) } == Array(text.utf8),
                "seed 20260630: \(link.text)")
        }
    }
}
