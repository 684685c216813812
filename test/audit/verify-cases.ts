import { gzipSync } from 'node:zlib';
import { exportLines, fileOf, logOf, newSigner, noteOver, rootOfTexts } from '../support/exports.ts';

/** Exports that hold and exports that do not, for every verifier alike: the file, checkpoints that were kept, and the sentence that must be said. */

export const signer = newSigner();
const log = logOf(20);
const { texts, openings } = log;
const whole = exportLines(log, signer);
const part = exportLines(log, signer, { start: 5, end: 13, size: 19 });
const root = rootOfTexts(texts).toString('base64');

function changed(lines: readonly string[], at: number, change: (line: string) => string): string {
  return fileOf(lines.map((line, index) => (index === at ? change(line) : line)));
}

const forged = { texts: texts.map((text, n) => (n === 7 ? text.replace('"n":7', '"n":8') : text)), openings };
const owner = newSigner();

export type Case = {
  readonly file: string | Buffer;
  /** Texts of files with kept checkpoints. */
  readonly kept?: readonly string[];
  /** What must be said; nothing where it holds. */
  readonly says: readonly string[];
};

export const cases: Readonly<Record<string, Case>> = {
  'a whole log': { file: fileOf(whole), says: [] },
  'a part of a log': { file: fileOf(part), says: [] },
  'no entries at all': { file: fileOf(exportLines(log, signer, { start: 0, end: 0 })), says: [] },
  'an empty log': { file: fileOf(exportLines(logOf(0), signer)), says: [] },
  'kept checkpoints within it, in any text': {
    file: fileOf(part),
    kept: [
      noteOver(signer, texts, 5),
      `> All is well.\r\n>\r\n> ${noteOver(signer, texts, 9).replaceAll('\n', '\r\n> ')}\r\nBye\n`,
      `text\n\`\`\`\n${noteOver(signer, texts, 13)}\`\`\`\n`,
      noteOver(signer, texts, 19),
    ],
    says: [],
  },
  'everything erased': { file: fileOf(exportLines({ texts, openings: {} }, signer)), says: [] },
  'an empty file': { file: '', says: ['The file is empty.'] },
  gzip: {
    file: gzipSync(fileOf(whole)),
    says: ['The file is compressed with gzip: unpack it first, with gunzip.'],
  },
  'another file': { file: 'a,b\n1,2\n', says: ['Line 1 is not the header of an export of the ledger.'] },
  'another version': {
    file: changed(whole, 0, (line) => line.replace('export/1', 'export/2')),
    says: ['Line 1 is of the format "countersign-ledger-export/2", and only countersign-ledger-export/1 is known.'],
  },
  'a header without an end': {
    file: changed(whole, 0, (line) => line.replace('"end":20,', '')),
    says: ['Line 1 is not a header as it is documented: end is missing or wrong.'],
  },
  'a header with white space': {
    file: changed(whole, 0, (line) => line.replace('"end":20', '"end": 20')),
    says: ['Line 1 is not written as exports are: members in their order, each once, and no white space.'],
  },
  'a checkpoint that somebody else has signed': {
    file: fileOf(exportLines(log, owner)),
    says: ['The checkpoint in line 1 cannot be relied on: none of the given keys has signed it.'],
  },
  'a checkpoint of another organization': {
    file: fileOf(exportLines(log, signer, { note: noteOver(signer, texts, 20, 'countersign.acme.example/4') })),
    says: [
      'The checkpoint in line 1 cannot be relied on: it is of the log "countersign.acme.example/4", and not of "countersign.acme.example/3".',
    ],
  },
  'a header of another organization': {
    file: changed(whole, 0, (line) => line.replace('"tenant":3', '"tenant":4')),
    says: ['The export is of the organization 4, and its checkpoint of the log "countersign.acme.example/3".'],
  },
  'a range beyond its checkpoint': {
    file: changed(whole, 0, (line) => line.replace('"end":20', '"end":21')),
    says: ['Line 1 names the range from 0 to before 21, which is none of a checkpoint of 20 entries.'],
  },
  'a hash too few': {
    file: changed(part, 0, (line) => line.replace(/"left":\["[^"]+",/, '"left":[')),
    says: ['Line 1 gives 1 and 4 hashes of what lies left and right of its range, and there must be 2 and 4.'],
  },
  'a hash on the left that is another': {
    file: changed(part, 0, (line) => line.replace(/"left":\["[^"]+"/, `"left":["${root}"`)),
    says: [
      "The entries do not come to the root that was signed for 19 entries: an entry from index 5 to 12 was changed, dropped, inserted or moved, or a hash in line 1 is not the tree's.",
    ],
  },
  'a changed entry': {
    file: fileOf(exportLines(forged, signer, { note: noteOver(signer, texts, 20) })),
    says: [
      "The entries do not come to the root that was signed for 20 entries: an entry from index 0 to 19 was changed, dropped, inserted or moved, or a hash in line 1 is not the tree's.",
    ],
  },
  'a changed entry, and checkpoints kept before and after it': {
    file: fileOf(exportLines(forged, signer, { note: noteOver(signer, texts, 20) })),
    kept: [noteOver(signer, texts, 6), noteOver(signer, texts, 9)],
    says: [
      "The first 9 entries are not those that the checkpoint in kept-1 was signed over: an entry from index 6 to 8 was changed, dropped, inserted or moved, or a hash in line 1 is not the tree's.",
      "The entries do not come to the root that was signed for 20 entries: an entry from index 6 to 19 was changed, dropped, inserted or moved, or a hash in line 1 is not the tree's.",
    ],
  },
  'another ledger, signed with the true key, and an old checkpoint': {
    file: fileOf(exportLines(forged, signer)),
    kept: [noteOver(signer, texts, 12)],
    says: [
      "The first 12 entries are not those that the checkpoint in kept-0 was signed over: an entry from index 0 to 11 was changed, dropped, inserted or moved, or a hash in line 1 is not the tree's.",
    ],
  },
  'a checkpoint from before the range': {
    file: fileOf(part),
    kept: [noteOver(signer, texts, 4)],
    says: [
      'The checkpoint in kept-0, of 4 entries, cannot be compared: the export begins later, at index 5, and knows what was before by its hashes only.',
    ],
  },
  'a checkpoint that is newer': {
    file: fileOf(part),
    kept: [noteOver(signer, texts, 20)],
    says: [
      'The checkpoint in kept-0, of 20 entries, cannot be compared: it is newer than the export, whose own checkpoint has 19 entries.',
    ],
  },
  'a checkpoint beyond the range': {
    file: fileOf(part),
    kept: [noteOver(signer, texts, 16)],
    says: [
      "The checkpoint in kept-0, of 16 entries, cannot be compared: the export's entries end before index 13, and it knows what comes after by its hashes only.",
    ],
  },
  'a kept checkpoint of another organization': {
    file: fileOf(whole),
    kept: [noteOver(signer, texts, 9, 'countersign.acme.example/4')],
    says: [
      'The checkpoint in kept-0 cannot be relied on: it is of the log "countersign.acme.example/4", and not of "countersign.acme.example/3".',
    ],
  },
  'a kept checkpoint that somebody else has signed': {
    file: fileOf(whole),
    kept: [noteOver(owner, texts, 9)],
    says: ['The checkpoint in kept-0 cannot be relied on: none of the given keys has signed it.'],
  },
  'a line that is damaged': {
    file: changed(whole, 7, (line) => line.slice(0, 40)),
    says: ['Line 8 is not JSON, so the file is damaged there.'],
  },
  'a line that is not UTF-8': {
    file: Buffer.concat([Buffer.from(fileOf(whole.slice(0, 4))), Buffer.of(0x22, 0xff, 0x22, 10)]),
    says: ['Line 5 is not UTF-8, so the file is damaged there.'],
  },
  'an entry that is dropped': {
    file: fileOf(whole.filter((_, at) => at !== 7)),
    says: ['Line 8 has the entry of index 7 where 6 must follow: entries were dropped, inserted or moved.'],
  },
  'an entry twice': {
    file: fileOf([...whole.slice(0, 8), ...whole.slice(7)]),
    says: ['Line 9 has the entry of index 6 where 7 must follow: entries were dropped, inserted or moved.'],
  },
  'an entry too many': {
    file: fileOf([...whole.slice(0, 21), whole[20]?.replace('"index":19', '"index":20') ?? '', ...whole.slice(21)]),
    says: ['Line 22 has one entry more than line 1 announces, up to index 19.'],
  },
  'the end cut off': {
    file: fileOf(whole.slice(0, -1)),
    says: ['The export is cut off after line 21: its last line is missing.'],
  },
  'cut off within a line': {
    file: fileOf(whole).slice(0, -9),
    says: ['Line 22 has no newline at its end: the file is cut off there.'],
  },
  'only the last newline missing': {
    file: fileOf(whole).slice(0, -1),
    says: ['Line 22 has no newline at its end: the file is cut off there.'],
  },
  'an early end': {
    file: fileOf([...whole.slice(0, 18), '{"end":true,"entries":17}']),
    says: ['Line 19 ends the export before index 17, and line 1 announces entries up to index 19: 3 are missing.'],
  },
  'another count': {
    file: changed(whole, 21, () => '{"end":true,"entries":21}'),
    says: ['Line 22 says that there are 21 entries, and there are 20.'],
  },
  'something after the end': {
    file: fileOf([...whole, '{}']),
    says: ['Line 23 comes after the end of the export.'],
  },
  'an entry that is not canonical': {
    file: changed(whole, 4, (line) => line.replace('\\"at\\":', '\\"at\\": ')),
    says: ['The entry of index 3, in line 5, is not canonical JSON (RFC 8785).'],
  },
  'an entry of another organization': {
    file: changed(whole, 4, (line) => line.replace('\\"tenant\\":3', '\\"tenant\\":33')),
    says: ['The entry of index 3, in line 5, is of the organization 33, and not of 3.'],
  },
  'an entry that is a number': {
    file: changed(whole, 4, () => '{"index":3,"entry":"7","revealed":{}}'),
    says: ['The entry of index 3, in line 5, is of the organization none, and not of 3.'],
  },
  'a member twice': {
    file: changed(whole, 4, (line) => line.replace('{"index":3,', '{"index":4,"index":3,')),
    says: ['Line 5 is not written as exports are: members in their order, each once, and no white space.'],
  },
  'a member that is not known': {
    file: changed(whole, 4, (line) => line.replace('{"index":3,', '{"note":1,"index":3,')),
    says: ['Line 5 is neither an entry nor the end of an export.'],
  },
  'an opening that was changed': {
    file: changed(whole, 4, (line) => line.replace('person 3', 'person 4')),
    says: [`The entry of index 3, in line 5, shows for the commitment ${commitmentAt(3)}… what was not committed to.`],
  },
  'an opening of another entry': {
    file: changed(whole, 4, () =>
      (whole[4] ?? '').replace(/"revealed":.*$/, (whole[5] ?? '').replace(/^.*"revealed"/, '"revealed"')),
    ),
    says: [`The entry of index 3, in line 5, opens the commitment ${commitmentAt(4)}…, which the entry does not hold.`],
  },
};

function commitmentAt(n: number): string {
  return /"commitment":"([0-9a-f]{16})/.exec(texts[n] ?? '')?.[1] ?? '';
}
