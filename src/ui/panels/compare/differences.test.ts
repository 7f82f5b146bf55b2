import { describe, expect, it } from 'vitest';
import { differencesOf, notComparedWords, sameWords } from './differences';
import { comparableLines, type RecordedCall, type RunRecord, runAsFile, runFromFile, withoutRepeats } from './run-record';

const call = (name: string, args: string, result: string): RecordedCall => ({ vcpu: 0, name, args, result, why: 'a rule' });
const NAMES = ['PSCI 1.3', 'PSCI 1.1'] as const;

function run(calls: RecordedCall[], console: string[], psci: '1.3' | '1.1' = '1.3'): RunRecord {
  return { guest: 'lab', side: { psci, host: '', suspend: false, registers: [] }, script: ['psci'], calls, console, dropped: 0 };
}

const ASKED = [call('PSCI_VERSION', '', '1.3'), call('CPU_ON', 'cpu1 entry 0x41a20000', 'SUCCESS')];

describe('two runs', () => {
  it('are alike where only addresses and repeats differ', () => {
    const right = run([ASKED[0]!, ASKED[0]!, call('CPU_ON', 'cpu1 entry 0x41b30000', 'SUCCESS')], ['a', 'b']);
    const found = differencesOf(run(ASKED, ['a', 'b']), right, NAMES, true);
    expect(found).toMatchObject({ differingCalls: 0, differingLines: 0, firstCall: undefined, firstLine: undefined });
    expect(found.calls).toHaveLength(1);
  });

  it('are alike where another vCPU made the call', () => {
    const right = run([ASKED[0]!, { ...ASKED[1]!, vcpu: 1 }], []);
    expect(differencesOf(run(ASKED, []), right, NAMES, true).differingCalls).toBe(0);
  });

  it('have their first differences told: another result, another line', () => {
    const left = run([...ASKED, call('PSCI_FEATURES', 'SYSTEM_OFF2', 'supported: HIBERNATE_OFF')], ['same', 'PSCIv1.3 detected']);
    const right = run([...ASKED, call('PSCI_FEATURES', 'SYSTEM_OFF2', 'NOT_SUPPORTED')], ['same', 'PSCIv1.1 detected']);
    const found = differencesOf(left, right, NAMES, true);
    expect(found.firstCall).toBe(
      'PSCI_FEATURES (SYSTEM_OFF2): supported: HIBERNATE_OFF under PSCI 1.3, NOT_SUPPORTED under PSCI 1.1.',
    );
    expect(found.firstLine).toBe('“PSCIv1.3 detected” under PSCI 1.3, “PSCIv1.1 detected” under PSCI 1.1.');
    expect(found.calls.map(({ alike, rows }) => [alike, rows.length])).toEqual([
      [true, 2],
      [false, 1],
    ]);
    expect(found.differingLines).toBe(1);
  });

  it('have a call told that only one of them made', () => {
    const right = run([...ASKED, call('SYSTEM_OFF', '', 'off')], []);
    expect(differencesOf(run(ASKED, []), right, NAMES, true).firstCall).toBe(
      'SYSTEM_OFF is called under PSCI 1.1 only; under PSCI 1.3 it is not.',
    );
  });

  it('differ in what is asked for: only addresses are alike', () => {
    const asked = (args: string[]) =>
      run(
        args.map((each) => call('CPU_SUSPEND', each, 'SUCCESS')),
        [],
      );
    const differing = (left: string, right: string) => differencesOf(asked([left]), asked([right]), NAMES, true).differingCalls;
    expect(differing('power state 0x40000002 entry 0x41a20000', 'power state 0x10001000 entry 0x41a20000')).toBeGreaterThan(0);
    expect(differing('0x84000050', '0x84000051')).toBeGreaterThan(0);
    expect(differing('type 0x80000001, cookie 0', 'type 0x80000002, cookie 0')).toBeGreaterThan(0);
    expect(
      differing(
        'power state 0x10000 entry 0x41a20000 context 0x40112233',
        'power state 0x10000 entry 0x41b30000 context 0x40112244',
      ),
    ).toBe(0);
  });

  it('say what was compared and what was not', () => {
    const entropy = call('TRNG_RND64', '192 bits', 'SUCCESS');
    const [left, right] = [{ ...run(ASKED, []), dropped: 3 }, run([...ASKED, entropy], [])];
    expect(notComparedWords(differencesOf(left, right, NAMES, true))).toEqual([
      '1 call was of other services than PSCI, and left out.',
      '3 calls were only counted, because they were too many or came too fast, and not compared.',
    ]);
    expect(notComparedWords(differencesOf(run(ASKED, []), right, NAMES, false))).toEqual([]);
    expect([true, false].map(sameWords)).toEqual([
      expect.stringContaining('PSCI calls'),
      expect.stringContaining('firmware calls'),
    ]);
  });

  it('can be compared without what is not PSCI', () => {
    const right = run([...ASKED, call('TRNG_RND64', '192 bits', 'SUCCESS')], []);
    expect(differencesOf(run(ASKED, []), right, NAMES, true).differingCalls).toBe(0);
    expect(differencesOf(run(ASKED, []), right, NAMES, false).differingCalls).toBe(1);
  });
});

it('a console is compared without what only tells the time', () => {
  expect(comparableLines('[    0.041208] smp: up\n\n[    1.5][   T12] done  \nplain [x]\n')).toEqual([
    'smp: up',
    'done',
    'plain [x]',
  ]);
});

it('a call is repeated only if its result is, too', () => {
  const [asked] = ASKED;
  expect(withoutRepeats([asked!, asked!, { ...asked!, result: '1.1' }])).toHaveLength(2);
});

describe('a file of a run', () => {
  it('is read as it was written', () => {
    const record = { ...run(ASKED, ['a']), end: 'The machine powered off.' };
    expect(runFromFile(runAsFile(record), 'x.json')).toEqual(record);
  });
  it('is refused by one sentence if it is none', () => {
    expect(() => runFromFile('no', 'x.json')).toThrow('“x.json” is no run of this lab: it is no JSON.');
    expect(() => runFromFile('{}', 'x.json')).toThrow('choose a file that was saved here');
    expect(() => runFromFile('{"format":"dormouse-run","version":9}', 'x.json')).toThrow('of version 9, and this page reads 1');
    const broken = { ...run(ASKED, ['a']), calls: [{ vcpu: 'x' }] } as unknown as RunRecord;
    expect(() => runFromFile(runAsFile(broken), 'x.json')).toThrow('is damaged');
  });
});
