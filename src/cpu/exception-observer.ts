import type { Exception } from './exceptions';
import type { Vcpu } from './vcpu';

/**
 * Hears of the exceptions of a vCPU (`Vcpu.exceptionObservers`) when they have been taken, and of returns from them: so that EL is known at every
 * moment. It looks, and changes nothing. Inside both calls the slice's counts are exact.
 */
export interface ExceptionObserver {
  /** @param fromEl the EL that the exception was taken from */
  exceptionTaken(vcpu: Vcpu, exception: Exception, fromEl: number): void;
  /** ERET: EL and PC are those that it returned to. */
  exceptionReturned(vcpu: Vcpu): void;
  /** The firmware is about to be called by the instruction at `pc`. */
  firmwareCalled?(vcpu: Vcpu, conduit: 'hvc' | 'smc', pc: bigint, immediate: number): void;
}
