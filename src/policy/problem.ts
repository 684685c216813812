/** Something wrong with a policy file, or worth a warning. Lines and columns count from 1. */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** `file:line:column: message` */
export function renderProblem({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** In the order of the text; the same thing said twice of one place is said once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const once = [...new Map(problems.map((problem) => [renderProblem(problem), problem])).values()];
  return once.sort((a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
