import type { Remember } from './decision.ts';
import type { Evaluation } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { fingerprintOfFiles } from './fingerprint.ts';
import { governedBy } from './governance.ts';
import type { StageOpening } from './history.ts';
import { okOf } from './subject.ts';
import { instantOf } from './time.ts';
import { isComplete } from './values.ts';

/** What later decisions must know of this one. */
export function rememberOf({
  reader,
  classification,
  contributors,
  rejections,
  question,
  asked,
  content,
  filled,
}: Evaluation): Remember {
  const { facts } = reader;
  // A question with a fact missing may lack seats, and would later look as if they had been added.
  const isWhole = reader.wants().length === 0 && reader.problems().length === 0;
  const since = facts.history.governed?.since ?? facts.at;
  const opened = [...filled.openedAt].flatMap(([stage, at]): readonly StageOpening[] =>
    Number.isFinite(at) ? [{ stage, content, question: asked, at: instantOf(at) }] : [],
  );
  return {
    governed: governedBy(classification, since),
    contributors: contributors.certain,
    rejections: rejections.standing,
    lifted: rejections.lifted,
    openings: isWhole ? merged(facts.history.openings, opened) : facts.history.openings,
    questions: isWhole ? [question] : [],
    fingerprints: fingerprintsOf(facts),
  };
}

/** What an ungoverned pull request, or one that could not be judged, leaves behind: nothing new. */
export function rememberNothing({ history }: Facts): Remember {
  const { governed, contributors, rejections, lifted, openings } = history;
  return { governed, contributors, rejections, lifted, openings, fingerprints: history.fingerprints, questions: [] };
}

/** An opening is kept from the first time that it was found. */
export function merged(known: readonly StageOpening[], found: readonly StageOpening[]): StageOpening[] {
  const keyOf = ({ stage, content, question }: StageOpening) => `${stage} ${content} ${question}`;
  const keys = new Set(known.map(keyOf));
  return [...known, ...found.filter((opening) => !keys.has(keyOf(opening)))];
}

function fingerprintsOf({ history, lookups }: Facts): Remember['fingerprints'] {
  const known = new Set(history.fingerprints.map(({ head }) => head));
  const found = Object.entries(lookups.files ?? {}).flatMap(([head, answer]) => {
    const files = okOf(answer);
    if (files === undefined || !isComplete(files) || known.has(head)) return [];
    return [{ head, fingerprint: fingerprintOfFiles(files.items) }];
  });
  return [...history.fingerprints, ...found];
}
