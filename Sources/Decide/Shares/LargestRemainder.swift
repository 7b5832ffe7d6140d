/// Splits whole units in proportion to whole weights (最大余数法): nobody is a unit or more away from the exact quota, and
/// the parts sum to the whole.
public enum LargestRemainder {
    /// Whoever has more weight never gets less. Equal remainders go to the smaller key, so that the order in which
    /// people stand in a list changes nothing.
    /// - Parameters:
    ///   - total: units, not below zero.
    ///   - weights: not below zero; their sum is above zero and fits 64 bits.
    ///   - keys: one for each weight, all different.
    /// - Throws: `ShareFlaw` `.weights`.
    public static func split(
        _ total: Int64, by weights: [Int64], keys: [String]
    ) throws(ShareFlaw) -> [Int64] {
        guard total >= 0, weights.count == keys.count, weights.allSatisfy({ $0 >= 0 }), let sum = sum(weights), sum > 0
        else { throw .weights }
        var parts: [Int64] = []
        var remainders: [Int64] = []
        var rest = total
        for weight in weights {
            // The quotient is at most the total, since no weight is above the sum.
            let product = total.multipliedFullWidth(by: weight)
            let (part, remainder) = sum.dividingFullWidth((product.high, product.low))
            parts.append(part)
            remainders.append(remainder)
            rest -= part
        }
        guard rest > 0 else { return parts }
        let order = weights.indices.sorted { left, right in
            remainders[left] == remainders[right] ? keys[left] < keys[right] : remainders[left] > remainders[right]
        }
        // Fewer units are left than there are remainders above zero.
        for index in order.prefix(Int(rest)) { parts[index] += 1 }
        return parts
    }

    /// Nil when it passes 64 bits.
    public static func sum(_ weights: [Int64]) -> Int64? {
        var sum: Int64 = 0
        for weight in weights {
            let (next, overflows) = sum.addingReportingOverflow(weight)
            if overflows { return nil }
            sum = next
        }
        return sum
    }
}
