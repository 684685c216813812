const WIDTH = 24;
const EVERY_MS = 100;

export type Progress = { readonly at: (done: number, total: number) => void; readonly end: () => void };

/** A bar on standard error, where that is a terminal; nothing elsewhere. */
export function openProgress(what: string): Progress {
  if (process.stderr.isTTY !== true) return { at: () => undefined, end: () => undefined };
  let last = 0;
  return {
    at: (done, total) => {
      const now = Date.now();
      if (now - last < EVERY_MS) return;
      last = now;
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const full = Math.round(share * WIDTH);
      process.stderr.write(`\r${what} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${Math.floor(share * 100)} %`);
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  };
}
