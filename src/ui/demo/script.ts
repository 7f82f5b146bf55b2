/** What the demo machine says and does: canned, for looking at the page without a machine. */
import type { FirmwareCall, GuestInfo, VcpuView } from '../../vm/api';

export const GUESTS: GuestInfo[] = [
  {
    name: 'debian',
    title: 'Debian 13, Linux 7.3',
    description: 'Debian’s own arm64 kernel and BusyBox, unmodified. It can hibernate to its disk and wake again.',
    bytes: 14_900_000,
    defaults: { vcpus: 4, memoryMiB: 512, diskMiB: 1024 },
    agent: true,
    keepsFilesIn: '/root',
  },
  {
    name: 'lab',
    title: 'Firmware lab',
    description: 'A tiny bare-metal monitor that talks PSCI on the console. Boots in milliseconds.',
    bytes: 0,
    defaults: { vcpus: 2, memoryMiB: 64, diskMiB: 0 },
    agent: false,
  },
];

const dim = (text: string) => `\x1b[90m${text}\x1b[0m`;
export const BOOT: string[] = [
  dim('[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd083]'),
  dim('[    0.000000] Linux version 7.3.1+deb13-cloud-arm64 (debian-kernel@lists.debian.org) #1 SMP'),
  dim('[    0.000000] Machine model: linux,dummy-virt'),
  dim('[    0.000000] psci: probing for conduit method from DT.'),
  '[    0.000000] psci: PSCIv1.3 detected in firmware.',
  dim('[    0.000000] psci: Using standard PSCI v0.2 function IDs'),
  dim('[    0.000000] psci: SMC Calling Convention v1.1'),
  dim('[    0.041208] smp: Bringing up secondary CPUs ...'),
  dim('[    0.052310] CPU1: Booted secondary processor 0x0000000001 [0x410fd083]'),
  dim('[    0.063127] CPU2: Booted secondary processor 0x0000000002 [0x410fd083]'),
  dim('[    0.074019] CPU3: Booted secondary processor 0x0000000003 [0x410fd083]'),
  dim('[    0.074802] smp: Brought up 1 node, 4 CPUs'),
  dim('[    0.611954] Run /init as init process'),
  '',
  '\x1b[32mdormouse\x1b[0m:~# nproc',
  '4',
  '\x1b[32mdormouse\x1b[0m:~# dream="hazelnuts"; uname -m',
  'aarch64',
];
export const PROMPT = '\x1b[32mdormouse\x1b[0m:~# ';

type Canned = Pick<FirmwareCall, 'vcpu' | 'id' | 'name' | 'args' | 'argsText' | 'resultText' | 'why' | 'outcome'> & {
  time: number;
  result?: bigint;
};
const SUCCESS = 0n;
const NOT_SUPPORTED = -1n;

export const CALLS: Canned[] = [
  {
    time: 0.000112,
    vcpu: 0,
    id: 0x84000000,
    name: 'PSCI_VERSION',
    args: [0n, 0n, 0n],
    argsText: '',
    result: 0x10003n,
    resultText: '1.3',
    why: 'The version the VM is pinned to; the host’s default is the newest it knows.',
    outcome: 'ok',
  },
  {
    time: 0.000119,
    vcpu: 0,
    id: 0x84000006,
    name: 'MIGRATE_INFO_TYPE',
    args: [0n, 0n, 0n],
    argsText: '',
    result: 2n,
    resultText: 'no trusted OS',
    why: 'There is no trusted OS that would have to migrate.',
    outcome: 'ok',
  },
  {
    time: 0.000124,
    vcpu: 0,
    id: 0x8400000a,
    name: 'PSCI_FEATURES',
    args: [0x80000000n, 0n, 0n],
    argsText: 'SMCCC_VERSION',
    result: SUCCESS,
    resultText: 'SUCCESS',
    why: 'From PSCI 1.0 on, the guest may ask whether SMCCC_VERSION is there; it is.',
    outcome: 'ok',
  },
  {
    time: 0.000128,
    vcpu: 0,
    id: 0x80000000,
    name: 'SMCCC_VERSION',
    args: [0n, 0n, 0n],
    argsText: '',
    result: 0x10001n,
    resultText: '1.1',
    why: 'The calling convention of this firmware is 1.1.',
    outcome: 'ok',
  },
  {
    time: 0.000131,
    vcpu: 0,
    id: 0x8400000a,
    name: 'PSCI_FEATURES',
    args: [0xc400000en, 0n, 0n],
    argsText: 'SYSTEM_SUSPEND',
    result: NOT_SUPPORTED,
    resultText: 'NOT_SUPPORTED',
    why: 'SYSTEM_SUSPEND is only offered when the host has opted in to it.',
    outcome: 'error',
  },
  {
    time: 0.000137,
    vcpu: 0,
    id: 0x8400000a,
    name: 'PSCI_FEATURES',
    args: [0xc4000015n, 0n, 0n],
    argsText: 'SYSTEM_OFF2',
    result: 1n,
    resultText: 'HIBERNATE_OFF',
    why: 'PSCI 1.3 has SYSTEM_OFF2; bit 0 says that HIBERNATE_OFF is one of its types.',
    outcome: 'ok',
  },
  {
    time: 0.05202,
    vcpu: 0,
    id: 0xc4000003,
    name: 'CPU_ON',
    args: [1n, 0x41a20000n, 0n],
    argsText: 'cpu1 entry 0x41a20000',
    result: SUCCESS,
    resultText: 'SUCCESS',
    why: 'The target was off, so it starts at the entry point with x0 = context id.',
    outcome: 'ok',
  },
  {
    time: 0.063001,
    vcpu: 0,
    id: 0xc4000003,
    name: 'CPU_ON',
    args: [2n, 0x41a20000n, 0n],
    argsText: 'cpu2 entry 0x41a20000',
    result: SUCCESS,
    resultText: 'SUCCESS',
    why: 'The target was off, so it starts at the entry point with x0 = context id.',
    outcome: 'ok',
  },
  {
    time: 0.073877,
    vcpu: 0,
    id: 0xc4000003,
    name: 'CPU_ON',
    args: [3n, 0x41a20000n, 0n],
    argsText: 'cpu3 entry 0x41a20000',
    result: SUCCESS,
    resultText: 'SUCCESS',
    why: 'The target was off, so it starts at the entry point with x0 = context id.',
    outcome: 'ok',
  },
];

export const SLEEP_CALLS: Canned[] = [
  ...[1, 2, 3].flatMap((cpu): Canned[] => [
    {
      time: 0,
      vcpu: cpu,
      id: 0x84000002,
      name: 'CPU_OFF',
      args: [0x10000n, 0n, 0n],
      argsText: '',
      resultText: 'off',
      why: 'The calling vCPU switches itself off; the call does not return.',
      outcome: 'event',
    },
    {
      time: 0.0002,
      vcpu: 0,
      id: 0xc4000004,
      name: 'AFFINITY_INFO',
      args: [BigInt(cpu), 0n, 0n],
      argsText: `cpu${cpu}, level 0`,
      result: 1n,
      resultText: 'OFF',
      why: 'The only vCPU with this affinity is off.',
      outcome: 'ok',
    },
  ]),
  {
    time: 0.7,
    vcpu: 0,
    id: 0xc4000015,
    name: 'SYSTEM_OFF2',
    args: [0n, 0n, 0n],
    argsText: 'type 0, cookie 0',
    resultText: 'hibernated',
    why: 'From PSCI 1.3 on; types 0 and 1 both mean HIBERNATE_OFF, and the cookie must be 0.',
    outcome: 'event',
  },
];

/** A repeatable stand-in for chance. */
export function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

export function vcpuAt(index: number, time: number, random: () => number, down: boolean): VcpuView {
  const started = index === 0 || time > 0.05 + index * 0.011;
  const busy = random();
  const boot = time < 1.2 && index === 0;
  const power = down || !started ? 'off' : boot || busy < 0.55 ? 'on' : 'idle';
  const el0 = power === 'off' ? 0 : boot ? 0 : power === 'idle' ? 0.02 : random() * 0.6;
  const el1 = power === 'off' ? 0 : boot ? 0.95 : power === 'idle' ? 0.03 : Math.min(1 - el0, random() * 0.5);
  const el = el0 > el1 ? 0 : 1;
  const base = el === 0 ? 0x0000_aaaa_c01e_0000n : 0xffff_8000_8012_c000n;
  const word = () => BigInt(Math.floor(random() * 0xffff)) << 2n;
  return {
    index,
    power,
    el,
    pc: started ? base + word() : 0n,
    sp: started ? 0xffff_8000_82e0_bc60n - word() : 0n,
    x: Array.from({ length: 31 }, (_, number) =>
      !started ? 0n : number < 4 ? word() : number % 3 === 0 ? 0n : 0xffff_8000_8100_0000n + BigInt(number * 4096 + index * 64),
    ),
    pstate: started ? 0x6000_0000 | (el === 1 ? 0x3c5 : 0) : 0x3c5,
    instructions: Math.floor(time * 2e8),
    el0Share: el0,
    el1Share: el1,
    readyShare: power === 'on' ? Math.min(1 - el0 - el1, 0.1) : 0,
  };
}
