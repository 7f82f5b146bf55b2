import { describe, expect, it } from 'vitest';
import { expectedChecksums } from '../../guests/bench/expected';
import { KERNELS } from '../../guests/bench/kernels';
import { compare } from './compare';
import type { Side } from './side';
import { meansOf, ratioColumn, resultLine, timeColumn } from './table';

const kernel = KERNELS[0]!;
const checksum = expectedChecksums()[kernel.name]![kernel.laps]!;

/** Takes these times in turn, and finds this. */
const side = (name: string, seconds: number[], found = checksum, exact = true): Side => ({
  name,
  exact: () => exact,
  once: async () => ({ seconds: seconds.shift()!, checksum: found }),
});

describe('a kernel on several sides', () => {
  it('is compared run by run', async () => {
    const compared = await compare(kernel, [side('a', [1, 2, 9]), side('b', [2, 2, 3])], 3);
    const ratio = { of: 'a', by: 'b' };
    expect(compared.wrong).toEqual([]);
    expect(meansOf([compared], ratio)).toEqual({ integer: 1 });
    expect(resultLine(compared, [timeColumn('a'), ratioColumn(ratio)]).replace(/ +/g, ' ')).toBe(
      `${kernel.name} 2.00 s 1.00 (0.50–3.00)`,
    );
  });

  it('must find the same everywhere, where it can', async () => {
    const compared = await compare(kernel, [side('a', [1, 1], '0'), side('b', [1, 1], '1', false)], 2);
    expect(compared.wrong).toEqual([`${kernel.name}: a finds 0 instead of ${checksum}.`]);
  });
});
