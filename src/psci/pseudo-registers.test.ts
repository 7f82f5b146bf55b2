import { describe, expect, it } from 'vitest';
import type { Result } from './errno';
import { FirmwareRegisters, formatRegister, makeHost, parseAssignment, REGISTERS, type RegisterName } from './pseudo-registers';
import { HOST_GENERATIONS, hostGeneration, PSCI_VERSIONS, type PsciVersion } from './versions';

const outcome = (result: Result<unknown>): string => (result.ok ? 'ok' : result.errno);
const sentence = (result: Result<unknown>): string => (result.ok ? '' : result.sentence);

function vm(psci02 = true, host = makeHost()): FirmwareRegisters {
  const registers = new FirmwareRegisters(host);
  registers.initVcpu(0, { psci02 });
  return registers;
}
const value = (registers: FirmwareRegisters, name: RegisterName | bigint): bigint | string => {
  const read = registers.read(name);
  return read.ok ? read.value : read.errno;
};
const made = (version: PsciVersion | undefined, host = makeHost()): FirmwareRegisters => {
  const result = FirmwareRegisters.forVersion(version, 2, host);
  if (!result.ok) throw new Error(result.sentence);
  return result.value;
};

describe('the list', () => {
  it('has KVM’s ids in KVM’s order', () => {
    expect(
      vm()
        .list()
        .map(({ id }) => id.toString(16)),
    ).toEqual([
      '6030000000140000',
      '6030000000140001',
      '6030000000140002',
      '6030000000140003',
      '6030000000160000',
      '6030000000160001',
      '6030000000160002',
      '6030000000160003',
    ]);
  });
  it('reads the defaults, by name and by id', () => {
    const registers = vm();
    expect(REGISTERS.map(({ name }) => value(registers, name))).toEqual([0x10003n, 2n, 3n, 2n, 1n, 1n, 3n, 0n]);
    expect(REGISTERS.map(({ id }) => value(registers, id))).toEqual([0x10003n, 2n, 3n, 2n, 1n, 1n, 3n, 0n]);
    expect(value(vm(false), 'psci_version')).toBe(1n);
  });
  it('is ENOENT for an unknown id, another size, or a register the host lacks', () => {
    expect(value(vm(), 0x6030000000140004n)).toBe('ENOENT');
    expect(value(vm(), 0x6020000000140000n)).toBe('ENOENT');
    expect(outcome(vm().write(0x6030000000160004n, 0n))).toBe('ENOENT');
    const old = vm(true, makeHost(undefined, { lacks: ['vendor_hyp_bmap_2'] }));
    expect(value(old, 'vendor_hyp_bmap_2')).toBe('ENOENT');
    expect(old.list()).toHaveLength(7);
    expect(sentence(old.read('vendor_hyp_bmap_2'))).toBe('A host with Linux 6.13 and later has no register vendor_hyp_bmap_2.');
  });
  it('is ENOEXEC before the vCPU is initialised', () => {
    const registers = new FirmwareRegisters();
    expect(value(registers, 'psci_version')).toBe('ENOEXEC');
    expect(outcome(registers.write('psci_version', 0x10001n))).toBe('ENOEXEC');
    registers.initVcpu(0, { psci02: true });
    expect(outcome(registers.read('psci_version', 1))).toBe('ENOEXEC');
  });
});

describe('psci_version', () => {
  const known = [0x2n, 0x10000n, 0x10001n, 0x10002n, 0x10003n];
  const bad = [0n, 0x3n, 0x10004n, 0x20000n, 0x1_0001_0003n, 0x8000_0000_0001_0003n];
  for (const ran of [false, true]) {
    it(`takes what KVM takes ${ran ? 'after' : 'before'} the VM has run, never EBUSY`, () => {
      const tries: [boolean, bigint, string][] = [
        ...known.map((version): [boolean, bigint, string] => [true, version, 'ok']),
        ...known.map((version): [boolean, bigint, string] => [false, version, 'EINVAL']),
        [true, 1n, 'EINVAL'],
        [false, 1n, 'ok'],
        ...bad.flatMap((version): [boolean, bigint, string][] => [
          [true, version, 'EINVAL'],
          [false, version, 'EINVAL'],
        ]),
      ];
      for (const [psci02, version, expected] of tries) {
        const registers = vm(psci02);
        if (ran) registers.markRun();
        const before = value(registers, 'psci_version');
        const written = registers.write('psci_version', version);
        expect(outcome(written), `${psci02} ${version.toString(16)}`).toBe(expected);
        expect(value(registers, 'psci_version')).toBe(expected === 'ok' ? version : before);
        if (!written.ok) expect(written.sentence).toMatch(/^psci_version .*\.$/);
      }
    });
  }
  it('is bounded by the host’s generation', () => {
    for (const generation of HOST_GENERATIONS) {
      const newest = PSCI_VERSIONS.indexOf(generation.newest);
      expect(vm(true, makeHost(generation)).effectiveVersion).toBe(generation.newest);
      PSCI_VERSIONS.forEach((version, index) => {
        const result = FirmwareRegisters.forVersion(version, 1, makeHost(generation));
        expect(outcome(result), `${version} on ${generation.name}`).toBe(index <= newest ? 'ok' : 'EINVAL');
        if (result.ok) expect(result.value.effectiveVersion).toBe(version);
      });
    }
    expect(sentence(FirmwareRegisters.forVersion('1.3', 1, makeHost(hostGeneration('linux-5.18')!)))).toBe(
      'psci_version 1.3 is newer than 1.1, the newest that Linux 5.18 to 6.12 knows.',
    );
  });
  it('keeps its value when vCPUs are initialised again (reset)', () => {
    const registers = made('1.1');
    registers.markRun();
    expect(outcome(registers.initVcpu(0, { psci02: true }))).toBe('ok');
    expect(registers.effectiveVersion).toBe('1.1');
  });
  it('has its 0.1 form fixed for the whole VM by the first vCPU', () => {
    const registers = vm(false);
    expect(outcome(registers.initVcpu(1, { psci02: true }))).toBe('EINVAL');
    expect(outcome(registers.initVcpu(1, { psci02: false }))).toBe('ok');
  });
});

describe('bitmaps', () => {
  const limits: [RegisterName, bigint, bigint][] = [
    ['std_bmap', 1n, 1n],
    ['std_hyp_bmap', 1n, 1n],
    ['vendor_hyp_bmap', 3n, 3n],
    ['vendor_hyp_bmap_2', 3n, 0n],
  ];
  it('take any subset before the VM has run', () => {
    for (const [name, supported] of limits) {
      for (let bits = 0n; bits <= 8n; bits++) {
        const registers = vm();
        const expected = (bits & ~supported) === 0n ? 'ok' : 'EINVAL';
        expect(outcome(registers.write(name, bits)), `${name} ${bits}`).toBe(expected);
        if (expected === 'ok') expect(value(registers, name)).toBe(bits);
      }
      expect(outcome(vm().write(name, 1n << 63n))).toBe('EINVAL');
    }
  });
  it('take only their own value afterwards; an unsupported bit is EINVAL before it is EBUSY', () => {
    for (const [name, supported, initial] of limits) {
      for (let bits = 0n; bits <= 8n; bits++) {
        const registers = vm();
        registers.markRun();
        const expected = (bits & ~supported) !== 0n ? 'EINVAL' : bits === initial ? 'ok' : 'EBUSY';
        expect(outcome(registers.write(name, bits)), `${name} ${bits}`).toBe(expected);
        expect(value(registers, name)).toBe(initial);
      }
    }
  });
  it('start with all bits of a poorer host', () => {
    const host = makeHost(undefined, { supportedBits: { std: 1, stdHyp: 0, vendorHyp: 1, vendorHyp2: 0 } });
    const registers = vm(true, host);
    expect(limits.map(([name]) => value(registers, name))).toEqual([1n, 0n, 1n, 0n]);
    expect(sentence(registers.write('vendor_hyp_bmap', 3n))).toBe(
      'vendor_hyp_bmap 0x3 has bits that this host does not support (it has 0x1).',
    );
  });
});

describe('workaround registers', () => {
  const host = (workaround1: number, workaround2: number, workaround3: number) =>
    makeHost(undefined, { workarounds: { workaround1, workaround2, workaround3 } });
  for (const ran of [false, true]) {
    it(`are checked against the host and never stored (${ran ? 'after' : 'before'} a run)`, () => {
      for (const name of ['arch_workaround_1', 'arch_workaround_3'] as const) {
        for (let level = 0; level <= 2; level++) {
          const registers = vm(true, host(level, 0, level));
          if (ran) registers.markRun();
          for (let written = 0n; written <= 3n; written++) {
            expect(outcome(registers.write(name, written))).toBe(written <= BigInt(level) ? 'ok' : 'EINVAL');
          }
          expect(outcome(registers.write(name, 0x10n))).toBe('EINVAL');
          expect(value(registers, name)).toBe(BigInt(level));
        }
      }
    });
  }
  it('map the four levels of the second to two', () => {
    const accepted = (level: number) => {
      const registers = vm(true, host(0, level, 0));
      return Array.from({ length: 0x22 }, (_, written) => written).filter(
        (written) => registers.write('arch_workaround_2', BigInt(written)).ok,
      );
    };
    expect(accepted(0)).toEqual([0, 1]);
    expect(accepted(3)).toEqual([0, 1, 2, 3, 0x12]);
  });
});

describe('save and restore', () => {
  it('are blind, and the identity', () => {
    const source = made('1.1');
    source.write('std_bmap', 0n);
    source.write('vendor_hyp_bmap_2', 2n);
    const target = made(undefined);
    expect(outcome(target.restore(structuredClone(source.save())))).toBe('ok');
    expect(target.save()).toEqual(source.save());
    expect(target.effectiveVersion).toBe('1.1');
    expect(source.save()).toHaveLength(8);
  });
  it('work on a VM that has run if nothing changes', () => {
    const registers = made('1.0');
    registers.markRun();
    expect(outcome(registers.restore(registers.save()))).toBe('ok');
  });
  it('remember who set a register', () => {
    const source = made('1.1');
    expect([source.setBy('psci_version'), source.setBy('std_bmap')]).toEqual(['vmm', 'default']);
    const target = made(undefined);
    expect(target.setBy('psci_version')).toBe('default');
    expect(target.state().versionSetBy).toBe('default');
    target.restore(source.save());
    expect(target.view().map(({ setBy }) => setBy)).toEqual(new Array(8).fill('restore'));
    expect(target.state()).toMatchObject({ version: '1.1', versionSetBy: 'restore' });
    expect(outcome(target.write('psci_version', 99n))).toBe('EINVAL');
    expect(target.setBy('psci_version')).toBe('restore');
  });
  it('fail with the register’s own error and sentence', () => {
    const source = made('1.3');
    const old = made(undefined, makeHost(hostGeneration('linux-5.18')!));
    const refused = old.restore(source.save());
    expect(outcome(refused)).toBe('EINVAL');
    expect(sentence(refused)).toBe(
      'The saved registers do not fit this host: psci_version 1.3 is newer than 1.1, the newest that Linux 5.18 to 6.12 knows.',
    );
    const lacking = made(undefined, makeHost(undefined, { lacks: ['vendor_hyp_bmap_2'] }));
    expect(outcome(lacking.restore(source.save()))).toBe('ENOENT');
    const zeroOne = made('0.1');
    expect(outcome(zeroOne.restore(source.save()))).toBe('EINVAL');
    expect(outcome(made('1.3').restore(zeroOne.save()))).toBe('EINVAL');
    expect(zeroOne.vcpuFeatures).toEqual({ psci02: false });
  });
});

describe('words', () => {
  it('read assignments', () => {
    expect(parseAssignment('psci_version=1.1')).toEqual({ ok: true, value: { name: 'psci_version', value: 0x10001n } });
    expect(parseAssignment('psci_version=0x10002')).toEqual({ ok: true, value: { name: 'psci_version', value: 0x10002n } });
    expect(parseAssignment(' STD_BMAP = 0x1 ')).toEqual({ ok: true, value: { name: 'std_bmap', value: 1n } });
    expect(parseAssignment('vendor_hyp_bmap=3')).toEqual({ ok: true, value: { name: 'vendor_hyp_bmap', value: 3n } });
    expect(
      ['std_bmap', 'std_bmap=', 'std_bmap=1.1', 'psci_version=1.4', 'nobody=1'].map((text) => outcome(parseAssignment(text))),
    ).toEqual(['EINVAL', 'EINVAL', 'EINVAL', 'EINVAL', 'ENOENT']);
    expect(sentence(parseAssignment('psci_version=1.4'))).toBe(
      'psci_version takes one of 0.1, 0.2, 1.0, 1.1, 1.2, 1.3, not 1.4.',
    );
    expect(sentence(parseAssignment('std_bmap=1.1'))).toBe('std_bmap takes a number, not 1.1.');
  });
  it('write values', () => {
    expect(formatRegister('psci_version', 0x10003n)).toBe('1.3');
    expect(formatRegister('std_bmap', 1n)).toBe('0x1');
    expect(made('1.2').view()[0]).toMatchObject({ name: 'psci_version', text: '1.2', setBy: 'vmm', value: 0x10002n });
  });
});
