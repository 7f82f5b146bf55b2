import { beforeEach, describe, expect, it } from 'vitest';
import { type AgentPort, GuestAgent, type GuestAgentOptions, type Timeouts } from './agent';

/** A guest that does what the test says: it sees request lines and answers with whatever bytes it is told to. */
class ScriptedPort implements AgentPort {
  guestOpen = true;
  onData: (bytes: Uint8Array) => void = () => {};
  onOpen: () => void = () => {};
  onClose: () => void = () => {};
  sent = '';

  send(bytes: Uint8Array): void {
    this.sent += new TextDecoder().decode(bytes);
  }

  say(text: string): void {
    this.onData(new TextEncoder().encode(text));
  }

  open(open: boolean): void {
    this.guestOpen = open;
    if (open) this.onOpen();
    else this.onClose();
  }

  get requests(): string[] {
    return this.sent.split('\n').filter(Boolean);
  }
}

class ManualTimeouts implements Timeouts {
  running: { milliseconds: number; fire: () => void }[] = [];

  start(milliseconds: number, fire: () => void) {
    const timer = { milliseconds, fire };
    this.running.push(timer);
    return { cancel: () => void (this.running = this.running.filter((other) => other !== timer)) };
  }
}

let port: ScriptedPort;
let timeouts: ManualTimeouts;
const make = (options?: GuestAgentOptions) => new GuestAgent(port, timeouts, options);
beforeEach(() => {
  port = new ScriptedPort();
  timeouts = new ManualTimeouts();
});

describe('GuestAgent', () => {
  it('pings, ending first whatever line was left half-sent', async () => {
    const answer = make().ping();
    expect(port.sent).toBe('\n1 ping\n');
    port.say('1 ok\n');
    await answer;
    expect(timeouts.running).toEqual([]);
  });

  it('reads what the guest says about itself', async () => {
    const answer = make().info();
    port.say('1 ok agent=1 cpus=0-1 odd\n');
    expect(await answer).toEqual({ agent: '1', cpus: '0-1' });
  });

  it('collects the output of commands that run side by side', async () => {
    const agent = make();
    const first = agent.exec('printf "\\377"');
    const second = agent.exec('ü');
    expect(port.requests).toEqual(['1 exec cHJpbnRmICJcMzc3Ig==', '2 exec w7w=']);
    port.say('1 data /w');
    port.say('==\n2 data aGk=\n2 exit 3\n1 data AAE=\n1 exit 0\n');
    expect(await second).toEqual({ status: 3, output: new TextEncoder().encode('hi') });
    expect(await first).toEqual({ status: 0, output: new Uint8Array([255, 0, 1]) });
  });

  it('passes over garbage and answers to requests of others', async () => {
    const agent = make({ firstId: 100 });
    let settled = false;
    const answer = agent.exec('ls').then((result) => {
      settled = true;
      return result;
    });
    port.onData(new Uint8Array([0, 255, 10, 13, 10]));
    port.say('1 ok\n100 ok\n100 resumed\n101 exit 0\n100 nonsense\n');
    await Promise.resolve();
    expect(settled).toBe(false);
    port.say('100 exit 0\n');
    expect((await answer).status).toBe(0);
  });

  it('rejects with the guest’s own words', async () => {
    const answer = make().suspendDisk();
    port.say('1 error no swap space: the machine has no disk.\n');
    await expect(answer).rejects.toThrow('The guest agent could not do suspend-disk: no swap space: the machine has no disk.');
  });

  it('says at once that nobody is there', async () => {
    port.guestOpen = false;
    const agent = make();
    expect(agent.ready).toBe(false);
    await expect(agent.ping()).rejects.toThrow('The guest agent is not running, so it cannot be asked for ping.');
    expect(port.sent).toBe('');
  });

  it('gives up after the time it was given', async () => {
    const answer = make({ answerTimeout: 1500 }).shutdown();
    expect(timeouts.running.map(({ milliseconds }) => milliseconds)).toEqual([1500]);
    timeouts.running[0]!.fire();
    await expect(answer).rejects.toThrow('did not answer the request shutdown within 1.5 seconds');
    port.say('1 ok\n');
  });

  it('kills a command that runs too long or says too much', async () => {
    const agent = make({ execTimeout: 9000, maxOutput: 3 });
    const slow = agent.exec('sleep 9999');
    timeouts.running[0]!.fire();
    await expect(slow).rejects.toThrow('did not answer the request exec within 9 seconds');
    const loud = agent.exec('yes');
    port.say('3 data AAAA\n3 data AAAA\n');
    await expect(loud).rejects.toThrow('wrote more than 3 bytes');
    expect(port.requests.map((line) => line.replace(/ exec .*/, ' exec'))).toEqual([
      '1 exec',
      '2 cancel 1',
      '3 exec',
      '4 cancel 3',
    ]);
  });

  it('refuses commands that the guest could not read', async () => {
    await expect(make().exec('x'.repeat(200_000))).rejects.toThrow('The command is 200000 bytes long');
    expect(port.sent).toBe('');
  });

  it('ends what is open when the agent goes away, and starts anew when it comes back', async () => {
    const agent = make();
    const seen: boolean[] = [];
    agent.onReady = (ready) => seen.push(ready);
    const answer = agent.exec('ls');
    port.say('1 da');
    port.open(false);
    await expect(answer).rejects.toThrow('went away before it answered the request exec');
    port.open(true);
    const ping = agent.ping();
    port.say('2 ok\n');
    await ping;
    expect(seen).toEqual([false, true]);
    expect(port.sent.endsWith('\n\n2 ping\n')).toBe(true);
  });
});

describe('GuestAgent, when the guest sleeps', () => {
  it('keeps everything open while the guest closes and opens its port on the way, and has no timeout', async () => {
    const agent = make();
    const command = agent.exec('sleep 5');
    const night = agent.suspendDisk();
    expect(timeouts.running).toHaveLength(1);
    port.open(false);
    port.open(true);
    port.say('2 resumed\n1 exit 0\n');
    expect(await night).toBe('resumed');
    expect((await command).status).toBe(0);
  });

  it('takes no other request meanwhile', async () => {
    const agent = make();
    const night = agent.suspendDisk();
    await expect(agent.ping()).rejects.toThrow('The guest is busy going to sleep, so it cannot be asked for ping.');
    port.say('1 error Device or resource busy\n');
    await expect(night).rejects.toThrow('Device or resource busy');
    const ping = agent.ping();
    port.say('2 ok\n');
    await ping;
  });

  it('learns from the owner that the machine went off', async () => {
    const agent = make();
    const command = agent.exec('ls');
    const night = agent.suspendDisk();
    agent.machineEnded();
    expect(await night).toBe('asleep');
    await expect(command).rejects.toThrow('The machine stopped before the guest agent answered the request exec.');
    expect(timeouts.running).toEqual([]);
  });

  it('tells when a guest that another host put to sleep is awake', () => {
    const agent = make();
    let awake = 0;
    agent.onResumed = () => awake++;
    port.say('41 resumed\n');
    expect(awake).toBe(1);
  });
});
