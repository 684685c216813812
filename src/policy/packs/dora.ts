/**
 * Regulation (EU) 2022/2554 (DORA), Article 9(4)(e), and Delegated Regulation (EU) 2024/1774 (RTS), Article 17. Needs
 * the roles `service-owner`, `security`, `release-manager` and `incident-commander`, and the environment `production`.
 */
export const dora = `# countersign:dora
version: 1

stages: [peer, specialist, release]

rules:
  # DORA 9(4)(e): changes are recorded, tested, assessed, approved, implemented and verified in a controlled manner.
  # RTS 17(1)(b): who approves is independent of who requests and implements. 17(1)(d): purpose, scope and expected
  # outcome are documented.
  - name: "dora 9(4)(e): changes in production"
    when: { environments: [production] }
    require:
      peer: [ { role: service-owner } ]
      release: [ { role: release-manager } ]
    evidence: [failure, services, validation, verification-plan]

  # RTS 17(1)(e): fallback procedures are identified, for aborting a change and for recovering from it.
  - name: "dora RTS 17(1)(e): fallback"
    when: { environments: [production] }
    evidence: [rollback-plan]

  # RTS 17(1)(a) and (h): security requirements are met, the impact on existing security measures is identified.
  - name: "dora RTS 17(1)(h): impact on security"
    when: { any: [ { classifications: [critical-function] }, { blast-radius: ">= high" } ] }
    require: { specialist: [ { role: security } ] }

  # DORA 9(4)(e): the change management policy itself is approved.
  - name: "dora 9(4)(e): changes to policy"
    when: { categories: [policy-change] }
    require:
      specialist: [ { role: security } ]
      release: [ { role: release-manager } ]

classifications:
  # A function that is critical or important in the sense of Article 3(22).
  critical-function: { when: { properties: { dora-function: [critical, important] } } }

# RTS 17(1)(b)
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  unattributed-commits: block

# RTS 17(1)(f) and (g): emergency changes have safeguards, and are documented, assessed and approved afterwards.
break-glass:
  roles: [incident-commander]
  environments: [production]
  reconcile-within: 2d
  require: [ { role: service-owner }, { role: security } ]

# RTS 21(1)(e)(iv): access to systems that support critical or important functions is reviewed every six months.
access-review: { every: 180d, reviewers: [ { role: security } ] }
`;
