/** Which steps cannot be made now, and why: asked while the machine stands. To be made while a component is. */
import type { DebugCommand } from './debug-keys';
import { Inspection } from './inspection.svelte';
import type { Session } from './session.svelte';

export class StepObstacles {
  private readonly history: Inspection<'history'>;

  constructor(private readonly vm: Session) {
    this.history = new Inspection(vm, 'history', () => (vm.debugger.can('back') ? {} : undefined));
  }

  /** As a sentence; undefined: nothing is known to be in the way. */
  to(command: DebugCommand): string | undefined {
    return command === 'back' ? this.history.answer?.backObstacles[this.vm.focus.vcpu] : undefined;
  }
}
