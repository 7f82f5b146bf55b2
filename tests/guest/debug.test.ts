/** Linux's own debugging on what the CPU has for it: ptrace's breakpoints, steps and watchpoints, and uprobes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CompiledProgram, cannotCompile, compiledProgram, whyNotCompiled } from './compiled';
import { Guest, newDisk } from './harness';

describe.skipIf(cannotCompile).each(['jit', 'interpreter'] as const)(
  `a debugger in the guest on the %s${whyNotCompiled}`,
  (engine) => {
    let guest: Guest;
    let program: CompiledProgram;
    beforeAll(async () => {
      program = compiledProgram('debugger');
      guest = await Guest.boot({ engine, disk: newDisk(), moreDisks: [program.disk] });
      await guest.exec(program.install('/dev/vdb'));
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
      await guest.exec(`echo 'p:work /tmp/debugger:0x${program.place('work').toString(16)}' >${trace}/uprobe_events`);
      await guest.exec(`echo 1 >${trace}/events/uprobes/work/enable`);
      await guest.exec('/tmp/debugger');
      await guest.exec(`echo 0 >${trace}/events/uprobes/enable`);
      const profile = await guest.exec(`cat ${trace}/uprobe_profile`);
      expect(profile.trim().split(/\s+/)).toEqual(['/tmp/debugger', 'work', '3000']);
      expect(guest.console).not.toMatch(/Unhandled|Unexpected|Oops|BUG:/i);
    });
  },
);
