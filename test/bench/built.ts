import type { decide } from '../../src/decision/decide.ts';
import type { loadPolicy } from '../../src/policy/load.ts';

/**
 * What was built, and not what tsx makes of the sources: to keep the names of functions it calls a helper for each
 * closure, which is an eighth of a decision and which nobody pays who runs the app.
 */
export const builtFolder = new URL('../../dist/', import.meta.url);

export async function builtDecide(): Promise<typeof decide> {
  return (await import(new URL('decision/decide.js', builtFolder).href)).decide;
}

export async function builtLoadPolicy(): Promise<typeof loadPolicy> {
  return (await import(new URL('policy/load.js', builtFolder).href)).loadPolicy;
}
