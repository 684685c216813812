/**
 * AICPA Trust Services Criteria 2017 (points of focus revised 2022), common criteria. Needs the roles `service-owner`,
 * `security` and `release-manager`, and the environment `production`.
 */
export const soc2 = `# countersign:soc2
version: 1

stages: [peer, specialist, release]

rules:
  # CC8.1: changes are authorized, designed, developed, configured, documented, tested, approved and implemented.
  - name: "soc2 CC8.1: changes are tested and approved before production"
    when: { environments: [production] }
    require:
      peer: [ { role: service-owner } ]
      release: [ { role: release-manager } ]
    evidence: [failure, validation, verification-plan]
    approvals: { cite-evidence: true }

  # CC7.4 and CC7.5: the response to an incident is executed, and recovery is planned.
  - name: "soc2 CC7.5: wide changes can be taken back"
    when: { blast-radius: ">= high" }
    evidence: [rollback-plan]

  # CC6.1: logical access security is designed into what protects information assets.
  - name: "soc2 CC6.1: security-sensitive changes are reviewed by security"
    when: { classifications: [security-sensitive] }
    require: { specialist: [ { role: security } ] }

  # CC8.1, CC5.2: the control itself changes only with approval.
  - name: "soc2 CC8.1: changes to policy"
    when: { categories: [policy-change] }
    require:
      peer: [ { role: service-owner } ]
      specialist: [ { role: security } ]

classifications:
  security-sensitive: { when: { paths: ["**/auth/**", ".github/workflows/**"] } }

# CC5.1 and CC6.3: duties are segregated, access is by role.
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  unattributed-commits: block

# CC6.2 and CC6.3: access is reviewed, and removed when it is no longer needed.
access-review: { every: 90d, reviewers: [ { role: security } ] }
`;
