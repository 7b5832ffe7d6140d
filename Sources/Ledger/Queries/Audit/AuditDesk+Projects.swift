import Kernel

/// The questions that projects, their money, debts and reports answer by themselves.
extension AuditDesk {
    func residentsShare() -> (Int, [AuditFinding]) {
        let planned = projects.filter { $0.total.planned > 0 }
        let found = planned.compactMap { project -> AuditFinding? in
            let (own, all) = (residents(project), project.total.planned)
            let rate = Double(own.received) / Double(all)
            guard rate < limits.residentsShare else { return nil }
            let missing = Int64((Double(all) * limits.residentsShare).rounded()) - own.received
            return finding(
                project, amount: missing, value: rate, limit: limits.residentsShare,
                zh: "居民出资到位 \(Money.yuan(own.received)) 元，占计划的 \(Self.percent(rate))。",
                en: "Residents paid in \(Money.yuan(own.received)) yuan, \(Self.percent(rate)) of what was planned.")
        }
        return (planned.count, found)
    }

    private func residents(_ project: Project) -> FundSums {
        var sums = FundSums()
        for (source, part) in project.funds where names.kind(of: source).isOfResidents { sums += part }
        return sums
    }

    /// Of projects whose works began, or whose programme's year is over.
    func arrival() -> (Int, [AuditFinding]) {
        let due = projects.filter { $0.reached["works"] != nil && $0.total.planned > 0 }
        let found = due.compactMap { project -> AuditFinding? in
            let sums = project.total
            guard let rate = sums.arrivalRate, rate < limits.arrivalRate else { return nil }
            return finding(
                project, amount: sums.gap, value: rate, limit: limits.arrivalRate, since: project.reached["works"],
                zh: "计划 \(Money.yuan(sums.planned)) 元，到位 \(Self.percent(rate))，缺口 \(Money.yuan(sums.gap)) 元。",
                en: """
                    \(Money.yuan(sums.planned)) yuan planned, \(Self.percent(rate)) arrived; \(Money.yuan(sums.gap)) are \
                    missing.
                    """)
        }
        return (due.count, found)
    }

    func use() -> (Int, [AuditFinding]) {
        let running = projects.filter { $0.reached["works"] != nil && $0.total.received > 0 }
        let found = running.compactMap { project -> AuditFinding? in
            let sums = project.total
            guard let rate = sums.useRate, rate < limits.useRate else { return nil }
            return finding(
                project, amount: sums.cash, value: rate, limit: limits.useRate, since: project.reached["works"],
                zh: "到位 \(Money.yuan(sums.received)) 元，使用 \(Self.percent(rate))。",
                en: "\(Money.yuan(sums.received)) yuan arrived, \(Self.percent(rate)) was used.")
        }
        return (running.count, found)
    }

    func repairFund() -> (Int, [AuditFinding]) {
        let accepted = projects.filter { $0.reached["accepted"] != nil }
        let found = accepted.filter { project in
            !project.funds.contains { names.kind(of: $0.key) == .repairFund && $0.value.planned > 0 }
        }.map { project in
            finding(
                project, amount: 0, since: project.reached["accepted"], zh: "没有维修资金来源。",
                en: "No repair fund contributes.")
        }
        return (accepted.count, found)
    }

    private func eachWork(_ body: (Project, ProjectSheet.Work) -> AuditFinding?) -> (Int, [AuditFinding]) {
        let works = projects.flatMap { project in project.works.map { (project, $0) } }
        return (works.count, works.compactMap { body($0.0, $0.1) })
    }

    func paidBeyond() -> (Int, [AuditFinding]) {
        eachWork { project, work in
            // A payment without a certificate leaves less than nothing due.
            let beyondCertified = max(0, work.wagesDue - work.due)
            let beyondContract = max(0, work.paid - work.contract.ceiling)
            let beyond = max(beyondCertified, beyondContract)
            guard beyond > 0 else { return nil }
            let (code, paid, ceiling) = (work.contract.code, Money.yuan(work.paid), Money.yuan(work.contract.ceiling))
            return finding(
                project, .contract(code), amount: beyond,
                zh: "合同 \(code) 已付 \(paid) 元，合同与变更 \(ceiling) 元，计量 \(Money.yuan(work.certified)) 元。",
                en: """
                    \(code) was paid \(paid) yuan; the contract with variations is \(ceiling), certified \
                    \(Money.yuan(work.certified)).
                    """)
        }
    }

    func pastEstimate() -> (Int, [AuditFinding]) {
        let approved = projects.filter { $0.estimate > 0 }
        let found = approved.compactMap { project -> AuditFinding? in
            let expected = project.works.reduce(0) { $0 + $1.expected }
            guard expected > project.estimate else { return nil }
            return finding(
                project, amount: expected - project.estimate, value: Double(expected) / Double(project.estimate),
                limit: 1,
                zh: "预计 \(Money.yuan(expected)) 元，批复概算 \(Money.yuan(project.estimate)) 元。",
                en: "Expected \(Money.yuan(expected)) yuan, approved \(Money.yuan(project.estimate)).")
        }
        return (approved.count, found)
    }

    func advances() -> (Int, [AuditFinding]) {
        eachWork { project, work in
            guard work.advanced > 0, let accepted = project.reached["accepted"] else { return nil }
            return finding(
                project, .contract(work.contract.code), amount: work.advanced, since: accepted,
                zh: "合同 \(work.contract.code) 预付款 \(Money.yuan(work.advanced)) 元，验收后仍未扣回。",
                en: "\(Money.yuan(work.advanced)) yuan advanced to \(work.contract.code) stand after acceptance.")
        }
    }

    func jointAcceptance() -> (Int, [AuditFinding]) {
        eachWork { project, work in
            let rate = Double(work.paid) / Double(max(1, work.contract.ceiling))
            guard project.reached["accepted"] == nil, rate >= limits.paidInFull else { return nil }
            return finding(
                project, .contract(work.contract.code), amount: work.paid, value: rate, limit: limits.paidInFull,
                zh: "合同 \(work.contract.code) 已付 \(Self.percent(rate))，没有验收记录。",
                en: "\(Self.percent(rate)) of \(work.contract.code) is paid, and no acceptance is recorded.")
        }
    }

    func settlement() -> (Int, [AuditFinding]) {
        eachWork { project, work in
            guard let accepted = project.reached["accepted"], !work.isSettled else { return nil }
            let days = day.number - accepted.number
            guard days > limits.settlementDays else { return nil }
            return finding(
                project, .contract(work.contract.code), amount: work.committed - work.settled, value: Double(days),
                limit: Double(limits.settlementDays), since: accepted,
                zh: "合同 \(work.contract.code) 验收后 \(days) 天未结算。",
                en: "\(work.contract.code) is not settled \(days) days after acceptance.")
        }
    }

    func reported() -> (Int, [AuditFinding]) {
        let started = projects.filter { $0.reached["works"] != nil }
        let found = started.compactMap { project -> AuditFinding? in
            let ceiling = project.works.reduce(0) { $0 + $1.contract.ceiling }
            let certified = project.works.reduce(0) { $0 + $1.certified }
            guard ceiling > 0 else {
                return finding(
                    project, amount: 0, since: project.reached["works"], zh: "报告已开工，台账没有合同。",
                    en: "Works are reported, and the ledger has no contract.")
            }
            let rate = Double(certified) / Double(ceiling)
            guard let accepted = project.reached["accepted"], rate < limits.certifiedAtAcceptance else { return nil }
            return finding(
                project, amount: ceiling - certified, value: rate, limit: limits.certifiedAtAcceptance, since: accepted,
                zh: "报告已验收，计量仅为合同的 \(Self.percent(rate))。",
                en: "Acceptance is reported, and \(Self.percent(rate)) of the contracts is certified.")
        }
        return (started.count, found)
    }
}
