/** What goes wrong with a matching API call. `lost` performs the effect and then loses the answer. */
export type FaultEffect =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number; readonly message?: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang'; readonly ms?: number }
  | { readonly kind: 'lost'; readonly by?: 'reset' | 502 }
  | { readonly kind: 'latency'; readonly ms: number };

export interface Fault {
  /** Regular expressions, tested on `METHOD /path` and on the GraphQL operation's name. */
  readonly path?: string;
  readonly operation?: string;
  readonly times?: number;
  readonly fraction?: number;
  readonly effect: FaultEffect;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  take(call: string, operation: string | null): FaultEffect | null;
}

/** @param random in [0, 1), so that a test can fix what "a fraction of calls" means */
export function createFaults(random: () => number): Faults {
  const list: {
    readonly fault: Fault;
    readonly path: RegExp | null;
    readonly operation: RegExp | null;
    left: number;
  }[] = [];
  return {
    add: (fault) => {
      const path = fault.path === undefined ? null : new RegExp(fault.path);
      const operation = fault.operation === undefined ? null : new RegExp(fault.operation);
      list.push({
        fault,
        path,
        operation,
        left: fault.times ?? (fault.fraction === undefined ? 1 : Number.POSITIVE_INFINITY),
      });
    },
    clear: () => void list.splice(0),
    take: (call, operation) => {
      for (const entry of list) {
        if (entry.left <= 0 || entry.path?.test(call) === false) continue;
        if (entry.operation !== null && (operation === null || !entry.operation.test(operation))) continue;
        if (entry.fault.fraction !== undefined && random() >= entry.fault.fraction) continue;
        entry.left -= 1;
        return entry.fault.effect;
      }
      return null;
    },
  };
}
