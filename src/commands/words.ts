/** The words that begin a command, with how each is written and who may say it: the table behind `/help` and refusals. */

export const commandWords = [
  'reject',
  'defer',
  'request-validation',
  'narrow-scope',
  'withdraw',
  'resubmit',
  'delegate',
  'approve-own',
  'away',
  'break-glass',
  'reconcile',
  'rollback',
  'attest',
  'object',
  'explain',
  'status',
  'help',
  'recheck',
] as const;
export type CommandWord = (typeof commandWords)[number];

export type Usage = {
  /** How it is written, without backquotes. */
  readonly form: string;
  /** What it does, as half a sentence. */
  readonly effect: string;
};

export const usages: Readonly<Record<CommandWord, Usage>> = {
  reject: {
    form: '/reject <scope|evidence|timing|quality|risk|duplicate|other> <rationale>',
    effect: 'blocks the proposal until you approve it or withdraw this',
  },
  defer: {
    form: '/defer until <date-time> [because …], /defer for <2d> [because …], /defer until #123 [because …]',
    effect: 'holds the proposal; approvals given meanwhile are kept; it ends by itself',
  },
  'request-validation': {
    form: '/request-validation <what>',
    effect: 'asks for a validation run newer than this request',
  },
  'narrow-scope': {
    form: '/narrow-scope <what>',
    effect: 'asks for a smaller change, and waits for your approval of it',
  },
  withdraw: {
    form: '/withdraw [@user] [rationale]',
    effect: 'takes back what you said, or with a rationale what another approver of your stage said',
  },
  resubmit: { form: '/resubmit [note]', effect: 'tells those who rejected that it is ready to be looked at again' },
  delegate: {
    form: '/delegate @user [role] until <date>',
    effect: 'hands your seat to another member or a backup of the role',
  },
  'approve-own': { form: '/approve-own <rationale>', effect: 'approves your own change under a dated exception' },
  away: { form: '/away until <date>', effect: 'makes the backups of your roles active until then, everywhere' },
  'break-glass': {
    form: '/break-glass <incident> <reason>',
    effect: 'lets this head pass without its approvals, and opens a reconciliation by other people',
  },
  reconcile: {
    form: '/reconcile approve <rationale>, /reconcile reject <rationale>',
    effect: 'decides afterwards on a broken glass',
  },
  rollback: { form: '/rollback <reason>', effect: 'records after the merge that the change has failed' },
  attest: {
    form: '/attest, /attest 3 5-7',
    effect: 'attests every line of an access review, or some of them, that is not about you',
  },
  object: {
    form: '/object 4 <rationale>',
    effect: 'says of a line of an access review what is wrong with it',
  },
  explain: { form: '/explain', effect: 'says how the present decision was reached' },
  status: { form: '/status', effect: 'says in short what is needed next' },
  help: { form: '/help', effect: 'lists what you may say here' },
  recheck: { form: '/recheck', effect: 'reads everything anew and decides again' },
};

export function isCommandWord(word: string): word is CommandWord {
  return (commandWords as readonly string[]).includes(word);
}
