import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { A64 } from '../../src/isa';
import { compareCopies } from './compare-copies';
import { Comparison } from './compare-rows';
import { ENGINES, EngineUnderTest } from './engine-under-test';
import { keptNewerOracle } from './newer-oracle';
import { QemuUserOracle } from './oracle-qemu-user';
import { exclusionOfRow } from './rules';
import { SequenceEngines } from './sequence-engines';

/** What QEMU 7.2 does not know, against a newer one if `npm run difftest -- --oracle newer` has fetched it. */

const qemu = keptNewerOracle();
const isThere = qemu !== undefined && QemuUserOracle.available();
const about = isThere ? '' : ' (skipped: no newer qemu-aarch64, which `npm run difftest -- --oracle newer` fetches)';
const NEW_ROWS = A64.filter((row) => exclusionOfRow(row) && !exclusionOfRow(row, 'newer'));

describe.skipIf(!isThere)(`a newer QEMU${about}`, () => {
  let oracle: QemuUserOracle;
  beforeAll(() => {
    oracle = new QemuUserOracle(qemu);
  });
  afterAll(() => oracle.close());

  it('does what we do with instructions that QEMU 7.2 does not know', async () => {
    expect(NEW_ROWS.map(({ feature }) => feature)).toEqual(expect.arrayContaining(['FEAT_CSSC', 'FEAT_HBC', 'FEAT_WFxT']));
    const engine = await EngineUnderTest.create();
    const comparison = new Comparison(engine, oracle, { seed: 1, casesPerRow: 100, engines: ENGINES, age: 'newer' });
    for (const { row, executed, differences } of await comparison.compare(NEW_ROWS))
      expect([row.name, executed, differences]).toEqual([row.name, 100, 0]);
  });

  it('copies and sets memory as we do', async () => {
    const differences = await compareCopies(await SequenceEngines.create(), oracle, 1, 300);
    expect(differences.map(({ sequence, engine }) => `${engine}: ${sequence.seed}`)).toEqual([]);
  });
});
