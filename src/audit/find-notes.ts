/**
 * Finds signed checkpoints in a text, such as a check run's summary, a mail, or a file that holds nothing else: the three lines of a
 * checkpoint, extensions if it has any, an empty line, and signatures. Quotation marks of mails and indents are passed over.
 */
export function findNotes(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^[\s>]+/, '').trimEnd());
  const found: string[] = [];
  for (let at = 0; at + 4 < lines.length; at += 1) {
    const note = noteAt(lines, at);
    if (note !== undefined && !found.includes(note)) found.push(note);
  }
  return found;
}

function noteAt(lines: readonly string[], at: number): string | undefined {
  const [origin = '', size = '', root = ''] = lines.slice(at, at + 3);
  if (origin === '' || !/^\d{1,16}$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return undefined;
  const gap = lines.indexOf('', at + 3);
  if (gap === -1) return undefined;
  let end = gap + 1;
  while (/^— \S+ [A-Za-z0-9+/]+={0,2}$/u.test(lines[end] ?? '')) end += 1;
  return end === gap + 1 ? undefined : `${lines.slice(at, end).join('\n')}\n`;
}
