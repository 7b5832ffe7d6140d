/// The distinct values of a list in ascending order, and who has them.
struct Sorted {
    /// Ascending, no two equal.
    private(set) var values: [Double] = []
    /// How often each of `values` occurs.
    private(set) var counts: [Int] = []
    /// Places of the list, those of the smallest value first.
    private(set) var order: [UInt32]

    /// - Parameter list: finite; fewer than 2³² numbers.
    init(_ list: UnsafeBufferPointer<Double>) {
        // Adding zero makes −0 to 0; the bits of numbers, with the sign turned, then have the numbers' order.
        var keys = list.map { number in
            let bits = (number + 0).bitPattern
            return bits ^ (bits >> 63 == 1 ? .max : 1 << 63)
        }
        order = [UInt32](unsafeUninitializedCapacity: list.count) { order, count in
            for place in list.indices { order[place] = UInt32(truncatingIfNeeded: place) }
            count = list.count
        }
        if list.count < 128 {
            order.sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
        } else {
            Self.radixSort(&keys, &order)
        }
        values.reserveCapacity(list.count)
        counts.reserveCapacity(list.count)
        for place in order {
            let number = list[Int(place)]
            if values.last == number {
                counts[counts.count - 1] += 1
            } else {
                values.append(number)
                counts.append(1)
            }
        }
    }

    /// From the last digit of eight bits to the first, each pass keeping what the ones before have done; digits that
    /// all keys share are passed over.
    private static func radixSort(_ keys: inout [UInt64], _ order: inout [UInt32]) {
        var starts = [Int](repeating: 0, count: 8 * 256)
        for key in keys {
            for digit in 0..<8 { starts[digit << 8 + Int(key >> (8 * digit) & 0xFF)] += 1 }
        }
        var (movedKeys, movedOrder) = (keys, order)
        for digit in 0..<8 {
            let isShared = starts[digit << 8 + Int(keys[0] >> (8 * digit) & 0xFF)] == keys.count
            if isShared { continue }
            var start = 0
            for value in digit << 8..<(digit + 1) << 8 { (starts[value], start) = (start, start + starts[value]) }
            for place in keys.indices {
                let value = digit << 8 + Int(keys[place] >> (8 * digit) & 0xFF)
                movedKeys[starts[value]] = keys[place]
                movedOrder[starts[value]] = order[place]
                starts[value] += 1
            }
            swap(&keys, &movedKeys)
            swap(&order, &movedOrder)
        }
    }
}
