import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importPolicyBot } from '../../src/policy/import-policy-bot.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { effective } from './load.ts';

const page = readFileSync(new URL('../../docs/coming-from.md', import.meta.url), 'utf8');

function blocks(kind: string): readonly string[] {
  return Array.from(page.matchAll(/^```yaml ?([\w-]*)\n(.*?)^```/gms)).flatMap(([, found, text]) =>
    found === kind && text !== undefined ? [text] : [],
  );
}

describe('the page for people who come from elsewhere', () => {
  test.each([...blocks(''), ...blocks('policy-bot-made')])('its policy is valid: %#', (text) => {
    const loaded = loadPolicy({ organization: { file: 'docs/coming-from.md', text } });
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
  });

  test('its policy of policy-bot becomes what it says, and nothing is lost', () => {
    const [given = ''] = blocks('policy-bot');
    const [made = ''] = blocks('policy-bot-made');
    const result = importPolicyBot({ file: '.policy.yml', text: given });
    expect(result).toMatchObject({ ok: true, lost: [] });
    expect(effective(result.ok ? result.text : '').layers).toEqual(effective(made).layers);
  });

  test('it knows no other kind of example', () => {
    expect(blocks('')).toHaveLength(3);
    expect(page.match(/^```yaml/gm)).toHaveLength(5);
  });
});
