import {
  affinityOfVcpu,
  applyPowerEffects,
  FirmwareRegisters,
  type FirmwareState,
  handleCall,
  KVM_POLICY,
  PSCI_VERSIONS,
  SPEC_POLICY,
  type VcpuPowerState,
} from '../../../src/psci';
import { Random } from '../random';
import type { Counts, Subject } from '../subject';

const CALLS = 500;
const VCPUS = 4;
const wide = (random: Random): bigint => (BigInt(random.next()) << 32n) | BigInt(random.next());

/** Ids that some service answers, those beside them, and any. */
function functionId(random: Random): bigint {
  const upper = random.chance(3) ? wide(random) & ~0xffff_ffffn : 0n;
  if (random.chance(6)) return upper | BigInt(random.next());
  const base = random.pick([
    0x8400_0000, 0xc400_0000, 0x8000_0000, 0xc000_0000, 0x8600_0000, 0x95c1_ba5e, 0x8400_0050, 0xc400_0050,
  ]);
  return upper | BigInt((base + random.below(40)) >>> 0);
}

const argument = (random: Random): bigint =>
  random.pick([
    0n,
    1n,
    2n,
    3n,
    4n,
    0x8000_0000n,
    0x4008_0000n,
    0x1_0000n,
    wide(random),
    BigInt(random.next()),
    functionId(random),
  ]);

/** Any call in any state: it is answered in 64 bits, and in words. */
export const firmwareArguments: Subject = {
  name: 'firmware arguments',
  cases: 'calls',
  batch: CALLS,
  async start() {
    return (seed) => {
      const random = new Random(seed);
      const version = random.pick(PSCI_VERSIONS);
      const registers = FirmwareRegisters.forVersion(version, VCPUS);
      if (!registers.ok) throw new Error(registers.sentence);
      let vcpus: VcpuPowerState[] = Array.from({ length: VCPUS }, (_, n) => ({
        affinity: affinityOfVcpu(n),
        power: n === 0 ? 'runnable' : 'stopped',
        pending: false,
      }));
      const counts: Counts = {};
      for (let n = 0; n < CALLS; n++) {
        const state: FirmwareState = {
          ...registers.value.state(),
          policy: random.chance(2) ? KVM_POLICY : SPEC_POLICY,
          systemSuspend: random.chance(2),
          vcpus,
          ...(random.chance(2) && { ram: { base: 0x4000_0000n, size: 0x1000_0000n } }),
        };
        const reply = handleCall(
          state,
          {
            vcpu: random.below(VCPUS),
            conduit: random.pick(['hvc', 'smc'] as const),
            immediate: random.chance(4) ? random.below(65536) : 0,
            regs: [functionId(random), argument(random), argument(random), argument(random)],
            bigEndian: random.chance(8),
            aarch32: random.chance(8),
          },
          {
            entropy: (bytes) => void bytes.fill(random.next()),
            ptp: () => (random.chance(2) ? { wall: wide(random), counter: wide(random) } : undefined),
          },
        );
        for (const value of reply.regs) if (BigInt.asUintN(64, value) !== value) throw new Error(`${reply.name} left ${value}.`);
        const words = [reply.name, reply.resultText, reply.why, reply.argsText].join(' | ');
        if (/undefined|NaN|\[object/.test(words)) throw new Error(`The words of a call: ${words}`);
        vcpus = applyPowerEffects(vcpus, reply.effects);
        if (vcpus.length !== VCPUS) throw new Error(`${reply.name} left ${vcpus.length} vCPUs.`);
        // Else nobody would be left to call before long.
        vcpus = vcpus.map((vcpu) => ({ ...vcpu, pending: vcpu.pending === true && !random.chance(4) }));
        counts[reply.outcome] = (counts[reply.outcome] ?? 0) + 1;
      }
      return counts;
    };
  },
};
