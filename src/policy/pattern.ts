import { RE2JS } from 're2js';

const compiled = new Map<string, RE2JS>();
const mostCompiled = 1000;

/** Tests text against an RE2 expression that the schema has accepted: linear time, and a match anywhere counts. */
export function patternTest(pattern: string): (text: string) => boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    if (compiled.size >= mostCompiled) compiled.clear();
    expression = RE2JS.compile(pattern);
    compiled.set(pattern, expression);
  }
  const found = expression;
  return (text) => found.test(text);
}
