public import Kernel

/// What can be posted: the one table of allowed moves. A move goes from stage to stage along one or both chains.
public enum Move: UInt8, Sendable, CaseIterable {
    case plan, unplan, pledge, withdraw, allot, rescind, call, draw, receive, giveBack
    case pay, payWages, advance, repay
    case approve, disapprove, commit, decommit, certify, recover, release, settle

    /// A step from one stage to another.
    struct Leg: Hashable, Sendable {
        let from: LedgerStage
        let to: LedgerStage

        init(_ from: LedgerStage, _ to: LedgerStage) {
            (self.from, self.to) = (from, to)
        }
    }

    struct Row: Sendable {
        let zh: String
        let en: String
        let legs: [Leg]
        let needs: Dimensions
        var clearance: Clearance.Kind?
        /// Cash moved, so the treasury may report it as a fact.
        var isCash = false
        /// Also for the use of space; all others are for money alone.
        var takesUse = false
        /// The legs share the amount; else each carries all of it.
        var isSplit = false
    }

    var row: Row { Self.rows[Int(rawValue)] }

    private static let rows = allCases.map(\.tableRow)

    private static let fund: Dimensions = [.source, .project, .year]
    private static let promise: Dimensions = [.source, .project, .year, .party]
    private static let due: Dimensions = [.project, .contract]
    private static let bill: Dimensions = [.source, .project, .year, .contract]

    private var tableRow: Row {
        let (fund, promise, due, bill) = (Self.fund, Self.promise, Self.due, Self.bill)
        switch self {
        case .plan: return Row(zh: "列入计划", en: "plan", legs: [Leg(.open, .planned)], needs: fund, takesUse: true)
        case .unplan: return Row(zh: "调减计划", en: "unplan", legs: [Leg(.planned, .open)], needs: fund, takesUse: true)
        case .pledge:
            return Row(zh: "承诺出资", en: "pledge", legs: [Leg(.planned, .pledged)], needs: promise, takesUse: true)
        case .withdraw:
            return Row(zh: "撤回承诺", en: "withdraw", legs: [Leg(.pledged, .planned)], needs: promise, takesUse: true)
        case .allot: return Row(zh: "下达指标", en: "allot", legs: [Leg(.planned, .allotted)], needs: fund)
        case .rescind: return Row(zh: "收回指标", en: "rescind", legs: [Leg(.allotted, .planned)], needs: fund)
        case .call: return Row(zh: "催缴承诺", en: "call", legs: [Leg(.pledged, .called)], needs: promise, takesUse: true)
        case .draw: return Row(zh: "请拨指标", en: "draw", legs: [Leg(.allotted, .called)], needs: fund)
        case .receive:
            return Row(
                zh: "到账", en: "receive", legs: [Leg(.called, .received)], needs: fund, isCash: true, takesUse: true)
        case .giveBack:
            return Row(
                zh: "退回来源", en: "giveBack", legs: [Leg(.received, .returned)], needs: fund, isCash: true,
                takesUse: true)
        case .pay:
            return Row(
                zh: "支付", en: "pay", legs: [Leg(.received, .paid), Leg(.certified, .discharged)], needs: bill,
                isCash: true)
        case .payWages:
            return Row(
                zh: "支付工资款", en: "payWages", legs: [Leg(.received, .paid), Leg(.wages, .discharged)], needs: bill,
                isCash: true)
        case .advance:
            return Row(
                zh: "支付预付款", en: "advance", legs: [Leg(.received, .paid), Leg(.committed, .advanced)], needs: bill,
                clearance: .advance, isCash: true)
        case .repay:
            return Row(
                zh: "退还多付", en: "repay", legs: [Leg(.paid, .received), Leg(.discharged, .certified)], needs: bill,
                isCash: true)
        case .approve:
            return Row(
                zh: "批复概算", en: "approve", legs: [Leg(.unapproved, .approved)], needs: [.project],
                clearance: .estimate)
        case .disapprove:
            return Row(
                zh: "核减概算", en: "disapprove", legs: [Leg(.approved, .unapproved)], needs: [.project],
                clearance: .estimate)
        case .commit:
            return Row(zh: "签约", en: "commit", legs: [Leg(.approved, .committed)], needs: due, clearance: .award)
        case .decommit: return Row(zh: "核减合同", en: "decommit", legs: [Leg(.committed, .approved)], needs: due)
        case .certify:
            return Row(
                zh: "计量", en: "certify",
                legs: [Leg(.committed, .certified), Leg(.committed, .wages), Leg(.committed, .retained)], needs: due,
                clearance: .certificate, isSplit: true)
        case .recover:
            return Row(
                zh: "扣回预付款", en: "recover", legs: [Leg(.advanced, .certified), Leg(.certified, .discharged)],
                needs: due, clearance: .certificate)
        case .release: return Row(zh: "返还质保金", en: "release", legs: [Leg(.retained, .certified)], needs: due)
        case .settle:
            return Row(
                zh: "结算", en: "settle", legs: [Leg(.discharged, .settled)], needs: due, clearance: .settlement)
        }
    }

    /// Its name in files and columns: "payWages".
    public var code: String { row.en }

    public var name: Phrase { Phrase(zh: row.zh, en: row.en) }

    private static let byCode = Dictionary(uniqueKeysWithValues: allCases.map { ($0.code, $0) })

    public init?(code: String) {
        guard let move = Self.byCode[code] else { return nil }
        self = move
    }

    /// It takes money out of the city's hands.
    var paysOut: Bool { self == .pay || self == .payWages || self == .advance }
}
