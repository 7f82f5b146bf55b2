import { describe, expect, it } from 'vitest';
import { PSCI_FUNCTIONS } from '../psci';
import { afterEffects, callFirmware, FIRMWARE_FUNCTIONS, firmwareRegisters, firmwareState, versionTable } from './firmware-entry';

describe('the firmware as a function', () => {
  it('answers a call, says why, and changes nothing', () => {
    const state = firmwareState({ cpus: 2, psci: '1.1' });
    const before = structuredClone(state);
    const reply = callFirmware(state, { function: 'CPU_ON', args: [1n, 0x4008_0000n, 7n] });
    expect(reply).toMatchObject({ name: 'CPU_ON', id: 0xc400_0003, result: 0n, resultText: 'SUCCESS', outcome: 'ok' });
    expect(reply.effects).toEqual([{ type: 'start-cpu', vcpu: 1, entry: 0x4008_0000n, contextId: 7n, bigEndian: false }]);
    expect(state).toEqual(before);
    expect(structuredClone(reply)).toEqual(reply);
    const after = afterEffects(state, reply);
    expect(after.vcpus.map(({ power }) => power)).toEqual(['runnable', 'runnable']);
    expect(callFirmware(after, { function: 'CPU_ON', args: [1n, 0n, 0n] }).resultText).toBe('ALREADY_ON');
  });

  it('knows versions, by the table and by the call', () => {
    for (const { name, offered, why } of versionTable()) {
      const { smc64, smc32 } = PSCI_FUNCTIONS.find((fn) => fn.name === name)!;
      expect(FIRMWARE_FUNCTIONS.find((fn) => fn.name === name)).toMatchObject({
        since: expect.any(String),
        args: expect.any(Array),
      });
      for (const psci of ['1.0', '1.3'] as const) {
        const reply = callFirmware(firmwareState({ psci }), { function: 'PSCI_FEATURES', args: [BigInt(smc64 ?? smc32 ?? 0)] });
        expect(BigInt.asIntN(64, reply.regs[0]) >= 0n, `${name} in ${psci}`).toBe(offered[psci] === 'yes');
        expect(why[psci] === undefined).toBe(offered[psci] === 'yes');
      }
    }
  });

  it('is told its version by a register', () => {
    const registers = firmwareRegisters({ host: 'linux-5.18' });
    expect(callFirmware(firmwareState({ registers }), { function: 'PSCI_VERSION' }).resultText).toBe('1.1');
    expect(registers.write('psci_version', 0x10000n)).toEqual({ ok: true, value: undefined });
    expect(callFirmware(firmwareState({ registers }), { function: 'PSCI_VERSION' }).resultText).toBe('1.0');
    expect(registers.write('psci_version', 0x10003n)).toMatchObject({ ok: false, errno: 'EINVAL' });
  });

  it('refuses what is not possible in one sentence', () => {
    const state = firmwareState();
    expect(() => callFirmware(state, { function: 'CPU_OFF', vcpu: 1 })).toThrow(
      'There is no vCPU 1: the state has 1, counted from 0.',
    );
    expect(() => callFirmware(state, { function: 'SLEEP' as 'CPU_OFF' })).toThrow('“SLEEP” is no function of PSCI; there are ');
    expect(() => firmwareState({ cpus: 0 })).toThrow('0 vCPUs are not possible');
    expect(() => firmwareRegisters({ host: 'xen' })).toThrow('There is no host generation “xen”');
    expect(() => firmwareRegisters({ psci: '9.9' as '1.3' })).toThrow('“9.9” is no version of PSCI');
    // What JavaScript lets through.
    const loose = (value: unknown): never => value as never;
    const wrong: [call: () => unknown, sentence: string][] = [
      [() => firmwareState({ cpus: 1e9 }), '1000000000 vCPUs are not possible: give a whole number from 1 to 512.'],
      [() => firmwareRegisters({ cpus: loose('2') }), '“2” vCPUs are not possible'],
      [() => firmwareState(loose(null)), 'null cannot be the options: give an object such as'],
      [() => firmwareState(loose({ version: '1.1' })), 'There is no “version” among the options; there are cpus, psci'],
      [() => firmwareState({ registers: loose({}) }), '{} cannot be the registers: give what firmwareRegisters() made.'],
      [() => firmwareState({ rules: loose('law') }), '“law” cannot be the rules: choose kvm, spec.'],
      [() => firmwareState({ systemSuspend: loose('no') }), '“no” cannot be the systemSuspend: choose true, false.'],
      [() => versionTable({ rules: loose('law') }), '“law” cannot be the rules'],
      [() => callFirmware(loose({}), { function: 'CPU_OFF' }), '{} cannot be the state: give what firmwareState() made.'],
      [() => callFirmware(state, loose(undefined)), 'undefined cannot be the request'],
      [() => callFirmware(state, { function: 2 ** 32 }), '4294967296 cannot be the function: give a whole number of 32 bits.'],
      [() => callFirmware(state, { function: 'CPU_ON', args: loose([1]) }), '1 cannot be an argument: give a BigInt of 64 bits'],
      [() => callFirmware(state, { function: 'CPU_ON', args: [1n << 64n] }), '18446744073709551616n cannot be an argument'],
      [() => callFirmware(state, { function: 'CPU_ON', args: loose(7) }), '7 cannot be the args: give an array of up to 3'],
      [() => callFirmware(state, { function: 'CPU_OFF', conduit: loose('svc') }), '“svc” cannot be the conduit'],
      [() => afterEffects(state, loose(undefined)), 'undefined cannot be the reply: give what callFirmware() returned.'],
    ];
    for (const [call, sentence] of wrong) expect(call).toThrow(sentence);
    expect(callFirmware(state, { function: 0x84000000 | 0 }).name).toBe('PSCI_VERSION');
  });
});
