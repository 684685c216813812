/** One call the simulator answered, so that tests can say how many an event may cost. */
export interface Call {
  /** Real time, as limits are. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** `GET /repos/{owner}/{repo}`, or null for what the simulator does not know. */
  readonly operation: string | null;
  readonly graphqlOperation: string | null;
  readonly installationId: number | null;
  readonly status: number;
  readonly durationMs: number;
}

export interface CallLog {
  readonly all: Call[];
  add(call: Call): void;
  /** Counts by operation, GraphQL under `graphql <name>`. */
  counts(): Readonly<Record<string, number>>;
  reset(): void;
}

export function createCallLog(keep: number): CallLog {
  const all: Call[] = [];
  const counted = new Map<string, number>();
  return {
    all,
    add: (call) => {
      all.push(call);
      if (all.length > keep * 1.1) all.splice(0, all.length - keep);
      const key =
        call.operation === 'POST /graphql'
          ? `graphql ${call.graphqlOperation ?? 'unnamed'}`
          : (call.operation ?? `${call.method} ${call.path}`);
      counted.set(key, (counted.get(key) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(counted),
    reset: () => {
      all.splice(0);
      counted.clear();
    },
  };
}
