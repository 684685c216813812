import { CannotRun, type Command, flag, noPositionals, required } from './command.ts';
import { examine, isWell } from './doctor/examine.ts';
import { fix, fixesFor } from './doctor/fix.ts';
import { printReport } from './doctor/print.ts';
import { liveConfig, liveGitHub } from './live-github.ts';
import { printJson } from './terminal.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'say which branches and environments are really gated, and mend those that are not',
  help: `
Usage: APP_ID=… PRIVATE_KEY=… countersign doctor --org ORG [--json]
       GITHUB_TOKEN=… countersign doctor --org ORG --fix [--yes]

Goes through the repositories that the App was given and asks GitHub of each branch that the policy claims whether a merge needs the check
from this App, and of each deployment environment whether it asks this App. Compares the App's own permissions and events with app.yml.
Needs no database, and changes nothing.

With --fix it shows the ruleset that is lacking and creates it when you say y: for the branches that exist, without anybody who may bypass
it. The App itself may only read settings, so that whoever holds its key can open no gate; rulesets are created with GITHUB_TOKEN, the token
of a person who administers the repositories. Where nobody can be asked, nothing is created unless --yes is given.

Options:
  --org ORG   the organization, such as acme
  --json      print what was found as data
  --fix       offer to create what is lacking
  --yes       agree to all of it

Exit status: 0 everything is gated, 1 something is not (or was not before --fix, and still is not), 2 it could not be run.

Examples:
  countersign doctor --org acme
  countersign doctor --org acme --json | jq '.repositories[].branches[] | select(.gated | not)'
  GITHUB_TOKEN=$(gh auth token) countersign doctor --org acme --fix`,
  options: {
    org: { type: 'string' },
    json: { type: 'boolean' },
    fix: { type: 'boolean' },
    yes: { type: 'boolean' },
  },
  run: async (given, terminal) => {
    noPositionals(given);
    const organization = required(given, 'org');
    if (flag(given, 'json') && flag(given, 'fix')) throw new CannotRun('--json and --fix exclude each other.');
    if (flag(given, 'yes') && !flag(given, 'fix')) throw new CannotRun('--yes agrees to what --fix offers; give both.');
    const config = liveConfig();
    const github = liveGitHub(config);
    const found = await github.installationAt(organization);
    if (found === null) throw new CannotRun(`The App is not installed at ${organization}.`);
    const look = () => examine(github, config, found, organization, showProgress);
    const report = await look();
    if (flag(given, 'json')) {
      printJson(terminal, { ...report, well: isWell(report) });
      return isWell(report) ? 0 : 1;
    }
    printReport(report, terminal);
    const fixes = flag(given, 'fix') ? fixesFor(report, config.appId) : [];
    if (fixes.length === 0) return isWell(report) ? 0 : 1;
    const left = await fix(fixes, config, flag(given, 'yes'), terminal);
    if (left === fixes.length) return 1;
    const after = await look();
    printReport(after, terminal);
    return isWell(after) ? 0 : 1;
  },
};

/** A line that counts, where somebody watches. */
function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY !== true || total < 10) return;
  process.stderr.write(`\r${done} of ${total} repositories${done === total ? '\r\u001b[K' : ''}`);
}
