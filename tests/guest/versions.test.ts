/**
 * What Linux makes of each PSCI version: its messages, debugfs, the calls it makes while it boots (in order, and nothing else), CPU hotplug
 * under load, power-off. One boot for each version; SMC as the conduit at 1.1, 8 vCPUs at 1.3.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conduit, FirmwareCall, PsciVersion } from '../../src/vm/api';
import { Guest, missing, whyMissing } from './harness';

interface Boot {
  version: PsciVersion;
  vcpus: number;
  conduit: Conduit;
}
const BOOTS: Boot[] = [
  { version: '0.1', vcpus: 2, conduit: 'hvc' },
  { version: '0.2', vcpus: 3, conduit: 'hvc' },
  { version: '1.0', vcpus: 2, conduit: 'hvc' },
  { version: '1.1', vcpus: 4, conduit: 'smc' },
  { version: '1.2', vcpus: 2, conduit: 'hvc' },
  { version: '1.3', vcpus: 8, conduit: 'hvc' },
];

const atLeast = (version: PsciVersion, other: PsciVersion): boolean => Number(version) >= Number(other);

/** The kernel's messages with the prefix `psci:`, from boot to the first hotplug. */
function messages(version: PsciVersion): string[] {
  const first = 'psci: probing for conduit method from DT.';
  if (version === '0.1') return [first, 'psci: Using PSCI v0.1 Function IDs from DT'];
  return [
    first,
    `psci: PSCIv${version} detected in firmware.`,
    'psci: Using standard PSCI v0.2 function IDs',
    'psci: Trusted OS migration not required',
    ...(atLeast(version, '1.0') ? ['psci: SMC Calling Convention v1.1'] : []),
  ];
}

/** /sys/kernel/debug/psci without the SYSTEM_SUSPEND capability. */
function debugfs(version: PsciVersion): string[] {
  if (!atLeast(version, '1.0')) return [`PSCIv${version}`];
  return [
    `PSCIv${version}`,
    'SMC Calling Convention v1.1',
    'OSI is not supported',
    'Original StateID format is used',
    'Trusted OS migration not required',
    'MIGRATE_INFO_TYPE is supported',
    ...(atLeast(version, '1.1') ? ['SYSTEM_RESET2 is supported'] : []),
    ...(atLeast(version, '1.3') ? ['SYSTEM_OFF2 is supported'] : []),
  ];
}

/** The probe, as `call argument -> result`. */
function probe(version: PsciVersion): string[] {
  if (version === '0.1') return [];
  const [has2, hasOff2] = [atLeast(version, '1.1'), atLeast(version, '1.3')];
  const first = [`PSCI_VERSION -> ${version}`, 'MIGRATE_INFO_TYPE -> migration not required'];
  if (!atLeast(version, '1.0')) return first;
  return [
    ...first,
    'PSCI_FEATURES SMCCC_VERSION -> supported',
    'SMCCC_VERSION -> 1.1',
    'TRNG_VERSION -> 1.0',
    'PSCI_FEATURES CPU_SUSPEND -> supported',
    'PSCI_FEATURES SYSTEM_SUSPEND -> NOT_SUPPORTED',
    `PSCI_FEATURES SYSTEM_RESET2 -> ${has2 ? 'supported' : 'NOT_SUPPORTED'}`,
    `PSCI_FEATURES SYSTEM_OFF2 -> ${hasOff2 ? 'supported: HIBERNATE_OFF' : 'NOT_SUPPORTED'}`,
    'VENDOR_HYP_CALL_UID -> uid of KVM',
    'VENDOR_HYP_KVM_FEATURES -> 0x3 and 0x0',
  ];
}

/** Services that Linux uses again after the probe, where it found SMCCC 1.1: entropy, mitigations of each CPU, stolen time, KVM's PTP clock. */
const SERVICES = ['TRNG_RND64', 'SMCCC_ARCH_FEATURES', 'PV_TIME_FEATURES', 'VENDOR_HYP_CALL_UID'];

/** SMC_RSI_ABI_VERSION of the Realm Management Monitor (Arm DEN0137). */
const RSI_VERSION = 0xc4000190;

const inWords = ({ name, argsText, resultText }: FirmwareCall): string =>
  `${name}${argsText ? ` ${argsText}` : ''} -> ${resultText}`;

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

describe.skipIf(missing)(`Linux on every version${whyMissing}`, () => {
  describe.each(BOOTS)('PSCI $version by $conduit with $vcpus vCPUs', ({ version, vcpus, conduit }) => {
    const secondaries = range(1, vcpus);
    let guest: Guest;
    /** The calls made until the agent was there. */
    let boot: FirmwareCall[];
    beforeAll(async () => {
      guest = await Guest.boot({ psci: version, vcpus, conduit });
      boot = guest.calls.slice();
    });
    afterAll(() => guest?.stop());

    it('says in dmesg what it found', async () => {
      expect(await guest.dmesg('psci: ')).toEqual(messages(version));
      // Linux 7.3 looks for KVM's services by either conduit, where it found SMCCC 1.1.
      expect(await guest.dmesg('smccc: ')).toEqual(
        atLeast(version, '1.0') ? ['smccc: KVM: hypervisor services detected (0x00000000 0x00000000 0x00000000 0x00000003)'] : [],
      );
    });

    it('says in debugfs what it found', async () => {
      expect((await guest.exec('cat /sys/kernel/debug/psci')).split('\n')).toEqual(debugfs(version));
      // Suspend to RAM is there as s2idle only: `deep` needs SYSTEM_SUSPEND.
      expect(await guest.exec('cat /sys/power/mem_sleep')).toBe('[s2idle]');
    });

    it('made the calls of the probe, in order, and nothing else', () => {
      for (const call of boot) expect(call.conduit).toBe(conduit);
      const head = probe(version);
      expect(boot.slice(0, head.length).map(inWords)).toEqual(head);
      const allowed = ['CPU_ON', ...(atLeast(version, '1.0') ? SERVICES : [])];
      const others = boot.slice(head.length).filter(({ name }) => !allowed.includes(name));
      // Only a guest of SMC may be a Realm of Arm CCA, so only it asks.
      expect(others.map(({ id, result }) => [id, result])).toEqual(conduit === 'smc' ? [[RSI_VERSION, 2n ** 64n - 1n]] : []);
    });

    it('brought all secondary CPUs up with CPU_ON', async () => {
      const started = boot.filter(({ name }) => name === 'CPU_ON');
      expect(started.map(({ args, result }) => [Number(args[0]), result])).toEqual(secondaries.map((cpu) => [cpu, 0n]));
      for (const { id } of started) expect(id.toString(16)).toBe(version === '0.1' ? '95c1ba60' : 'c4000003');
      expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe(`0-${vcpus - 1}`);
      expect(await guest.exec('grep -c ^processor /proc/cpuinfo')).toBe(String(vcpus));
    });

    it('takes CPUs off and on again under load', async () => {
      const from = guest.calls.length;
      const cycles = vcpus > 4 ? 1 : 3;
      const load = 'jobs=; for n in 1 2 3; do (while :; do :; done) & jobs="$jobs $!"; done';
      const plug = secondaries.map(
        (cpu) => `echo 0 >/sys/devices/system/cpu/cpu${cpu}/online && echo 1 >/sys/devices/system/cpu/cpu${cpu}/online`,
      );
      await guest.exec(
        `${load}; for round in ${range(0, cycles).join(' ')}; do ${plug.join(' && ')} || exit 1; done; kill $jobs`,
      );
      const calls = guest.calls.slice(from);
      for (const cpu of secondaries) {
        const off = calls.filter(({ name, vcpu }) => name === 'CPU_OFF' && vcpu === cpu);
        expect(
          off.map(({ id, result }) => [id, result]),
          `CPU_OFF by ${cpu}`,
        ).toEqual(range(0, cycles).map(() => [version === '0.1' ? 0x95c1ba5f : 0x84000002, undefined]));
        const on = calls.filter(({ name, args }) => name === 'CPU_ON' && args[0] === BigInt(cpu));
        expect(
          on.map(({ result }) => result),
          `CPU_ON of ${cpu}`,
        ).toEqual(range(0, cycles).map(() => 0n));
        const asked = calls.filter(({ name, args }) => name === 'AFFINITY_INFO' && args[0] === BigInt(cpu));
        // 0.1 has no AFFINITY_INFO: Linux trusts that the CPU is gone.
        expect(asked.filter(({ resultText }) => resultText === 'OFF').length).toBe(version === '0.1' ? 0 : cycles);
      }
      expect(await guest.exec('cat /sys/devices/system/cpu/online')).toBe(`0-${vcpus - 1}`);
      const killed = (await guest.dmesg('psci: CPU')).filter((line) => line.includes(' killed '));
      expect(killed.length).toBe(version === '0.1' ? 0 : cycles * secondaries.length);
    });

    it(
      version === '0.1' ? 'cannot power off: 0.1 has no call for it' : 'powers off with SYSTEM_OFF, the other CPUs still on',
      async () => {
        const from = guest.calls.length;
        await guest.vm.agent.shutdown();
        if (version === '0.1') {
          await guest.printed('reboot: Power off not available: System halted instead');
          await new Promise((resolve) => setTimeout(resolve, 1000));
          expect(guest.vm.state).toBe('running');
          expect(guest.names(from)).toEqual([]);
          return;
        }
        expect(await guest.end()).toMatchObject({ how: 'off', call: 'SYSTEM_OFF', systemEvent: { type: 'shutdown', flags: 0n } });
        const names = guest.names(from).filter((name) => !SERVICES.includes(name));
        expect(names).toEqual(['SYSTEM_OFF']);
      },
    );
  });
});
