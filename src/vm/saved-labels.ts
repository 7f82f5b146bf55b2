import type { SymbolEntry } from '../debug/symbol-table';
import { SavedState } from '../machine/saved-state';
import { FIRST_VERSION, type NewSection, type Section, SnapshotError, type Version } from '../storage/snapshot-format';

/** Names of addresses that were given with what a machine boots: an optional section of its file. Those of an ELF file are in that. */
export const LABELS = 'labels';
export const LABELS_VERSION: Version = FIRST_VERSION;
const MOST_LABELS = 50_000;
const LONGEST_NAME = 255;
const ADDRESS_BYTES = 8;

/** Of very many none are kept, and none with a name that is longer than any a person would write. */
export function* labelSections(symbols: readonly SymbolEntry[] | undefined): Generator<NewSection> {
  const kept = symbols?.filter(({ name }) => name.length <= LONGEST_NAME);
  if (!kept || kept.length > MOST_LABELS) return;
  const addresses = new Uint8Array(kept.length * ADDRESS_BYTES);
  const view = new DataView(addresses.buffer);
  for (const [index, { address }] of kept.entries()) view.setBigUint64(index * ADDRESS_BYTES, address, true);
  yield { name: LABELS, version: LABELS_VERSION, optional: true, state: { names: kept.map(({ name }) => name), addresses } };
}

/** Throws one sentence if the section is not as {@link labelSections} writes it. */
export function labelsFrom(section: Section): SymbolEntry[] {
  if (!('state' in section)) throw new SnapshotError('damaged', 'The section “labels” holds bytes, not a state.');
  const saved = new SavedState('the labels', new SavedState('the labels', { labels: section.state }).object('labels'));
  const names = saved.texts('names', LONGEST_NAME, MOST_LABELS);
  const addresses = saved.bytes('addresses', names.length * ADDRESS_BYTES);
  const view = new DataView(addresses.buffer);
  return names.map((name, index) => ({ name, address: view.getBigUint64(index * ADDRESS_BYTES, true) }));
}
