/**
 * Lines of a boot that QEMU's `virt` and Dormouse do not share, each with the reason. Whoever closes one removes its entry:
 * `npm run dmesg-diff` fails on a difference that is not here, and on an entry that nothing matches any more.
 */
import type { VirtioTransportName } from '../../src/vm/api';
import type { Difference } from './diff';

export interface Expected {
  onlyIn: Difference['onlyIn'];
  /** Matches the whole normalised line. */
  line: RegExp;
  reason: string;
  /** Not in every boot, so its absence means nothing. */
  sometimes?: true;
  /** Only of boards whose virtio devices are there. */
  virtio?: VirtioTransportName;
  /** Only kernels of this release and later say it, as [major, minor]. */
  since?: Release;
  /** Only kernels older than this one say it. */
  before?: Release;
}

type Release = readonly [major: number, minor: number];

const feature = (
  onlyIn: Difference['onlyIn'],
  names: readonly string[],
  reason: string,
  more: Pick<Expected, 'since' | 'sometimes'> = {},
): Expected[] =>
  names.map((name) => ({ onlyIn, line: new RegExp(`^CPU features: detected: ${literal(name)}$`), reason, ...more }));

const both = (qemu: RegExp, dormouse: RegExp, reason: string): Expected[] => [
  { onlyIn: 'qemu', line: qemu, reason },
  { onlyIn: 'dormouse', line: dormouse, reason },
];

/** What the firmware says. */
const FIRMWARE: readonly Expected[] = [
  ...both(/^psci: PSCIv1\.1 detected/, /^psci: PSCIv1\.3 detected/, 'the firmware is newer than QEMU 7.2, which has PSCI 1.1'),
  ...both(
    /^psci: SMC Calling Convention v1\.0$/,
    /^psci: SMC Calling Convention v1\.1$/,
    'the firmware follows KVM, which has SMCCC 1.1; QEMU has no SMCCC_VERSION call',
  ),
  {
    onlyIn: 'dormouse',
    line: /^smccc: KVM: hypervisor services detected/,
    reason: 'the firmware offers the hypervisor services of KVM (PTP among them), as QEMU does with KVM but not with TCG',
  },
];

/** What QEMU's board says of itself. */
const BOARD: readonly Expected[] = [
  {
    onlyIn: 'qemu',
    line: /^ITS: No ITS available, not enabling LPIs$/,
    reason: 'with `its=off` QEMU 7.2 still says in GICD_TYPER that it has LPIs; ours has neither an ITS nor LPIs, and says so',
  },
  ...both(
    /^Memory: \d+K\/524288K available/,
    /^Memory: \d+K\/524288K available/,
    'QEMU passes its device tree in a blob padded to 1 MiB, which the kernel reserves; ours has only the few KiB it needs',
  ),
  ...['1/0/0 default/read/poll queues', '[vda] 1228800 512-byte logical blocks (629 MB/600 MiB)'].flatMap((words) =>
    both(
      new RegExp(`^virtio_blk virtio4: ${literal(words)}$`),
      new RegExp(`^virtio_blk virtio0: ${literal(words)}$`),
      'our device tree lists the virtio transports from the last down, so that disk 0, which is in the last, is vda whatever disks there are',
    ).map((each) => ({ ...each, virtio: 'mmio' as const })),
  ),
];

/** What the nearest of QEMU's processors has more than ours, or the other way round (see QEMU_CPU). */
const PROCESSOR: readonly Expected[] = [
  ...feature(
    'qemu',
    ['ARMv8.4 Translation Table Level', 'RAS Extension Support', 'Stage-2 Force Write-Back'],
    'a feature that ours does not promise',
  ),
  ...feature('qemu', ['HCRX_EL2 register'], 'ours has no EL2', { since: [6, 12] }),
  ...feature('qemu', ['RASv1p1 Extension Support', 'XNX'], 'a feature that ours does not promise', { since: [7, 2] }),
  ...feature('dormouse', ['Enhanced Privileged Access Never', 'WFx with timeout'], 'a feature that QEMU 7.2 does not have'),
  ...feature('dormouse', ['Memory Copy and Memory Set instructions'], 'a feature that QEMU 7.2 does not have', {
    since: [6, 12],
  }),
  ...feature('qemu', ['32-bit EL0 Support'], 'ours runs AArch64 only'),
  // Only kernels with KVM ask.
  ...feature('qemu', ['32-bit EL1 Support'], 'ours runs AArch64 only', { sometimes: true }),
  {
    onlyIn: 'qemu',
    line: /^Registered setend emulation handler$/,
    reason: 'ours runs AArch64 only: there is no SETEND to emulate',
    before: [6, 12],
  },
  {
    onlyIn: 'dormouse',
    line: /^setend instruction emulation is not supported on this system$/,
    reason: 'ours runs AArch64 only: there is no SETEND to emulate',
  },
  ...both(
    /^hw-breakpoint: found 6 breakpoint and 4 watchpoint registers\.$/,
    /^hw-breakpoint: found 2 breakpoint and 2 watchpoint registers\.$/,
    'ours has as many as the architecture asks for',
  ),
  ...feature(
    'dormouse',
    ['Instruction cache invalidation not required for I/D coherence'],
    'stores drop the decoded instructions of their page, so CTR_EL0.DIC is set: Linux skips loops that would cost time for nothing',
  ),
];

const EXPECTED: readonly Expected[] = [...FIRMWARE, ...BOARD, ...PROCESSOR];

/** What kernels of a release show on one of the two only. */
export function expectedOf([major, minor]: Release): Expected[] {
  const atLeast = ([otherMajor, otherMinor]: Release): boolean =>
    major > otherMajor || (major === otherMajor && minor >= otherMinor);
  return EXPECTED.filter(({ since, before }) => (!since || atLeast(since)) && !(before && atLeast(before)));
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
