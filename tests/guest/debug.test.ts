/** Linux's own debugging on what the CPU has for it: ptrace's breakpoints, steps and watchpoints, and uprobes. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../src/storage/memory-disk';
import { Guest, missing, newDisk, whyMissing } from './harness';

const COMPILER = 'aarch64-linux-gnu-gcc';
const hasCompiler = spawnSync(COMPILER, ['--version']).status === 0;
const SECTOR = 512;

/** The program as the whole of a disk, and where in its file the function `work` is. */
function compiled(): { disk: MemoryDisk; bytes: number; work: number } {
  const folder = mkdtempSync(join(tmpdir(), 'dormouse-debugger-'));
  const file = join(folder, 'debugger');
  const { status, stderr } = spawnSync(COMPILER, ['-O1', '-static', '-o', file, join(import.meta.dirname, 'debugger.c')]);
  expect(status, stderr.toString()).toBe(0);
  const symbols = spawnSync('aarch64-linux-gnu-nm', [file]).stdout.toString();
  const address = Number.parseInt(/^([0-9a-f]+) T work$/m.exec(symbols)![1]!, 16);
  const program = readFileSync(file);
  rmSync(folder, { recursive: true });
  const disk = new MemoryDisk(Math.ceil(program.length / SECTOR) * SECTOR, { name: 'program' });
  const padded = new Uint8Array(disk.size);
  padded.set(program);
  disk.write(0, padded);
  // The linker's default: the text segment begins at 0x400000, with the file.
  return { disk, bytes: program.length, work: address - 0x400000 };
}

const reason = missing ? whyMissing : hasCompiler ? '' : ` (skipped: there is no ${COMPILER})`;

describe.skipIf(missing || !hasCompiler).each(['jit', 'interpreter'] as const)(
  `a debugger in the guest on the %s${reason}`,
  (engine) => {
    let guest: Guest;
    let program: ReturnType<typeof compiled>;
    beforeAll(async () => {
      program = compiled();
      guest = await Guest.boot({ engine, disk: newDisk(), moreDisks: [program.disk] });
      await guest.exec(`head -c ${program.bytes} /dev/vdb >/tmp/debugger && chmod +x /tmp/debugger`);
    });
    afterAll(() => guest?.vm.stop());

    it('breaks, steps and watches by ptrace', async () => {
      const lines = (await guest.exec('/tmp/debugger')).split('\n');
      const breaks = [0, 1, 2].flatMap((before) => {
        const sum = (before * (before + 1)) / 2;
        return [
          `break: signal 5 code 4 at work+0 address work counter ${sum}`,
          expect.stringMatching(`^step: signal 5 code [12] at work\\+4 address .* counter ${sum}$`),
        ];
      });
      const all = (3000 * 3001) / 2;
      expect(lines).toEqual([
        'breakpoints 2 watchpoints 2',
        ...breaks,
        `store: signal 5 code 4 at work-1 address watched counter ${all}`,
        `load: signal 5 code 4 at work-1 address watched counter ${all}`,
        `store: signal 5 code 4 at work-1 address watched counter ${all + 1}`,
        'rest: ended 7',
      ]);
    });

    it('counts by uprobes', async () => {
      const trace = '/sys/kernel/tracing';
      await guest.exec(`mount -t tracefs none ${trace} 2>/dev/null || [ -e ${trace}/uprobe_events ]`);
      await guest.exec(`echo 'p:work /tmp/debugger:0x${program.work.toString(16)}' >${trace}/uprobe_events`);
      await guest.exec(`echo 1 >${trace}/events/uprobes/work/enable`);
      await guest.exec('/tmp/debugger');
      await guest.exec(`echo 0 >${trace}/events/uprobes/enable`);
      const profile = await guest.exec(`cat ${trace}/uprobe_profile`);
      expect(profile.trim().split(/\s+/)).toEqual(['/tmp/debugger', 'work', '3000']);
      expect(guest.console).not.toMatch(/Unhandled|Unexpected|Oops|BUG:/i);
    });
  },
);
