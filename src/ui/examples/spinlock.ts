import type { Example } from './example';
import source from './spinlock.s?raw';

export const spinlock: Example = {
  name: 'spinlock',
  title: 'Atomics and a spinlock',
  summary: 'Two CPUs, one counter: load-exclusive and store-exclusive, acquire and release, and STADD.',
  about: [
    'Both CPUs count up 20000 times. To add one is three steps, load, add, store, and another CPU may come in between. The lock makes sure that it does not: LDAXR reads the lock and watches it, STXR stores only if nobody else has written there since, and says in a register whether it did.',
    'Acquire and release keep the order: nothing behind LDAXR comes before it, nothing before STLR comes after it. So whoever gets the lock sees the counter as the last one left it.',
    'The second counter needs no lock. STADD is one instruction of FEAT_LSE, and nobody can come in between. On a `cortex-a53`, which has no FEAT_LSE, it is undefined: choose that processor among the machine’s settings, and see the program end with an exception.',
    'Take the `bl lock` away. The vCPUs here take turns of many thousands of instructions, so an update is lost only where a turn happens to end in between: the number may be right nine times out of ten. That is what makes such mistakes hard to find.',
  ],
  source,
  machine: { vcpus: 2 },
};
