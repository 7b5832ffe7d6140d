import Foundation
import Testing

@testable import Decide

@Suite("Where an output's variance comes from")
struct SensitivityTests {
    /// sin a + 7 sin² b + 0.1 c⁴ sin a on −π...π.
    private func ishigami(_ point: [Double]) -> Double {
        let (first, second, third) = (angle(point[0]), angle(point[1]), angle(point[2]))
        return sin(first) + 7 * sin(second) * sin(second) + 0.1 * pow(third, 4) * sin(first)
    }

    private func angle(_ unit: Double) -> Double { (2 * unit - 1) * .pi }

    @Test("Ishigami's function has its known indices")
    func known() throws {
        let found = try Sensitivity.sobol(groups: [[0], [1], [2]], samples: 8_000, seed: 1, model: ishigami)
        #expect(abs(found.mean - 3.5) < 0.1 && abs(found.variance - 13.84) < 0.5)
        for (ours, known) in zip(found.first, [0.3139, 0.4424, 0]) { #expect(abs(ours - known) < 0.04, "\(found)") }
        for (ours, known) in zip(found.total, [0.5576, 0.4424, 0.2437]) {
            #expect(abs(ours - known) < 0.04, "\(found)")
        }
    }

    @Test("A group of inputs has the indices of all its members together")
    func groups() throws {
        let found = try Sensitivity.sobol(groups: [[0, 2], [1]], samples: 8_000, seed: 2, model: ishigami)
        for (ours, known) in zip(found.first + found.total, [0.5576, 0.4424, 0.5576, 0.4424]) {
            #expect(abs(ours - known) < 0.04, "\(found)")
        }
    }

    @Test("Sobol's g-function has its known indices")
    func product() throws {
        let scales = [0.0, 1, 4.5, 9]
        let found = try Sensitivity.sobol(groups: [[0], [1], [2], [3]], samples: 8_000, seed: 3) { point in
            zip(point, scales).reduce(1) { $0 * (abs(4 * $1.0 - 2) + $1.1) / (1 + $1.1) }
        }
        let alone = scales.map { 1 / (3 * (1 + $0) * (1 + $0)) }
        let variance = alone.reduce(1) { $0 * (1 + $1) } - 1
        for index in scales.indices {
            let total = alone[index] * (1 + variance) / (1 + alone[index]) / variance
            #expect(abs(found.first[index] - alone[index] / variance) < 0.04, "\(found)")
            #expect(abs(found.total[index] - total) < 0.04, "\(found)")
        }
    }

    @Test("A sum without interaction has shares that sum to one; what does nothing has none")
    func additive() throws {
        let found = try Sensitivity.sobol(groups: [[0], [1], [2]], samples: 4_000, seed: 4) {
            3 * $0[0] + 4 * $0[1]
        }
        for (ours, known) in zip(found.first + found.total, [0.36, 0.64, 0, 0.36, 0.64, 0]) {
            #expect(abs(ours - known) < 0.04, "\(found)")
        }
        #expect(found.total[2] == 0)
        let still = try Sensitivity.sobol(groups: [[0]], samples: 10, seed: 4) { _ in 0.1 }
        #expect(still == Sensitivity(mean: 0.1, variance: 0, first: [0], total: [0]))
    }

    @Test("Several outputs at once are each alone, and the same seed finds the same")
    func outputs() throws {
        let both = try Sensitivity.sobol(groups: [[0], [1], [2]], samples: 50, seed: 5, outputs: 2) {
            [ishigami($0), $0[0]]
        }
        #expect(try both[0] == Sensitivity.sobol(groups: [[0], [1], [2]], samples: 50, seed: 5, model: ishigami))
        #expect(both[1].total[1] == 0)
    }

    @Test("Groups that miss an input or name one twice, no samples, and an output that is no number are refused")
    func refused() {
        for groups in [[[0], [2]], [[0, 1], [1]], []] as [[[Int]]] {
            #expect(throws: RobustnessFlaw.self) {
                try Sensitivity.sobol(groups: groups, samples: 4, seed: 1) { _ in 0 }
            }
        }
        #expect(throws: RobustnessFlaw.count(asked: 1, most: 1_000_000)) {
            try Sensitivity.sobol(groups: [[0]], samples: 1, seed: 1) { $0[0] }
        }
        #expect(throws: RobustnessFlaw.output(0)) {
            try Sensitivity.sobol(groups: [[0]], samples: 4, seed: 1) { _ in .nan }
        }
    }
}
