import type { Decision } from '../decision/decision.ts';
import { explain } from '../decision/explain.ts';
import {
  CannotRun,
  type Command,
  type ExitCode,
  flag,
  type Given,
  noPositionals,
  option,
  required,
} from './command.ts';
import { policyInForce } from './effective.ts';
import { addressOf, explainLive } from './explain-live.ts';
import { FACTS_HELP, readFacts } from './facts-file.ts';
import { settle } from './settle.ts';
import { printJson, type Terminal } from './terminal.ts';
import { printTree } from './tree.ts';

export const policyExplain: Command = {
  name: 'policy explain',
  summary: 'say who must approve a pull request, and why',
  help: `
Usage: countersign policy explain --facts FILE --policy FILE [--repository FILE] [--json]
       countersign policy explain --repo OWNER/NAME --pr NUMBER [--policy FILE] [--repository FILE] [--json]

Decides as the app would, and explains the decision: offline about a pull request that is written down, or about one that is open
on GitHub. Nothing is recorded and nothing is published.

Options:
  --facts FILE        a pull request; "-" is standard input
  --policy FILE       the organization's policy; with --repo: what if it were in force
  --repository FILE   a repository's own policy, which adds to it
  --repo OWNER/NAME   a repository on GitHub
  --pr NUMBER         an open pull request there
  --json              print the whole decision

With --repo it needs what the app needs to read from GitHub: APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, and, if they are not as usual,
GITHUB_API_URL and POLICY_REPOSITORY. With DATABASE_URL it knows what the app has recorded; without, history and deliveries are
unknown, and an approval counts only where GitHub itself proves the commit that it was given on.
${FACTS_HELP}

Examples:
  countersign policy explain --policy countersign.yml --facts pull.yml
  echo '{ labels: [remediation], approvals: [ana] }' | countersign policy explain --policy countersign.yml --facts -
  countersign policy explain --repo acme/shop --pr 7`,
  options: {
    facts: { type: 'string' },
    policy: { type: 'string' },
    repository: { type: 'string' },
    repo: { type: 'string' },
    pr: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async (given, terminal): Promise<ExitCode> => {
    noPositionals(given);
    const isLive = option(given, 'repo') !== undefined || option(given, 'pr') !== undefined;
    const decision = isLive ? await live(given, terminal) : fromFiles(given);
    if (flag(given, 'json')) printJson(terminal, decision);
    else {
      printTree(explain(decision), terminal);
      for (const { kind, key, login } of decision.wants)
        terminal.complain(`Not in the facts, and needed: ${kind} ${login ?? key}.`);
    }
    return 0;
  },
};

function fromFiles(given: Given): Decision {
  const policy = policyInForce(required(given, 'policy'), option(given, 'repository'));
  const { facts, answer } = readFacts(required(given, 'facts'), new Date().toISOString());
  return settle(policy, facts, answer);
}

function live(given: Given, terminal: Terminal): Promise<Decision> {
  if (option(given, 'facts') !== undefined) throw new CannotRun('--facts and --repo exclude each other.');
  const address = addressOf(required(given, 'repo'), required(given, 'pr'));
  return explainLive({ address, policy: option(given, 'policy'), repository: option(given, 'repository') }, terminal);
}
