import type { Narrator } from './narrator.ts';
import type { Stage } from './stage.ts';

/** The last step of every story: GitHub's side of it. */
export async function askTheWitness({ simulator }: Stage, narrator: Narrator): Promise<void> {
  await narrator.step(
    "GitHub's side: did every call and webhook fit GitHub's published descriptions and limits?",
    async () => {
      const { calls, deliveries, violations, limitViolations } = simulator;
      const broken = violations.length + limitViolations.length;
      if (broken > 0) {
        const first = JSON.stringify(violations[0] ?? limitViolations[0]);
        throw new Error(`expected nothing to complain of; there were ${broken} violations, the first: ${first}`);
      }
      return [
        `${calls.length} calls and ${deliveries.length} webhooks, ${broken} violations of descriptions or rate limits.`,
      ];
    },
  );
}
