/// Logarithm and exponential by plain arithmetic: the system's library has other last bits on other processors, and a
/// ranking is to be the same everywhere. Errors stay below 5e-16, relative for exp, absolute for log.
enum Elementary {
    private static let steps = 64
    /// 2^(i / 64)
    private static let powers = (0..<steps).map { step in
        // Taylor, from the smallest term up.
        stride(from: 20.0, through: 1, by: -1).reduce(1.0) { 1 + Double(step) / 64 * ln2 / $1 * $0 }
    }
    private static let ln2 = 0.6931471805599453

    /// 1 / c and log c for c = 1, 1 + 1/256, … 2.
    private static let logarithms = (0...256).map { step in
        let centre = 1 + Double(step) / 256
        let ratio = (centre - 1) / (centre + 1)
        // log c = 2 artanh ratio, from the smallest term up.
        let series = stride(from: 45.0, through: 1, by: -2).reduce(0.0) { $0 * ratio * ratio + 1 / $1 }
        return SIMD2(1 / centre, 2 * ratio * series)
    }

    /// exp(x) for x ≤ 0; 0 where the result would lie below the normal numbers.
    struct Exponential {
        fileprivate let powers: UnsafeBufferPointer<Double>

        @inline(__always)
        func callAsFunction(_ x: Double) -> Double {
            guard x > -708 else { return 0 }
            let step = (x * (64 / ln2)).rounded()
            // ln 2 / 64 in two parts, the first short enough for exact products.
            let rest = x - step * 0x1.62e42fee00000p-7 - step * 0x1.a39ef35793c76p-39
            // |rest| ≤ ln 2 / 128: the first term left out is below 4e-17.
            let square = rest * rest
            let series =
                1 + rest + square * (0.5 + rest * (1.0 / 6) + square * (1.0 / 24 + rest * (1.0 / 120)))
            let whole = Int(step)
            return powers[whole & 63] * series * Double(bitPattern: UInt64(1_023 + whole >> 6) << 52)
        }
    }

    /// log(x) for positive x.
    struct Logarithm {
        fileprivate let table: UnsafeBufferPointer<SIMD2<Double>>

        @inline(__always)
        func callAsFunction(_ x: Double) -> Double {
            if x < Double.leastNormalMagnitude { return ofNormal(x * 0x1p54) - 54 * ln2 }
            return ofNormal(x)
        }

        @inline(__always)
        private func ofNormal(_ x: Double) -> Double {
            let bits = x.bitPattern
            let exponent = Int(bits >> 52) - 1_023
            let mantissa = Double(bitPattern: bits & (1 << 52 - 1) | 1_023 << 52)
            // The nearest centre, so that log 1 is 0.
            let entry = table[Int((bits >> 43 & 0x1FF) + 1) >> 1]
            // |rest| ≤ 1/512: the first term left out is below 1e-17.
            let rest = mantissa * entry[0] - 1
            let square = rest * rest
            let series = rest - square * (0.5 - rest * (1.0 / 3) + square * (0.25 - rest * 0.2))
            return Double(exponent) * ln2 + (entry[1] + series)
        }
    }

    static func withExponential<Value>(_ body: (Exponential) -> Value) -> Value {
        powers.withUnsafeBufferPointer { body(Exponential(powers: $0)) }
    }

    static func withLogarithm<Value>(_ body: (Logarithm) -> Value) -> Value {
        logarithms.withUnsafeBufferPointer { body(Logarithm(table: $0)) }
    }
}
