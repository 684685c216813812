import type { Decision } from './decision.ts';
import type { History } from './history.ts';

/**
 * The history after a decision: a plain fold, so that deciding over a recorded sequence of facts gives the recorded
 * sequence of decisions. Lineage is not touched: the shell finds it by content.
 */
export function evolve(history: History, decision: Decision): History {
  const { question, ...remembered } = decision.remember;
  const last = history.questions.at(-1);
  const same = question === null || (last !== undefined && sameQuestion(last, question));
  return {
    ...remembered,
    questions: same ? history.questions : [...history.questions, question],
    lineage: history.lineage,
  };
}

function sameQuestion(one: History['questions'][number], other: History['questions'][number]): boolean {
  return JSON.stringify({ ...one, at: '' }) === JSON.stringify({ ...other, at: '' });
}
