import { describe, expect, it } from 'vitest';
import { assemblyWords } from './assembly-words';
import { HEADERS } from './include/headers';
import { assembleProgram, checkProgram } from './program';

describe('a program that is checked', () => {
  it('says where everything lies', () => {
    const { problems, size, lines, labels, constants } = checkProgram('N = 3\nstart: mov x0, #N\nb start');
    expect({ problems, size, labels, constants }).toEqual({
      problems: [],
      size: 8,
      labels: [{ name: 'start', address: 0x40080000n, line: 2 }],
      constants: [{ name: 'N', value: 3n }],
    });
    expect(lines.map(({ line, address }) => [line, address])).toEqual([
      [2, 0x40080000n],
      [3, 0x40080004n],
    ]);
  });

  it('says what is wrong, each in a sentence with its place', () => {
    expect(checkProgram('nop\n moev x0, x1\nadd x0').problems).toEqual([
      { line: 2, sentence: 'There is no instruction or macro "moev"; did you mean "mov"?', column: 1, length: 4, instead: 'mov' },
      { line: 3, sentence: 'Expected "," at the end.', column: 6, length: 1 },
    ]);
  });
});

it('names the header that has what a program misses', () => {
  expect(checkProgram('print "x"\nldr x0, =PSCI_VERSION\nnop').problems).toEqual([
    {
      line: 1,
      sentence: 'There is no instruction or macro "print"; it is in a header: write .include "uart.inc" first.',
      column: 0,
      length: 5,
    },
    {
      line: 2,
      sentence: '"PSCI_VERSION" is not defined; it is in a header: write .include "psci.inc" first.',
      column: 9,
      length: 12,
    },
  ]);
});

describe('headers', () => {
  it.each(HEADERS)('$name is assembled, alone and with all the others, and leaves the first instruction first', ({ name }) => {
    const others = HEADERS.map((header) => `.include "${header.name}"\n`).join('');
    for (const includes of [`.include "${name}"\n`, others]) {
      const bytes = assembleProgram(`${includes}start: ret`);
      expect([...bytes.subarray(0, 4)]).toEqual([0xc0, 0x03, 0x5f, 0xd6]);
    }
  });

  it('tell what macros they have', () => {
    const { headers } = assemblyWords();
    expect(headers.find(({ name }) => name === 'psci.inc')?.macros).toEqual([
      {
        name: 'psci',
        what: 'Calls a function whose arguments are in x1 to x3 already. The result is in x0; x1 to x17 may change.',
      },
      { name: 'power_off', what: 'Switches the machine off.' },
    ]);
  });
});
