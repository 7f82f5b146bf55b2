/** Runs the guest once to find out what of its code is hot, so that it need not be found out and compiled each time it starts. */
import { compilerDigest } from '../../scripts/compiler-digest';
import { encodeRegions } from '../../src/cpu/jit/pack-format';
import { ScriptedGuest } from '../scripted-guest';
import { APPEND } from './recipe';

const PROMPT = 'dormouse:~# ';
const MEMORY_MIB = 512;

/** What somebody may do first at the prompt. */
const FIRST_COMMANDS = [
  'ls -l / /bin /etc /proc/self',
  'uname -a; date; uptime; free; df; mount',
  'ps; cat /proc/cpuinfo /proc/meminfo /proc/interrupts',
  'dmesg | tail -n 20',
  'for i in 1 2 3 4 5; do echo $i; sleep 0; done',
] as const;

/** Under the virtual clock, so the same guest gives the same file. Kernel and initramfs may be packed. */
export async function recordRegions(kernel: Uint8Array, initrd: Uint8Array): Promise<Uint8Array> {
  const guest = await ScriptedGuest.create({ kernel, initrd, append: APPEND }, 'jit', MEMORY_MIB, PROMPT);
  guest.toPrompt();
  for (const command of FIRST_COMMANDS) guest.command(command);
  return encodeRegions({ ...guest.machine.jit!.regionsWithCode, digest: compilerDigest() });
}
