import Cryptography
public import Kernel
import Registry

extension Scheme {
    /// The scheme as one JSON document, always written the same way: what runs keep and what digests are made of.
    public var document: String { json.text }

    /// SHA-256 of the document, in hexadecimal.
    public var digest: String { Hex.encode(DigestSuite.sha256.hash(Array(document.utf8))) }

    /// The document as a value, for pages and the API.
    public var json: JSON {
        .object([
            "scheme": "evaluation", "version": .integer(Int64(version)), "title": title.json, "source": source.json,
            "issued": .string(issued.description), "setBy": .string(setBy), "default": .bool(isDefault),
            "groups": .array(groups.map(\.json)), "aspects": .array(aspects.map(\.json)),
            "gate": .array(gate.map(\.json)), "bands": .array(bands.map(\.json)),
            "robustness": .object([
                "samples": .integer(Int64(robustness.samples)), "seed": .integer(Int64(clamping: robustness.seed)),
                "concentration": .number(robustness.concentration),
            ]),
        ])
    }
}

extension Phrase {
    fileprivate var json: JSON { .object(["zh": .string(zh), "en": .string(en)]) }
    fileprivate var members: [JSON.Member] { json.members }
}

extension AspectGroup {
    fileprivate var json: JSON {
        let parent = self.parent.map { [JSON.Member("parent", .string($0))] } ?? []
        return .object([JSON.Member("code", .string(code))] + name.members + parent)
    }
}

extension Aspect {
    fileprivate var json: JSON {
        let head: JSON = .object(["code": .string(code), "number": .integer(Int64(number))])
        let rest: JSON = .object([
            "group": .string(group), "purpose": .string(purpose.rawValue), "weight": .number(weight),
            "weightBy": .string(weightBy), "function": .number(function),
            "indicators": .array(indicators.map(\.json)),
        ])
        return .object(head.members + name.members + rest.members)
    }
}

extension Indicator {
    fileprivate var json: JSON {
        let measured: JSON =
            switch measure {
            case .fact(let key): .object(["fact": .string(key)])
            case .ratio(let key, let per): .object(["fact": .string(key), "per": .string(per)])
            case .age(let key): .object(["age": .string(key)])
            }
        let rest: JSON = .object([
            "evidence": .string(evidence.rawValue), "weight": .number(weight), "scale": scale.json,
        ])
        let head = [JSON.Member("code", .string(code))] + name.members
        return .object(head + measured.members + rest.members)
    }
}

extension Scale {
    /// The scale as a value.
    public var json: JSON {
        let points = { (points: [Point]) in JSON.array(points.map { .array([.number($0.x), .number($0.value)]) }) }
        let measured: JSON = .object(["direction": .string(direction.rawValue), "unit": .string(unit)])
        switch shape {
        case .linear(let line):
            return .object([JSON.Member("kind", "linear")] + measured.members + [JSON.Member("points", points(line))])
        case .steps(let steps):
            return .object([JSON.Member("kind", "steps")] + measured.members + [JSON.Member("points", points(steps))])
        case .choices(let choices):
            let values = JSON.object(choices.map { JSON.Member($0.code, .number($0.value)) })
            return .object(["kind": "choices", "values": values])
        case .flag(let yes, let no):
            return .object(["kind": "flag", "yes": .number(yes), "no": .number(no)])
        }
    }
}

extension GateCondition {
    fileprivate var json: JSON {
        let test: JSON =
            switch test {
            case .atLeast(let least): .object(["atLeast": .number(least)])
            case .holds: .object(["holds": true])
            }
        return .object([JSON.Member("fact", .string(fact))] + test.members + name.members)
    }
}

extension Band {
    fileprivate var json: JSON {
        .object([JSON.Member("code", .string(code))] + name.members + [JSON.Member("upTo", .number(upTo))])
    }
}
