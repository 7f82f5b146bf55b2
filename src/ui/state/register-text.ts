import type { VcpuView } from '../../vm/api';
import { hex64 } from './format';

/** Registers of all vCPUs, a block each: `x0  0x…`, four in a row. */
export function registersAsText(vcpus: readonly VcpuView[]): string {
  return vcpus.map(blockOf).join('\n');
}

function blockOf({ index, power, el, pc, sp, pstate, x }: VcpuView): string {
  const named: [string, bigint][] = [
    ...x.map((value, number): [string, bigint] => [`x${number}`, value]),
    ['sp', sp],
    ['pc', pc],
  ];
  const cells = named.map(([name, value]) => `${name.padEnd(3)} ${hex64(value)}`);
  const rows: string[] = [];
  for (let at = 0; at < cells.length; at += 4) rows.push(cells.slice(at, at + 4).join('  '));
  return `vCPU ${index}: ${power}, EL${el}, pstate 0x${pstate.toString(16).padStart(8, '0')}\n${rows.join('\n')}\n`;
}
