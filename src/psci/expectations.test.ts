/**
 * The pure function against the table of expectations; the last test of it checks the table's coverage.
 */
import { describe, expect, it } from 'vitest';
import { type Cell, EXPECTATION_POWER, EXPECTATIONS, EXPECTED_VERSIONS, type ExpectationRow } from './expectations.testkit';
import { PSCI_FUNCTIONS } from './functions';
import type { PsciVersion } from './versions';
import { TestVm } from './vm.testkit';

function machine(version: PsciVersion, row: ExpectationRow): TestVm {
  const vm = new TestVm({ vcpus: 4, version, systemSuspend: row.suspend ?? false });
  EXPECTATION_POWER.forEach((power, vcpu) => {
    vm.setPower(vcpu, power);
  });
  return vm;
}

describe('every function in every version', () => {
  for (const row of EXPECTATIONS) {
    it(`${row.what}${row.suspend ? ' (capability on)' : ''}`, () => {
      EXPECTED_VERSIONS.forEach((version, column) => {
        const vm = machine(version, row);
        const before = vm.vcpus;
        const regs = row.call.map(BigInt);
        const reply = vm.call(regs, row.aarch32 ? { aarch32: true } : {});
        const expected = row.cells[column]!;
        const got: Cell = vm.events[0]
          ? ((vm.events[0].type === 'suspend' ? 'suspend' : `${vm.events[0].type} ${vm.events[0].flags}`) as Cell)
          : reply.result === undefined
            ? 'off'
            : Number(BigInt.asIntN(64, reply.result));
        expect(got, `${version}: ${reply.why}`).toBe(expected);
        expect(reply.why, `${version}`).toMatch(/^\S.*\.$/);
        expect(reply.resultText).not.toBe('');
        expect(reply.outcome).toBe(
          typeof expected === 'string' && expected !== 'off' ? 'event' : Number(expected) < 0 ? 'error' : 'ok',
        );
        // Registers and power states after the call.
        const narrow = (regs[0]! & 0x4000_0000n) === 0n;
        const arg = (i: number): bigint => (narrow ? BigInt.asUintN(32, regs[i] ?? 0n) : (regs[i] ?? 0n));
        const powers = vm.vcpus.map((vcpu) => vcpu.power);
        if (expected === 'suspend') {
          expect(reply.regs).toEqual([regs[0], arg(1), arg(2), arg(3)]);
          expect(vm.vcpus).toEqual(before);
        } else if (expected === 'reset 1') {
          expect(reply.regs).toEqual([BigInt.asUintN(64, -6n), arg(1), arg(2), arg(3)]);
          expect(powers).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
        } else if (expected === 'off') {
          expect(reply.regs).toEqual([0n, 0n, 0n, 0n]);
          expect(powers).toEqual(['stopped', 'stopped', 'suspended', 'runnable']);
        } else if (typeof expected === 'string') {
          expect(reply.regs).toEqual([BigInt.asUintN(64, -6n), 0n, 0n, 0n]);
          expect(powers).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
        } else {
          expect(reply.regs).toEqual([BigInt.asUintN(64, BigInt(expected)), 0n, 0n, 0n]);
          const startsCpu1 = reply.name === 'CPU_ON' && expected === 0;
          expect(powers).toEqual(['runnable', startsCpu1 ? 'runnable' : 'stopped', 'suspended', 'runnable']);
        }
        const waits = reply.effects.filter((effect) => effect.type === 'wait');
        expect(waits.length).toBe(reply.name === 'CPU_SUSPEND' && expected === 0 ? 1 : 0);
      });
    });
  }

  it('covers every id of the table', () => {
    const called = new Set(EXPECTATIONS.map((row) => Number(BigInt.asUintN(32, BigInt(row.call[0]!)))));
    for (const fn of PSCI_FUNCTIONS) {
      for (const id of [fn.smc32, fn.smc64, fn.id01]) if (id !== undefined) expect(called, fn.name).toContain(id);
    }
  });
});

describe('shape of system events', () => {
  const event = (...call: number[]) => {
    const vm = new TestVm({ systemSuspend: true });
    vm.call(call);
    return vm.events;
  };
  it('carries data[0] in flags, and none for a suspend', () => {
    expect(event(0x84000008)).toEqual([{ type: 'shutdown', ndata: 1, data: [0n], flags: 0n }]);
    expect(event(0x84000009)).toEqual([{ type: 'reset', ndata: 1, data: [0n], flags: 0n }]);
    expect(event(0xc4000012)).toEqual([{ type: 'reset', ndata: 1, data: [1n], flags: 1n }]);
    expect(event(0xc4000015)).toEqual([{ type: 'shutdown', ndata: 1, data: [1n], flags: 1n }]);
    expect(event(0xc400000e)).toEqual([{ type: 'suspend', ndata: 0, data: [], flags: 0n }]);
  });
});
