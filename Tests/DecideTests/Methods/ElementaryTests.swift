import Foundation
import Kernel
import TestSupport
import Testing

@testable import Decide

@Suite("Arithmetic of our own")
struct ElementaryTests {
    @Test("Logarithm and exponential are the library's to 6e-16")
    func elementary() {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let x = Foundation.exp(Double.random(in: -700...700, using: &random))
            let near = Double.random(in: 0.9...1.1, using: &random)
            let logs = Elementary.withLogarithm { $0(SIMD8(x, near, 1, 1, 1, 1, 1, 1)) }
            #expect(abs(logs[0] - Foundation.log(x)) <= 6e-16 * max(1, abs(logs[0])), "seed \(seed): log \(x)")
            #expect(abs(logs[1] - Foundation.log(near)) < 6e-16, "seed \(seed): log \(near)")
            #expect(logs[2] == 0)
            let y = Double.random(in: -708...0, using: &random)
            let power = Elementary.withExponential { $0(y) }
            #expect(abs(power - Foundation.exp(y)) <= 6e-16 * power, "seed \(seed): exp \(y)")
        }
        Elementary.withExponential { #expect($0(0) == 1 && $0(-709) == 0 && $0(-.infinity) == 0) }
    }

    @Test("Sorting keeps each value with those who have it, zeros of both signs together")
    func sorted() {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        for count in [0, 1, 2, 127, 128, 3_000] {
            let list = (0..<count).map { _ in
                switch Int.random(in: 0...3, using: &random) {
                case 0: Double(Int.random(in: -3...3, using: &random))
                case 1: -0.0
                case 2: Double.random(in: -1e300...1e300, using: &random)
                default: Double.random(in: -1e-300...1e-300, using: &random)
                }
            }
            let sorted = list.withUnsafeBufferPointer { Sorted($0) }
            #expect(sorted.order.map { list[Int($0)] } == list.sorted(), "seed \(seed), \(count)")
            #expect(sorted.values == Set(list).sorted(), "seed \(seed), \(count)")
            #expect(sorted.counts == sorted.values.map { value in list.filter { $0 == value }.count }, "seed \(seed)")
            #expect(Set(sorted.order).count == count, "seed \(seed), \(count)")
        }
    }

    @Test(
        "Gaussian sums of 3,000 values stay within the stated error, whatever the width", arguments: [1e-9, 0.3, 1e4])
    func gauss(width: Double) {
        let seed = testSeed()
        var random = SeededRandom(seed: seed)
        let values = Set((0..<3_000).map { _ in Double.random(in: 0...100, using: &random) }).sorted()
        let counts = values.map { _ in Int.random(in: 1...3, using: &random) }
        let all = Double(counts.reduce(0, +))
        let net = GaussSums(width: width).net(values, counts)
        for place in stride(from: 0, to: values.count, by: 97) {
            let expected = values.indices.reduce(0.0) { sum, other in
                let d = (values[place] - values[other]) / width
                let sign = other < place ? 1.0 : other > place ? -1 : 0
                return sum + sign * Double(counts[other]) * Foundation.exp(-d * d / 2)
            }
            #expect(abs(net[place] - expected) < 5e-14 * all, "seed \(seed), width \(width), \(values[place])")
        }
    }
}
