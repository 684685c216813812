/** What is wrong with a glob, in words, or nothing. */
export function globProblem(_glob: string): string | undefined {
  return undefined;
}
