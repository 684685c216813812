/** What each pack asks of the policy that extends it; test/cli/policy-init.test.ts holds this to the packs themselves. */
const ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['countersign:baseline', ['service-owner']],
  ['countersign:soc2', ['service-owner', 'security', 'release-manager']],
  ['countersign:pci-dss', ['service-owner', 'security', 'release-manager']],
  ['countersign:dora', ['service-owner', 'security', 'release-manager', 'incident-commander']],
]);

/** The text of a first policy on top of a pack, for a person to go on from. Valid as it is, once the teams exist. */
export function starterPolicy(pack: string, organization: string): string {
  const roles = (ROLES.get(pack) ?? []).map(
    (role) => `  ${role}: { members: ["team:${organization}/${plural(role)}"] }`,
  );
  return `# Who signs what. This file belongs at the root of the policy repository, ".github" unless the app is told otherwise, on its default
# branch. It holds for every repository in which the app is installed.
#   countersign policy validate countersign.yml          is it right?
#   countersign policy show --effective countersign.yml  what does it come to?
version: 1

# What the pack brings: countersign policy show ${pack}
extends: [${pack}]

# Which pull requests are remediation proposals: the first that matches. Everything else is left alone.
proposals:
  - category: dependency-upgrade
    when: { authors: ["dependabot[bot]", "renovate[bot]"] }
    initiator: none # nobody asks for these one by one
  - category: remediation
    when: { any: [{ labels: [remediation] }, { head: ["remediation/**"] }, { author-kind: bot }] }
otherwise: ungoverned

# Strictest first. Merging into one of the base branches changes the environment; it names the check: countersign/production.
environments:
  production: { base: [main, "release/**"], deployments: [production] }
  staging: { base: [develop], deployments: [staging] }

# Teams and people who may approve: "team:${organization}/slug" or "user:login". Never shared accounts. Give each a backup, so that a
# holiday holds nothing up: backups: ["user:login"]
roles:
${roles.join('\n')}

# Which workflows count as validation when a rule asks for it.
evidence:
  validation: { workflows: [ci.yml] }

# Rules only ever add up. For example, two people wherever much is touched:
# rules:
#   - name: wide changes
#     when: { files: ">= 50" }
#     require: { peer: [{ role: service-owner, count: 2 }] }
`;
}

function plural(role: string): string {
  return role === 'security' ? role : `${role}s`;
}
