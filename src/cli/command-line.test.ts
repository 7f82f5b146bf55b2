import { describe, expect, it } from 'vitest';
import { parseCommandLine, type RunOptions } from './command-line';
import { UserError } from './user-error';

const DEFAULTS: RunOptions = {
  boot: { guest: 'debian' },
  vcpus: 1,
  disks: [],
  systemSuspend: false,
  rules: 'kvm',
  registers: [],
  registerWrites: [],
  skipRegisters: false,
  conduit: 'hvc',
  gic: 3,
  clock: 'realtime',
  verbose: false,
  tracePsci: false,
  noReboot: false,
  wakeAnyway: false,
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
      '--smp 8 --memory 3072 --disk a.img --disk b.img:size=1M --psci v1.1 --conduit smc --gic 3 --virtio pci --engine jit --clock virtual';
    const more =
      '--max-seconds 1.5 --trace psci --report r.json --no-reboot --wake-anyway --verbose --dtb-out d.dtb --initrd i --reg std_bmap=0 --reg std_hyp_bmap=0x1';
    expect(run(...args.split(' '), ...more.split(' '), '--append', 'console=ttyAMA0 quiet', '--exec', 'echo "a b"')).toEqual(
      ran({
        vcpus: 8,
        memoryMiB: 3072,
        disks: [{ path: 'a.img' }, { path: 'b.img', size: 1 << 20 }],
        psci: '1.1',
        conduit: 'smc',
        virtio: 'pci',
        engine: 'jit',
        clock: 'virtual',
        maxSeconds: 1.5,
        tracePsci: true,
        report: 'r.json',
        noReboot: true,
        wakeAnyway: true,
        verbose: true,
        dtbOut: 'd.dtb',
        initrd: 'i',
        registers: ['std_bmap=0', 'std_hyp_bmap=0x1'],
        append: 'console=ttyAMA0 quiet',
        exec: 'echo "a b"',
      }),
    );
  });

  it('takes firmware by itself, and with a kernel that it is to boot', () => {
    const parsed = (...args: string[]) => parseCommandLine(['run', ...args]);
    expect(parsed('--firmware', 'F', '--firmware-variables', 'V')).toEqual(
      ran({ boot: { kernel: 'F' }, kernelFormat: 'firmware', firmwareVariables: 'V' }),
    );
    expect(parsed('--firmware', 'F', '--kernel', 'K')).toEqual(ran({ boot: { kernel: 'K', firmware: 'F' } }));
    expect(() => parsed('--guest', 'lab', '--firmware', 'F')).toThrow(UserError);
  });

  it('takes the firmware’s side', () => {
    const args = '--host linux-5.18 --suspend --rules spec --save m.dormouse --save-after 2.5 --reg-at 3:psci_version=1.0';
    expect(run(...args.split(' '), '--reg-at', '.5:std_bmap=0')).toEqual(
      ran({
        host: 'linux-5.18',
        systemSuspend: true,
        rules: 'spec',
        save: { path: 'm.dormouse', afterSeconds: 2.5 },
        registerWrites: [
          { seconds: 3, assignment: 'psci_version=1.0' },
          { seconds: 0.5, assignment: 'std_bmap=0' },
        ],
      }),
    );
  });

  it('goes on from a saved machine, which brings nearly all along', () => {
    const restore = (...args: string[]) => parseCommandLine(['run', '--restore', 'm.dormouse', ...args]);
    expect(restore('--host', 'linux-6.13', '--skip-registers', '--reg', 'std_bmap=0', '--engine', 'jit', '--disk', 'd')).toEqual(
      ran({
        boot: { saved: 'm.dormouse' },
        host: 'linux-6.13',
        skipRegisters: true,
        registers: ['std_bmap=0'],
        engine: 'jit',
        disks: [{ path: 'd' }],
      }),
    );
    const of = (name: string) => `--${name} does not go with --restore: the saved machine brings its own along.`;
    for (const name of ['smp', 'memory', 'append', 'initrd', 'conduit', 'clock', 'rules', 'gic', 'virtio', 'dtb-out']) {
      expect(() => restore(`--${name}`, '1')).toThrow(of(name));
    }
    expect(() => restore('--suspend')).toThrow(of('suspend'));
    expect(() => restore('--psci', '1.1')).toThrow(
      /^--psci does not go with --restore, .*--reg psci_version=… writes another\.$/,
    );
    expect(() => restore('--kernel', 'x')).toThrow(
      'A machine begins either with --kernel x or with --restore m.dormouse, not both.',
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
    [['--cpu', 'm68k'], '--cpu “m68k” is not known: choose max or cortex-a53 or cortex-a72 or neoverse-n1.'],
    [['--conduit', 'svc'], '--conduit “svc” is not known: choose hvc or smc.'],
    [['--gic', '4'], '--gic “4” is not implemented: choose 2 or 3.'],
    [['--virtio', 'ccw'], '--virtio “ccw” is not known: choose mmio or pci.'],
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
    [['--host', 'linux-5'], '--host “linux-5” is no host generation: choose linux-4.15, linux-4.16, linux-5.18, linux-6.13.'],
    [['--rules', 'arm'], '--rules “arm” is not known: choose kvm or spec.'],
    [['--skip-registers'], '--skip-registers is about the registers of a saved machine, and there is no --restore.'],
    [['--save', ''], 'The option --save names no file.'],
    [['--save-after', '1'], '--save-after 1 needs a --save FILE to save the machine to.'],
    [['--save=x', '--save-after', '0'], '--save-after “0” is not a number of seconds above 0 and up to 2147483.'],
    [['--reg-at', 'psci_version=1.1'], /^--reg-at “psci_version=1\.1” is not of the form SECONDS:NAME=VALUE, such as .*\.$/],
    [['--reg-at', 'x:psci_version=1.1'], '--reg-at “x” is not a number of seconds above 0 and up to 2147483.'],
    [['--reg', 'psci_version=1.9'], /^--reg “psci_version=1\.9” is refused with EINVAL: .*one of 0\.1, .*, 1\.3, not 1\.9\.$/],
    [['--reg', 'foo=1'], /^--reg “foo=1” is refused with ENOENT: .*\.$/],
    [['--no-reboot=yes'], 'The option --no-reboot takes no value, so “yes” is one too many.'],
    [['--kernel', 'x'], 'A machine begins either with --guest debian or with --kernel x, not both.'],
    [['--colour'], '--colour is not an option of dormouse run.'],
    [['-m', '5'], '-m is not an option of dormouse run.'],
    [['disk.img'], '“disk.img” is not an option of dormouse run.'],
  ] as const)('refuses %j', (args, message) => {
    expect(() => run(...args)).toThrow(UserError);
    expect(() => run(...args)).toThrow(message);
  });

  it('refuses to boot nothing', () => {
    expect(() => parseCommandLine(['run'])).toThrow(
      'There is nothing to boot: name a --guest, a --kernel, a --firmware, or a machine to --restore.',
    );
    expect(() => parseCommandLine(['run', '--kernel='])).toThrow('The option --kernel names no file.');
  });
});

describe('the other commands', () => {
  it.each([
    [['--help'], { command: 'help' }],
    [['run', '-h'], { command: 'help' }],
    [['run', '--version'], { command: 'version' }],
    [['guests'], { command: 'guests' }],
    [['hosts'], { command: 'hosts' }],
    [['psci'], { command: 'psci', options: { rules: 'kvm' } }],
    [['psci', '--rules', 'spec'], { command: 'psci', options: { rules: 'spec' } }],
    [['regs', '--host', 'linux-4.16'], { command: 'regs', options: { host: 'linux-4.16', registers: [] } }],
    [['regs'], { command: 'regs', options: { registers: [] } }],
    [['regs', '--psci', '0.2', '--reg', 'std_bmap=0'], { command: 'regs', options: { psci: '0.2', registers: ['std_bmap=0'] } }],
  ])('%j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([
    [[], 'There is nothing to do: say run, guests, regs, hosts or psci, or --help.'],
    [['boot'], '“boot” is not a command: the commands are run, guests, regs, hosts and psci.'],
    [['toString'], '“toString” is not a command: the commands are run, guests, regs, hosts and psci.'],
    [['guests', '--psci', '1.0'], '--psci is not an option of dormouse guests.'],
    [['regs', '--smp', '2'], '--smp is not an option of dormouse regs.'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
