import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Scenario, startScenario } from './scenario.ts';
import { startSimulator } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'webhook-url': { type: 'string' },
    'webhook-secret': { type: 'string' },
    'app-id': { type: 'string' },
    'app-key': { type: 'string' },
    'write-key': { type: 'string' },
    scenario: { type: 'string' },
    'no-limits': { type: 'boolean', default: false },
    'no-validation': { type: 'boolean', default: false },
  },
});

const simulator = await startSimulator({
  port: Number(values.port),
  webhookUrl: values['webhook-url'] ?? null,
  validate: !values['no-validation'],
  ...(values['webhook-secret'] === undefined ? {} : { webhookSecret: values['webhook-secret'] }),
  ...(values['app-id'] === undefined ? {} : { app: { id: Number(values['app-id']) } }),
  ...(values['app-key'] === undefined ? {} : { appKey: readFileSync(values['app-key'], 'utf8') }),
  ...(values['no-limits'] ? { limits: false as const } : {}),
});
const scenario: Scenario = values.scenario === undefined ? {} : JSON.parse(readFileSync(values.scenario, 'utf8'));
const { installation } = startScenario(simulator.control, scenario);
if (values['write-key'] !== undefined && simulator.app.privateKey !== null) {
  writeFileSync(values['write-key'], simulator.app.privateKey, { mode: 0o600 });
}
console.log(
  JSON.stringify({ url: simulator.url, control: `${simulator.url}/_control/`, appId: simulator.app.id, installation }),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
