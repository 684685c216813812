import type { Explanation } from '../decision/explain.ts';
import type { Terminal } from './terminal.ts';

/** Prints a decision's explanation: a mark for what holds and what does not, indented under what rests on it. */
export function printTree({ text, of }: Explanation, terminal: Terminal): void {
  terminal.print(terminal.paint('bold', text));
  for (const section of of) {
    terminal.print('');
    terminal.print(terminal.paint('bold', section.text));
    for (const item of section.of) printNode(item, '  ', terminal);
  }
}

function printNode({ text, holds, of }: Explanation, indent: string, terminal: Terminal): void {
  const mark = holds === undefined ? '·' : holds ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
  const [first = '', ...more] = text.split('\n');
  terminal.print(`${indent}${mark} ${first}`);
  for (const line of more) terminal.print(`${indent}  ${line}`);
  for (const child of of) printNode(child, `${indent}  `, terminal);
}
