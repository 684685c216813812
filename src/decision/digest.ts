import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Hex SHA-256 of a value's canonical form (RFC 8785): equal for equal values, whatever the order of their keys. */
export function digestOf(value: unknown): string {
  return hash('sha256', canonicalize(value) ?? '');
}
