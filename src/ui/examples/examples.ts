import { el0Syscall } from './el0-syscall';
import type { Example } from './example';
import { exceptionVector } from './exception-vector';
import { fpRounding } from './fp-rounding';
import { helloUart } from './hello-uart';
import { mmuOn } from './mmu-on';
import { psciVersions } from './psci-versions';
import { simdSum } from './simd-sum';
import { spinlock } from './spinlock';
import { systemOff2 } from './system-off2';
import { timerInterrupt } from './timer-interrupt';
import { twoCpus } from './two-cpus';
import { virtioDisk } from './virtio-disk';

/** In the order in which they are best read. */
export const EXAMPLES: readonly Example[] = [
  helloUart,
  exceptionVector,
  timerInterrupt,
  el0Syscall,
  mmuOn,
  psciVersions,
  twoCpus,
  systemOff2,
  virtioDisk,
  spinlock,
  simdSum,
  fpRounding,
];
