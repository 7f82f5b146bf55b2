import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PROGRAMS, programImage } from '../bare-vm.testkit';
import { BootSource } from './boot-source';

const CONFIG = { memoryMiB: 16, kernelFormat: 'auto' } as const;
const noBreath = (): undefined => undefined;

describe('what a machine boots', () => {
  const file = programImage(PROGRAMS.spin);

  it('is unpacked again for each boot, if it was packed', async () => {
    const kernel = new Uint8Array(gzipSync(file));
    const source = await BootSource.of({ kernel }, CONFIG, noBreath);
    const { segments } = source.kernel;
    source.letGo();
    expect(source.images.kernel).toBe(kernel);
    expect(() => source.kernel).toThrow('The kernel is not unpacked');
    await source.ready(noBreath);
    expect(source.kernel.segments).toEqual(segments);
  });

  it('stays as it is, if it was not', async () => {
    const source = await BootSource.of({ kernel: file }, CONFIG, noBreath);
    const { kernel } = source;
    source.letGo();
    expect(source.kernel).toBe(kernel);
  });

  it('is unpacked by the host’s own code, if that can', async () => {
    let asked = '';
    const unpack = async (_: Uint8Array, what: string): Promise<Uint8Array> => {
      asked = what;
      return file;
    };
    const source = await BootSource.of({ kernel: new Uint8Array(gzipSync(file)) }, CONFIG, noBreath, unpack);
    expect(asked).toBe('kernel');
    expect(source.kernel.segments.length).toBeGreaterThan(0);
  });
});
