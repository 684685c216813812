import type { Decision } from './decision.ts';
import type { History, Question } from './history.ts';

/**
 * The history after a decision: a plain fold, so that deciding over a recorded sequence of facts gives the recorded
 * sequence of decisions. Lineage is not touched: the shell finds it by content.
 */
export function evolve(history: History, decision: Decision): History {
  const { questions, ...remembered } = decision.remember;
  const asked = questions.filter((question) => !isAskedAlready(history.questions, question));
  return {
    governed: remembered.governed,
    contributors: [...remembered.contributors],
    rejections: [...remembered.rejections],
    lifted: [...remembered.lifted],
    openings: [...remembered.openings],
    fingerprints: [...remembered.fingerprints],
    questions: [...history.questions, ...asked],
    lineage: history.lineage,
  };
}

function isAskedAlready(asked: readonly Question[], question: Question): boolean {
  const last = asked.findLast(({ layer }) => layer === question.layer);
  return last !== undefined && JSON.stringify({ ...last, at: '' }) === JSON.stringify({ ...question, at: '' });
}
