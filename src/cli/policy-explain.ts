import { explain } from '../decision/explain.ts';
import { type Command, flag, noPositionals, option, required } from './command.ts';
import { policyInForce } from './effective.ts';
import { FACTS_HELP, readFacts } from './facts-file.ts';
import { settle } from './settle.ts';
import { printJson } from './terminal.ts';
import { printTree } from './tree.ts';

export const policyExplain: Command = {
  name: 'policy explain',
  summary: 'say who must approve a pull request, and why',
  help: `
Usage: countersign policy explain --facts FILE --policy FILE [--repository FILE] [--json]

Decides as the app would, offline, and explains the decision.

Options:
  --facts FILE        a pull request; "-" is standard input
  --policy FILE       the organization's policy
  --repository FILE   a repository's own policy, which adds to it
  --json              print the whole decision
${FACTS_HELP}

Examples:
  countersign policy explain --policy countersign.yml --facts pull.yml
  echo '{ labels: [remediation], approvals: [ana] }' | countersign policy explain --policy countersign.yml --facts -`,
  options: {
    facts: { type: 'string' },
    policy: { type: 'string' },
    repository: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: (given, terminal) => {
    noPositionals(given);
    const policy = policyInForce(required(given, 'policy'), option(given, 'repository'));
    const { facts, answer } = readFacts(required(given, 'facts'), new Date().toISOString());
    const decision = settle(policy, facts, answer);
    if (flag(given, 'json')) printJson(terminal, decision);
    else {
      printTree(explain(decision), terminal);
      for (const { kind, key, login } of decision.wants)
        terminal.complain(`Not in the facts, and needed: ${kind} ${login ?? key}.`);
    }
    return 0;
  },
};
