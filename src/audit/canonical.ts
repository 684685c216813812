import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Canonical JSON as RFC 8785 defines it: one text for one value, wherever it is made. Throws on what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
}

/** Whether a text is the canonical JSON of the value that it was parsed into. */
export function isCanonical(text: string, value: unknown): boolean {
  // What the engine writes is canonical where members are in order, and many times as fast; half a surrogate pair is what it escapes.
  if (JSON.stringify(value) === text && !text.includes('\\ud') && isInOrder(value)) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before = '';
  const members: Readonly<Record<string, unknown>> = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    if (name < before || !isInOrder(members[name])) return false;
    before = name;
  }
  return true;
}

/** Hex SHA-256 of a value's canonical JSON. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}
