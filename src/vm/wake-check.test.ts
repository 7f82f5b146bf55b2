import { describe, expect, it } from 'vitest';
import { BANNER, BUILD, imageOn, sleeperDisk, text } from './hibernated-disk.testkit';
import { refusalToWake } from './wake-check';

const kernelOf = (contents: string) => ({ segments: [{ address: 0, bytes: text(`..Linux version %s\0${contents}\0..`) }] });
const kernel = kernelOf(BANNER);
const image = (await imageOn(sleeperDisk()))!;

describe('waking', () => {
  it('goes ahead with the memory and the kernel it fell asleep with', () => {
    expect(refusalToWake('den', image, { memoryMiB: 512, kernel })).toBeUndefined();
  });

  it('is refused with other memory, with both numbers', () => {
    expect(refusalToWake('den', image, { memoryMiB: 256, kernel })).toBe(
      "The machine asleep on disk “den” has 512 MiB of memory, this one 256 MiB, and waking it here would destroy it: start with 512 MiB, or delete the disk's contents for a fresh start.",
    );
    expect(refusalToWake('den', image, { memoryMiB: 513, kernel })).toContain('this one 513 MiB');
  });

  it('allows for pages a kernel did not count, less than a MiB of them', () => {
    const short = { ...image, physicalPages: image.physicalPages - 200 };
    expect(refusalToWake('den', short, { memoryMiB: 512, kernel })).toBeUndefined();
    expect(refusalToWake('den', short, { memoryMiB: 511, kernel })).toContain('512 MiB');
  });

  it('knows no memory of a kernel told to use less', () => {
    expect(refusalToWake('den', image, { memoryMiB: 1024, append: 'quiet mem=512M', kernel })).toBeUndefined();
    expect(refusalToWake('den', image, { memoryMiB: 1024, append: 'quiet shmem=1', kernel })).toBeDefined();
  });

  it('is refused with another kernel, with both builds', () => {
    const other = kernelOf(BANNER.replaceAll('6.12.48', '6.16.3'));
    const sentence = refusalToWake('den', image, { memoryMiB: 512, kernel: other });
    expect(sentence).toContain(
      `runs the kernel “${BUILD}”, this one would boot Linux 6.16.3+deb13-arm64 “#1 SMP Debian 6.16.3-1`,
    );
    const longer = kernelOf(BANNER.replace('\n', ' more\n'));
    expect(refusalToWake('den', image, { memoryMiB: 512, kernel: longer })).toContain('more”');
  });

  it('knows a build that was cut to the 64 characters of its field', () => {
    const build = `#1 SMP PREEMPT ${'x'.repeat(70)}`;
    const cut = { ...image, build: build.slice(0, 64) };
    expect(refusalToWake('den', cut, { memoryMiB: 512, kernel: kernelOf(`Linux version 7.0 (a@b) ${build}\n`) })).toBeUndefined();
  });

  it('from a swap file is refused to a kernel that is not told where that is', () => {
    const filed = { ...image, offsetPages: 34816 };
    const sentence = (append?: string) => refusalToWake('den', filed, { memoryMiB: 512, kernel, append });
    expect(sentence()).toBe(
      "The machine asleep on disk “den” sleeps in a swap file, and what boots here is not told of it and would write to the file system around it: add resume= with that file system's device, and resume_offset=34816, to the kernel's command line.",
    );
    expect(sentence('resume=/dev/vda2 resume_offset=34816')).toBeUndefined();
    for (const other of ['resume_offset=34816', 'resume=/dev/vda2 resume_offset=3481', 'resume=/dev/vda2'])
      expect(sentence(other)).toBeDefined();
  });

  it('is not for programs that are no Linux', () => {
    expect(refusalToWake('den', image, { memoryMiB: 16, kernel: kernelOf('hello') })).toBeUndefined();
  });
});
