import { describe, expect, it } from 'vitest';
import { resultsOf, unlike } from './ktap';

const run = (...lines: string[]) => resultsOf(`${lines.join('\r\n')}\r\n== end\r\n`);

describe('results of selftests', () => {
  it('are found by test and by what was tried', () => {
    const { tests, ended } = run('== abi/x', 'TAP version 13', 'ok 1 one', 'not ok 2 two', 'ok 3 # SKIP three', '== status 1');
    expect([...tests.get('abi/x')!]).toEqual([
      ['one', 'ok'],
      ['two', 'not ok'],
      ['three', 'SKIP'],
      ['', 'status 1'],
    ]);
    expect(ended).toBe(true);
    expect(resultsOf('== abi/x\nok 1 one\n').ended).toBe(false);
  });

  it('that are not the same are named', () => {
    const one = run('== a', 'ok 1 x', 'ok 2 x', '== status 0', '== b', '== status 0');
    const other = run('== a', 'ok 1 x', 'not ok 2 x', '== status 1');
    expect(unlike(one, other)).toEqual(['a: ', 'a: x (2)', 'b: ']);
    expect(unlike(one, one)).toEqual([]);
  });
});
