import { catchUp } from '../../store/outages.ts';
import type { Deps } from '../deps.ts';

/** Says once of each outage, when all is done about it, how long it was and what it took. */
export async function tellIfCaughtUp(deps: Deps): Promise<void> {
  for (const { began, ended, tookMs, ...counts } of await catchUp(deps.database)) {
    const minutes = Math.round((ended.getTime() - began.getTime()) / 60_000);
    const seconds = Math.round(tookMs / 1000);
    deps.log.info(
      { outage: { from: began.toISOString(), to: ended.toISOString(), minutes }, seconds, ...counts },
      `caught up after an outage of ${minutes} min, in ${seconds} s: ${counts.repeated} deliveries sent again, ${counts.evaluated} of ${counts.pulls} open pull requests evaluated again`,
    );
  }
}
