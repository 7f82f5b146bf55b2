import { describe, expect, it } from 'vitest';
import { assumedBelief, type Belief } from './belief';
import type { PsciVersion } from './psci-facts';
import { compare, consequenceInShort, restoreHint, sleepWords, wakeQuestion, wakeWords, writeWarnings } from './scenario-words';

const at = (version: PsciVersion, systemSuspend = false) => ({ version, systemSuspend });
const woken = (slept: PsciVersion, next: PsciVersion) => wakeWords(assumedBelief(slept), at(next));
const row = (belief: Belief, next: PsciVersion, what: string) => compare(belief, at(next)).find((one) => one.what === what);

describe('waking under another version (rows 10 to 14)', () => {
  it('10: the same version is no news', () => {
    expect(woken('1.3', '1.3')).toEqual({
      sentence: 'under PSCI 1.3, as it slept: guest and firmware agree',
      tone: 'info',
    });
  });
  it('11: a newer one is harmless', () => {
    const { sentence, tone } = woken('1.1', '1.3');
    expect(sentence).toContain('the guest still believes 1.1: its next hibernation will use SYSTEM_OFF');
    expect(sentence).toContain('harmless');
    expect(tone).toBe('info');
  });
  it('12: 1.3 then 1.1 or 1.2 loses the flag, and nothing else', () => {
    for (const next of ['1.1', '1.2'] as const) {
      expect(woken('1.3', next)).toEqual({
        sentence: `under PSCI ${next} · the guest still believes 1.3: its next hibernation will fall back to SYSTEM_OFF`,
        tone: 'warning',
      });
    }
  });
  it('13: 0.2 also loses the warm reboot, and suspend to RAM if there was any', () => {
    expect(woken('1.3', '0.2').sentence).toContain('fall back to SYSTEM_OFF and a warm reboot will halt it');
    expect(wakeWords(assumedBelief('1.1', undefined, true), at('0.2')).sentence).toContain('suspend to RAM will fail');
    expect(woken('1.1', '0.2').sentence).not.toContain('hibernation');
  });
  it('14: across the border of 0.1 nothing it calls is there, both ways', () => {
    expect(woken('1.3', '0.1').sentence).toContain('neither power off nor reboot');
    expect(woken('0.1', '1.3')).toMatchObject({ tone: 'warning' });
    expect(compare(assumedBelief('1.3'), at('0.1')).map((one) => one.what)).toEqual([
      'PSCI version',
      'CPU_ON, SYSTEM_OFF, SYSTEM_RESET',
    ]);
  });
  it('a change of the number only says so', () => {
    expect(woken('1.1', '1.2').sentence).toContain('nothing but the number differs');
  });
  it('names the host, and asks in the same words', () => {
    expect(wakeWords(assumedBelief('1.3'), at('1.1'), 'Linux 5.18 to 6.12').sentence).toContain(
      'PSCI 1.1 on Linux 5.18 to 6.12 ·',
    );
    expect(wakeQuestion(assumedBelief('1.3'), at('1.1')).sentence).toBe(
      'Under PSCI 1.1 the guest goes on believing 1.3: its next hibernation will fall back to SYSTEM_OFF.',
    );
  });
  it('an equal version with the capability gone is a loss all the same', () => {
    expect(wakeWords(assumedBelief('1.3', undefined, true), at('1.3'))).toMatchObject({ tone: 'warning' });
  });
});

describe('how it went to sleep (rows 8 and 9)', () => {
  it('tells what the host knows', () => {
    expect(sleepWords('SYSTEM_OFF2', '1.3')).toContain('told by SYSTEM_OFF2');
    expect(sleepWords('SYSTEM_OFF', '1.1')).toContain('because PSCI 1.1 has no SYSTEM_OFF2');
    expect(sleepWords('SYSTEM_OFF', '1.1', '1.3')).toContain('tried SYSTEM_OFF2 first');
    expect(sleepWords('SYSTEM_OFF', '1.3', '1.1')).toContain('still believes 1.1');
    expect(sleepWords('SYSTEM_OFF', '1.3')).toContain('from 6.13');
  });
});

describe('compare', () => {
  it('puts the guest beside the firmware, losses first', () => {
    const rows = compare(assumedBelief('1.3'), at('1.1'));
    expect(rows.slice(0, 2)).toMatchObject([
      { what: 'PSCI version', guest: '1.3', firmware: '1.1', kind: 'harmless' },
      { what: 'SYSTEM_OFF2', guest: 'HIBERNATE_OFF', firmware: 'NOT_SUPPORTED', kind: 'loss' },
    ]);
    expect(rows[1]!.consequence).toBe(
      'The guest believes 1.3 and will call SYSTEM_OFF2 when it hibernates; the firmware at 1.1 answers NOT_SUPPORTED. Who falls back to SYSTEM_OFF then, as Linux does, hibernates without the host being told.',
    );
    expect(rows.filter((one) => one.kind === 'same').map((one) => one.what)).toContain('SYSTEM_RESET2');
  });
  it('tells a kernel that never asked from one that was refused', () => {
    const old = assumedBelief('1.3', 'SYSTEM_OFF');
    expect(row(old, '1.3', 'SYSTEM_OFF2')).toMatchObject({ guest: 'did not ask', kind: 'harmless' });
    expect(row(old, '1.3', 'SYSTEM_OFF2')!.consequence).toContain('never asked');
    expect(row(assumedBelief('1.1'), '1.3', 'SYSTEM_OFF2')!.consequence).toContain('found none');
  });
  it('keeps quiet about what neither side has', () => {
    expect(row(assumedBelief('0.2'), '0.2', 'SYSTEM_OFF2')).toBeUndefined();
    expect(compare(assumedBelief('0.1'), at('0.1'))).toHaveLength(1);
  });
  it('a function that is there counts, although 0.2 cannot be asked for it', () => {
    expect(row(assumedBelief('1.3'), '0.2', 'CPU_SUSPEND')).toMatchObject({ firmware: 'there', kind: 'same' });
  });
  it('SMCCC goes on answering below 1.0', () => {
    const belief: Belief = { version: '1.3', features: { SMCCC_VERSION: 0 }, source: 'asked' };
    expect(row(belief, '0.2', 'SMCCC_VERSION')).toMatchObject({ kind: 'same' });
  });
});

describe('a write while the guest runs (row 15)', () => {
  it('warns of what the guest will run into', () => {
    const warnings = writeWarnings(assumedBelief('1.3'), '1.3', '1.0', false);
    expect(warnings[0]).toContain('KVM permits this');
    expect(warnings.slice(1).join()).toMatch(/SYSTEM_OFF2.*SYSTEM_RESET2|SYSTEM_RESET2.*SYSTEM_OFF2/s);
  });
  it('never warns of nothing', () => {
    expect(writeWarnings(undefined, '1.2', '1.1', false)[1]).toContain('only the number');
    expect(writeWarnings(undefined, '1.1', '1.3', false)[1]).toContain('harmless');
  });
});

describe('restoring (row 3)', () => {
  it('adds the cure to a refused version only', () => {
    const refused = 'EINVAL: The saved registers do not fit this host: psci_version 1.3 is newer than 1.1.';
    expect(restoreHint(refused)).toContain('pins at first boot');
    expect(restoreHint('The file is damaged.')).toBe('The file is damaged.');
  });
});

it('every pair of versions has one clause without a full stop', () => {
  const versions = ['0.1', '0.2', '1.0', '1.1', '1.2', '1.3'] as const;
  for (const a of versions)
    for (const b of versions) {
      const { words } = consequenceInShort(assumedBelief(a), at(b));
      expect(words).toMatch(/^[a-z].*[^.]$/);
    }
});

describe('a guest that calls what it did not find, as no Linux does', () => {
  const called = { SYSTEM_OFF2: 1 };
  it('is said to find it there, and not to go on without it', () => {
    const [, words] = writeWarnings(undefined, '1.1', '1.3', false, called);
    expect(words).toBe('The guest calls SYSTEM_OFF2 whatever it was told: its next call finds the function there.');
    expect(consequenceInShort(assumedBelief('1.1'), at('1.3'), called)).toEqual({
      words: 'it calls SYSTEM_OFF2 all the same, and finds it there now',
      loses: false,
    });
    expect(compare(assumedBelief('1.1'), at('1.3'), called).map(({ consequence }) => consequence)).not.toContainEqual(
      expect.stringContaining('goes on hibernating'),
    );
  });
});
