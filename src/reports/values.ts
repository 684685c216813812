import type { Cell, Kind } from './model.ts';

/** A value as people read it; `–` where there is none. */
export function shown(value: Cell, kind: Kind): string {
  if (value === null) return kind === 'text' || kind === 'label' ? '' : '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string')
    return kind === 'instant' ? value.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, '') : value;
  switch (kind) {
    case 'hours':
      return spanOf(value * 3600);
    case 'seconds':
      return spanOf(value);
    case 'percent':
      return `${trimmed(value)} %`;
    default:
      return String(value);
  }
}

/** Whether a column is set flush right. */
export function isNumeric(kind: Kind): boolean {
  return ['count', 'hours', 'seconds', 'percent'].includes(kind);
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 100) / 100);
}

function spanOf(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${trimmed(Math.round(seconds / 6) / 10)} min`;
  return `${trimmed(seconds / 3600)} h`;
}
