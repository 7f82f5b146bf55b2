/**
 * What a person writes is kept on the disk that the guest's machines begin with: over power off, power cuts, and sleep on its partition or in a
 * file. One disk goes through all of it, since each boot takes long.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryDisk } from '../../src/storage/memory-disk';
import type { DiskPart } from '../../src/vm/api';
import { surveyDisk } from '../../src/vm/disk-survey';
import { imageOn } from '../../src/vm/hibernated-disk.testkit';
import { Guest, type GuestOptions, newHomeDisk, noHome, quickDebian } from './harness';

const KEPT = 'What is in /root is kept on the disk; everything else is gone when the power is.';

describe.skipIf(noHome)(`the home directory${noHome ? ` (${noHome})` : ''}`, () => {
  let disk: MemoryDisk;
  let guest: Guest;
  /** Where the swap file is, in words for the kernel. */
  let words = '';

  beforeAll(async () => {
    disk = await newHomeDisk();
  });
  afterAll(() => guest?.stop());

  const boot = async (options: GuestOptions = {}): Promise<Guest> => {
    guest = await Guest.boot({ disk, images: quickDebian(), ...options });
    return guest;
  };
  const home = (): DiskPart => surveyDisk(disk)[1]!;

  /** Size and use as df tells them, in bytes. */
  async function df(): Promise<{ size: number; used: number }> {
    const [size, used] = (await guest.exec('df -P -k /root | tail -n 1'))
      .split(/ +/)
      .slice(1)
      .map((kib) => Number(kib) * 1024);
    return { size: size!, used: used! };
  }

  it('is on the disk, which is said at the prompt; power off writes all of it back', async () => {
    await boot();
    await guest.printed(KEPT);
    expect(await guest.exec("awk 'NR > 1 { print $1, $2 }' /proc/swaps")).toBe('/dev/vda1 partition');
    await guest.exec('mkdir /root/store; echo acorn >/root/store/nut; head -c 3000000 /dev/urandom >/root/store/large; sync');
    const told = await df();
    // Somebody is in it.
    await guest.exec('echo late >/root/late; (cd /root/store; sleep 1000) >/dev/null 2>&1 & sleep 1; poweroff');
    expect((await guest.end()).how).toBe('off');
    const { kind, label, files } = home();
    expect([kind, label]).toEqual(['ext4', 'dormouse-home']);
    expect(files).toEqual({ size: told.size, used: told.used + 4096, count: 4 });
  });

  it('has it at the next boot, and after a power cut what was written back before', async () => {
    await boot();
    expect(await guest.exec('cat /root/store/nut /root/late')).toBe('acorn\nlate');
    expect(await guest.dmesg('EXT4-fs (vda2): recovery')).toEqual([]);
    await guest.exec('echo cut >/root/cut; sync; echo perhaps >/root/perhaps');
    await guest.stop();
    expect(home().files).toMatchObject({ behind: true });
    await boot();
    expect(await guest.dmesg('EXT4-fs (vda2): recovery complete')).toHaveLength(1);
    expect(await guest.exec('cat /root/store/nut /root/cut')).toBe('acorn\ncut');
  });

  it('sleeps on its partition and wakes, with its files and its memory', async () => {
    await guest.exec('echo marmot >/run/kept; echo asleep >/root/asleep');
    expect((await guest.hibernate()).how).toBe('hibernated');
    expect(surveyDisk(disk)[0]).toMatchObject({ number: 1, kind: 'swap', asleep: true });
    await expect(Guest.start({ disk, memoryMiB: 256 })).rejects.toThrow('has 512 MiB of memory, this one 256 MiB');
    await boot();
    expect(guest.console).toContain('dormouse: the disk holds a sleeping system, waking it');
    expect(await guest.exec('cat /run/kept /root/asleep /root/cut')).toBe('marmot\nasleep\ncut');
    expect(surveyDisk(disk)[0]).not.toHaveProperty('asleep');
  });

  it('does not sleep in a file that nobody would find, and says by which words it is found', async () => {
    await guest.exec(
      'dd if=/dev/zero of=/root/swap bs=1M count=160; chmod 600 /root/swap; mkswap /root/swap; swapoff -a; swapon /root/swap',
    );
    const said = await guest.exec('hibernate 2>&1 || true');
    words = /resume=\/dev\/vda2 resume_offset=\d+/.exec(said)?.[0] ?? '';
    expect(said).toBe(
      `hibernate: nobody would find the image in /root/swap: start the machine with ${words} on the kernel's command line, or use swap on a partition`,
    );
    await guest.exec('sync');
    await guest.stop();
  });

  it('sleeps in that file where the command line leads to it', async () => {
    await boot({ append: words });
    await guest.exec('swapon /root/swap; echo dormouse >/run/kept');
    expect((await guest.hibernate()).how).toBe('hibernated');
    expect(await imageOn(disk)).toMatchObject({ offsetPages: Number(words.split('=').at(-1)) });
    // Without the words a kernel would write to the file system that the sleeper knows.
    await expect(Guest.start({ disk })).rejects.toThrow(`add resume= with that file system's device, and ${words.split(' ')[1]}`);
  });

  it('leaves who is to stay asleep alone, and the files beside it as they are', async () => {
    await boot({ append: `${words} noresume` });
    expect(guest.console).toContain(
      'dormouse: a system stays asleep in a file of /dev/vda2: files are read-only until it is woken',
    );
    expect(await guest.exec('cat /root/store/nut; touch /root/new 2>&1 || true')).toBe(
      'acorn\ntouch: /root/new: Read-only file system',
    );
    await guest.stop();
  });

  it('wakes from the file, its partition named by its number', async () => {
    await boot({ append: words.replace('/dev/vda2', 'PARTUUID=7473656e-02') });
    expect(await guest.exec('cat /run/kept /root/store/nut')).toBe('dormouse\nacorn');
    // The agent's way out: the swap file and somebody who writes are no reason to leave the journal behind.
    await guest.type('cat >/root/open\n', 'cat >/root/open');
    await guest.vm.agent.shutdown();
    expect((await guest.end()).how).toBe('off');
    expect(home().files).not.toHaveProperty('behind');
  });
});
