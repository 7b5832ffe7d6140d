public import Identity
import Kernel
import Store

extension Ledger {
    /// Enters one term. The same again is no change, so that a file that was interrupted can be entered once more.
    /// - Returns: whether anything changed.
    /// - Throws: `Refusal` as `saveSource`, `signContract`, `issue`, `varyContract` and the others do; `term.other`
    ///   where a contract or clearance is there with other content.
    @discardableResult
    public func enter(_ term: TermDraft, in deed: Deed) throws -> Bool {
        switch term {
        case .source(let source): return try enter(source, deed)
        case .contract(let contract): return try enter(contract, deed)
        case .clearance(let clearance): return try enter(clearance, deed)
        case .variation(let code, let amount, let id):
            if try isVaried(code, by: amount, on: id, deed.tx) { return false }
            try varyContract(code, by: amount, on: id, in: deed)
        case .dispute(let code, let isDisputed):
            let stands: Bool? = try deed.tx.value(
                "SELECT disputed FROM contract WHERE code = \(code) ORDER BY version DESC LIMIT 1")
            if stands == isDisputed { return false }
            try disputeContract(code, isDisputed: isDisputed, in: deed)
        case .repairFund(let fund):
            if try repairFund(of: fund.building, in: deed.tx) == fund { return false }
            try saveRepairFund(fund, in: deed)
        case .appraisal(let appraisal):
            if try self.appraisal(of: appraisal.party, project: appraisal.project, in: deed.tx) == appraisal {
                return false
            }
            try saveAppraisal(appraisal, in: deed)
        }
        return true
    }

    private func enter(_ source: FundSource, _ deed: Deed) throws -> Bool {
        let row = try deed.tx.first(
            "SELECT \(TermColumns.source) FROM fund_source WHERE code = \(source.code) ORDER BY version DESC LIMIT 1")
        if try row.map(TermColumns.source) == source { return false }
        try saveSource(source, in: deed)
        return true
    }

    /// A contract that was varied or disputed since is still the one that was signed.
    private func enter(_ contract: Contract, _ deed: Deed) throws -> Bool {
        let row = try deed.tx.first(
            "SELECT \(TermColumns.contract) FROM contract WHERE code = \(contract.code) ORDER BY version LIMIT 1")
        guard let signed = try row.map(TermColumns.contract) else {
            try signContract(contract, in: deed)
            return true
        }
        guard signed == contract else { throw Self.otherTerm("合同", "contract", contract.code) }
        return false
    }

    private func enter(_ clearance: Clearance, _ deed: Deed) throws -> Bool {
        let row = try deed.tx.first("SELECT \(TermColumns.clearance) FROM clearance WHERE id = \(clearance.id)")
        guard var issued = try row.map(TermColumns.clearance) else {
            try issue(clearance, in: deed)
            return true
        }
        issued.used = 0
        guard issued == clearance else { throw Self.otherTerm("凭据", "clearance", clearance.id.description) }
        return false
    }

    private func isVaried(_ code: String, by amount: Int64, on id: ID<Clearance>, _ tx: Tx) throws -> Bool {
        let row = try tx.first("SELECT code, version, variations FROM contract WHERE clearance = \(id)")
        guard let row else { return false }
        let (version, after): (Int, Int64) = (try row[1], try row[2])
        let before: Int64? = try tx.value(
            "SELECT variations FROM contract WHERE code = \(code) AND version = \(version - 1)")
        guard try row[0] == code, after - (before ?? 0) == amount else {
            throw Self.otherTerm("变更批复", "approval of a variation", id.description)
        }
        return true
    }

    private static func otherTerm(_ zh: String, _ en: String, _ code: String) -> Refusal {
        Refusal(
            .conflict, "term.other", zh: "\(zh)“\(code)”已登记，内容不同；更改请走变更或另用代码。",
            en: "The \(en) “\(code)” is registered with other content; vary it, or use another code.", field: "code")
    }
}
