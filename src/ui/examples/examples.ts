import { el0Syscall } from './el0-syscall';
import type { Example } from './example';
import { exceptionVector } from './exception-vector';
import { fpRounding } from './fp-rounding';
import { helloUart } from './hello-uart';
import { hibernate } from './hibernate';
import { mmuOn } from './mmu-on';
import { psciVersions } from './psci-versions';
import { secondCpu } from './second-cpu';
import { simdSum } from './simd-sum';
import { spinlock } from './spinlock';
import { timerInterrupt } from './timer-interrupt';
import { virtioDisk } from './virtio-disk';

/** In the order in which they are best read. */
export const EXAMPLES: readonly Example[] = [
  helloUart,
  exceptionVector,
  timerInterrupt,
  el0Syscall,
  mmuOn,
  psciVersions,
  secondCpu,
  hibernate,
  virtioDisk,
  spinlock,
  simdSum,
  fpRounding,
];
