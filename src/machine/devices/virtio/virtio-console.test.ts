import { describe, expect, it } from 'vitest';
import type { DeviceState } from '../../device';
import { type DriverQueue, FakeIrq, FakeMemory, GuestDriver, pattern, text, utf8 } from './guest.testkit';
import { AGENT_PORT } from './port-names';
import { Interrupt } from './transport';
import { Register, VirtioMmio } from './transport-mmio';
import { ConsoleFeature, ControlEvent, VirtioConsole, type VirtioConsoleOptions } from './virtio-console';

const RECEIVE = 0;
const TRANSMIT = 1;
const CONTROL_RECEIVE = 2;
const CONTROL_TRANSMIT = 3;
const AGENT_RECEIVE = 4;
const AGENT_TRANSMIT = 5;

const { VIRTIO_CONSOLE_DEVICE_READY, VIRTIO_CONSOLE_DEVICE_ADD, VIRTIO_CONSOLE_PORT_READY } = ControlEvent;
const { VIRTIO_CONSOLE_CONSOLE_PORT, VIRTIO_CONSOLE_PORT_OPEN, VIRTIO_CONSOLE_PORT_NAME } = ControlEvent;

function build(options: VirtioConsoleOptions = { console: true, ports: [AGENT_PORT] }, memory = new FakeMemory()) {
  const irq = new FakeIrq();
  const device = new VirtioConsole(options);
  const transport = new VirtioMmio({ memory, irq, device });
  const log: string[] = [];
  /** Ports whose programs are no more. */
  const gone: number[] = [];
  for (const port of [device.console, ...(options.ports ?? []).map((name) => device.port(name))]) {
    if (port === undefined) continue;
    port.onData = (bytes) => log.push(`${port.id} data ${text(bytes)}`);
    port.onOpen = () => log.push(`${port.id} open`);
    port.onClose = () => log.push(`${port.id} close`);
    port.onGone = () => gone.push(port.id);
  }
  return { device, memory, irq, transport, log, gone, driver: new GuestDriver(transport, memory) };
}

function control(id: number, event: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, id, true);
  view.setUint16(4, event, true);
  view.setUint16(6, value, true);
  return bytes;
}

/** Control messages the device has sent, as [id, event, value, name]. */
function messages(queue: DriverQueue): [number, number, number, string][] {
  return queue.poll().map(({ data, length }) => {
    const view = new DataView(data.buffer);
    return [view.getUint32(0, true), view.getUint16(4, true), view.getUint16(6, true), text(data.subarray(8, length))];
  });
}

function connect(parts = build()) {
  const queues = parts.driver.start(ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT, parts.device.queueSizes.length, 16);
  for (let i = 0; i < 8; i++) queues[CONTROL_RECEIVE]!.add({ in: [64] });
  queues[CONTROL_RECEIVE]!.kick();
  const say = (id: number, event: number, value: number) =>
    queues[CONTROL_TRANSMIT]!.request({ out: [control(id, event, value)] });
  return { ...parts, queues, say };
}

function connected(parts = build()) {
  const all = connect(parts);
  all.say(0, VIRTIO_CONSOLE_DEVICE_READY, 1);
  all.say(1, VIRTIO_CONSOLE_PORT_READY, 1);
  all.say(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
  all.queues[CONTROL_RECEIVE]!.poll();
  return { ...all, agent: all.device.port(AGENT_PORT) };
}

describe('configuration', () => {
  it('counts port 0 even if it is not there', () => {
    const { transport, device } = build({ ports: ['a', 'b'] });
    expect(transport.read(Register.Config + 4, 4)).toBe(3);
    expect(device.queueSizes).toHaveLength(8);
    expect(device.console).toBeUndefined();
  });

  it('offers no multiport without named ports', () => {
    const { device } = build({ console: true });
    expect(device.features).toBe(ConsoleFeature.VIRTIO_CONSOLE_F_SIZE);
    expect(device.queueSizes).toHaveLength(2);
  });

  it('has no size where there are named ports', () => {
    expect(build().device.features).toBe(ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT);
  });

  it('tells the size of the console, and its driver of another', () => {
    const { device, transport, driver } = build({ console: true });
    const told = () => [
      transport.read(Register.Config, 2),
      transport.read(Register.Config + 2, 2),
      transport.read(Register.ConfigGeneration, 4),
      transport.read(Register.InterruptStatus, 4),
    ];
    expect(told()).toEqual([0, 0, 0, 0]);
    expect(device.size).toBeUndefined();
    device.resize({ columns: 80, rows: 24 });
    expect(told()).toEqual([80, 24, 1, 0]);
    driver.start(ConsoleFeature.VIRTIO_CONSOLE_F_SIZE, 2, 16);
    expect(told()).toEqual([80, 24, 1, 0]);
    device.resize({ columns: 65535, rows: 256 });
    expect(told()).toEqual([65535, 256, 2, Interrupt.CONFIG_CHANGE]);
    expect(device.about()).toEqual(['console of 65535 × 256 characters: open in the guest']);
    // It is the window's, not the guest's.
    device.reset();
    expect(device.size).toEqual({ columns: 65535, rows: 256 });
  });

  it('knows its ports by name', () => {
    expect(() => build().device.port('org.qemu.guest_agent.0')).toThrow(
      'The virtio console has no port “org.qemu.guest_agent.0”.',
    );
  });
});

describe('the multiport handshake', () => {
  it('adds the ports, names them and opens the host side', () => {
    const { queues, say, log } = connect();
    say(0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    expect(messages(queues[CONTROL_RECEIVE]!)).toEqual([
      [0, VIRTIO_CONSOLE_DEVICE_ADD, 1, ''],
      [1, VIRTIO_CONSOLE_DEVICE_ADD, 1, ''],
    ]);
    say(0, VIRTIO_CONSOLE_PORT_READY, 1);
    say(1, VIRTIO_CONSOLE_PORT_READY, 1);
    expect(messages(queues[CONTROL_RECEIVE]!)).toEqual([
      [0, VIRTIO_CONSOLE_CONSOLE_PORT, 1, ''],
      [0, VIRTIO_CONSOLE_PORT_OPEN, 1, ''],
      [1, VIRTIO_CONSOLE_PORT_NAME, 1, AGENT_PORT],
      [1, VIRTIO_CONSOLE_PORT_OPEN, 1, ''],
    ]);
    say(0, VIRTIO_CONSOLE_PORT_OPEN, 1);
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 0);
    expect(log).toEqual(['0 open', '1 open', '1 close']);
  });

  it('waits for buffers of the driver', () => {
    const parts = build();
    const queues = parts.driver.start(ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT, 6, 16);
    queues[CONTROL_TRANSMIT]!.request({ out: [control(0, VIRTIO_CONSOLE_DEVICE_READY, 1)] });
    queues[CONTROL_RECEIVE]!.add({ in: [64] });
    queues[CONTROL_RECEIVE]!.kick();
    expect(messages(queues[CONTROL_RECEIVE]!)).toEqual([[0, VIRTIO_CONSOLE_DEVICE_ADD, 1, '']]);
    queues[CONTROL_RECEIVE]!.add({ in: [64] });
    queues[CONTROL_RECEIVE]!.kick();
    expect(messages(queues[CONTROL_RECEIVE]!)).toEqual([[1, VIRTIO_CONSOLE_DEVICE_ADD, 1, '']]);
  });

  it('takes up ports without DEVICE_READY, as Linux does after hibernation', () => {
    const { queues, say, log } = connect();
    say(1, VIRTIO_CONSOLE_PORT_READY, 1);
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    expect(messages(queues[CONTROL_RECEIVE]!)).toHaveLength(2);
    expect(log).toEqual(['1 open']);
  });

  it('passes over unknown ports, unknown events and short messages', () => {
    const { queues, say, driver, log } = connect();
    say(9, VIRTIO_CONSOLE_PORT_READY, 1);
    say(1, 99, 1);
    say(0, VIRTIO_CONSOLE_DEVICE_READY, 0);
    queues[CONTROL_TRANSMIT]!.request({ out: [new Uint8Array(5)] });
    expect(messages(queues[CONTROL_RECEIVE]!)).toEqual([]);
    expect(driver.needsReset).toBe(false);
    expect(log).toEqual([]);
  });

  it('gives up on a driver that asks for ever and never listens', () => {
    const parts = build();
    const queues = parts.driver.start(ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT, 6, 16);
    for (let i = 0; i < 200 && !parts.driver.needsReset; i++) {
      queues[CONTROL_TRANSMIT]!.add({ out: [control(0, VIRTIO_CONSOLE_DEVICE_READY, 1)] });
      queues[CONTROL_TRANSMIT]!.kick();
      queues[CONTROL_TRANSMIT]!.poll();
    }
    expect(parts.transport.fault).toMatch(/128 control messages that the driver does not take/);
  });

  it('asks for a reset if a control buffer is too small', () => {
    const parts = build();
    const queues = parts.driver.start(ConsoleFeature.VIRTIO_CONSOLE_F_MULTIPORT, 6, 16);
    queues[CONTROL_RECEIVE]!.add({ in: [7] });
    queues[CONTROL_TRANSMIT]!.add({ out: [control(0, VIRTIO_CONSOLE_DEVICE_READY, 1)] });
    queues[CONTROL_TRANSMIT]!.kick();
    expect(parts.transport.fault).toBe('The virtio-console queue 2 has a buffer of 7 bytes for a message of 8.');
  });
});

describe('data', () => {
  it('flows from guest to host', () => {
    const { queues, log, irq } = connected();
    const used = queues[AGENT_TRANSMIT]!.request({ out: [utf8('hel'), utf8('lo')] });
    expect(used.length).toBe(0);
    expect(log).toEqual(['1 open', '1 data hello']);
    expect(irq.asserted).toBe(true);
  });

  it('flows from host to guest as far as there are buffers', () => {
    const { queues, agent } = connected();
    const queue = queues[AGENT_RECEIVE]!;
    queue.add({ in: [4, 4] });
    queue.kick();
    agent.send(utf8('0123456789'));
    expect(queue.poll().map(({ data, length }) => text(data.subarray(0, length)))).toEqual(['01234567']);
    expect(agent.pending).toBe(2);
    agent.send(utf8('ab'));
    queue.add({ in: [16] });
    queue.kick();
    expect(queue.poll().map(({ data, length }) => text(data.subarray(0, length)))).toEqual(['89ab']);
    expect(agent.pending).toBe(0);
  });

  it('waits until the guest opens the port', () => {
    const { queues, say, device } = connect();
    const agent = device.port(AGENT_PORT);
    queues[AGENT_RECEIVE]!.add({ in: [16] });
    queues[AGENT_RECEIVE]!.kick();
    agent.send(utf8('early'));
    expect(queues[AGENT_RECEIVE]!.poll()).toEqual([]);
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    expect(queues[AGENT_RECEIVE]!.poll()).toMatchObject([{ length: 5 }]);
  });

  it('keeps what was sent before the driver came, but not what was meant for an earlier opening', () => {
    const parts = build();
    const agent = parts.device.port(AGENT_PORT);
    agent.send(utf8('hello'));
    const { queues, driver, log } = connected(parts);
    expect(agent.pending).toBe(5);
    driver.write(Register.Status, 0);
    expect(agent.pending).toBe(0);
    expect(log).toEqual(['1 open', '1 close']);
    agent.send(utf8('next'));
    parts.transport.reset();
    expect(agent.pending).toBe(0);
    expect(queues[AGENT_RECEIVE]!.poll()).toEqual([]);
  });

  it('is dropped when the program it waits for closes the port', () => {
    const { agent, say } = connected();
    for (let i = 0; i < 3; i++) {
      agent.send(utf8('time'));
      expect(agent.pending).toBe(4);
      say(1, VIRTIO_CONSOLE_PORT_OPEN, 0);
      expect(agent.pending).toBe(0);
      say(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    }
  });

  it('an answer sent from onData arrives', () => {
    const { queues, agent } = connected();
    agent.onData = (bytes) => agent.send(bytes.map((byte) => byte + 1));
    queues[AGENT_RECEIVE]!.add({ in: [16] });
    queues[AGENT_RECEIVE]!.kick();
    queues[AGENT_TRANSMIT]!.request({ out: [utf8('HAL')] });
    const [used] = queues[AGENT_RECEIVE]!.poll();
    expect(text(used!.data.subarray(0, used!.length))).toBe('IBM');
  });

  it('a machine reset from onData does no harm', () => {
    const { queues, agent, transport, driver } = connected();
    agent.onData = () => transport.reset();
    queues[AGENT_TRANSMIT]!.add({ out: [utf8('a')] });
    queues[AGENT_TRANSMIT]!.add({ out: [utf8('b')] });
    queues[AGENT_TRANSMIT]!.kick();
    expect(driver.status).toBe(0);
  });

  it('a receive buffer that cannot be written asks for a reset, not for an error at the host', () => {
    const { queues, agent, driver } = connected();
    queues[AGENT_RECEIVE]!.add({ out: [pattern(4)] });
    queues[AGENT_RECEIVE]!.kick();
    expect(driver.needsReset).toBe(false);
    agent.send(utf8('x'));
    expect(driver.needsReset).toBe(true);
    agent.send(utf8('y'));
  });

  it('the console works without multiport', () => {
    const { device, driver, log } = build({ console: true });
    const queues = driver.start(0n, 2);
    expect(log).toEqual(['0 open']);
    queues[TRANSMIT]!.request({ out: [utf8('login: ')] });
    queues[RECEIVE]!.add({ in: [8] });
    queues[RECEIVE]!.kick();
    device.console!.send(utf8('root\n'));
    const [used] = queues[RECEIVE]!.poll();
    expect(text(used!.data.subarray(0, used!.length))).toBe('root\n');
    expect(log).toEqual(['0 open', '0 data login: ']);
  });
});

describe('programs', () => {
  it('are gone when they close their port, not when it is taken from them to sleep', () => {
    const { gone, driver, transport, device } = connected();
    gone.length = 0;
    driver.write(Register.Status, 0);
    expect([gone, device.port(AGENT_PORT).guestOpen]).toEqual([[], false]);
    // Awake again: the driver takes up its ports.
    const { say } = connect({ ...build(), device, driver, transport });
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 1);
    expect(gone).toEqual([]);
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 0);
    say(1, VIRTIO_CONSOLE_PORT_OPEN, 0);
    expect(gone).toEqual([1]);
  });

  it('are gone when another driver begins, or the machine does', () => {
    const { gone, driver, transport, device } = connected();
    gone.length = 0;
    driver.write(Register.Status, 0);
    connect({ ...build(), device, driver, transport }).say(0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    expect(gone).toEqual([0, 1]);
    transport.reset();
    expect(gone).toEqual([0, 1, 0, 1]);
  });
});

describe('save and restore', () => {
  it('keep the size of the console', () => {
    const a = build({ console: true });
    a.device.resize({ columns: 101, rows: 33 });
    const state = structuredClone(a.transport.save());
    const b = build({ console: true });
    b.transport.check(state)();
    expect(b.device.size).toEqual({ columns: 101, rows: 33 });
    const large = { ...(state.device as DeviceState), columns: 65536 };
    expect(() => b.transport.check({ ...state, device: large })).toThrow('65536');
  });

  it('carries open ports, pending bytes and pending control messages over', () => {
    const a = connected();
    a.agent.send(utf8('pend'));
    a.agent.send(utf8('ing'));
    for (let i = 0; i < 4; i++) a.say(0, VIRTIO_CONSOLE_DEVICE_READY, 1);
    a.queues[CONTROL_RECEIVE]!.poll();
    const state = structuredClone(a.transport.save());
    expect(a.agent.pending).toBe(7);

    const b = build(undefined, a.memory);
    b.transport.check(state)();
    expect(b.transport.save()).toEqual(state);
    const agent = b.device.port(AGENT_PORT);
    expect(agent.guestOpen).toBe(true);
    expect(b.log).toEqual([]);
    const queue = a.queues[AGENT_RECEIVE]!;
    queue.add({ in: [16] });
    b.driver.write(Register.QueueNotify, AGENT_RECEIVE);
    const [used] = queue.poll();
    expect(text(used!.data.subarray(0, used!.length))).toBe('pending');
    a.queues[CONTROL_RECEIVE]!.add({ in: [64] });
    b.driver.write(Register.QueueNotify, CONTROL_RECEIVE);
    expect(messages(a.queues[CONTROL_RECEIVE]!)).toHaveLength(1);
  });

  it('refuses a state with other ports', () => {
    const state = build().transport.save();
    expect(() => build({ console: true, ports: ['other'] }).transport.check(state)).toThrow(
      'The saved state of console port 1 is that of “org.dormouse.agent.0”, not of “other”.',
    );
  });
});
