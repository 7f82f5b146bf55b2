import { describe, expect, it } from 'vitest';
import { COMMAND, CONFIG, STATUS } from './config-space';
import { PciFunction } from './pci-function';

const LAYOUT = {
  vendor: 0x1af4,
  device: 0x1042,
  revision: 1,
  classCode: 0x01_0203,
  subsystemVendor: 0x1af4,
  subsystem: 0x1100,
  multifunction: true,
  interrupts: true,
  bars: [{ index: 2, size: 0x4000, prefetchable: true }],
  capabilities: [
    { offset: 0x80, id: 9, bytes: Uint8Array.of(6, 1, 2, 3), writable: Uint8Array.of(0, 0, 0xff, 0x0f) },
    { offset: 0x40, id: 5, bytes: Uint8Array.of(7) },
  ],
};

function made() {
  const heard: string[] = [];
  const it_ = new PciFunction('it', LAYOUT, { readBar: () => 0, writeBar: () => {} });
  it_.listener = {
    decodingChanged: () => heard.push('decoding'),
    interruptChanged: ({ asserts }) => heard.push(asserts ? 'high' : 'low'),
  };
  return { it_, heard };
}

describe('a PCI function', () => {
  it('shows its header at every width, and all ones beyond 256 bytes', () => {
    const { it_ } = made();
    expect(it_.readConfig(CONFIG.VENDOR_ID, 4)).toBe(0x1042_1af4);
    expect(it_.readConfig(CONFIG.REVISION_ID, 4)).toBe(0x0102_0301);
    expect(it_.readConfig(CONFIG.HEADER_TYPE, 1)).toBe(0x80);
    expect(it_.readConfig(CONFIG.SUBSYSTEM_ID, 2)).toBe(0x1100);
    expect(it_.readConfig(CONFIG.INTERRUPT_PIN, 1)).toBe(1);
    expect(it_.readConfig(0xfe, 4), 'across the end').toBe(0xffff_0000);
  });

  it('lets its BAR be sized and moved anywhere, and answers there only while memory space is on', () => {
    const { it_, heard } = made();
    it_.writeConfig(0x18, 4, 0xffff_ffff);
    it_.writeConfig(0x1c, 4, 0xffff_ffff);
    expect(it_.readConfig(0x18, 4)).toBe(0xffff_c00c);
    expect(it_.readConfig(0x1c, 4)).toBe(0xffff_ffff);
    it_.writeConfig(0x18, 4, 0x1234_5678);
    it_.writeConfig(0x1c, 4, 0x80);
    expect(it_.barAddress(2)).toBe(0x80_1234_4000);
    expect(it_.mappings()).toEqual([]);
    heard.length = 0;
    it_.writeConfig(CONFIG.COMMAND, 2, COMMAND.MEMORY);
    expect(it_.mappings()).toEqual([{ owner: it_, bar: 2, base: 0x80_1234_4000, size: 0x4000 }]);
    expect(heard).toEqual(['decoding']);
    for (const other of [0x10, 0x14, 0x20, 0x24, 0x30]) {
      it_.writeConfig(other, 4, 0xffff_ffff);
      expect(it_.readConfig(other, 4), `offset ${other}`).toBe(0);
    }
  });

  it('links its capabilities, and lets what is writable of them be written', () => {
    const { it_ } = made();
    expect(it_.readConfig(CONFIG.STATUS, 2)).toBe(STATUS.CAPABILITIES);
    expect(it_.readConfig(CONFIG.CAPABILITIES_POINTER, 1)).toBe(0x80);
    expect(it_.readConfig(0x80, 4)).toBe(0x0106_4009);
    expect(it_.readConfig(0x40, 4)).toBe(0x0007_0005);
    it_.writeConfig(0x80, 4, 0xffff_ffff);
    it_.writeConfig(0x84, 4, 0xffff_ffff);
    expect([it_.readConfig(0x80, 4), it_.readConfig(0x84, 4)]).toEqual([0x0106_4009, 0x0fff]);
  });

  it('drives its pin unless that is disabled, and shows either way that it would', () => {
    const { it_, heard } = made();
    it_.setInterrupt(true);
    it_.setInterrupt(true);
    expect(it_.readConfig(CONFIG.STATUS, 2)).toBe(STATUS.CAPABILITIES | STATUS.INTERRUPT);
    it_.writeConfig(CONFIG.COMMAND, 2, COMMAND.INTERRUPT_DISABLE);
    expect(it_.asserts).toBe(false);
    expect(it_.readConfig(CONFIG.STATUS, 2)).toBe(STATUS.CAPABILITIES | STATUS.INTERRUPT);
    it_.writeConfig(CONFIG.COMMAND, 2, 0);
    it_.setInterrupt(false);
    expect(heard.filter((each) => each !== 'decoding')).toEqual(['high', 'low', 'high', 'low']);
    it_.writeConfig(CONFIG.STATUS, 2, 0xffff);
    expect(it_.readConfig(CONFIG.STATUS, 2)).toBe(STATUS.CAPABILITIES);
  });

  it('is after a reset as it was at first, and takes of a saved state only what can be written', () => {
    const { it_ } = made();
    const fresh = structuredClone(it_.save());
    it_.writeConfig(CONFIG.COMMAND, 2, 0xffff);
    it_.writeConfig(0x18, 4, 0x2000_0000);
    it_.writeConfig(CONFIG.INTERRUPT_LINE, 1, 36);
    const changed = structuredClone(it_.save());
    it_.reset();
    expect(it_.save()).toEqual(fresh);
    it_.check(changed)();
    expect(it_.save()).toEqual(changed);
    expect(it_.command).toBe(0x547);
    it_.check({ config: new Uint8Array(256).fill(0xff) })();
    expect(it_.readConfig(CONFIG.VENDOR_ID, 4)).toBe(0x1042_1af4);
    expect(() => it_.check({ config: new Uint8Array(255) })).toThrow('The saved state of it has 255 bytes as "config"');
  });
});
