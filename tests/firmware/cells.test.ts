/**
 * Every function × version × argument class of the firmware's expectation table, called by a guest's own HVC and SMC instructions, on the
 * interpreter and on the JIT: 4 ways for each cell. (Rows of AArch32 callers are left to the pure function: these CPUs have no AArch32.)
 */
import { describe, expect, it } from 'vitest';
import { pstate } from '../../src/cpu/exceptions';
import { SYS } from '../../src/cpu/sysregs/storage';
import { encodeVersion, type PsciVersion } from '../../src/psci';
import { PSTATE_EL1H_DAIF, SCTLR_EL1_RESET } from '../../src/psci/cpu-on-reset.testkit';
import {
  type Cell,
  EXPECTATION_POWER,
  EXPECTATIONS,
  EXPECTED_VERSIONS,
  type ExpectationRow,
} from '../../src/psci/expectations.testkit';
import { CallGuest } from './call-guest';

const ENGINES = ['interpreter', 'jit'] as const;
const CONDUITS = ['hvc', 'smc'] as const;
const INTERNAL_FAILURE = 2n ** 64n - 6n;
const ROWS = EXPECTATIONS.filter((row) => !row.aarch32);

/** What a guest and its VMM saw of one call, in the table's words. */
function cellOf(guest: CallGuest): Cell {
  const [event] = guest.events;
  if (event) return (event.type === 'suspend' ? 'suspend' : `${event.type} ${event.flags}`) as Cell;
  const [result] = guest.results(0);
  return result ? Number(result.x0) : 'off';
}

/** Registers of a vCPU that was stopped in the middle of its call, as a VMM reads them. */
const registersOf = (guest: CallGuest): bigint[] => [0, 1, 2, 3].map((n) => guest.machine.engine.vcpus[0]!.x(n));

/** vCPU 1 as a VMM reads it after CPU_ON: entry and context are the caller's, everything else is reset. */
function checkStarted(guest: CallGuest, [id, , entry, contextId]: readonly bigint[]): void {
  const narrow = (id! & 0x4000_0000n) === 0n;
  const vcpu = guest.machine.engine.vcpus[1]!;
  expect(vcpu.pc).toBe(BigInt.asUintN(narrow ? 32 : 64, entry!));
  expect(Array.from({ length: 31 }, (_, n) => vcpu.x(n))).toEqual([contextId, ...new Array<bigint>(30).fill(0n)]);
  expect(pstate(vcpu)).toBe(PSTATE_EL1H_DAIF);
  expect(vcpu.get64(SYS.SCTLR_EL1)).toBe(SCTLR_EL1_RESET);
}

function check(guest: CallGuest, row: ExpectationRow, version: PsciVersion): void {
  const expected = row.cells[EXPECTED_VERSIONS.indexOf(version)]!;
  const x = row.call.map(BigInt);
  guest.setCalls(0, [x]);
  guest.powerOn();
  guest.setPower(EXPECTATION_POWER);
  // A vCPU that is switched on would run into a void.
  guest.keepsStarted = true;
  guest.run();
  if (guest.machine.power.states[1] === 'runnable') checkStarted(guest, x);
  const where = `${row.what} at ${version}`;
  expect(cellOf(guest), where).toBe(expected);

  const narrow = (x[0]! & 0x4000_0000n) === 0n;
  const arg = (i: number): bigint => (narrow ? BigInt.asUintN(32, x[i] ?? 0n) : (x[i] ?? 0n));
  const { states } = guest.machine.power;
  if (typeof expected === 'number') {
    const [result] = guest.results(0);
    expect(result!.regs, where).toEqual([BigInt.asUintN(64, BigInt(expected)), 0n, 0n, 0n]);
    expect(result!.changed, `${where}: registers x4 to x30`).toBe(0n);
    const startsCpu1 = guest.replies[0]!.name === 'CPU_ON' && expected === 0;
    expect(states, where).toEqual(['runnable', startsCpu1 ? 'runnable' : 'stopped', 'suspended', 'runnable']);
    return;
  }
  expect(guest.results(0), `${where}: did not return`).toEqual([]);
  const regs = registersOf(guest);
  switch (expected) {
    case 'off':
      expect(states, where).toEqual(['stopped', 'stopped', 'suspended', 'runnable']);
      return expect(regs, where).toEqual([0n, 0n, 0n, 0n]);
    case 'suspend':
      expect(states, where).toEqual(['suspended', 'stopped', 'suspended', 'runnable']);
      return expect(regs, where).toEqual([x[0], arg(1), arg(2), arg(3)]);
    case 'reset 1':
      expect(states, where).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
      return expect(regs, where).toEqual([INTERNAL_FAILURE, arg(1), arg(2), arg(3)]);
    default:
      expect(states, where).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
      expect(regs, where).toEqual([INTERNAL_FAILURE, 0n, 0n, 0n]);
  }
}

/** CPU_SUSPEND comes back when an interrupt does; there is none here, so it is looked at apart. */
const isWait = (row: ExpectationRow, version: PsciVersion): boolean =>
  row.what.startsWith('CPU_SUSPEND') && row.cells[EXPECTED_VERSIONS.indexOf(version)] === 0;

describe.each(ENGINES)('%s', (engine) => {
  // 0.1 is another kind of VM; among the others the version is a register.
  const machines = new Map<string, Promise<CallGuest>>();
  const machine = (version: PsciVersion, systemSuspend: boolean): Promise<CallGuest> => {
    const key = `${version === '0.1'} ${systemSuspend}`;
    const made = machines.get(key) ?? CallGuest.create({ engine, version, systemSuspend, vcpus: 4 });
    machines.set(key, made);
    return made;
  };

  describe.each(CONDUITS)('by %s', (conduit) => {
    it.each(EXPECTED_VERSIONS)('answers every call as the table says at %s', async (version) => {
      let cells = 0;
      for (const systemSuspend of [false, true]) {
        const guest = await machine(version, systemSuspend);
        guest.conduit = conduit;
        expect(guest.registers.write('psci_version', BigInt(encodeVersion(version))).ok).toBe(true);
        for (const row of ROWS) {
          if ((row.suspend ?? false) !== systemSuspend || isWait(row, version)) continue;
          check(guest, row, version);
          cells++;
        }
      }
      expect(cells).toBe(ROWS.length - ROWS.filter((row) => isWait(row, version)).length);
    });

    it('answers the same in a hot loop', async () => {
      const version: PsciVersion = '1.3';
      const guest = await machine(version, false);
      guest.conduit = conduit;
      guest.registers.write('psci_version', BigInt(encodeVersion(version)));
      const rows = ROWS.filter((row) => {
        const cell = row.cells[EXPECTED_VERSIONS.indexOf(version)]!;
        return (
          !row.suspend && typeof cell === 'number' && !isWait(row, version) && !(cell === 0 && row.what.startsWith('CPU_ON'))
        );
      });
      const calls = Array.from({ length: 8000 }, (_, n) => rows[n % rows.length]!);
      guest.setCalls(
        0,
        calls.map((row) => row.call),
      );
      guest.powerOn();
      guest.setPower(EXPECTATION_POWER);
      guest.run(1);
      guest.heat();
      for (let turn = 0; turn < 20 && guest.run(200_000) === 'running'; turn++);
      const results = guest.results(0);
      expect(results.length).toBe(calls.length);
      for (const [n, { regs, changed }] of results.entries()) {
        const expected = BigInt.asUintN(64, BigInt(calls[n]!.cells[EXPECTED_VERSIONS.indexOf(version)]!));
        if (regs[0] !== expected || regs[1] || regs[2] || regs[3] || changed) expect([calls[n]!.what, regs, changed]).toEqual([]);
      }
      if (engine === 'jit') expect(guest.compiled).toBeGreaterThan(100_000);
      else expect(guest.compiled).toBe(0);
    });
  });
});
