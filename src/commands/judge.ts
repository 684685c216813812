import type { Decision, Reason } from '../decision/decision.ts';
import { escaped } from '../decision/escape.ts';
import type { Permission } from '../decision/lookups.ts';
import { permissions } from '../decision/lookups.ts';
import { inWords } from '../decision/time.ts';
import type { Account } from '../decision/values.ts';
import { answerTo } from './answers.ts';
import type { Command } from './command.ts';
import type { Heard, Speech } from './speech.ts';

/** What became of a command. `answer` is said in a comment; without one a reaction is enough. */
export type Outcome =
  | { readonly kind: 'taken'; readonly answer: string | null }
  /** `said` is the reason as Markdown. */
  | { readonly kind: 'refused'; readonly reason: Reason; readonly said: string };

/** The issue on which it is reconciled that this pull request went past the gate, by a broken glass or otherwise; null while it is being opened, undefined where it did not. */
export type Reconciling = number | null | undefined;

export type Circumstances = {
  readonly decision: Decision;
  readonly headSha: string;
  readonly reconciling: Reconciling;
  /** What an account may do in the repository; undefined while it has not been read. */
  readonly permissionOf: (account: Account) => Permission | undefined;
  /** What the speaker may say here, for `/help`. */
  readonly helpFor: (account: Account) => string;
};

/** Judges one command that was said on an open pull request. */
export function judge(speech: Speech, heard: Heard, circumstances: Circumstances): Outcome {
  switch (heard.kind) {
    case 'problem':
      return refused('command-syntax', heard.problem);
    case 'word':
      return judgeWord(speech, heard.command, circumstances);
    case 'intervention':
      return judgeIntervention(speech, heard.intervention.head, circumstances);
  }
}

function judgeIntervention(speech: Speech, head: string, { decision, headSha }: Circumstances): Outcome {
  const { state, reasons } = decision;
  const why = escaped(reasons[0]?.message ?? '');
  if (state === 'ungoverned')
    return refused('not-now', 'This is not a remediation proposal, so there is nothing here to decide on.');
  if (state === 'policy-invalid')
    return refused(
      'not-now',
      `Nothing can be decided while the policy is invalid. ${why} Say it again once it is mended.`,
    );
  if (state === 'facts-incomplete')
    return refused('not-now', `It cannot be judged now. ${why} Say it again after that.`);
  if (speech.word === 'break-glass' && head !== headSha)
    return refused(
      'not-now',
      'Somebody has pushed since you said this. Look at the new head, and say it again if it still must pass.',
    );
  const refusal = decision.refused.find(({ id }) => id === speech.id);
  return refusal === undefined
    ? { kind: 'taken', answer: confirmation(speech) }
    : { kind: 'refused', reason: refusal.reason, said: escaped(refusal.reason.message, 1_000) };
}

/** Dates are answered in full, so that nobody is surprised by a zone; a broken glass is answered with what it entails. */
function confirmation({ read, head }: Speech): string | null {
  if (!read.ok) return null;
  const { command } = read;
  switch (command.word) {
    case 'defer':
      return command.until.kind === 'instant'
        ? `Deferred until ${inWords(command.until.at, command.until.timezone)}. Approvals given meanwhile are kept. \`/withdraw\` ends it earlier.`
        : `Deferred until ${command.until.reference} is merged or closed. \`/withdraw\` ends it earlier.`;
    case 'away':
      return `Your backups are active until ${inWords(command.until.at, command.until.timezone)}. \`/withdraw\` ends it earlier.`;
    case 'delegate':
      return `${command.to} is asked in your place until ${inWords(command.until.at, command.until.timezone)}. \`/withdraw\` ends it earlier.`;
    case 'break-glass':
      return `The glass is broken for the head ${(head ?? '').slice(0, 10)} and for no other. It must be reconciled afterwards by other people; an issue is opened for that.`;
    default:
      return null;
  }
}

function judgeWord(speech: Speech, command: Command, circumstances: Circumstances): Outcome {
  switch (command.word) {
    case 'resubmit':
      return resubmitted(speech, command.note, circumstances.decision);
    case 'reconcile':
      return refused('not-now', reconcilingElsewhere(circumstances.reconciling));
    case 'rollback':
      return refused('not-now', 'It has not been merged, so there is nothing to roll back. To stop it, use `/reject`.');
    case 'attest':
    case 'object':
      return refused('not-now', 'That is said on the issue of an access review. Here, approve it, or use `/reject`.');
    case 'recheck':
      return rechecked(speech, circumstances);
    case 'help':
      return { kind: 'taken', answer: circumstances.helpFor(speech.by) };
    default:
      return {
        kind: 'taken',
        answer: answerTo(command.word === 'explain' ? 'explain' : 'status', circumstances.decision),
      };
  }
}

/** A broken glass has an issue of its own, on which it is talked about and decided. */
export function reconcilingElsewhere(issue: Reconciling): string {
  if (issue === undefined) return 'Nothing about this pull request waits to be reconciled.';
  return `It is reconciled on the issue that is opened for it${issue === null ? '' : `, #${issue}`}. Say it there.`;
}

/** The author or an initiator tells those who rejected that it is ready; nothing is lifted. */
function resubmitted(speech: Speech, note: string, { contributors, rejections }: Decision): Outcome {
  const isTheirs = contributors.some(
    ({ account, as }) => account.id === speech.by.id && (as === 'author' || as === 'initiator'),
  );
  if (!isTheirs) return refused('not-entitled', 'Only the author or the initiator can resubmit this proposal.');
  if (rejections.length === 0) return refused('not-now', 'No rejection stands, so nobody waits for it to come again.');
  const people = [...new Set(rejections.map(({ by }) => `@${by.login}`))].join(', ');
  const said = note === '' ? '' : ' Their note is in the comment above.';
  return {
    kind: 'taken',
    answer: `${people}: ${speech.by.login} says that this is ready to be looked at again.${said} Your rejection stands until you approve or \`/withdraw\`.`,
  };
}

function rechecked(speech: Speech, { permissionOf }: Circumstances): Outcome {
  const permission = permissionOf(speech.by);
  if (permission !== undefined && permissions.indexOf(permission) >= permissions.indexOf('write'))
    return { kind: 'taken', answer: null };
  return refused('not-entitled', 'Only somebody who may write to this repository can have it looked at again.');
}

/** For messages in which nothing stands that people wrote, but between backquotes. */
function refused(code: Reason['code'], message: string): Outcome {
  const said = message.replace(/\s+/g, ' ').trim();
  return { kind: 'refused', reason: { code, message: said }, said };
}
