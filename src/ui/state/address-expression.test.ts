import { describe, expect, it } from 'vitest';
import { findAddress, findAddressAsking, registerValue } from './address-expression';

const registers = { x: Array.from({ length: 31 }, (_, n) => BigInt(n) << 12n), sp: 0xffff_8000_0000_1000n, pc: 0x4008_0000n };
const find = (text: string) => findAddress(text, (name) => registerValue(registers, name));

describe('an address as a person writes it', () => {
  it.each([
    ['0x40080000', 0x4008_0000n, false],
    [' 0xFFFF_8000_1234_5678 ', 0xffff_8000_1234_5678n, false],
    ['1_024', 1024n, false],
    ['ffffbecc482e6874', 0xffff_becc_482e_6874n, false],
    ['0000000040080000 + 8', 0x4008_0008n, false],
    ['sp', registers.sp, true],
    ['PC', registers.pc, true],
    ['x0+16', 16n, true],
    ['x2 - 8 + 0x10', 0x2008n, true],
    ['x0 - 8', 0xffff_ffff_ffff_fff8n, true],
    ['-8 + x1', 0xff8n, true],
    ['fp', 29n << 12n, true],
    ['lr', 30n << 12n, true],
  ])('%s', (text, address, follows) => expect(find(text)).toEqual({ address, follows }));

  it.each([
    ['', 'Give an address'],
    ['x31', 'Nothing is called “x31”: x0 to x30, sp and pc are.'],
    ['ffff8000', '“ffff8000” is called nothing here: write 0xffff8000 if it is a number.'],
    ['0x', '“0x” is no number and no name'],
    ['0x_', '“0x_” is no number and no name'],
    ['12ab', '“12ab” is no number'],
    ['x0 +', 'Something is missing at the end.'],
    ['x0 + - 8', 'Something is missing before “-”.'],
    ['x0 8', 'Write + or - before “8”.'],
    ['-8', '-8 is not in the address space of 64 bits.'],
    ['0x10000000000000000', '18446744073709551616 is not in the address space'],
    ['x0 * 8', '“* 8” is no number and no name'],
  ])('of “%s” says what is wrong', (text, problem) => {
    const found = find(text);
    expect('problem' in found && found.problem).toContain(problem);
  });
});

describe('an address with names that are asked for', () => {
  const asked: string[] = [];
  const ask = async (name: string) => {
    asked.push(name);
    return name === 'schedule' ? 0xffff_8000_8001_0000n : undefined;
  };
  const findAsking = (text: string) => findAddressAsking(text, (name) => registerValue(registers, name), ask);

  it('knows registers without asking, and symbols', async () => {
    expect(await findAsking('FP+16')).toEqual({ address: (29n << 12n) + 16n, follows: true });
    expect(asked).toEqual([]);
    expect(await findAsking('schedule + 8 + schedule - schedule')).toEqual({ address: 0xffff_8000_8001_0008n, follows: true });
    expect(asked).toEqual(['schedule']);
  });

  it('says what is wrong in the same words', async () => {
    expect(await findAsking('nothing')).toEqual(find('nothing'));
    expect(await findAsking('0x_')).toEqual(find('0x_'));
  });
});
