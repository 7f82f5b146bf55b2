import { describe, expect, it } from 'vitest';
import { packText, programInHash, unpackText } from './packed-text';

describe('a program in an address', () => {
  it('comes out as it went in, and needs no escapes', async () => {
    const source = `// ünïcode ✓\n${'  add x0, x0, #1\n'.repeat(200)}`;
    const packed = await packText(source);
    expect(packed).toMatch(/^[\w-]+$/);
    expect(packed.length).toBeLessThan(source.length / 4);
    expect(await unpackText(packed)).toBe(source);
    expect(await programInHash(`#program=${packed}`)).toBe(source);
    expect(await programInHash('#console')).toBeUndefined();
  });

  it('that was cut off is told in one sentence', async () => {
    const packed = await packText('b .\n'.repeat(50));
    await expect(unpackText(packed.slice(0, -6))).rejects.toThrow('damaged: perhaps the address was cut off');
    await expect(unpackText('***')).rejects.toThrow('damaged');
  });

  it('that would unpack to gigabytes is given up at its bound', async () => {
    const packed = await packText('\n'.repeat(64 << 20));
    await expect(unpackText(packed)).rejects.toThrow('is longer than 1048576 bytes');
    expect(packed.length).toBeLessThan(100_000);
    // A shared comparison that is too long is not damaged.
    await expect(unpackText(packed, 'comparison')).rejects.toThrow('The comparison in this address is longer than 1048576 bytes');
    await expect(unpackText('***', 'comparison')).rejects.toThrow('The comparison in this address is damaged');
  });
});
