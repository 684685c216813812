/** Segregation of duties, evidence, one peer. Needs the role `service-owner`. */
export const baseline = `# countersign:baseline
version: 1

stages: [peer, specialist, release]

rules:
  # Somebody who did not help to write it has understood the failure and the fix.
  - name: "baseline: one peer"
    require: { peer: [ { role: service-owner } ] }
    evidence: [failure, services]

approvals:
  stale: on-push
  permission: write
  same-person: once

# Nobody approves what they wrote, pushed, or asked a machine to write; nobody approves from an account that others use.
segregation:
  exclude: [committers, co-authors, pushers, initiator]
  unattributed-commits: block
  shared-accounts: ["svc-*", "*-bot", "shared-*"]
`;
