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
}

const feature = (onlyIn: Difference['onlyIn'], names: readonly string[], reason: string): Expected[] =>
  names.map((name) => ({ onlyIn, line: new RegExp(`^CPU features: detected: ${literal(name)}$`), reason }));

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
    [
      'HCRX_EL2 register',
      'Branch Target Identification',
      'ARMv8.4 Translation Table Level',
      'Common not Private translations',
      'Data cache clean to Point of Deep Persistence',
      'Data cache clean to Point of Persistence',
      'Data independent timing control (DIT)',
      'RCpc load-acquire (LDAPR)',
      'RAS Extension Support',
      'RASv1p1 Extension Support',
      'Random Number Generator',
      'Speculation barrier (SB)',
      'Stage-2 Force Write-Back',
      'TLB range maintenance instructions',
      'XNX',
      'Speculative Store Bypassing Safe (SSBS)',
      'Hardware dirty bit management on CPU0-1',
    ],
    'a feature that ours does not promise',
  ),
  ...feature('qemu', ['32-bit EL0 Support', '32-bit EL1 Support'], 'ours runs AArch64 only'),
  {
    onlyIn: 'dormouse',
    line: /^setend instruction emulation is not supported on this system$/,
    reason: 'ours runs AArch64 only: there is no SETEND to emulate',
  },
  ...feature(
    'qemu',
    ['Spectre-v4'],
    'QEMU has no SMCCC to ask; our firmware answers that SMCCC_ARCH_WORKAROUND_2 is not required',
  ),
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

export const EXPECTED: readonly Expected[] = [...FIRMWARE, ...BOARD, ...PROCESSOR];

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
