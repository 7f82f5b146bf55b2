/** The library with a real Linux: what an agent does with a machine. In this process, from the sources; tests/library has the packed one. */
import { createHash, randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVm } from '../../src/lib/node-entry';
import type { Machine } from '../../src/lib/public-types';
import { PATIENCE } from '../patience';
import { missing, whyMissing } from './harness';

const ASSETS = join(import.meta.dirname, '../../public/guests');
const MIB = 2 ** 20;

describe.skipIf(missing)(`the library with Debian${whyMissing}`, () => {
  let vm: Machine;
  const machines: Machine[] = [];
  const keep = <T extends Machine>(machine: T): T => {
    machines.push(machine);
    return machine;
  };

  beforeAll(async () => {
    vm = keep(await createVm({ guest: 'debian', assets: ASSETS, cpus: 1 }));
    await vm.start();
    await vm.ready({ timeout: PATIENCE.BOOT });
  });
  afterAll(async () => {
    for (const machine of machines) await machine.close();
  });

  it('runs commands, tells their output as it comes, and cancels them', async () => {
    expect(await vm.exec('uname -m; echo oops >&2; exit 3')).toEqual({ status: 3, output: 'aarch64\noops\n' });
    let heard = '';
    const controller = new AbortController();
    const loop = vm.exec('while :; do echo on; sleep 0.1; done', {
      signal: controller.signal,
      onOutput: (bytes) => {
        heard += new TextDecoder().decode(bytes);
        if (heard.length > 8) controller.abort(new Error('heard enough'));
      },
    });
    await expect(loop).rejects.toThrow('heard enough');
    await expect(vm.exec('sleep 1000', { timeout: 100 })).rejects.toThrow('Within 0.1 s the command “sleep 1000” did not end.');
  });

  it('puts a file of random bytes and gets it back', async () => {
    const bytes = randomFillSync(new Uint8Array(MIB));
    const began = performance.now();
    await vm.putFile("/tmp/it's random", new Blob([bytes]));
    const put = performance.now();
    const back = await vm.getFile("/tmp/it's random");
    const got = performance.now();
    expect(back.length).toBe(MIB);
    expect(Buffer.compare(back, bytes)).toBe(0);
    const { output } = await vm.exec(`sha256sum "/tmp/it's random"; rm "/tmp/it's random"`);
    expect(output).toContain(createHash('sha256').update(bytes).digest('hex'));
    console.log(`1 MiB: put ${((put - began) / 1000).toFixed(1)} s, got ${((got - put) / 1000).toFixed(1)} s`);
    await expect(vm.getFile('/no/such')).rejects.toThrow('The file /no/such could not be read in the guest: ');
  });

  it('forks into machines that know nothing of each other, and is restored', async () => {
    await vm.exec('echo prepared > /tmp/state');
    const began = performance.now();
    const one = keep(await vm.fork());
    const forked = performance.now();
    const two = keep(await vm.fork({ paused: true }));
    expect([vm.state, one.state, two.state]).toEqual(['running', 'running', 'paused']);
    await one.exec('echo one >> /tmp/state');
    await two.resume();
    await two.exec('echo two >> /tmp/state');
    const read = async (machine: Machine): Promise<string> => (await machine.exec('cat /tmp/state')).output;
    expect(await Promise.all([read(vm), read(one), read(two)])).toEqual(['prepared\n', 'prepared\none\n', 'prepared\ntwo\n']);

    const saved = await one.snapshot();
    await one.close();
    const later = keep(await createVm({ snapshot: await saved.bytes() }));
    expect(later.state).toBe('paused');
    await later.start();
    expect(await read(later)).toBe('prepared\none\n');
    console.log(`fork ${(forked - began).toFixed(0)} ms, snapshot of ${(saved.size / MIB).toFixed(1)} MiB`);
  });

  it('hibernates onto its disk in memory and wakes, as a fork, too', async () => {
    const first = keep(await createVm({ guest: 'debian', assets: ASSETS, cpus: 1, disk: { name: 'work', sizeMiB: 600 } }));
    await first.start();
    await first.ready({ timeout: PATIENCE.BOOT });
    await first.exec('echo marmot > /tmp/state');
    const fork = keep(await first.fork({ paused: true }));
    await first.hibernate();
    await first.waitForState('hibernated');
    await first.start();
    await first.ready({ timeout: PATIENCE.BOOT });
    expect(await first.exec('cat /tmp/state')).toEqual({ status: 0, output: 'marmot\n' });
    await first.close();

    await fork.resume();
    await fork.exec('echo fork >> /tmp/state');
    await fork.hibernate();
    await fork.waitForState('hibernated');
    await fork.start();
    await fork.ready({ timeout: PATIENCE.BOOT });
    expect((await fork.exec('cat /tmp/state')).output).toBe('marmot\nfork\n');
    await fork.close();
  });

  it('shows its firmware and its memory', async () => {
    const firmware = await vm.firmware();
    expect(firmware.told.at(-1)).toBe('1.3');
    await vm.setPsci('1.0');
    expect((await vm.firmware()).version).toBe('1.0');
    const { output } = await vm.exec("grep ' linux_banner$' /proc/kallsyms");
    const address = BigInt(`0x${output.split(' ')[0]}`);
    expect(new TextDecoder().decode(await vm.readMemory(address, 13))).toBe('Linux version');
    await expect(vm.readMemory(0x7000n, 8)).rejects.toThrow('The address 0x7000 is not mapped for vCPU 0 now.');
  });
});
