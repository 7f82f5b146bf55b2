/** Files into a real guest and out of it: whole and exact, whatever they are called and whatever happens meanwhile. */
import { execFileSync } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getFile, getFolder, putFile, type TransferOptions } from '../../src/vm/file-transfer';
import { Guest, missing, newDisk, whyMissing } from './harness';

const MIB = 2 ** 20;
const random = (size: number): Uint8Array<ArrayBuffer> => randomFillSync(new Uint8Array(size));
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const quote = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;
const put = (guest: Guest, path: string, contents: Uint8Array | Blob, options: TransferOptions = {}) =>
  putFile(guest.vm.agent, path, contents, { stream: guest.vm.files, ...options });
const get = (guest: Guest, path: string, options: TransferOptions = {}) =>
  getFile(guest.vm.agent, path, { stream: guest.vm.files, ...options });
const digestThere = async (guest: Guest, path: string): Promise<string> =>
  (await guest.exec(`sha256sum <${quote(path)}`)).split(' ', 1)[0]!;

describe.skipIf(missing)(`files of the guest${whyMissing}`, () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.boot();
  });
  afterAll(() => guest?.stop());

  it.each([
    ['of a few bytes', 5],
    ['of more than a command takes', 200_001],
    ['of some MiB', 5 * MIB + 1],
  ])('%s come back as they went, through the port and in the lines of the agent', async (_, size) => {
    const contents = random(size);
    for (const options of [{}, { stream: undefined }]) {
      const path = `/tmp/ it's\n"$HOME" ${size} ☃`;
      const progress: number[] = [];
      const onProgress = (done: number): void => void progress.push(done);
      await put(guest, path, new Blob([contents]), { ...options, onProgress });
      expect(progress.at(-1)).toBe(size);
      expect(await digestThere(guest, path)).toBe(digest(contents));
      expect(digest(await get(guest, path, { ...options, onProgress }))).toBe(digest(contents));
      expect(await guest.exec('ls /tmp | grep -c part; true')).toBe('0');
      await guest.exec(`rm ${quote(path)}`);
    }
  });

  it('that have no size come whole', async () => {
    expect(new TextDecoder().decode(await get(guest, '/proc/version'))).toMatch(/^Linux version .*\n$/);
    expect(await get(guest, '/dev/../proc/sys/kernel/hostname')).toEqual(new TextEncoder().encode('dormouse\n'));
  });

  it('come out of it as one archive of their folder', async () => {
    const contents = random(300_000);
    await guest.exec("mkdir -p '/tmp/a folder/below'; echo note >'/tmp/a folder/-n'; ln -s -- -n '/tmp/a folder/link'");
    await put(guest, '/tmp/a folder/below/it', contents);
    for (const options of [{}, { stream: undefined }]) {
      const archive = await getFolder(guest.vm.agent, '/tmp/a folder', { stream: guest.vm.files, ...options });
      const tar = (...args: string[]): Buffer => execFileSync('tar', args, { input: archive });
      expect(tar('-t').toString().split('\n').sort()).toEqual([
        '',
        './a folder/',
        './a folder/-n',
        './a folder/below/',
        './a folder/below/it',
        './a folder/link',
      ]);
      expect(digest(tar('-x', '-O', './a folder/below/it'))).toBe(digest(contents));
    }
    const folder = (path: string): Promise<unknown> => getFolder(guest.vm.agent, path, { stream: guest.vm.files });
    await expect(folder('/no/such')).rejects.toThrow(/^The folder \/no\/such could not be read in the guest: ls: .*No such file/);
    await expect(folder('/proc/version')).rejects.toThrow('it is no folder.');
    await guest.exec("rm -r '/tmp/a folder'");
  });

  it('go one after the other, whoever asks', async () => {
    const contents = [random(MIB), random(MIB), random(MIB)];
    await Promise.all(contents.map((each, index) => put(guest, `/tmp/side ${index}`, each)));
    const back = await Promise.all(contents.map((_, index) => get(guest, `/tmp/side ${index}`)));
    expect(back.map(digest)).toEqual(contents.map(digest));
    await guest.exec('rm /tmp/side*');
  });

  it('are given up when nobody wants them any more, and leave nothing', async () => {
    const path = '/tmp/unwanted';
    await guest.exec(`echo old >${path}`);
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    await expect(put(guest, path, random(8 * MIB), { onProgress, signal: controller.signal })).rejects.toThrow('was cancelled');
    expect(await guest.exec(`cat ${path}; ls ${path}*`)).toBe(`old\n${path}`);
    await guest.exec(`head -c ${8 * MIB} /dev/zero >${path}`);
    const second = new AbortController();
    await expect(get(guest, path, { onProgress: () => second.abort(), signal: second.signal })).rejects.toThrow('was cancelled');
    const contents = random(2 * MIB);
    await put(guest, path, contents);
    expect(digest(await get(guest, path))).toBe(digest(contents));
    await guest.exec(`rm ${path}`);
  });

  it('that cannot be written or read are refused with what the guest says', async () => {
    await guest.exec('mkdir -p /tmp/small; mount -t tmpfs -o size=1m tmpfs /tmp/small');
    await expect(put(guest, '/tmp/small/large', random(3 * MIB))).rejects.toThrow(
      /^The file \/tmp\/small\/large could not be written in the guest: .*No space left on device\.$/,
    );
    expect(await guest.exec('ls /tmp/small; umount /tmp/small')).toBe('');
    await expect(put(guest, '/no/such/folder', random(MIB))).rejects.toThrow(/written in the guest: .*\/no\/such\/folder/);
    await expect(put(guest, '/tmp', random(MIB))).rejects.toThrow('it is a directory.');
    await expect(get(guest, '/no/such')).rejects.toThrow(/read in the guest: ls: .*\/no\/such: No such file or directory\.$/);
    await expect(get(guest, '/tmp')).rejects.toThrow('it is no file.');
  });
});

describe.skipIf(missing)(`files on their way while the guest sleeps${whyMissing}`, () => {
  let guest: Guest;
  afterAll(() => guest?.stop());
  /** Suspends to RAM and is woken. */
  const nap = async (): Promise<string> => {
    const answer = guest.exec('echo mem >/sys/power/state; echo "back $?"');
    await guest.until('its sleep', () => guest.vm.rest?.how === 'ram');
    guest.vm.wake();
    return answer;
  };

  it('are begun anew when it is awake, and arrive whole', async () => {
    guest = await Guest.boot({ systemSuspend: true });
    const contents = random(3 * MIB);
    const progress: number[] = [];
    let slept: Promise<string> | undefined;
    await put(guest, '/tmp/in', contents, {
      onProgress(done) {
        progress.push(done);
        slept ??= nap();
        return slept.then(() => {});
      },
    });
    expect(await slept).toBe('back 0');
    expect(progress).toEqual([MIB, MIB, 2 * MIB, 3 * MIB]);
    expect(await digestThere(guest, '/tmp/in')).toBe(digest(contents));

    // Holes: it is long, and takes no memory.
    await guest.exec(`mv /tmp/in /tmp/out; truncate -s ${256 * MIB} /tmp/out`);
    slept = undefined;
    let lost = 0;
    let last = 0;
    const back = await get(guest, '/tmp/out', {
      onProgress(done) {
        if (done < last) lost++;
        last = done;
        slept ??= nap();
      },
    });
    expect(await slept).toBe('back 0');
    expect([lost, back.length]).toEqual([1, 256 * MIB]);
    expect(digest(back.subarray(0, contents.length))).toBe(digest(contents));
    expect(back.subarray(contents.length).every((byte) => byte === 0)).toBe(true);
  });

  it('end with a sentence when it hibernates, and nothing is in their place when it is awake', async () => {
    await guest?.stop();
    const disk = newDisk();
    guest = await Guest.boot({ disk });
    let end: Promise<unknown> | undefined;
    await expect(
      put(guest, '/tmp/in', random(3 * MIB), {
        onProgress() {
          end ??= guest.hibernate();
          return end.then(() => {});
        },
      }),
    ).rejects.toThrow(/busy going to sleep|stopped/);
    await end;
    guest = await Guest.boot({ disk });
    expect(await guest.exec('ls /tmp/in; true')).toContain('No such file');
    // The command that waited in its sleep still has the port.
    const contents = random(2 * MIB);
    await put(guest, '/tmp/in', contents);
    expect(await digestThere(guest, '/tmp/in')).toBe(digest(contents));
    expect(digest(await get(guest, '/tmp/in'))).toBe(digest(contents));
  });

  it('do not stand in the way of those of a host that restores the machine', async () => {
    await guest?.stop();
    guest = await Guest.boot();
    let saved: Promise<Uint8Array> | undefined;
    const given = put(guest, '/tmp/in', random(3 * MIB), {
      onProgress() {
        saved ??= guest.save();
        return saved.then(() => {});
      },
    });
    await guest.until('the save', () => guest.vm.state === 'paused');
    const file = await saved!;
    await guest.stop();
    await expect(given).rejects.toThrow(/stopped|not running/);
    guest = await Guest.restore(file);
    await guest.vm.resume();
    const contents = random(2 * MIB);
    await put(guest, '/tmp/in', contents);
    expect(digest(await get(guest, '/tmp/in'))).toBe(digest(contents));
  });
});
