import Decide
import Kernel

/// What the decision mathematics cannot take, told to people with the file it stands in. Rows and columns count from
/// one.
struct DecideFlaw {
    let path: String

    init(_ path: String) { self.path = path }

    /// Runs something, and says what it found wrong.
    func explaining<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let flaw as MatrixFlaw {
            throw refusal(flaw)
        } catch let flaw as MethodFlaw {
            throw refusal(flaw)
        } catch let flaw as WeightFlaw {
            throw refusal(flaw)
        } catch let flaw as RobustnessFlaw {
            throw refusal(flaw)
        }
    }

    /// - Parameters:
    ///   - zh: what is wrong and how to mend it, without a full stop.
    ///   - en: the same, beginning with a small letter.
    func refusal(_ code: String, _ field: String?, zh: String, en: String) -> Refusal {
        Refusal(code, zh: "文件“\(path)”：\(zh)。", en: "The file “\(path)”: \(en).", field: field)
    }

    func missing(_ field: String) -> Refusal {
        refusal("decide.missing", field, zh: "缺少 \(field)，请补上这个数组", en: "the array \(field) is missing; add it")
    }

    func noRow(_ field: String, _ row: Int) -> Refusal {
        refusal(
            "decide.row", field, zh: "\(field) 第 \(row + 1) 行不是数组，请写成 [数, 数, …]",
            en: "row \(row + 1) of \(field) is no array; write it as [number, number, …]")
    }

    func noNumber(_ field: String, _ row: Int?, _ column: Int) -> Refusal {
        refusal(
            "decide.number", field,
            zh: "\(field) \(row.map { "第 \($0 + 1) 行第 \(column + 1) 列" } ?? "第 \(column + 1) 项")不是数，请填入数值",
            en:
                "\(row.map { "row \($0 + 1), column" } ?? "entry") \(column + 1) of \(field) is no number; put one there"
        )
    }

    func count(_ field: String, _ count: Int, _ columns: Int) -> Refusal {
        refusal(
            "decide.count", field, zh: "\(field) 有 \(count) 项，而矩阵有 \(columns) 列；请每列写一项",
            en: "\(field) has \(count) entries, but the matrix has \(columns) columns; write one for each column")
    }

    private func refusal(_ flaw: MatrixFlaw) -> Refusal {
        switch flaw {
        case .shape(let rows, let columns, _):
            refusal(
                "decide.shape", "matrix",
                zh: """
                    矩阵有 \(rows) 行 \(columns) 列，可用的是 1 至 \(DecisionMatrix.mostRows) 行、1 至 \
                    \(DecisionMatrix.mostColumns) 列；请检查 matrix 和 types
                    """,
                en: """
                    the matrix has \(rows) rows and \(columns) columns, where 1 to \(DecisionMatrix.mostRows) rows and 1 \
                    to \(DecisionMatrix.mostColumns) columns can be; check matrix and types
                    """)
        case .uneven(let row, let values, let columns):
            refusal(
                "decide.uneven", "matrix", zh: "matrix 第 \(row + 1) 行有 \(values) 个数，而 types 有 \(columns) 项；请补齐或删去多余的",
                en: """
                    row \(row + 1) of matrix has \(values) numbers, but types has \(columns) entries; add what is missing \
                    or take away what is too much
                    """)
        case .notFinite(let row, let column): noNumber("matrix", row, column)
        case .weightCount(let weights, let columns): count("weights", weights, columns)
        case .weight(let column):
            refusal(
                "decide.weight", "weights", zh: "weights 第 \(column + 1) 项为负；请改为零或正数",
                en: "entry \(column + 1) of weights is negative; make it zero or positive")
        case .noWeight:
            refusal(
                "decide.noWeight", "weights", zh: "权重之和为零；请至少给一项正的权重",
                en: "the weights sum to nothing; give one entry at least a positive weight")
        }
    }

    private func refusal(_ flaw: MethodFlaw) -> Refusal {
        switch flaw {
        case .weights(let weights, let columns): count("weights", weights, columns)
        case .notPositive(let row, let column): notPositive(row, column)
        case .negative(let row, let column): negative(row, column)
        case .extreme(let column): tooLarge(column)
        case .parameters(let parameters, let columns):
            count("promethee_p, promethee_q, spotis_bounds", parameters, columns)
        case .thresholds(let column):
            refusal(
                "decide.thresholds", "promethee_p",
                zh: "第 \(column + 1) 列的 promethee_q、promethee_p 应满足 0 ≤ q ≤ p；请改正",
                en: "promethee_q and promethee_p of column \(column + 1) should be 0 ≤ q ≤ p; correct them")
        case .bounds(let column):
            refusal(
                "decide.bounds", "spotis_bounds", zh: "spotis_bounds 第 \(column + 1) 项的下限应小于上限；请改正",
                en: "the lower of entry \(column + 1) of spotis_bounds should be less than the upper; correct it")
        case .outOfBounds(let row, let column):
            refusal(
                "decide.outOfBounds", "matrix",
                zh: "matrix 第 \(row + 1) 行第 \(column + 1) 列超出 spotis_bounds；请核对数值或放宽界限",
                en:
                    "row \(row + 1), column \(column + 1) of matrix lies outside spotis_bounds; check it or widen the bounds"
            )
        case .coefficient(let v):
            refusal("decide.v", "vikor_v", zh: "vikor_v 是 \(v)，应为 0 到 1", en: "vikor_v is \(v); it should be 0 to 1")
        }
    }

    private func refusal(_ flaw: WeightFlaw) -> Refusal {
        switch flaw {
        case .negative(let row, let column): negative(row, column)
        case .notPositive(let row, let column): notPositive(row, column)
        case .tooLarge(let column): tooLarge(column)
        case .nothingVaries:
            refusal(
                "decide.nothingVaries", "matrix", zh: "各指标对所有方案都相同，数据给不出权重；请用 equal 或自定权重",
                en: "no criterion tells one alternative from another; take equal, or set weights yourself")
        case .differentCounts, .share, .nothingInCommon, .experts, .zero:
            refusal(
                "decide.weights", nil, zh: "无法合并这些权重（\(flaw)）", en: "these weights cannot be brought together (\(flaw))"
            )
        }
    }

    private func refusal(_ flaw: RobustnessFlaw) -> Refusal {
        switch flaw {
        case .weightCount(let weights, let columns): count("weight_samples", weights, columns)
        case .weightSample(let sample):
            refusal(
                "decide.weightSample", "weight_samples",
                zh: "weight_samples 第 \(sample + 1) 组应各项非负、合计为 1；请改正",
                en: "weighting \(sample + 1) of weight_samples should have no negative entry and a sum of 1; correct it"
            )
        case .count(let asked, let most):
            refusal(
                "decide.samples", "samples", zh: "样本数为 \(asked)，应为 1 至 \(most)",
                en: "\(asked) samples are asked for; 1 to \(most) can be")
        default:
            refusal("decide.robustness", nil, zh: "无法计算（\(flaw)）", en: "this cannot be computed (\(flaw))")
        }
    }

    private func notPositive(_ row: Int, _ column: Int) -> Refusal {
        refusal(
            "decide.notPositive", "matrix",
            zh: "matrix 第 \(row + 1) 行第 \(column + 1) 列不是正数，而此方法要做除法或取对数；请换用其他方法或归一化",
            en: """
                row \(row + 1), column \(column + 1) of matrix is not positive, and the method divides by it or takes its \
                logarithm; take another method or normalisation
                """)
    }

    private func negative(_ row: Int, _ column: Int) -> Refusal {
        refusal(
            "decide.negative", "matrix", zh: "matrix 第 \(row + 1) 行第 \(column + 1) 列为负；请换用其他方法或归一化",
            en: "row \(row + 1), column \(column + 1) of matrix is negative; take another method or normalisation")
    }

    private func tooLarge(_ column: Int) -> Refusal {
        refusal(
            "decide.extreme", "matrix", zh: "matrix 第 \(column + 1) 列的数过大或过小，无法计算；请换一个单位",
            en:
                "the numbers of column \(column + 1) of matrix are too large or too small to be computed; take another unit"
        )
    }
}
