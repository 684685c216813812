/** Who may be sent something now. A receiver that hangs must not hold the workers that decisions need. */
export type Turns = {
  /** True if it is this destination's turn; `done` must follow. */
  readonly take: (destination: string) => boolean;
  readonly done: (destination: string) => void;
};

/** So that one receiver that hangs leaves turns to the others. */
const MOST_FOR_ONE = 2;

/** At most `most` at a time in this process, and two of one destination. */
export function createTurns(most: number): Turns {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take: (destination) => {
      const mine = taken.get(destination) ?? 0;
      if (all >= most || mine >= MOST_FOR_ONE) return false;
      all += 1;
      taken.set(destination, mine + 1);
      return true;
    },
    done: (destination) => {
      const mine = taken.get(destination) ?? 0;
      all -= 1;
      if (mine > 1) taken.set(destination, mine - 1);
      else taken.delete(destination);
    },
  };
}
