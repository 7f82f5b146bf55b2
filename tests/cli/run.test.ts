import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACK_ONE, call, ECHO, flat, LOOP, move, PSCI, print, SMC, WFI } from './guest-code';
import { Cli, dormouse } from './spawn';

// One takes about a second; a busy machine may need more.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dormouse-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
function kernel(name: string, content: readonly number[] | Uint8Array): string {
  writeFileSync(at(name), content instanceof Uint8Array ? content : flat(content));
  return at(name);
}
const run = (name: string, code: readonly number[], ...args: string[]) =>
  dormouse('run', '--kernel', kernel(name, code), '--memory', '16', ...args);
const reportOf = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'));

const sayOff = [...print('hello\n'), ...call(PSCI.OFF)];

describe.concurrent('how a machine ends', () => {
  it('SYSTEM_OFF is 0; the console is on standard output and nothing else is', async () => {
    expect(await run('off.bin', sayOff, '--report', at('off.json'))).toEqual({
      status: 0,
      out: 'hello\n',
      err: 'dormouse: The machine powered off: SYSTEM_OFF on vCPU 0.\n',
    });
    expect(reportOf('off.json')).toMatchObject({
      guest: 'off.bin',
      vcpus: 1,
      memoryMiB: 16,
      psci: '1.3',
      conduit: 'hvc',
      engine: 'auto',
      clock: 'realtime',
      instructions: [sayOff.length],
      instructionsTotal: sayOff.length,
      psciCalls: { SYSTEM_OFF: 1 },
      end: { how: 'off', call: 'SYSTEM_OFF', vcpu: 0, systemEvent: { type: 'shutdown', flags: '0x0' } },
      stoppedBy: null,
      exitStatus: 0,
    });
  });

  it('SYSTEM_OFF2 is 20, with the flag of KVM', async () => {
    const ran = await run('off2.bin', call(PSCI.OFF2, [1, 0]), '--report', at('off2.json'));
    expect(ran).toMatchObject({
      status: 20,
      err: expect.stringMatching(
        /^dormouse: The machine switched itself off as if to hibernate: SYSTEM_OFF2 .* It has no disk, .*\n$/,
      ),
    });
    expect(reportOf('off2.json').end).toMatchObject({ how: 'hibernated', systemEvent: { type: 'shutdown', flags: '0x1' } });
  });

  it('SYSTEM_OFF2 does not exist under PSCI 1.1, so the guest goes on', async () => {
    const ran = await run('off2-1.1.bin', [...call(PSCI.OFF2, [1, 0]), ...sayOff], '--psci', '1.1');
    expect(ran).toMatchObject({ status: 0, out: 'hello\n' });
  });

  it('SYSTEM_RESET is 21 with --no-reboot', async () => {
    expect(await run('reset.bin', [...print('r'), ...call(PSCI.RESET)], '--no-reboot')).toMatchObject({ status: 21, out: 'r' });
  });

  it('SYSTEM_RESET boots again without it', async () => {
    const cli = new Cli(['run', '--kernel', kernel('again.bin', [...print('r'), ...call(PSCI.RESET)]), '--memory', '16']);
    await cli.see('rrr');
    cli.process.kill('SIGTERM');
    expect(await cli.end()).toMatchObject({ status: 143 });
  });

  it('--max-seconds is 124, and the report is written', async () => {
    const ran = await run('loop.bin', [LOOP], '--max-seconds', '2', '--report', at('loop.json'));
    expect(ran).toEqual({ status: 124, out: '', err: 'dormouse: The machine was switched off after 2 s (--max-seconds).\n' });
    const report = reportOf('loop.json');
    expect(report).toMatchObject({ end: { how: 'stopped-by-host' }, stoppedBy: 'max-seconds', exitStatus: 124 });
    // How many they are says how much else the computer had to do.
    expect(report.instructionsTotal).toBeGreaterThan(100);
    expect(report.mips).toBeGreaterThan(0);
    expect(report.hostSeconds).toBeGreaterThan(1.9);
  });

  it('a machine whose only vCPU is off cannot go on: 1', async () => {
    const ran = await run('cpu-off.bin', call(PSCI.CPU_OFF));
    expect(ran).toEqual({
      status: 1,
      out: '',
      err: 'dormouse: All vCPUs are switched off, and nothing can switch one on again.\n',
    });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s is %i, and the report is written', async (signal, status) => {
    const path = kernel(`${signal}.bin`, [...print('.'), WFI, BACK_ONE]);
    const cli = new Cli(['run', '--kernel', path, '--memory', '16', '--report', at(`${signal}.json`)]);
    await cli.see('.');
    cli.process.kill(signal);
    expect(await cli.end()).toEqual({ status, out: '.', err: `dormouse: The machine was switched off by ${signal}.\n` });
    expect(reportOf(`${signal}.json`)).toMatchObject({ stoppedBy: 'signal', exitStatus: status });
  });

  it('a reader that leaves ends the machine', async () => {
    const cli = new Cli(['run', '--kernel', kernel('yes.bin', [...print('y'), 0x3900_0041, BACK_ONE]), '--memory', '16']);
    await cli.see('y');
    cli.process.stdout!.destroy();
    expect(await cli.end()).toMatchObject({ status: 141 });
  });
});

describe.concurrent('standard input', () => {
  it('reaches the guest as it comes, and its end changes nothing', async () => {
    const cli = new Cli(['run', '--kernel', kernel('echo.bin', ECHO), '--memory', '16']);
    await cli.see('>');
    cli.type('ab');
    await cli.see('>ab');
    cli.type('\x01x.');
    cli.process.stdin!.end();
    expect(await cli.end()).toMatchObject({ status: 0, out: '>ab\x01x.' });
  });

  const WAITED_SECONDS = 2;
  it('a guest that waits takes no time of the host', async () => {
    const cli = new Cli([
      'run',
      '--kernel',
      kernel('wait.bin', [...print('.'), WFI, BACK_ONE]),
      '--memory',
      '16',
      '--report',
      at('wait.json'),
    ]);
    await cli.see('.');
    await new Promise((resolve) => setTimeout(resolve, WAITED_SECONDS * 1000));
    cli.process.kill();
    await cli.end();
    // The rest is the start of a slow host.
    expect(reportOf('wait.json').runningSeconds).toBeLessThan(WAITED_SECONDS / 2);
  });
});

describe.concurrent('what can be seen', () => {
  it('--trace psci: a line of JSON for each call', async () => {
    const code = [...call(PSCI.VERSION, [], SMC), ...call(PSCI.OFF, [], SMC)];
    const { status, err } = await run(
      'trace.bin',
      code,
      '--trace',
      'psci',
      '--conduit',
      'smc',
      '--psci',
      '1.1',
      '--clock',
      'virtual',
    );
    expect(status).toBe(0);
    const lines = err.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        seq: 0,
        time: expect.any(Number),
        vcpu: 0,
        conduit: 'smc',
        id: '0x84000000',
        name: 'PSCI_VERSION',
        args: [expect.stringMatching(/^0x/), '0x0', '0x0'],
        result: '0x10001',
        resultText: '1.1',
        why: expect.stringMatching(/\.$/),
      },
      expect.objectContaining({ seq: 1, id: '0x84000008', name: 'SYSTEM_OFF', result: null }),
    ]);
  });

  it('--dtb-out: the device tree, with version, conduit and command line', async () => {
    await run('dtb.bin', call(PSCI.OFF), '--dtb-out', at('d.dtb'), '--append', 'quiet me', '--smp', '2');
    const tree = readFileSync(at('d.dtb'));
    expect(tree.readUInt32BE(0)).toBe(0xd00dfeed);
    for (const text of ['quiet me', 'arm,psci-1.0', 'cpu@1', 'hvc']) expect(tree.includes(text), text).toBe(true);
  });

  it('under the virtual clock two runs are the same', async () => {
    // Reads the counter in a loop until it has run a while: any difference in time shows in the count.
    const code = [0xd53b_e040, 0xd350_fc01, 0xb4ff_ffc1, ...print('t'), ...call(PSCI.OFF)];
    const once = async (name: string) => {
      const ran = await run(`${name}.bin`, code, '--clock', 'virtual', '--report', at(`${name}.json`), '--smp', '2');
      const { hostSeconds: _, runningSeconds: __, mips: ___, guest: ____, ...report } = reportOf(`${name}.json`);
      return { ran, report };
    };
    const [first, second] = [await once('virtual-1'), await once('virtual-2')];
    expect(first.ran.status).toBe(0);
    expect(second).toEqual(first);
    expect(first.report.instructionsTotal).toBeGreaterThan(100_000);
  });
});

describe.concurrent('files', () => {
  it('a gzip’d kernel runs', async () => {
    const path = kernel('zipped.bin', gzipSync(flat(sayOff)));
    expect(await dormouse('run', '--kernel', path, '--memory', '16')).toMatchObject({ status: 0, out: 'hello\n' });
  });

  it('a disk is created with its size', async () => {
    expect(await run('disk.bin', call(PSCI.OFF), '--disk', `${at('new.img')}:size=3M`)).toMatchObject({ status: 0 });
    expect(statSync(at('new.img')).size).toBe(3 << 20);
  });

  it('nothing is left behind when another file is bad', async () => {
    const ran = await dormouse('run', '--kernel', at('none'), '--disk', `${at('left.img')}:size=3M`);
    expect(ran).toMatchObject({ status: 2 });
    expect(existsSync(at('left.img'))).toBe(false);
  });

  it('a register is written before the start', async () => {
    const code = [...call(0x8400_0050), ...move(1, 0), ...call(PSCI.OFF)];
    const without = await run('reg.bin', code, '--reg', 'std_bmap=0', '--trace', 'psci');
    expect(JSON.parse(without.err.split('\n')[0]!)).toMatchObject({ name: 'TRNG_VERSION', resultText: 'NOT_SUPPORTED' });
  });
});
