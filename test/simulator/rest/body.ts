import { Refusal } from '../world/world.ts';

export type Body = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function bodyOf(value: unknown): Body {
  return isObject(value) ? value : {};
}

function invalid(key: string): never {
  throw new Refusal(422, `Invalid request.\n\nInvalid type for ${key}.`);
}

export function optionalText(body: Body, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : invalid(key);
}

export function requiredText(body: Body, key: string): string {
  const value = optionalText(body, key);
  if (value === undefined) throw new Refusal(422, `Invalid request.\n\n"${key}" wasn't supplied.`);
  return value;
}

export function optionalOneOf<const T extends string>(body: Body, key: string, allowed: readonly T[]): T | undefined {
  const value = optionalText(body, key);
  return value === undefined ? undefined : (allowed.find((each) => each === value) ?? invalid(key));
}

export function objectIn(body: Body, key: string): Body | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? value : invalid(key);
}

export function listIn(body: Body, key: string): readonly unknown[] | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : invalid(key);
}

export function textsIn(body: Body, key: string): readonly string[] {
  return (listIn(body, key) ?? []).map((item) => (typeof item === 'string' ? item : invalid(key)));
}

export function numbersIn(body: Body, key: string): readonly number[] | undefined {
  return listIn(body, key)?.map((item) => (typeof item === 'number' ? item : invalid(key)));
}
