import type { Example } from './example';
import source from './timer-interrupt.s?raw';

export const timerInterrupt: Example = {
  name: 'timer-interrupt',
  title: 'Take a timer interrupt',
  summary: 'The way of an interrupt: timer, GIC, PSTATE, vector, and back with ERET.',
  about: [
    'Four things must agree before an interrupt arrives: the timer is enabled and due, the interrupt controller lets its number through (27, a private interrupt of each CPU), PSTATE.I does not mask it, and VBAR_EL1 points to a table of vectors. The program sets them up in that order. Its interrupt controller is a GICv3, which is what a machine has unless it is told otherwise.',
    'Between the ticks the CPU does WFI. That is no loop: it waits without executing anything, and the vCPU’s card says idle. Under the virtual clock that time is skipped altogether.',
    'In the handler, reading ICC_IAR1_EL1 takes the interrupt and tells which one it is. The timer goes on asking until it is set anew: CNTV_TVAL_EL0 is a distance, an eighth of a second from now. Writing ICC_EOIR1_EL1 says that the interrupt is dealt with.',
    'Leave the write of CNTV_TVAL_EL0 in the handler out, and run again: the request stays, and after ERET the interrupt is taken at once, so that all ticks come together.',
  ],
  source,
};
