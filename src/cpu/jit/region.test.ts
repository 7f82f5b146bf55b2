import { describe, expect, it } from 'vitest';
import { A64 } from '../../isa';
import { assemble } from '../../isa/text/assemble';
import { Decoder } from '../decoder';
import { enumerateHandlers } from '../handlers';
import { decodeContextOf } from '../sysreg-access';
import { type Block, formRegion } from './region';

const decoder = new Decoder(
  enumerateHandlers(A64),
  decodeContextOf(() => true),
);

/** The region of the first instruction. `unknown`: places that were never run. `cold`: where branches hardly ever arrive. */
function regionOf(
  source: string,
  { unknown = [] as number[], cold = [] as number[], most = 200 } = {},
): { blocks: readonly Block[] } | undefined {
  const { bytes } = assemble(source);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (index: number) =>
    index * 4 < bytes.length && !unknown.includes(index) ? decoder.decode(view.getUint32(index * 4, true)) : undefined;
  return formRegion(0, { instructionAt: at, isWarm: (place) => !cold.includes(place) }, most);
}
/** Each block as "start+length>taken,next,returns". */
const shape = (region: { blocks: readonly Block[] } | undefined): string[] | undefined =>
  region?.blocks.map(
    ({ start, instructions, taken, next, returns }) =>
      `${start}+${instructions.length}>${taken ?? '-'},${next ?? '-'}${returns.length ? ` ret ${returns}` : ''}`,
  );

describe('a region', () => {
  it('is a loop and what follows it', () => {
    expect(shape(regionOf('mov x0, #5\n1: subs x0, x0, #1\n b.ne 1b\n ret'))).toEqual(['0+1>-,1', '1+2>1,2', '3+1>-,-']);
  });

  it('ends where nothing has run yet', () => {
    expect(shape(regionOf('cbz x0, 1f\n nop\n ret\n1: nop\n ret', { unknown: [3, 4] }))).toEqual(['0+1>-,1', '1+2>-,-']);
  });

  it('ends where it would be too long', () => {
    expect(shape(regionOf('nop\n nop\n nop\n nop', { most: 3 }))).toEqual(['0+3>-,-']);
  });

  it('goes through a call and comes back', () => {
    expect(shape(regionOf('nop\n bl 1f\n add x0, x0, #1\n b .\n1: add x1, x1, #1\n ret'))).toEqual([
      '0+2>1,-',
      '4+2>-,- ret 2',
      '2+1>-,3',
      '3+1>3,-',
    ]);
  });

  it('leaves at a call of what has not run, and does not go on behind it', () => {
    expect(shape(regionOf('nop\n bl 1f\n add x0, x0, #1\n ret\n1: ret', { unknown: [4] }))).toEqual(['0+2>-,-']);
  });

  it('leaves where branches hardly ever go, unless that belongs to it anyway', () => {
    const source = 'nop\n cbz x0, 1f\n cbz x1, 2f\n nop\n2: ret\n1: nop\n ret';
    expect(shape(regionOf(source, { cold: [4, 5] }))).toEqual(['0+2>-,1', '2+1>3,2', '3+1>-,3', '4+1>-,-']);
  });

  it('goes on in the next page, in blocks of their own', () => {
    expect(shape(regionOf(`b 1f\n .org 4088\n1: nop\n nop\n nop\n b 1b`))).toEqual(['0+1>1,-', '1022+2>-,2', '1024+2>1,-']);
  });

  it('comes back from what is called to those who called that', () => {
    const source = 'bl 1f\n bl 2f\n bl 1f\n b .\n1: ret\n2: nop\n ret';
    expect(shape(regionOf(source))).toEqual(['0+1>1,-', '4+1>-,- ret 2,3', '1+1>4,-', '3+1>3,-', '5+2>-,- ret 5', '2+1>1,-']);
  });

  it('does not go through calls of what calls others, or is long', () => {
    const called = (body: string): string => `nop\n bl 1f\n ret\n1: ${body}\n ret\n2: ret`;
    expect(shape(regionOf(called('bl 2f')))).toEqual(['0+2>-,-']);
    expect(shape(regionOf(called('nop\n'.repeat(40))))).toEqual(['0+2>-,-']);
  });

  it('calls itself', () => {
    expect(shape(regionOf('cbz x0, 1f\n bl 0\n nop\n1: ret'))?.[1]).toMatch(/^1\+1>0,-/);
  });

  it('is none if there is but one instruction', () => {
    expect(regionOf('ret')).toBeUndefined();
  });
});
