/** Runs the Debian guest on QEMU's `virt` board: console on a pipe, agent on a socket. For tools and tests, Node only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentPort, Timeouts } from '../../src/vm/agent';

export interface QemuGuest {
  kernel: string;
  initrd: string;
  append: string;
  vcpus: number;
  memoryMiB: number;
  /** A raw disk image. */
  disk: string;
  /** Nothing is written to it. */
  readOnly?: boolean;
  /** Model of `-cpu`, default `max`. */
  cpu?: string;
  /** Path for the socket of the agent's port; must not exist. */
  agentSocket: string;
}

export const nodeTimeouts: Timeouts = {
  start(milliseconds, fire) {
    const timer = setTimeout(fire, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** QEMU does not tell when the guest opens its port, so the first bytes from the guest have to do. */
export class SocketPort implements AgentPort {
  guestOpen = false;
  onData: (bytes: Uint8Array) => void = () => {};
  onOpen: () => void = () => {};
  onClose: () => void = () => {};
  /** Never called: QEMU does not tell. */
  onGone: () => void = () => {};
  private socket: Socket | undefined;

  /** Takes another connection, ending the one before. */
  use(socket: Socket): void {
    const former = this.socket;
    this.socket = socket;
    former?.destroy();
    socket.on('data', (bytes: Buffer) => {
      if (!this.guestOpen) {
        this.guestOpen = true;
        this.onOpen();
      }
      this.onData(new Uint8Array(bytes));
    });
    socket.on('close', () => {
      if (this.socket !== socket) return;
      this.guestOpen = false;
      this.onClose();
    });
    socket.on('error', () => {});
  }

  send(bytes: Uint8Array): void {
    this.socket?.write(bytes);
  }
}

function qemuArguments(guest: QemuGuest): string[] {
  return [
    [
      '-M',
      'virt,gic-version=3,its=off',
      '-cpu',
      guest.cpu ?? 'max',
      '-accel',
      'tcg',
      '-smp',
      String(guest.vcpus),
      '-m',
      String(guest.memoryMiB),
    ],
    ['-nodefaults', '-display', 'none', '-serial', 'stdio', '-no-reboot', '-global', 'virtio-mmio.force-legacy=false'],
    ['-kernel', guest.kernel, '-initrd', guest.initrd, '-append', guest.append],
    [
      '-drive',
      `if=none,id=disk,format=raw,file=${guest.disk}${guest.readOnly ? ',readonly=on' : ''}`,
      '-device',
      'virtio-blk-device,drive=disk',
    ],
    ['-device', 'virtio-rng-device', '-device', 'virtio-serial-device'],
    ['-chardev', `socket,id=agent,path=${guest.agentSocket},server=on,wait=off`],
    ['-device', 'virtserialport,name=org.dormouse.agent.0,chardev=agent'],
  ].flat();
}

export class QemuMachine {
  /** Everything the guest wrote to its console. */
  console = '';
  readonly port = new SocketPort();
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(
    readonly guest: QemuGuest,
    echo: (text: string) => void = () => {},
  ) {
    this.child = spawn('qemu-system-aarch64', qemuArguments(guest), { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout!.setEncoding('latin1').on('data', (text: string) => {
      this.console += text;
      echo(text);
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', (error) => reject(new Error(`QEMU could not be started (${error.message}).`)));
      this.child.on('close', (status) => resolve(status));
    });
    // Whoever waits for it sees the failure; nobody has to.
    this.ended.catch(() => {});
  }

  /** Connects the agent's port, as soon as QEMU has made its socket. */
  async connectPort(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const socket = connect(this.guest.agentSocket);
      const connected = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      });
      if (connected) {
        this.port.use(socket);
        return;
      }
      await sleep(50);
    }
    throw new Error('QEMU did not make the socket of the agent within 5 seconds.');
  }

  type(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Waits until the console shows `wanted` at or after position `from`. Returns the position after it. */
  async see(wanted: RegExp, from = 0, seconds = 120): Promise<number> {
    for (let waited = 0; waited < seconds * 20; waited++) {
      const match = wanted.exec(this.console.slice(from));
      if (match !== null) return from + match.index + match[0].length;
      if (this.child.exitCode !== null) break;
      await sleep(50);
    }
    throw new Error(`The console did not show ${wanted} within ${seconds} seconds; it ended with: ${this.console.slice(-500)}`);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
