/** Spreadsheets take what begins like this for a formula, or for something else than it is. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** A cell that a spreadsheet shows as it is: what looks like a formula gets an apostrophe in front. */
function cell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A record as RFC 4180 has it, with its line break. */
export function csvRecord(values: readonly string[]): string {
  return `${values.map(cell).join(',')}\r\n`;
}
