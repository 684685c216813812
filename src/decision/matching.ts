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
  const graph = graphOf(seats);
  for (const seat of seats.keys()) augment(graph, seatNode(seat), new Set());
  return seats.map((options, seat) => {
    const option = options.find(({ slot }) => graph.get(entry(slot))?.has(seatNode(seat)));
    const token = option?.tokens.find((candidate) => graph.get(tokenNode(candidate))?.has(exit(option.slot)));
    return option === undefined || token === undefined ? undefined : { slot: option.slot, token };
  });
}

/** For each node, where one more unit can go. An edge in use points the other way: along it a unit can be taken back. */
type Graph = Map<string, Set<string>>;

const sink = 'sink';
const seatNode = (seat: number) => `seat ${seat}`;
/** A slot is two nodes with one edge between them, so that no more than one unit passes. */
const entry = (slot: string) => `in ${slot}`;
const exit = (slot: string) => `out ${slot}`;
const tokenNode = (token: string) => `token ${token}`;

function graphOf(seats: readonly (readonly Option[])[]): Graph {
  const graph: Graph = new Map();
  for (const [seat, options] of seats.entries()) {
    for (const { slot, tokens } of options) {
      add(graph, seatNode(seat), entry(slot));
      add(graph, entry(slot), exit(slot));
      for (const token of tokens) {
        add(graph, exit(slot), tokenNode(token));
        add(graph, tokenNode(token), sink);
      }
    }
  }
  return graph;
}

/** Finds a way to the sink for one more unit and turns its edges round. No node needs to be visited twice. */
function augment(graph: Graph, node: string, visited: Set<string>): boolean {
  if (node === sink) return true;
  visited.add(node);
  for (const next of graph.get(node) ?? []) {
    if (visited.has(next) || !augment(graph, next, visited)) continue;
    graph.get(node)?.delete(next);
    if (next !== sink) add(graph, next, node);
    return true;
  }
  return false;
}

function add(graph: Graph, from: string, to: string): void {
  const known = graph.get(from);
  if (known === undefined) graph.set(from, new Set([to]));
  else known.add(to);
}
