/**
 * Who sits where, so that as many seats as possible are filled. A seat is held through a slot (one person has one in
 * each stage) and a slot uses up a token (the person, where one may hold one seat in the whole plan; an approval, where
 * one may hold a seat in each stage).
 *
 * That is a flow of one unit for each seat, and augmenting paths find a greatest one. Seats are tried in the order given
 * and one that is filled stays filled, so earlier seats go first, and among the fullest fillings of them one is found
 * that leaves the later ones fullest (the sets of seats that can be filled together form a matroid). Options are tried
 * in the order given, so ties are settled by whoever orders them.
 */
export type Option = { readonly slot: string; readonly tokens: readonly string[] };

export type Match = { readonly slot: string; readonly token: string };

export function matchSeats(seats: readonly (readonly Option[])[]): readonly (Match | undefined)[] {
  const { edges, slots, tokens } = graphOf(seats);
  for (const seat of seats.keys()) augment(edges, seatNode(seat), new Set());
  const leads = (from: number | undefined, to: number | undefined) =>
    from !== undefined && to !== undefined && edges[from]?.has(to) === true;
  return seats.map((options, seat) => {
    const option = options.find(({ slot }) => leads(slots.get(slot), seatNode(seat)));
    const out = exit(slots.get(option?.slot ?? '') ?? sink);
    const token = option?.tokens.find((candidate) => leads(tokens.get(candidate), out));
    return option === undefined || token === undefined ? undefined : { slot: option.slot, token };
  });
}

/**
 * For each node, where one more unit can go. An edge in use points the other way: along it a unit can be taken back.
 * Nodes are numbers: the sink, the seats, and then slots and tokens in the order in which they are first met.
 */
type Edges = Set<number>[];

type Graph = {
  readonly edges: Edges;
  readonly slots: ReadonlyMap<string, number>;
  readonly tokens: ReadonlyMap<string, number>;
};

const sink = 0;
const seatNode = (seat: number) => seat + 1;
/** A slot is two nodes with one edge between them, so that no more than one unit passes. */
const exit = (entry: number) => entry + 1;

function graphOf(seats: readonly (readonly Option[])[]): Graph {
  const edges: Edges = Array.from({ length: seatNode(seats.length) }, () => new Set());
  const slots = new Map<string, number>();
  const tokens = new Map<string, number>();
  for (const [seat, options] of seats.entries()) {
    for (const option of options) {
      const entry = slots.get(option.slot) ?? edges.length;
      if (entry === edges.length) edges.push(new Set([exit(entry)]), new Set());
      slots.set(option.slot, entry);
      edges[seatNode(seat)]?.add(entry);
      for (const token of option.tokens) {
        const node = tokens.get(token) ?? edges.length;
        if (node === edges.length) edges.push(new Set([sink]));
        tokens.set(token, node);
        edges[exit(entry)]?.add(node);
      }
    }
  }
  return { edges, slots, tokens };
}

/** Finds a way to the sink for one more unit and turns its edges round. No node needs to be visited twice. */
function augment(edges: Edges, node: number, visited: Set<number>): boolean {
  if (node === sink) return true;
  visited.add(node);
  for (const next of edges[node] ?? []) {
    if (visited.has(next) || !augment(edges, next, visited)) continue;
    edges[node]?.delete(next);
    if (next !== sink) edges[next]?.add(node);
    return true;
  }
  return false;
}
