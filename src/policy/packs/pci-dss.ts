/**
 * PCI DSS v4.0.1. Needs the roles `service-owner`, `security` and `release-manager`, the environment `production`, and
 * the classification `cardholder-data` put on the systems in scope.
 */
export const pciDss = `# countersign:pci-dss
version: 1

stages: [peer, specialist, release]

rules:
  # 6.2.3.1: code changes are reviewed by somebody other than the author who knows secure coding, and approved by
  # management before release.
  # 6.5.1: reason, security impact, documented approval by authorized parties, testing, and a way back.
  - name: "pci-dss 6.5.1: changes in production"
    when: { environments: [production] }
    require:
      peer: [ { role: service-owner } ]
      release: [ { role: release-manager } ]
    evidence: [failure, services, validation, verification-plan, rollback-plan]
    approvals: { cite-evidence: true }

  # 6.5.1 and 6.2.3: impact on the security of cardholder data is assessed by those who know it.
  - name: "pci-dss 6.2.3: cardholder data"
    when: { classifications: [cardholder-data] }
    require: { specialist: [ { role: security } ] }
    evidence: [rollback-plan]

  # 6.5.2: after a significant change, applicable requirements are confirmed to be in place.
  - name: "pci-dss 6.5.2: significant changes"
    when: { blast-radius: ">= high" }
    require: { specialist: [ { role: security } ] }
    evidence: [verification-plan]

  # 6.5.1: the procedures themselves change only with documented approval.
  - name: "pci-dss 6.5.1: changes to policy"
    when: { categories: [policy-change] }
    require:
      specialist: [ { role: security } ]
      release: [ { role: release-manager } ]

classifications:
  # An environment or a repository is in scope by its property; systems name the classification themselves.
  cardholder-data: { when: { properties: { pci-scope: [in-scope] } } }

# 6.5.4: roles are separated, so that only reviewed and approved changes are deployed.
# 8.2.2: group, shared and generic accounts are an exception.
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  unattributed-commits: block
  shared-accounts: ["svc-*", "*-bot", "shared-*"]

# 7.2.4: access is reviewed at least once every six months.
access-review: { every: 180d, reviewers: [ { role: security } ] }
`;
