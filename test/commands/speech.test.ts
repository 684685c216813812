import { describe, expect, test } from 'vitest';
import { loginsIn, mostCommands, speechesOf } from '../../src/commands/speech.ts';
import { person } from '../support/facts.ts';

const saying = { timezone: 'Europe/Zurich', repository: 'acme/shop', server: 'https://github.com' };

describe('a remark', () => {
  const remark = { id: 3, by: person('ana'), at: '2026-11-23T12:00:00Z', head: null };

  test('its commands are numbered in their order', () => {
    const speeches = speechesOf({ ...remark, body: '/status\n/reject risk x' }, saying);
    expect(speeches.map(({ id, word, text }) => [id, word, text])).toEqual([
      [48, 'status', '/status'],
      [49, 'reject', '/reject risk x'],
    ]);
  });

  test('of five hundred commands none is taken', () => {
    const speeches = speechesOf({ ...remark, body: '/reject risk x\n'.repeat(500) }, saying);
    expect(speeches).toHaveLength(mostCommands);
    expect(new Set(speeches.map(({ read: { ok } }) => ok))).toEqual(new Set([false]));
    expect(speeches[0]?.read).toEqual({
      ok: false,
      problem:
        '500 commands in one comment are more than the 10 that are taken; none of them was. Say what you mean in fewer.',
    });
  });

  test('names those whom it must be known to be', () => {
    const body = '/withdraw @Ana x\n/delegate @bo until friday\n/withdraw @ANA y\n/withdraw\n/status';
    expect(loginsIn(speechesOf({ ...remark, body }, saying))).toEqual(['ana', 'bo']);
  });
});
