/** Firmware of the library's machines in Node, and where its variables are. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rememberingFirmware } from '../vm/firmware.testkit';
import { createVm } from './node-entry';
import type { Machine, VariableOptions } from './public-types';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-variables-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const made = (variables?: VariableOptions): Promise<Machine> =>
  createVm({ kernel: rememberingFirmware(), memory: 16, engine: 'interpreter', ...(variables && { variables }) });

/** What a machine says until it is off. */
async function said(vm: Machine): Promise<string> {
  let text = '';
  const stop = vm.on('console', ({ data }) => {
    text += new TextDecoder().decode(data);
  });
  await vm.start();
  await vm.waitForEnd();
  stop();
  return text;
}

it('is a file that outlives the machine, and is held by one at a time', async () => {
  const variables: VariableOptions = { name: join(folder, 'edk2.vars'), kind: 'kept' };
  const vm = await made(variables);
  expect([await said(vm), await said(vm)]).toEqual(['n', 'f']);
  await vm.close();
  expect(statSync(variables.name).size).toBe(64 << 20);
  const other = await made(variables);
  expect(await said(other)).toBe('f');
  await other.close();
});

it('is memory that lasts until the machine is closed, or is not at all', async () => {
  for (const [variables, again] of [
    [{ name: 'edk2' }, 'f'],
    [undefined, 'n'],
  ] as const) {
    const vm = await made(variables);
    expect([await said(vm), await said(vm)]).toEqual(['n', again]);
    await vm.close();
  }
});

it('is told in one sentence if it cannot be', async () => {
  const vm = await made({ name: join(folder, 'not/there'), kind: 'kept' });
  await expect(vm.start()).rejects.toThrow(/“.*not.there” cannot be created: its folder does not exist\.$/);
  await vm.close();
});
