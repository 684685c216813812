import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, withEntry } from '../../src/audit/change.ts';
import { changeColumns, changeRow } from '../../src/audit/change-row.ts';
import { csvRecord } from '../../src/audit/csv.ts';
import { ocsfEvent } from '../../src/audit/ocsf.ts';

test.each([
  ['plain', 'plain'],
  ['', ''],
  ['a,b', '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\tx', "'\tx"],
  ['\rx', '"\'\rx"'],
  ['=a,"b"', '"\'=a,""b"""'],
])('%j becomes %j', (value, cell) => {
  expect(csvRecord([value, 'x'])).toBe(`${cell},x\r\n`);
});

test('no cell begins as a formula does, and every record can be taken apart again', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (values) => {
      const cells = takenApart(csvRecord(values));
      expect(cells).toHaveLength(values.length);
      for (const [at, cell] of cells.entries()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
        expect([values[at], `'${values[at]}`]).toContain(cell);
      }
    }),
  );
});

/** RFC 4180, read by itself. */
function takenApart(text: string): readonly string[] {
  const cells: string[] = [];
  let rest = text.slice(0, -2);
  for (;;) {
    const [whole = '', quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/.exec(rest) ?? [];
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (whole.length === rest.length) return cells;
    rest = rest.slice(whole.length + 1);
  }
}

const head = {
  version: 1,
  tenant: 3,
  repository: { id: 1, name: 'acme/shop' },
  pull: 7,
  head: 'a'.repeat(40),
  deliveries: ['guid'],
};
const ana = { id: 11, login: 'ana', kind: 'user' };
const entries: readonly Readonly<Record<string, unknown>>[] = [
  { ...head, kind: 'event', at: '2026-11-24T09:00:00Z', actor: ana, details: {} },
  {
    ...head,
    kind: 'decision',
    at: '2026-11-24T10:00:00Z',
    actor: { kind: 'timer' },
    details: {
      decision: {
        state: 'approved',
        environment: 'production',
        classification: {
          systems: [{ name: 'payments' }],
          classifications: [],
          blastRadius: { level: 'high' },
          proposal: { categories: [{ name: 'remediation', because: [] }], because: 'it has the label remediation' },
        },
        plan: [
          {
            name: 'peer',
            seats: [
              {
                label: 'service-owner',
                because: ['a peer'],
                filledBy: { account: { id: 12, login: 'raj', kind: 'user' }, at: '2026-11-24T09:50:00Z' },
              },
              { label: 'security', because: ['a peer'], filledBy: null },
            ],
          },
        ],
        evidence: [{ kind: 'ticket', verified: true, message: 'OPS-1 is open' }],
        exceptions: [],
        contributors: [{ account: ana, as: 'initiator' }],
        glass: null,
      },
    },
  },
  {
    ...head,
    kind: 'glass-broken',
    at: '2026-11-24T10:30:00Z',
    actor: ana,
    details: { incident: 'INC-1', reason: 'the shop is down' },
  },
  {
    ...head,
    kind: 'closed',
    at: '2026-11-24T11:00:00Z',
    actor: ana,
    details: { merged: true, mergeCommit: 'b'.repeat(40), permitted: true },
  },
  {
    ...head,
    pull: null,
    kind: 'deployment-gated',
    at: '2026-11-24T12:00:00Z',
    actor: { kind: 'app' },
    details: { environment: 'production', allowed: true, pulls: [7] },
  },
];

function rowOf(values: readonly unknown[]): Readonly<Record<string, string>> {
  let change: Change | null = null;
  for (const [index, value] of values.entries()) change = withEntry(change, { index, leaf: `leaf-${index}`, value }, 7);
  if (change === null) throw new Error('a change has entries');
  const row = changeRow(change);
  return Object.fromEntries(changeColumns.map((column, at) => [column, row[at] ?? '']));
}

test('a change is one line, with what an auditor asks for', () => {
  expect(rowOf(entries)).toEqual({
    repository: 'acme/shop',
    pull_request: '7',
    requested_at: '2026-11-24T09:00:00Z',
    requested_by: 'ana',
    initiators: 'ana',
    environment: 'production',
    category: 'remediation',
    classified_because: 'it has the label remediation',
    systems: 'payments',
    data_classifications: '',
    blast_radius: 'high',
    evidence: 'ticket: verified (OPS-1 is open)',
    approvers: 'raj (12) as service-owner in peer at 2026-11-24T09:50:00Z: a peer',
    seats_open: 'security in peer',
    decision: 'approved',
    decided_at: '2026-11-24T10:00:00Z',
    decision_leaf: 'leaf-1',
    outcome: 'merged',
    ended_at: '2026-11-24T11:00:00Z',
    ended_by: 'ana',
    merge_commit: 'b'.repeat(40),
    merge_permitted: 'true',
    deployments: `2026-11-24T12:00:00Z production ${'a'.repeat(12)} allowed`,
    verification: '',
    record: '',
    exceptions: '2026-11-24T10:30:00Z glass broken by ana for INC-1: the shop is down',
    first_index: '0',
    last_index: '4',
    entries: '5',
  });
});

test('what cannot be read of a change does not keep the rest from being shown', () => {
  const row = rowOf([
    null,
    { ...head, kind: 'closed', at: '2026-11-24T11:00:00Z', actor: ana, details: { merged: false } },
  ]);
  expect(row).toMatchObject({ pull_request: '7', decision: '', outcome: 'closed', entries: '2' });
});

test('an event has the time, the actor and the resources of its entry', () => {
  const event = ocsfEvent({ index: 3, leaf: 'ab', origin: 'log/3', value: entries[3] });
  expect(event).toMatchObject({
    activity_id: 3,
    type_uid: 600_303,
    severity_id: 1,
    status_id: 1,
    time: Date.parse('2026-11-24T11:00:00Z'),
    metadata: { uid: 'ab', sequence: 3, tenant_uid: '3', correlation_uid: 'guid', event_code: 'closed' },
    actor: { user: { uid: '11', name: 'ana', type_id: 1 } },
    resources: [{ name: 'acme/shop' }, { name: 'acme/shop#7' }, { type: 'commit' }],
  });
  expect(ocsfEvent({ index: 0, leaf: '', origin: '', value: 7 })).toBeUndefined();
});

test('an export is read by whoever was logged in, and is about the organization', () => {
  const value = {
    ...head,
    repository: { id: 0, name: '' },
    pull: null,
    head: '',
    kind: 'export-made',
    at: '2026-11-24T11:00:00Z',
    actor: { kind: 'operator' },
    details: { format: 'csv', system: { login: 'auditor' } },
  };
  expect(ocsfEvent({ index: 3, leaf: 'ab', origin: 'log/3', value })).toMatchObject({
    activity_id: 2,
    type_uid: 600_302,
    actor: { user: { name: 'auditor', type: 'operator', type_id: 99 } },
    src_endpoint: { svc_name: 'command line' },
    resources: [{ type: 'organization', uid: '3' }],
  });
});

test('times are those of the calendar', () => {
  const at = fc.date({ min: new Date(0), max: new Date('2199-12-31T00:00:00Z'), noInvalidDate: true });
  fc.assert(
    fc.property(at, (date) => {
      const value = { ...entries[0], at: date.toISOString() };
      expect(ocsfEvent({ index: 0, leaf: '', origin: '', value })?.time).toBe(date.getTime());
    }),
  );
});
