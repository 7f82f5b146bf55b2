import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HOST_GENERATIONS } from '../psci';
import { CPU_MODEL_NAMES, LIMITS, PSCI_VERSIONS } from '../vm/api';
import { packageRoot } from './package-root';

/** The package's version. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

export const USAGE = `Usage: dormouse run [options]        run a machine, its serial console on standard input and output
       dormouse guests               list the guests and whether they are there
       dormouse regs [options]       show the firmware pseudo-registers (--host, --psci, --reg)
       dormouse hosts                list the host generations
       dormouse psci [--rules RULES] show which firmware function is in which PSCI version
       dormouse --help | --version

What it boots (dormouse run):
  --guest NAME          a guest of \`dormouse guests\`: lab, debian
  --kernel FILE         an arm64 Image (also packed with gzip or zstd, or as EFI zboot), an ELF file, or flat code
  --firmware FILE       instead, or to boot the kernel: what QEMU takes by -bios (U-Boot, EDK2), run from flash at address 0
  --firmware-variables FILE
                        keep the firmware's variables (its second bank of flash, 64 MiB) in this file, which is made if it is not there
  --flat                the kernel is flat code, entered at RAM + 0x80000, whatever it looks like
  --initrd FILE         initial RAM disk
  --append STRING       kernel command line, instead of the guest's own
  --dtb-out FILE        write the machine's device tree

The machine:
  --smp N               vCPUs, ${LIMITS.minVcpus} to ${LIMITS.maxVcpus} (default 1)
  --memory MIB          memory, ${LIMITS.minMemoryMiB} to ${LIMITS.maxMemoryMiB} (default: the guest's, else 512)
  --disk FILE           raw disk image; FILE:size=1G creates it (repeatable)
  --cpu NAME            CPU model: ${CPU_MODEL_NAMES.join(', ')} (default max: all that is implemented)
  --gic 2|3             architecture version of the interrupt controller (default 3)
  --virtio mmio|pci     how disks, consoles and entropy are reached (default mmio)
  --engine ENGINE       interpreter, jit or auto (default auto)
  --clock CLOCK         realtime, or virtual: time follows the instructions, and two runs are identical (default realtime)

The firmware:
  --psci VERSION        ${PSCI_VERSIONS.join(', ')} (default: the newest the host knows)
  --host NAME           the host to pretend to be: ${HOST_GENERATIONS.map(({ name }) => name).join(', ')} (default: the last)
  --suspend             offer SYSTEM_SUSPEND
  --rules kvm|spec      bit for bit as KVM, or as the specification where the two differ (default kvm)
  --conduit hvc|smc     how the guest calls its firmware (default hvc)
  --reg NAME=VALUE      write a firmware pseudo-register before the start (repeatable)
  --reg-at S:NAME=VALUE write one S seconds after the start, while the guest runs (repeatable)

Saving the whole machine, with what is on its disks:
  --save FILE           where to: when --exec has finished, on SIGUSR1, at a terminal on Ctrl-A s
  --save-after S        after S seconds of the host's time, and not when --exec has finished
  --restore FILE        go on from there, instead of booting; takes --host, --disk, --reg, --engine and what is about the run
                        (its disks are found by name and size; a FILE that is not there is filled from the save, others are one disk more)
  --skip-registers      with --restore: leave the saved pseudo-registers out, as a VMM that does not carry them

The run:
  --exec COMMAND        run a command through the guest's agent, print what it prints, exit with its status
  --verbose             with --exec: the console and what Dormouse has to say on standard error
  --max-seconds S       stop after S seconds of the host's time
  --no-reboot           stop when the guest resets the machine
  --wake-anyway         start although the disk holds a sleeping machine of other memory or another kernel, which that destroys
  --trace psci          one line of JSON on standard error for each firmware call
  --report FILE         write instruction counts, speed, firmware calls and the end as JSON

Exit status: 0 off (SYSTEM_OFF), 20 hibernated (SYSTEM_OFF2), 21 reset with --no-reboot, 124 --max-seconds, 2 bad arguments or
files, 1 a fault of Dormouse's or a machine that cannot go on, 128 + n signal n; with --exec the command's.
At a terminal Ctrl-A x quits and Ctrl-A h shows the other keys.
`;
