import type { Terminal } from '../terminal.ts';
import type { Report, RepositoryReport } from './examine.ts';

/** One line for each branch and environment, and how to mend those that are open. */
export function printReport({ organization, app, repositories }: Report, terminal: Terminal): void {
  const { print, paint } = terminal;
  for (const problem of app) print(`${paint('red', '✗')} ${problem}`);
  if (app.length > 0)
    print('  Compare the App’s settings with app.yml; the organization then has to accept what is new.');
  const governed = repositories.filter(
    ({ branches, environments, failed }) => failed || branches.length + environments.length > 0,
  );
  for (const repository of governed) printRepository(repository, terminal);
  const others = repositories.length - governed.length;
  if (others > 0)
    print(paint('dim', `${others} more at ${organization} have no branch that a policy claims, or are archived.`));
  const all = governed.flatMap(({ branches, environments }) => [...branches, ...environments]);
  const open = all.filter(({ gated }) => !gated).length;
  print(
    open === 0
      ? `${all.length} of ${all.length} are gated.`
      : `${all.length - open} of ${all.length} are gated; ${open} are not.`,
  );
}

function printRepository(
  { repository, reason, failed, branches, environments }: RepositoryReport,
  terminal: Terminal,
): void {
  const { print, paint } = terminal;
  const mark = (gated: boolean) => (gated ? paint('green', '✓') : paint('red', '✗'));
  print(paint('bold', repository));
  if (failed) print(`  ${paint('red', '✗')} ${reason}`);
  for (const { branch, gated, says, check } of branches) {
    print(`  ${mark(gated)} ${branch}: ${says}.`);
    if (!gated)
      print(`    Add a ruleset for ${branch} that requires ${check} with this App as its source, or run with --fix.`);
  }
  for (const { deployment, gated, administratorsPass } of environments) {
    const pass = administratorsPass === true ? '; administrators may pass it by' : '';
    print(
      `  ${mark(gated)} environment ${deployment}: ${gated ? `asks this app before a deployment${pass}` : 'asks this app nothing'}.`,
    );
    if (!gated) print(`    Enable this App under Settings, Environments, ${deployment}, Deployment protection rules.`);
  }
}
