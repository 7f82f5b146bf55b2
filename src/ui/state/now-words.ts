/** What a vCPU does now, in the strip's words and as its card says it: of a machine that waits no time may have passed since it ran. Pure functions. */
import type { VcpuView } from '../../vm/api';
import { LANE_STATE } from '../../vm/api/traced';
import { STATE_WORDS } from './timeline/lane-words';

/** @param rests the machine rests, though its host lets it run */
export function nowWords({ power, el }: VcpuView, rests: boolean): string {
  const level = STATE_WORDS[el === 0 ? LANE_STATE.EL0 : LANE_STATE.EL1]!;
  switch (power) {
    case 'on':
      return level;
    case 'ready':
      return `${level} · ${STATE_WORDS[LANE_STATE.WAITING]}`;
    case 'idle':
      return STATE_WORDS[rests ? LANE_STATE.SUSPENDED : LANE_STATE.IDLE]!;
    case 'suspended':
      return STATE_WORDS[LANE_STATE.SUSPENDED]!;
    case 'off':
      return STATE_WORDS[LANE_STATE.OFF]!;
  }
}
