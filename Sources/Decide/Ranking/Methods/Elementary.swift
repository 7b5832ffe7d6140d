/// Logarithm and exponential by plain arithmetic: the system's library has other last bits on other processors, and a
/// ranking is to be the same everywhere. Errors stay below 6e-16 for results up to one, of larger ones relative.
enum Elementary {
    private static let steps = 64
    /// 2^(i / 64)
    private static let powers = (0..<steps).map { step in
        // Taylor, from the smallest term up.
        stride(from: 20.0, through: 1, by: -1).reduce(1.0) { 1 + Double(step) / 64 * ln2 / $1 * $0 }
    }
    fileprivate static let ln2 = 0.6931471805599453

    /// 1 / c and log c for c = 1, 1 + 1/1024, … 2.
    private static let logarithms = (0...1_024).map { step in
        let centre = 1 + Double(step) / 1_024
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
            // Near 2⁵² doubles are whole numbers: what rounds to them, rounds.
            let step = (x * (64 / ln2) + 0x1.8p52) - 0x1.8p52
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

    /// log(x) of eight numbers at once, positive and not subnormal.
    struct Logarithm {
        fileprivate let table: UnsafeBufferPointer<SIMD2<Double>>

        @inline(__always)
        func callAsFunction(_ x: SIMD8<Double>) -> SIMD8<Double> {
            let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
            // The bits of 2⁵² with the exponent as its last digits: made a number without a conversion.
            let exponent = unsafeBitCast(bits &>> 52 | 0x4330_0000_0000_0000, to: SIMD8<Double>.self) - (0x1p52 + 1_023)
            let mantissa = unsafeBitCast(
                bits & 0xF_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000, to: SIMD8<Double>.self)
            // The nearest centre, so that log 1 is 0.
            let nearest = ((bits &>> 41) & 0x7FF &+ 1) &>> 1
            var (inverse, logarithm) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
            for lane in 0..<8 {
                let entry = table[Int(truncatingIfNeeded: nearest[lane])]
                inverse[lane] = entry[0]
                logarithm[lane] = entry[1]
            }
            // |rest| ≤ 1/2048: the first term left out is below 1e-17.
            let rest = mantissa * inverse - 1
            let square = rest * rest
            let series = rest - square * (0.5 - rest * (1.0 / 3) + square * 0.25)
            return exponent * ln2 + (logarithm + series)
        }
    }

    static func withExponential<Value>(_ body: (Exponential) -> Value) -> Value {
        powers.withUnsafeBufferPointer { body(Exponential(powers: $0)) }
    }

    static func withLogarithm<Value>(_ body: (Logarithm) -> Value) -> Value {
        logarithms.withUnsafeBufferPointer { body(Logarithm(table: $0)) }
    }
}
