import type { World } from '../world/world.ts';
import type { Delivery } from './deliveries.ts';

/** docs: "GitHub stores deliveries for 3 days". */
const keptFor = 3 * 24 * 3_600_000;

/** What clients may ask the log for; the log itself keeps more, for tests to look at. */
export interface DeliveryLog {
  /** Everything that was ever sent, oldest first; ids only grow. */
  readonly all: Delivery[];
  add(delivery: Delivery): void;
  find(id: number): Delivery | undefined;
  /** A page of answered deliveries from the newest before a cursor, and whether there are more. */
  page(options: { readonly before: number; readonly size: number; readonly wanted: (delivery: Delivery) => boolean }): {
    readonly deliveries: readonly Delivery[];
    readonly more: boolean;
  };
  forget(wanted: (delivery: Delivery) => boolean): number;
}

export function createDeliveryLog(world: World, keep: number): DeliveryLog {
  const all: Delivery[] = [];
  const forgotten = new Set<number>();

  /** Where the first delivery stands whose id is not below this one. */
  function indexOf(id: number): number {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((all[middle]?.id ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const kept = (delivery: Delivery) => Date.parse(delivery.deliveredAt) >= world.clock() - keptFor;

  return {
    all,
    add: (delivery) => {
      all.push(delivery);
      if (all.length > keep * 1.1) all.splice(0, all.length - keep);
    },
    find: (id) => {
      const delivery = all[indexOf(id)];
      return delivery?.id === id && !forgotten.has(id) && kept(delivery) ? delivery : undefined;
    },
    page: ({ before, size, wanted }) => {
      const deliveries: Delivery[] = [];
      for (let index = indexOf(before) - 1; index >= 0; index--) {
        const delivery = all[index];
        if (!delivery || !kept(delivery)) break;
        if (delivery.status === 'pending' || forgotten.has(delivery.id) || !wanted(delivery)) continue;
        if (deliveries.length === size) return { deliveries, more: true };
        deliveries.push(delivery);
      }
      return { deliveries, more: false };
    },
    forget: (wanted) => {
      const chosen = all.filter((delivery) => !forgotten.has(delivery.id) && wanted(delivery));
      for (const { id } of chosen) forgotten.add(id);
      return chosen.length;
    },
  };
}
