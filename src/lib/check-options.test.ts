import { describe, expect, it } from 'vitest';
import { checkOptions } from './check-options';
import type { VmOptions } from './public-types';

const wrong: [what: string, options: object, sentence: string][] = [
  ['nothing to begin with', {}, 'Give one of guest, kernel, assembly, snapshot to begin with, not none.'],
  [
    'two beginnings',
    { guest: 'lab', assembly: 'nop' },
    'Give one of guest, kernel, assembly, snapshot to begin with, not guest and assembly.',
  ],
  ['an unknown option', { guest: 'lab', memroy: 1 }, 'There is no option “memroy”; there are guest, kernel,'],
  ['too many CPUs', { guest: 'lab', cpus: 9 }, '9 vCPUs are not possible: choose 1 to 8.'],
  ['a word of CPUs', { guest: 'lab', cpus: '2' }, '“2” cannot be the number of vCPUs: give a number, not a string.'],
  ['another kind of CPUs', { guest: 'lab', cpus: 2n }, '2n cannot be the number of vCPUs: give a number.'],
  ['no whole number of CPUs', { guest: 'lab', cpus: 1.5 }, '1.5 vCPUs are not possible: choose 1 to 8.'],
  ['a word of memory', { guest: 'lab', memory: '64' }, '“64” cannot be the memory in MiB: give a number, not a string.'],
  ['too little memory', { guest: 'lab', memory: 1 }, '1 MiB of memory are not possible: choose 16 to 3072.'],
  ['an unknown CPU', { guest: 'lab', cpu: 'z80' }, '“z80” cannot be the cpu: choose max, cortex-a53, cortex-a72, neoverse-n1.'],
  ['an unknown version', { guest: 'lab', psci: '2.0' }, '“2.0” cannot be the psci: choose 0.1, 0.2, 1.0, 1.1, 1.2, 1.3.'],
  ['a version that the host has not', { guest: 'lab', psci: '1.3', host: 'linux-5.18' }, 'PSCI 1.3 is refused with EINVAL'],
  ['an unknown host', { guest: 'lab', host: 'linux-1' }, 'There is no host generation “linux-1”; there are linux-4.15'],
  ['an unknown register', { guest: 'lab', registers: ['x=1'] }, 'The register “x=1” is refused with ENOENT'],
  ['an unknown clock', { guest: 'lab', clock: 'sun' }, '“sun” cannot be the clock: choose realtime, virtual.'],
  ['no boolean', { guest: 'lab', systemSuspend: 'yes' }, 'systemSuspend must be a boolean, not “yes”.'],
  [
    'an empty disk',
    { guest: 'lab', disk: { name: 'd', sizeMiB: 0 } },
    'A disk with a sizeMiB of 0 is not possible: choose 1 to 1048576.',
  ],
  [
    'a word for the size of a disk',
    { guest: 'lab', disk: { name: 'd', sizeMiB: '600' } },
    '“600” cannot be the sizeMiB of a disk: give a number, not a string.',
  ],
  [
    'an unknown kind of disk',
    { guest: 'lab', disk: { name: 'd', sizeMiB: 1, kind: 'tape' } },
    '“tape” cannot be the kind of a disk',
  ],
  ['firmware without a kernel', { guest: 'lab', firmware: new Uint8Array() }, 'The option firmware is what boots a kernel:'],
  ['an object that is no firmware', { kernel: new Uint8Array(), firmware: {} }, '{} cannot be the firmware'],
  [
    'variables without a name',
    { kernel: new Uint8Array(), variables: { kind: 'kept' } },
    'undefined cannot be where variables are',
  ],
  [
    'an unknown kind of variables',
    { kernel: '/k', variables: { name: 'v', kind: 'tape' } },
    '“tape” cannot be the kind of the var',
  ],
  ['a choice beside a snapshot', { snapshot: new Uint8Array(), cpus: 2 }, 'The option cpus cannot stand beside a snapshot'],
  ['flat with a guest', { guest: 'lab', flat: true }, 'The option flat is for a kernel of your own'],
  ['null', { guest: 'lab', signal: null }, 'The option signal cannot be null: leave it out.'],
  [
    'an object that is no kernel',
    { kernel: {} },
    '{} cannot be the kernel: give its bytes (Uint8Array, ArrayBuffer, Blob) or its',
  ],
  ['an empty address', { kernel: '' }, '“” cannot be the kernel'],
  ['other numbers than bytes', { kernel: new Uint16Array(2) }, 'an object (Uint16Array) cannot be the kernel'],
  ['a number as initrd', { kernel: new Uint8Array(), initrd: 7 }, '7 cannot be the initrd'],
  ['an object that is no snapshot', { snapshot: {} }, '{} cannot be the snapshot'],
  ['no signal', { guest: 'lab', signal: 'x' }, '“x” cannot be the signal: give the signal of an AbortController.'],
  [
    'a word for a disk',
    { guest: 'lab', disk: 'memory' },
    '“memory” cannot be the options of the disk: give an object such as { name',
  ],
  [
    'a strange disk',
    { guest: 'lab', disk: { name: 'd', size: 1 } },
    'There is no “size” among the options of the disk; there are name',
  ],
  [
    'a nameless disk',
    { guest: 'lab', disk: { sizeMiB: 1 } },
    'undefined cannot be the name of a disk: give a string such as “work”.',
  ],
  ['one register', { guest: 'lab', registers: 'x=1' }, '“x=1” cannot be the registers: give an array such as'],
  ['a number as register', { guest: 'lab', registers: [1n] }, '1n cannot be the assignment of a register: give a string.'],
  ['a number as folder', { guest: 'lab', assets: 7 }, '7 cannot be the assets: give an address (URL, string).'],
  ['an object as worker', { guest: 'lab', worker: {} }, '{} cannot be the worker'],
  ['nothing to assemble', { assembly: '' }, 'The program is empty: write at least one instruction'],
  ['a mistake in assembly', { assembly: 'nop\nbogus' }, 'Line 2: "bogus": there is no instruction or macro "bogus".'],
];

describe('options of a machine', () => {
  it.each(wrong)('with %s are refused in one sentence', async (_, options, sentence) => {
    await expect(checkOptions(options as VmOptions)).rejects.toThrow(sentence);
  });

  it.each([undefined, null, 7, 'lab', ['lab']])('that are no object are refused: %s', async (options) => {
    await expect(checkOptions(options as unknown as VmOptions)).rejects.toThrow(
      /^\S+ cannot be the options: give an object such as \{ guest: 'lab' \}\.$/,
    );
  });

  it('leave to a guest what suits it, and have values of their own for code', async () => {
    const guest = await checkOptions({ guest: 'debian' });
    expect(guest.config).toEqual({ guest: 'debian', conduit: 'hvc', gic: 3, engine: 'auto', clock: 'realtime' });
    const { beginning, config } = await checkOptions({ assembly: 'adr x0, .', cpus: 2, virtio: 'pci', rules: 'spec' });
    expect(config).toMatchObject({
      guest: 'program',
      vcpus: 2,
      memoryMiB: 64,
      virtio: 'pci',
      rules: 'spec',
      kernelFormat: 'flat',
    });
    expect(beginning).toEqual({ from: 'kernel', kernel: Uint8Array.of(0, 0, 0, 0x10) });
  });
});
