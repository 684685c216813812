/** Shows on a terminal how far long work has come, on standard error; nothing where nobody watches. */
export type Progress = { readonly step: () => void; readonly end: () => void };

const EVERY_MS = 200;
const WIDTH = 30;

export function progress(label: string, total: number): Progress {
  const { stderr } = process;
  if (stderr.isTTY !== true || total === 0) return { step: () => undefined, end: () => undefined };
  let done = 0;
  let shownAt = 0;
  const show = (): void => {
    const part = Math.min(1, done / total);
    const bar = '█'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '·');
    stderr.write(`\r${label} ${bar} ${done} of ${total}`);
  };
  return {
    step: () => {
      done += 1;
      const now = performance.now();
      if (now - shownAt < EVERY_MS && done < total) return;
      shownAt = now;
      show();
    },
    end: () => void stderr.write('\r\x1b[2K'),
  };
}
