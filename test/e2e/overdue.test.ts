import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/app-process.ts';
import { moveClock } from '../support/clock.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { checkThat, POLICY, propose, quiet, SCENARIO, startWorld, type World, waits } from '../support/world.ts';

const TIMED = `${POLICY}
notify:
  channels: { managers: { slack: MANAGERS } }
  on: { sla-breached: [managers] }
`
  .replace('service-owners"] }', 'service-owners"], backups: ["user:sid"] }')
  .replace('    require: { peer:', '    sla: { peer: 4h }\n    require: { peer:');

let world: World;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 200, body: 'ok' }));
  const repositories = SCENARIO.repositories ?? {};
  const collaborators = { ...repositories.shop?.collaborators, sid: 'write' } as const;
  world = await startWorld({
    clock: true,
    scenario: {
      ...SCENARIO,
      users: [...(SCENARIO.users ?? []), 'sid'],
      repositories: {
        ...repositories,
        '.github': { files: { 'countersign.yml': TIMED } },
        shop: { ...repositories.shop, collaborators },
      },
    },
    environment: { NOTIFY_ACME__MANAGERS: `${receiver.url}/managers` },
  });
});
afterAll(async () => {
  await receiver.close();
  await world.close();
});

test('nobody signs in time: no event says so, and yet it is told, once, with the backups who may sign now', async () => {
  const pull = propose(world);
  await checkThat(world, pull, waits);
  await moveClock(world, { by: 3.5 * 3_600_000 });
  await quiet(world);
  expect(receiver.at('/managers')).toEqual([]);
  await moveClock(world, { by: 3_600_000 });
  await eventually('it to be told', async () => receiver.at('/managers').length > 0);
  expect(receiver.at('/managers')[0]?.body).toContain('is overdue: it still waits for service-owner');
  expect(receiver.at('/managers')[0]?.body).toMatch(/service-owner: [^.]*\bsid can sign\./);
  await moveClock(world, { by: 24 * 3_600_000 });
  world.github.label({ ...pull, as: 'sam', name: 'urgent' });
  await quiet(world);
  expect(receiver.at('/managers')).toHaveLength(1);
});
