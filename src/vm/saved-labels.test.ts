import { describe, expect, it } from 'vitest';
import { collected } from '../storage/byte-reader';
import { FIRST_VERSION, type NewSection } from '../storage/snapshot-format';
import { readSnapshot } from '../storage/snapshot-reader';
import { writeSnapshot } from '../storage/snapshot-writer';
import type { StateValue } from '../storage/state-value';
import { bareVm, PROGRAMS, programImage, testHost } from './bare-vm.testkit';
import { labelSections, labelsFrom } from './saved-labels';
import { readSavedVm } from './saved-vm';
import { vmFromSnapshot } from './vm-builder';

const LABELS = [
  { name: 'start', address: 0x4008_0000n },
  { name: 'grüße', address: 0xffff_8000_0000_0004n },
];
const section = (state: StateValue) => ({ name: 'labels', version: FIRST_VERSION, optional: true, state });

describe('labels in a saved machine', () => {
  it('are those it was started with, also when it is saved again', async () => {
    const images = { kernel: programImage(PROGRAMS.spin), symbols: LABELS };
    let { vm } = await bareVm(PROGRAMS.spin, { images });
    for (let times = 0; times < 2; times++) {
      const saved = await readSavedVm([await collected(vm.save())]);
      expect(saved.images.symbols).toEqual(LABELS);
      vm = await vmFromSnapshot(saved, { config: saved.config, host: testHost(), onEvents: () => {} });
      expect(vm.symbols.table.placeOf(0x4008_0004n)).toEqual({ name: 'start', offset: 4 });
      expect(vm.symbols.source).toBe('labels');
    }
  });

  it('are not needed: a file of before has none', async () => {
    const { vm } = await bareVm(PROGRAMS.spin, { images: { kernel: programImage(PROGRAMS.spin), symbols: LABELS } });
    async function* without(): AsyncGenerator<NewSection> {
      for await (const each of readSnapshot(vm.save())) if (each.name !== 'labels') yield each as NewSection;
    }
    const saved = await readSavedVm(writeSnapshot(without()));
    expect(saved.images.symbols).toBeUndefined();
    await vmFromSnapshot(saved, { config: saved.config, host: testHost(), onEvents: () => {} });
  });

  it('are left out if there are none, or too many', () => {
    expect([...labelSections(undefined)]).toEqual([]);
    expect([...labelSections(Array(50_001).fill(LABELS[0]))]).toEqual([]);
    const [written] = labelSections([...LABELS, { name: 'x'.repeat(256), address: 0n }]);
    if (!written || !('state' in written)) throw new Error('no state was written');
    expect(labelsFrom(section(written.state))).toEqual(LABELS);
  });

  it.each([
    ['fewer addresses than names', { names: ['a', 'b'], addresses: new Uint8Array(8) }],
    ['a name that is none', { names: [7], addresses: new Uint8Array(8) }],
    ['nothing', null],
  ])('are refused with %s', (_what, state) => {
    expect(() => labelsFrom(section(state))).toThrow('The saved state of the labels');
  });
});
