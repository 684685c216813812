import type { How, Line, Use } from './line.ts';
import { dayOf } from './remarks.ts';

/** What a line says, cell by cell, as plain text for an issue and for a terminal alike. */
export type Cells = {
  readonly role: string;
  readonly who: string;
  readonly how: string;
  readonly lastUse: string;
  readonly remarks: readonly string[];
};

export function cells(line: Line): Cells {
  const remarks = line.remarks.map(({ text }) => text);
  switch (line.kind) {
    case 'holder':
      return {
        role: line.role,
        who: named(line.person),
        how: line.how.map(howText).join('; '),
        lastUse: useText(line.lastUse, line.uses),
        remarks,
      };
    case 'name':
      return {
        role: line.role,
        who: '(nobody)',
        how: `${line.name}${line.backup ? ', as backup' : ''}`,
        lastUse: '',
        remarks,
      };
    case 'empty':
      return { role: line.role, who: '(nobody)', how: '', lastUse: '', remarks };
    case 'exception':
      return {
        role: `may approve their own work in ${line.environment}`,
        who: line.person === null ? line.login : named(line.person),
        how: `exception until ${line.until}: ${line.reason}`,
        lastUse: '',
        remarks,
      };
  }
}

/** The number tells people apart who have had one login after the other. */
function named({ login, id }: { readonly login: string; readonly id: number }): string {
  return `${login} (${id})`;
}

function howText(how: How): string {
  switch (how.kind) {
    case 'user':
      return how.backup ? 'named as backup' : 'named';
    case 'team':
      return `team ${how.team}${how.backup ? ' as backup' : ''}`;
    case 'delegate':
      return `in place of ${how.from.login} on ${how.where} until ${dayOf(how.until)}`;
  }
}

const did: Readonly<Record<Use['what'], string>> = {
  signed: 'signed',
  'broke-the-glass': 'broke the glass',
  reconciled: 'reconciled',
  attested: 'attested',
};

function useText(last: Use | null | undefined, uses: number): string {
  if (last === undefined) return 'not known';
  if (last === null) return 'never';
  return `${dayOf(last.at)}, ${did[last.what]} ${last.where}${uses > 1 ? ` (${uses} in all)` : ''}`;
}
