import type { Decision } from '../decision/decision.ts';
import { escaped } from '../decision/escape.ts';
import { type Explanation, explain } from '../decision/explain.ts';
import { type CommandWord, commandWords, usages } from './words.ts';

/** Texts of comments: what is answered to a question, and how refusals are put. Markdown; what came from people is escaped. */

/** A comment may hold 65,536 characters; an answer is one of several in it. */
const longestAnswer = 6_000;

export function answerTo(question: 'status' | 'explain', decision: Decision): string {
  const { title, next } = decision;
  const steps = [
    ...next.author.map((step) => `- Author: ${escaped(step)}`),
    ...next.approvers.map((step) => `- Approvers: ${escaped(step)}`),
  ];
  if (question === 'status') return [escaped(title, 500), ...steps].join('\n');
  const lines = [escaped(title, 500), '', ...explain(decision).of.flatMap((part) => outline(part, 0))];
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > longestAnswer) return [...kept, '- … the check has all of it.'].join('\n');
    kept.push(line);
  }
  return kept.join('\n');
}

function outline({ text, holds, of }: Explanation, depth: number): readonly string[] {
  const mark = holds === undefined ? '' : holds ? '✓ ' : '✗ ';
  return [`${'  '.repeat(depth)}- ${mark}${escaped(text)}`, ...of.flatMap((part) => outline(part, depth + 1))];
}

/** What somebody may say here, and nothing else. */
export function helpText(words: readonly CommandWord[]): string {
  const lines = commandWords
    .filter((word) => words.includes(word))
    .map((word) => `- \`${usages[word].form.split(', ').join('` or `')}\` ${usages[word].effect}.`);
  return ['You may say here, each on a line of its own:', '', ...lines].join('\n');
}

/** One command and its answer, as they stand in a comment that may answer several. `answer` is Markdown. */
export function answered(login: string, text: string, answer: string): string {
  return `@${login} “${escaped(text, 80)}”\n\n${answer}`;
}

export function refusedText(login: string, text: string, said: string, code: string): string {
  return `@${login} “${escaped(text, 80)}” was not taken. ${said} (${code})`;
}
