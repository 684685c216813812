import type { Account } from '../decision/values.ts';
import type { Finding } from './finding.ts';

/** Names that this app publishes its checks under. GitHub's comparison is not documented, so case makes no difference here. */
const ours = /^countersign\//i;

export function isOurName(name: string): boolean {
  return ours.test(name);
}

/** A check run or a commit status under a name of ours that this app did not publish. */
export type Foreign = {
  readonly source: 'check' | 'status';
  readonly name: string;
  readonly head: string;
  /** The app behind a check run; for a status, whoever wrote it. */
  readonly publisher: { readonly id: number; readonly name: string };
  /** `success`, `in_progress`, … */
  readonly says: string;
  readonly by: Account | null;
};

/** Once for a commit, a name and whoever publishes it (T18). */
export function foreignFinding({ source, name, head, publisher, says, by }: Foreign): Finding {
  const what = source === 'check' ? 'a check' : 'a status';
  return {
    kind: 'foreign-check',
    key: `${source}:${head}:${name}:${publisher.id}`,
    environment: null,
    pull: null,
    head,
    title: `${publisher.name} published ${what} called ${name}, which is a name of ours`,
    details: { source, check: name, app: publisher.name, appId: publisher.id, conclusion: says },
    by,
  };
}
