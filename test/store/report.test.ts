import { afterAll, beforeAll, expect, test } from 'vitest';
import { epochOf, instantOf } from '../../src/decision/time.ts';
import { businessTime, openWithin } from '../../src/reports/business-hours.ts';
import { instantLiteral, literal } from '../../src/store/report/sql.ts';
import { multirangeOf, secondsWithin } from '../../src/store/report/waits.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each(["it's", "''", '\\', "\\'; drop table x; --", 'e\\x27', '$$', ':name', ''])(
  'the text %j is read back by the database as it is, whatever its settings',
  async (text) => {
    for (const setting of ['on', 'off']) {
      await database.query(`set standard_conforming_strings to ${setting}`);
      expect(await database.query(`select ${literal(text)} as text`)).toEqual([{ text }]);
    }
    await database.query('reset standard_conforming_strings');
  },
);

test('the database adds up the same business hours as the calendar does, over both changes of clocks', async () => {
  const days = [1, 2, 3, 4, 5].map((day) => ({ day, from: 9 * 60, to: 17 * 60 }));
  const open = openWithin(
    { from: '2026-03-01T00:00:00Z', to: '2026-12-31T00:00:00Z' },
    { timezone: 'Europe/Zurich', hours: days, holidays: ['2026-12-25'] },
  );
  const start = epochOf('2026-03-01T00:00:00Z');
  const spans = Array.from({ length: 300 }, (_, at) => {
    const from = start + at * 86_400_000 + ((at * 7919) % 86_400) * 1000;
    return {
      from: instantOf(from),
      to: instantOf(Math.min(from + ((at * 104_729) % 900_000) * 1000, epochOf('2026-12-31T00:00:00Z'))),
    };
  });
  const values = spans.map(({ from, to }, at) => `(${at}, ${instantLiteral(from)}, ${instantLiteral(to)})`).join(', ');
  const rows = await database.query<{ readonly seconds: number }>(
    `select ${secondsWithin('c.open', 's.begin', 's.finish')}::float8 as seconds
       from (values ${values}) as s(at, begin, finish), (select ${multirangeOf(open)} as open) c order by s.at`,
  );
  expect(rows.map(({ seconds }) => seconds * 1000)).toEqual(spans.map((span) => businessTime(span, open)));
  expect(rows.filter(({ seconds }) => seconds > 0).length).toBeGreaterThan(200);
});
