/// The random numbers of one sample, whatever others draw, by SplitMix64 (Steele, Lea and Flood 2014).
///
/// Sums, products and roots alone: the same on every machine and with every version of the standard library.
struct SampleRandom {
    private var state: UInt64

    init(seed: UInt64, sample: Int) {
        state = Self.mixed(seed ^ Self.mixed(UInt64(truncatingIfNeeded: sample) &* Self.step &+ Self.step))
    }

    /// From 0 up to but not including 1.
    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    mutating func whole(below limit: Int) -> Int { Int(unit() * Double(limit)) }

    /// Mean 0, deviation 1 (Marsaglia's polar method).
    mutating func normal() -> Double {
        while true {
            let (across, up) = (2 * unit() - 1, 2 * unit() - 1)
            let square = across * across + up * up
            if square > 0, square < 1 { return across * (-2 * PlainMath.log(square) / square).squareRoot() }
        }
    }

    /// The logarithm of a gamma variate (Marsaglia and Tsang 2000): of small shapes the variate itself is often too
    /// small to be a number.
    /// - Parameter shape: over 0.
    mutating func logGamma(shape: Double) -> Double {
        if shape < 1 {
            let positive = 1 - unit()
            return logGamma(shape: shape + 1) + PlainMath.log(positive) / shape
        }
        let third = shape - 1.0 / 3
        let slope = 1 / (9 * third).squareRoot()
        while true {
            let deviate = normal()
            let root = 1 + slope * deviate
            guard root > 0 else { continue }
            let cube = root * root * root
            let positive = 1 - unit()
            if PlainMath.log(positive) < deviate * deviate / 2 + third - third * cube + third * PlainMath.log(cube) {
                return PlainMath.log(third * cube)
            }
        }
    }

    private mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Logarithm and exponential from sums and products, within 1e-13 of their size: C libraries differ in the last
/// digit from version to version, and a weighting drawn years ago shall be drawn again.
enum PlainMath {
    private static let ln2 = 0.693_147_180_559_945_3

    /// - Parameter number: over 0, finite.
    static func log(_ number: Double) -> Double {
        var (significand, exponent) = (number.significand, Double(number.exponent))
        if significand > 1.414_213_562_373_095_1 { (significand, exponent) = (significand / 2, exponent + 1) }
        let ratio = (significand - 1) / (significand + 1)
        var (power, sum) = (ratio, 0.0)
        for odd in stride(from: 1.0, through: 23, by: 2) {
            sum += power / odd
            power *= ratio * ratio
        }
        return exponent * ln2 + 2 * sum
    }

    /// - Parameter number: 0 or less; far below it is 0.
    static func exp(_ number: Double) -> Double {
        guard number > -740 else { return 0 }
        let twos = (number / ln2).rounded()
        let rest = number - twos * ln2
        var (term, sum) = (1.0, 1.0)
        for step in stride(from: 1.0, through: 16, by: 1) {
            term *= rest / step
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(twos), significand: 1)
    }
}
