import type { Place } from '../../vm/api/questions';

/** `schedule+0x1c`, `_start`. */
export const placeWords = ({ name, offset }: Place): string => (offset === 0 ? name : `${name}+0x${offset.toString(16)}`);
