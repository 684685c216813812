import type { Layer } from '../policy/compose.ts';
import { describePolicy, describePolicyChange } from '../policy/describe.ts';
import { packText } from '../policy/packs/packs.ts';
import { CannotRun, type Command, flag, onlyPositional, option } from './command.ts';
import { effectivePolicy } from './effective.ts';
import { printJson, type Terminal } from './terminal.ts';

export const policyShow: Command = {
  name: 'policy show',
  summary: 'say in plain sentences what a policy comes to',
  help: `
Usage: countersign policy show [--effective] FILE [--repository FILE] [--json]
       countersign policy show PACK

Shows the policy in force: packs put underneath, defaults filled in, and what a repository adds. For a pack, shows its text.

Options:
  --effective         the default for a file
  --repository FILE   a repository's own policy, which adds to FILE
  --json              print the policy as data, as a decision sees it

Examples:
  countersign policy show --effective countersign.yml
  countersign policy show countersign.yml --repository shop/.github/countersign.yml
  countersign policy show countersign:soc2`,
  options: { effective: { type: 'boolean' }, repository: { type: 'string' }, json: { type: 'boolean' } },
  run: (given, terminal) => {
    const file = onlyPositional(given, 'FILE');
    const pack = packText(file);
    if (pack !== undefined) {
      if (flag(given, 'json')) throw new CannotRun('A pack is shown as its text only; --json is for a file.');
      terminal.print(pack.trimEnd());
      return 0;
    }
    const effective = effectivePolicy(file, option(given, 'repository'));
    if (flag(given, 'json')) printJson(terminal, effective);
    else {
      for (const source of effective.sources)
        terminal.print(terminal.paint('dim', `${source.kind} ${source.file} sha256:${source.sha256}`));
      showLayers(effective.layers, terminal);
    }
    return 0;
  },
};

function showLayers([first, ...others]: readonly [Layer, ...Layer[]], terminal: Terminal): void {
  showSentences('In force:', describePolicy(first.policy), terminal);
  let before = first;
  for (const layer of others) {
    const { added, removed } = describePolicyChange(before.policy, layer.policy);
    showSentences('The repository adds, on top of all that:', added, terminal);
    if (removed.length > 0) showSentences('and has it decided once more without:', removed, terminal);
    before = layer;
  }
}

function showSentences(title: string, sentences: readonly string[], { print, paint }: Terminal): void {
  print('');
  print(paint('bold', title));
  for (const sentence of sentences) print(`  ${sentence}`);
}
