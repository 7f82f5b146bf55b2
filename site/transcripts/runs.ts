/** What is recorded: which machine, and what is typed at it. */

export interface Run {
  /** Name of the text. */
  readonly name: string;
  readonly prompt: RegExp;
  /** One after the other, on one disk: the second is the next start of the first. */
  readonly machines: readonly { readonly args: readonly string[]; readonly typed: readonly string[] }[];
  /** Where the part of interest begins. */
  readonly from?: RegExp;
  /** Lines that say nothing here. */
  readonly drop?: RegExp;
  /** Name of the disk, if it is shared with another run. */
  readonly disk?: string;
}

/** A prompt is coloured. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape code.
const LAB = /lab> \u001b\[0m$/;
/** BusyBox asks the terminal where the cursor is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes.
const SHELL = /:~# \u001b\[0m(\u001b\[6n)?$/;

const lab = (name: string, options: string, ...typed: string[]): Run => ({
  name,
  prompt: LAB,
  machines: [{ args: ['--guest', 'lab', ...options.split(' ')], typed }],
  from: /Dormouse lab/,
});

/** Functions that no version answers under KVM, and what each start says. */
const UNANSWERED = /CPU_FREEZE|CPU_DEFAULT|NODE_HW|SET_SUSPEND|STAT_|MEM_PROTECT|MIGRATE|Type help/;

/** What the firmware says about functions that come and go with versions. */
const version = (psci: string, ...typed: string[]): Run => ({
  ...lab(`lab-${psci}`, `--psci ${psci}`, 'psci', ...typed),
  drop: UNANSWERED,
});

/** What the kernel says that has nothing to do with power: a boot has hundreds of lines. */
const OTHER_KERNEL_LINES = /progress: +[1-9]\d%|^\[ *\d+\.\d+\](?!.*(psci|PSCI|PM:|hibernat|reboot|CPU1|CPUs))/;

const DEBIAN_DISK = ['--guest', 'debian', '--smp', '2', '--disk', 'DISK:size=600M'];

export const RUNS: readonly Run[] = [
  lab('lab-first', '--smp 2', 'cpus', 'on 1', 'cpus', 'call 0x84000000'),
  {
    ...version('0.1', 'on 1', 'poweroff'),
    machines: [{ args: ['--guest', 'lab', '--smp', '2', '--psci', '0.1'], typed: ['psci', 'on 1', 'poweroff'] }],
  },
  version('0.2', 'call 0x8400000a 0x84000015'),
  version('1.0', 'call 0xc4000012 0'),
  version('1.1', 'call 0xc4000015 1 0'),
  version('1.2', 'call 0xc4000015 1 0'),
  version('1.3', 'call 0xc4000015 2 0', 'call 0xc4000015 1 1'),
  lab('lab-sleep-1.1', '--psci 1.1', 'sleep'),
  lab('lab-sleep-1.3', '--psci 1.3', 'sleep'),
  { ...lab('host-5.18', '--host linux-5.18', 'psci'), drop: UNANSWERED },
  { ...lab('host-6.13', '--host linux-6.13', 'psci'), drop: UNANSWERED },
  { ...lab('host-6.13-pinned', '--host linux-6.13 --psci 1.1', 'psci'), drop: UNANSWERED },
  lab('lab-crash', '--smp 1', 'crash read'),
  lab('lab-regs', '--smp 1', 'uptime', 'regs'),
  {
    name: 'debian-boot',
    prompt: SHELL,
    machines: [{ args: ['--guest', 'debian', '--smp', '2'], typed: ['dmesg | grep -i psci', 'nproc; uname -rm'] }],
    from: /.*# dmesg/,
  },
  {
    name: 'debian-hibernate-1.3',
    prompt: SHELL,
    machines: [{ args: DEBIAN_DISK, typed: ['dream="hazelnuts"', 'hibernate'] }],
    from: /.*# dream/,
    drop: OTHER_KERNEL_LINES,
  },
  {
    name: 'debian-hibernate-1.1',
    prompt: SHELL,
    machines: [{ args: [...DEBIAN_DISK, '--psci', '1.1'], typed: ['dream="hazelnuts"', 'hibernate'] }],
    from: /.*# dream/,
    drop: OTHER_KERNEL_LINES,
  },
  {
    name: 'debian-wake',
    prompt: SHELL,
    machines: [
      { args: DEBIAN_DISK, typed: ['dream="hazelnuts"', 'hibernate'] },
      { args: DEBIAN_DISK, typed: ['echo $dream', 'head -n 1 /sys/kernel/debug/psci'] },
    ],
    from: /.*# dream/,
    drop: OTHER_KERNEL_LINES,
  },
];
