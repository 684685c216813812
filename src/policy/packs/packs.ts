import { baseline } from './baseline.ts';
import { dora } from './dora.ts';
import { pciDss } from './pci-dss.ts';
import { soc2 } from './soc2.ts';

/** The policy packs shipped with the program: ordinary policy files, extended by name. */
const packs: ReadonlyMap<string, string> = new Map([
  ['countersign:baseline', baseline],
  ['countersign:soc2', soc2],
  ['countersign:pci-dss', pciDss],
  ['countersign:dora', dora],
]);

export const packNames: readonly string[] = [...packs.keys()];

/** The YAML text of a pack. */
export function packText(name: string): string | undefined {
  return packs.get(name);
}
