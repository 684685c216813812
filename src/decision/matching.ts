/**
 * Who sits where, so that as many seats as possible are filled: a maximum matching by augmenting paths. A seat is held
 * through a slot (one person has one in each stage) and a slot uses up a token (the person, where one may hold one seat
 * in the whole plan; an approval, where one may hold a seat in each stage). Seats are tried in the order given and one
 * that is filled stays filled, so earlier seats go first, and among the fullest fillings of them one is found that
 * leaves the later ones fullest (the seats that can be filled together form a matroid). Options are tried in the order
 * given, so ties are settled by whoever orders them.
 */
export type Option = { readonly slot: string; readonly tokens: readonly string[] };

export type Match = { readonly slot: string; readonly token: string };

export function matchSeats(seats: readonly (readonly Option[])[]): readonly (Match | undefined)[] {
  const matching: Matching = { seats, slotOf: new Map(), seatIn: new Map(), tokenOf: new Map(), slotWith: new Map() };
  for (const seat of seats.keys()) fillSeat(matching, seat, new Set());
  return seats.map((_, seat) => {
    const slot = matching.slotOf.get(seat);
    const token = slot === undefined ? undefined : matching.tokenOf.get(slot);
    return slot === undefined || token === undefined ? undefined : { slot, token };
  });
}

type Matching = {
  readonly seats: readonly (readonly Option[])[];
  readonly slotOf: Map<number, string>;
  readonly seatIn: Map<string, number>;
  readonly tokenOf: Map<string, string>;
  readonly slotWith: Map<string, string>;
};

/** Finds the seat a slot; whoever is in the way moves, if they can. `tried` keeps a search from going in circles. */
function fillSeat(matching: Matching, seat: number, tried: Set<string>): boolean {
  for (const option of matching.seats[seat] ?? []) {
    if (tried.has(option.slot)) continue;
    tried.add(option.slot);
    const holder = matching.seatIn.get(option.slot);
    const isFree = holder === undefined ? takeToken(matching, option, tried) : fillSeat(matching, holder, tried);
    if (!isFree) continue;
    if (holder !== undefined && !hasToken(matching, option)) continue;
    matching.slotOf.set(seat, option.slot);
    matching.seatIn.set(option.slot, seat);
    return true;
  }
  return false;
}

/** A slot that changes hands keeps its token; it was valid for the slot's stage, whichever seat it serves. */
function hasToken({ tokenOf }: Matching, { slot }: Option): boolean {
  return tokenOf.has(slot);
}

function takeToken(matching: Matching, { slot, tokens }: Option, tried: Set<string>): boolean {
  for (const token of tokens) {
    const key = `token ${token}`;
    if (tried.has(key)) continue;
    tried.add(key);
    const user = matching.slotWith.get(token);
    if (user !== undefined && !release(matching, user, tried)) continue;
    matching.tokenOf.set(slot, token);
    matching.slotWith.set(token, slot);
    return true;
  }
  return false;
}

/** Makes a slot give up its token: it takes another, or its seat finds another slot. */
function release(matching: Matching, slot: string, tried: Set<string>): boolean {
  const seat = matching.seatIn.get(slot);
  if (seat === undefined) return true;
  const option = matching.seats[seat]?.find((candidate) => candidate.slot === slot);
  if (option !== undefined && takeToken(matching, option, tried)) return true;
  tried.add(slot);
  if (!fillSeat(matching, seat, tried)) return false;
  matching.seatIn.delete(slot);
  matching.tokenOf.delete(slot);
  return true;
}
