import { execFileSync } from 'node:child_process';
import { builtFolder, builtLoadPolicy } from './built.ts';
import { percentile } from './load.ts';
import { densePolicy, hostilePolicies } from './policies.ts';
import type { Row } from './report.ts';

/** What it takes to validate policies as large as may be, in ms. */
export async function benchPolicy(): Promise<readonly Row[]> {
  const loadPolicy = await builtLoadPolicy();
  const timed = (text: string, runs: number): number => {
    const times = Array.from({ length: runs }, () => {
      const started = performance.now();
      loadPolicy({ organization: { file: 'countersign.yml', text } });
      return performance.now() - started;
    });
    return percentile(times, 0.5);
  };
  const dense = densePolicy();
  timed(dense, 3);
  const rows: Row[] = [
    { name: 'validate, 256 KiB of ordinary rules, first in a process', value: cold(dense), unit: 'ms' },
    { name: 'validate, 256 KiB of ordinary rules', value: timed(dense, 11), unit: 'ms', atMost: 200 },
  ];
  for (const [name, text] of Object.entries(hostilePolicies))
    rows.push({ name: `validate, hostile: ${name}`, value: timed(text(), 3), unit: 'ms', atMost: 1000 });
  return rows;
}

/** In a process of its own, as the command line does it; starting node is not counted, reading the code is not either. */
function cold(text: string): number {
  const script = `
    import { readFileSync } from 'node:fs';
    const { loadPolicy } = await import(${JSON.stringify(new URL('policy/load.js', builtFolder).href)});
    const text = readFileSync(0, 'utf8');
    const started = performance.now();
    loadPolicy({ organization: { file: 'countersign.yml', text } });
    process.stdout.write(String(performance.now() - started));`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { input: text, encoding: 'utf8' }),
  );
}
