import { bitFieldCodecs } from './bitfields';
import type { CodecMaker } from './codec';
import { conditionCodecs } from './conditions';
import { immediateCodecs } from './immediates';
import { labelCodecs } from './labels';
import { registerCodecs } from './registers';
import { shiftCodecs } from './shifts';
import { systemCodecs } from './system-operands';
import { vectorCodecs } from './vectors';

/** All operand codecs, by the name templates use. */
export const CODECS: Readonly<Record<string, CodecMaker>> = {
  ...registerCodecs,
  ...immediateCodecs,
  ...bitFieldCodecs,
  ...shiftCodecs,
  ...conditionCodecs,
  ...labelCodecs,
  ...systemCodecs,
  ...vectorCodecs,
};
