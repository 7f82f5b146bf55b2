/** Runs a machine as a program and reads its serial console from the program's standard output. */
import { spawn } from 'node:child_process';

export interface MachineProgram {
  /** For messages, e.g. `QEMU`. */
  name: string;
  command: string;
  arguments: readonly string[];
  folder?: string;
}

/**
 * Starts the machine and resolves with all it wrote to its console up to and with the text `until`; the machine is cut off
 * then. With no `until`, resolves when the program ends. Rejects with the end of the console if that does not happen in time.
 */
export function readConsole(machine: MachineProgram, seconds: number, until?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(machine.command, machine.arguments, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(machine.folder === undefined ? {} : { cwd: machine.folder }),
    });
    let console = '';
    let errors = '';
    let settled = false;
    const settle = (outcome: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      child.kill('SIGKILL');
      outcome();
    };
    const fail = (what: string): void =>
      settle(() => reject(new Error(`${machine.name} ${what}; its console ended with: ${(console + errors).slice(-500)}`)));
    const timer = setTimeout(() => fail(`was not done within ${seconds} seconds`), seconds * 1000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      console += text;
      const end = until === undefined ? -1 : console.indexOf(until);
      if (end >= 0) settle(() => resolve(console.slice(0, end + until!.length)));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', (error) => settle(() => reject(new Error(`${machine.name} could not be started (${error.message}).`))));
    child.on('close', (status) => {
      if (until === undefined && status === 0) settle(() => resolve(console));
      else fail(`ended with status ${status}`);
    });
  });
}
