/**
 * How many cases a property is tried on. Under mutation every test runs once for each of thousands of mutants, and what a
 * property finds, it mostly finds in its first cases: `PROPERTY_CASES` is then the most.
 */
export function caseCount(usual: number): number {
  const most = process.env.PROPERTY_CASES;
  return most === undefined ? usual : Math.min(usual, Number(most));
}
