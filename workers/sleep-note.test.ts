import { describe, expect, it } from 'vitest';
import { parseNote, type Sleep } from './sleep-note';

const SLEEP: Sleep = { call: 'SYSTEM_OFF2', psci: '1.3', vcpus: 2, memoryMiB: 512, when: 1_700_000_000_000 };

describe('notes of sleep', () => {
  it('tell how much the image holds, if that is a size', () => {
    const note = (imageBytes: unknown) => parseNote(JSON.stringify({ ...SLEEP, imageBytes }));
    expect(note(69_000_000)).toEqual({ ...SLEEP, imageBytes: 69_000_000 });
    for (const odd of [0, -1, 0.5, '7', null]) expect(note(odd)).toEqual(SLEEP);
  });

  it('tell what was attached, and whose disk it is not, if that is said whole', () => {
    const note = (more: object) => parseNote(JSON.stringify({ ...SLEEP, ...more }));
    const attached = { name: 'nuts.img', size: 8 << 20, print: '0123456789abcdef' };
    expect(note({ attached })).toEqual({ ...SLEEP, attached });
    const others = { guest: 'own', hasOwn: true, ownPrint: attached.print };
    expect(note(others)).toEqual({ ...SLEEP, ...others });
    for (const odd of [{ ...attached, print: 'x' }, { ...attached, size: 0.5 }, { name: 'nuts.img' }, 'nuts.img', null])
      expect(note({ attached: odd, guest: 7, hasOwn: 'yes', ownPrint: 5 })).toEqual(SLEEP);
  });

  it('tell the host, if it is known here', () => {
    const note = (host: unknown) => parseNote(JSON.stringify({ ...SLEEP, host }));
    expect(note('linux-5.18')).toEqual({ ...SLEEP, host: 'linux-5.18' });
    for (const odd of ['linux-0.1', 5, null, '__proto__']) expect(note(odd)).toEqual(SLEEP);
  });

  it('tell the CPU model and the interrupt controller, if they are known here', () => {
    const note = (board: object) => parseNote(JSON.stringify({ ...SLEEP, ...board }));
    expect(note({ cpu: 'cortex-a53', gic: 2, virtio: 'pci' })).toEqual({ ...SLEEP, cpu: 'cortex-a53', gic: 2, virtio: 'pci' });
    expect(note({ cpu: 'z80', gic: 7, virtio: 'usb' })).toEqual(SLEEP);
  });

  it('cut off anywhere are known to be broken', () => {
    const whole = JSON.stringify(SLEEP);
    expect(parseNote(whole)).toEqual(SLEEP);
    for (let length = 0; length < whole.length; length++) expect(parseNote(whole.slice(0, length))).toBeUndefined();
    for (const odd of ['null', '[]', '7', '{"call":"SYSTEM_OFF2"}', whole.replace('1.3', '9.9'), whole.replace('512', '"512"')])
      expect(parseNote(odd)).toBeUndefined();
  });
});
