import type { ProgramLine } from '../../vm/api/assembly';
import { lineOfAddress } from '../state/line-map';
import type { Session } from '../state/session.svelte';
import type { MachineLines } from './machine-lines';

/** Where the vCPUs stand in the source: while the machine is paused, or where it ended. Those that are off stand nowhere. */
export function linesOfMachine(vm: Session, lines: readonly ProgramLine[]): MachineLines {
  if (vm.state === 'running' || vm.state === 'loading') return [];
  return vm.view.vcpus
    .filter(({ power }) => power !== 'off' || vm.view.end?.how === 'crashed')
    .flatMap(({ index, pc, el }) => {
      const line = lineOfAddress(lines, pc);
      return line === undefined ? [] : [{ line, words: `vCPU ${index} is here, at EL${el}` }];
    });
}
