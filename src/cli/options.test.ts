import { describe, expect, it } from 'vitest';
import { UserError } from './errors';
import { parseCommandLine, type RunOptions } from './options';

const DEFAULTS: RunOptions = {
  boot: { guest: 'debian' },
  vcpus: 1,
  disks: [],
  registers: [],
  conduit: 'hvc',
  gic: 3,
  engine: 'auto',
  clock: 'realtime',
  verbose: false,
  tracePsci: false,
  noReboot: false,
};
const run = (...args: string[]) => parseCommandLine(['run', '--guest', 'debian', ...args]);
const ran = (changes: Partial<RunOptions>) => ({ command: 'run', options: { ...DEFAULTS, ...changes } });

describe('dormouse run', () => {
  it('needs only something to boot', () => {
    expect(run()).toEqual(ran({}));
    expect(parseCommandLine(['run', '--kernel', 'Image'])).toEqual(ran({ boot: { kernel: 'Image' } }));
  });

  it('takes everything', () => {
    const args =
      '--smp 8 --memory 3072 --disk a.img --disk b.img:size=1M --psci v1.1 --conduit smc --gic 3 --engine jit --clock virtual';
    const more =
      '--max-seconds 1.5 --trace psci --report r.json --no-reboot --verbose --dtb-out d.dtb --initrd i --reg std_bmap=0 --reg std_hyp_bmap=0x1';
    expect(run(...args.split(' '), ...more.split(' '), '--append', 'console=ttyAMA0 quiet', '--exec', 'echo "a b"')).toEqual(
      ran({
        vcpus: 8,
        memoryMiB: 3072,
        disks: [{ path: 'a.img' }, { path: 'b.img', size: 1 << 20 }],
        psci: '1.1',
        conduit: 'smc',
        engine: 'jit',
        clock: 'virtual',
        maxSeconds: 1.5,
        tracePsci: true,
        report: 'r.json',
        noReboot: true,
        verbose: true,
        dtbOut: 'd.dtb',
        initrd: 'i',
        registers: ['std_bmap=0', 'std_hyp_bmap=0x1'],
        append: 'console=ttyAMA0 quiet',
        exec: 'echo "a b"',
      }),
    );
  });

  it('takes the last of an option, values after =, and an empty command line', () => {
    expect(run('--smp', '2', '--smp=4', '--append=', '--guest=lab')).toEqual(
      ran({ vcpus: 4, append: '', boot: { guest: 'lab' } }),
    );
    expect(run('--append=--verbose', '--exec', '-x')).toEqual(ran({ append: '--verbose', exec: '-x' }));
  });

  it.each([
    [['--smp', '0'], '--smp 0 is not possible: choose 1 to 8 vCPUs.'],
    [['--smp', '9'], '--smp 9 is not possible: choose 1 to 8 vCPUs.'],
    [['--smp', '-1'], '--smp -1 is not possible: choose 1 to 8 vCPUs.'],
    [['--smp', '2.5'], 'The option --smp takes a whole number of vCPUs, not “2.5”.'],
    [['--smp', ''], 'The option --smp takes a whole number of vCPUs, not “”.'],
    [['--smp', '0x2'], 'The option --smp takes a whole number of vCPUs, not “0x2”.'],
    [['--smp'], 'The option --smp needs a value.'],
    [['--smp', '--verbose'], 'The option --smp needs a value, and --verbose is an option.'],
    [['--memory', '0'], '--memory 0 is not possible: choose 16 to 3072 MiB.'],
    [['--memory', '99999'], '--memory 99999 is not possible: choose 16 to 3072 MiB.'],
    [['--memory', '1G'], 'The option --memory takes a whole number of MiB, not “1G”.'],
    [['--psci', '1.4'], '--psci “1.4” is not a version of PSCI: choose 0.1, 0.2, 1.0, 1.1, 1.2, 1.3.'],
    [['--psci', 'newest'], '--psci “newest” is not a version of PSCI: choose 0.1, 0.2, 1.0, 1.1, 1.2, 1.3.'],
    [['--conduit', 'svc'], '--conduit “svc” is not known: choose hvc or smc.'],
    [['--gic', '2'], '--gic “2” is not implemented: choose 3.'],
    [['--engine', 'fast'], '--engine “fast” is not known: choose interpreter or jit or auto.'],
    [['--clock', 'host'], '--clock “host” is not known: choose realtime or virtual.'],
    [['--trace', 'all'], '--trace “all” is not known: it can only be psci.'],
    [['--disk', ''], 'The disk “” names no file.'],
    [['--disk', 'd:size=1X'], 'The size “1X” is not a number of bytes such as 4096, 64K, 600M or 2G.'],
    [['--report', ''], 'The option --report names no file.'],
    [['--exec', ' '], 'The option --exec needs a command, and this one is empty.'],
    [['--max-seconds', '0'], '--max-seconds “0” is not a number of seconds above 0 and up to 2147483.'],
    [['--max-seconds', '-1'], '--max-seconds “-1” is not a number of seconds above 0 and up to 2147483.'],
    [['--max-seconds', '1e3'], '--max-seconds “1e3” is not a number of seconds above 0 and up to 2147483.'],
    [['--max-seconds', '9999999'], '--max-seconds “9999999” is not a number of seconds above 0 and up to 2147483.'],
    [['--reg', 'std_bmap'], /^--reg “std_bmap” is refused with EINVAL: .*\.$/],
    [['--reg', 'foo=1'], /^--reg “foo=1” is refused with ENOENT: .*\.$/],
    [['--no-reboot=yes'], 'The option --no-reboot takes no value, so “yes” is one too many.'],
    [['--kernel', 'x'], 'A machine boots either --guest debian or --kernel x, not both.'],
    [['--colour'], '--colour is not an option of dormouse run.'],
    [['-m', '5'], '-m is not an option of dormouse run.'],
    [['disk.img'], '“disk.img” is not an option of dormouse run.'],
  ] as const)('refuses %j', (args, message) => {
    expect(() => run(...args)).toThrow(UserError);
    expect(() => run(...args)).toThrow(message);
  });

  it('refuses to boot nothing', () => {
    expect(() => parseCommandLine(['run'])).toThrow('There is nothing to boot: name a --guest or a --kernel.');
    expect(() => parseCommandLine(['run', '--kernel='])).toThrow('The option --kernel names no file.');
  });
});

describe('the other commands', () => {
  it.each([
    [['--help'], { command: 'help' }],
    [['run', '-h'], { command: 'help' }],
    [['run', '--version'], { command: 'version' }],
    [['guests'], { command: 'guests' }],
    [['regs'], { command: 'regs', options: { registers: [] } }],
    [['regs', '--psci', '0.2', '--reg', 'std_bmap=0'], { command: 'regs', options: { psci: '0.2', registers: ['std_bmap=0'] } }],
  ])('%j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([
    [[], 'There is nothing to do: say run, guests or regs, or --help.'],
    [['boot'], '“boot” is not a command: the commands are run, guests and regs.'],
    [['toString'], '“toString” is not a command: the commands are run, guests and regs.'],
    [['guests', '--psci', '1.0'], '--psci is not an option of dormouse guests.'],
    [['regs', '--smp', '2'], '--smp is not an option of dormouse regs.'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
