import { beforeEach, describe, expect, it } from 'vitest';
import { type AgentPort, GuestAgent, type GuestAgentOptions, type Timeouts } from './agent';

/** A guest that does what the test says: it sees request lines and answers with whatever bytes it is told to. */
class ScriptedPort implements AgentPort {
  guestOpen = true;
  onData: (bytes: Uint8Array) => void = () => {};
  onOpen: () => void = () => {};
  onClose: () => void = () => {};
  onGone: () => void = () => {};
  sent = '';

  send(bytes: Uint8Array): void {
    this.sent += new TextDecoder().decode(bytes);
  }

  say(text: string): void {
    this.onData(new TextEncoder().encode(text));
  }

  /** The program that had it open closes it, or is killed. */
  leave(): void {
    this.open(false);
    this.onGone();
  }

  /** Opened, or frozen with the devices of a guest that goes to sleep. */
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

  started = 0;

  start(milliseconds: number, fire: () => void) {
    this.started++;
    const stop = (): void => void (this.running = this.running.filter((other) => other !== timer));
    const timer = {
      milliseconds,
      fire: () => {
        stop();
        fire();
      },
    };
    this.running.push(timer);
    return { cancel: stop };
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

  it('gives a command its input behind the line, and sends both again if they were lost', async () => {
    const agent = make();
    const input = new TextEncoder().encode('a\nb');
    const answer = agent.exec('cat', { input });
    expect(port.sent.trimStart()).toBe('1 feed 3 Y2F0\na\nb');
    port.open(false);
    port.open(true);
    port.sent = '';
    port.say('2 error no command 1 is running\n');
    expect(port.sent).toBe('1 feed 3 Y2F0\na\nb');
    port.say('1 data YQpi\n1 exit 0\n');
    expect(await answer).toEqual({ status: 0, output: input });
    await expect(agent.exec('cat', { input: new Uint8Array() })).rejects.toThrow('0 bytes cannot be a command');
    const asked = agent.abilities();
    port.say('3 ok agent=2 kernel=x\n');
    expect(await asked).toEqual({ input: true, bulk: false });
  });

  it('kills a command whose signal is aborted', async () => {
    const controller = new AbortController();
    const answer = make().exec('make', { signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toThrow('The command was cancelled.');
    expect(port.requests).toEqual(['1 exec bWFrZQ==', '2 cancel 1']);
    await expect(make().exec('make', { signal: controller.signal })).rejects.toThrow('The command was cancelled.');
    expect(port.requests).toHaveLength(2);
  });

  it('lets a command run as long as it takes, and hands over what it writes as it comes', async () => {
    const seen: string[] = [];
    const answer = make().exec('make', { onOutput: (bytes) => void seen.push(new TextDecoder().decode(bytes)) });
    expect(timeouts.running, 'no limit that nobody asked for').toEqual([]);
    port.say('1 data aGk=\n');
    expect(seen).toEqual(['hi']);
    port.say('1 data dGhlcmU=\n1 exit 3\n');
    expect(await answer).toEqual({ status: 3, output: new Uint8Array(0) });
    expect(seen).toEqual(['hi', 'there']);
  });

  it('asks the machine to wait for whoever takes the output', async () => {
    const held: Promise<unknown>[] = [];
    const agent = make({ hold: (until) => held.push(until) });
    const ready = Promise.resolve();
    void agent.exec('yes', { onOutput: () => ready });
    port.say('1 data aGk=\n1 data aGk=\n');
    expect(held).toEqual([ready, ready]);
  });

  it('kills a command that runs longer, or says more, than its caller wants, and loses nothing of what it said', async () => {
    const agent = make();
    const slow = agent.exec('sleep 9999', { timeout: 9000 });
    port.say('1 data aGk=\n');
    timeouts.running[0]!.fire();
    await expect(slow).rejects.toThrow('The command was ended after 9 seconds.');
    await expect(slow).rejects.toMatchObject({ output: new TextEncoder().encode('hi') });
    const loud = agent.exec('yes', { maxOutput: 3 });
    port.say('3 data AAAA\n3 data AAAA\n');
    await expect(loud).rejects.toThrow('wrote more than 3 bytes');
    expect(port.requests.map((line) => line.replace(/ exec .*/, ' exec'))).toEqual([
      '1 exec',
      '2 cancel 1',
      '3 exec',
      '4 cancel 3',
    ]);
  });

  it('keeps nothing of 200,000 empty lines, and little of 200,000 short ones', async () => {
    const agent = make();
    const answer = agent.exec('a guest that means harm');
    const lines = {
      empty: new TextEncoder().encode('1 data \n'.repeat(10_000)),
      short: new TextEncoder().encode('1 data AA==\n'.repeat(10_000)),
    };
    const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 20; i++) port.onData(lines.empty);
    for (let i = 0; i < 20; i++) port.onData(lines.short);
    globalThis.gc?.();
    const grown = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before;
    port.say('1 exit 0\n');
    expect((await answer).output.length).toBe(200_000);
    // Without a collection the heap may hold garbage, but never hundreds of bytes for each line.
    expect(grown).toBeLessThan(40e6);
  });

  it('refuses commands that the guest could not read', async () => {
    await expect(make().exec('x'.repeat(200_000))).rejects.toThrow('The command is 200000 bytes long');
    expect(port.sent).toBe('');
  });

  it('ends what is open when another agent takes the place of the one that was asked', async () => {
    const agent = make();
    const seen: boolean[] = [];
    agent.onReady = (ready) => seen.push(ready);
    const answer = agent.exec('ls');
    port.say('1 data aGk=\n1 da');
    port.open(false);
    port.open(true);
    port.say('0 hello dormouse-agent 1\n');
    await expect(answer).rejects.toThrow('went away before it answered the request exec');
    await expect(answer).rejects.toMatchObject({ output: new TextEncoder().encode('hi') });
    const ping = agent.ping();
    port.say('3 ok\n');
    await ping;
    expect(seen).toEqual([false, true]);
  });

  it('is told apart from one that was there before, once for each opening of the port', () => {
    const began: boolean[] = [];
    make().onBegan = (anew) => began.push(anew);
    for (const said of ['0 hello dormouse-agent 3\n1 ok\n', '7 resumed\n7 ok\n', '1 o', '3 ok\n0 hello dormouse-agent 3\n']) {
      port.open(false);
      port.open(true);
      port.say(said);
    }
    expect(began).toEqual([true, false, false, true]);
  });

  it('may be asked as soon as it opens its port, before it says hello', async () => {
    const agent = make();
    port.open(true);
    const answer = agent.exec('true');
    port.say('0 hello dormouse-agent 1\n1 exit 0\n');
    expect((await answer).status).toBe(0);
  });

  it('goes on with a command across the closing of its port: the guest froze its devices, not its programs', async () => {
    const agent = make();
    const answer = agent.exec('make');
    port.say('1 data aGk=\n');
    port.open(false);
    port.open(true);
    expect(port.requests.at(-1)).toBe('2 running 1');
    port.say('2 ok\n1 data aGk=\n1 exit 0\n');
    expect(await answer).toEqual({ status: 0, output: new TextEncoder().encode('hihi') });
    expect(port.requests.filter((line) => line.includes('exec'))).toHaveLength(1);
  });

  it('sends a command again that was lost on its way to a guest that froze its devices', async () => {
    const agent = make();
    const answer = agent.exec('ls');
    port.open(false);
    port.open(true);
    port.say('2 error no command 1 is running\n');
    expect(port.requests.at(-1)).toBe('1 exec bHM=');
    port.say('1 exit 0\n');
    expect((await answer).status).toBe(0);
  });

  it('asks about one command after the other, and about none that was asked for since', async () => {
    const agent = make();
    const commands = [agent.exec('a'), agent.exec('b'), agent.exec('c')];
    port.open(false);
    port.open(true);
    commands.push(agent.exec('d'));
    expect(port.requests.slice(3)).toEqual(['4 running 1', '5 exec ZA==']);
    port.say('4 ok\n');
    expect(port.requests.slice(5)).toEqual(['6 running 2']);
    port.say('2 exit 0\n');
    expect(port.requests.slice(6)).toEqual(['7 running 3']);
    port.say('7 error no command 3 is running\n');
    expect(port.requests.slice(7)).toEqual(['3 exec Yw==']);
    port.say('1 exit 1\n3 exit 3\n5 exit 5\n');
    expect((await Promise.all(commands)).map(({ status }) => status)).toEqual([1, 0, 3, 5]);
    expect(timeouts.running).toEqual([]);
  });

  it('ends a command when the agent does not come back, and keeps what it had said', async () => {
    const answer = make().exec('ls');
    port.say('1 data aGk=\n');
    port.leave();
    await expect(answer).rejects.toThrow('The guest agent went away before it answered the request exec.');
    await expect(answer).rejects.toMatchObject({ output: new TextEncoder().encode('hi') });
  });

  it('ends every kind of request when the agent goes away for good', async () => {
    const agent = make();
    const requests = [agent.ping(), agent.info(), agent.exec('ls'), agent.setClock(1), agent.shutdown(), agent.suspendDisk()];
    port.open(false);
    port.onGone();
    const outcomes = await Promise.allSettled(requests);
    expect(outcomes.map(({ status }) => status)).toEqual(new Array(6).fill('rejected'));
    expect(timeouts.running).toEqual([]);
  });

  it('ends a command that the agent says nothing about', async () => {
    const answer = make().exec('ls');
    port.open(false);
    port.open(true);
    timeouts.running[0]!.fire();
    await expect(answer).rejects.toThrow('The guest agent did not say within 60 seconds whether it still runs the command.');
    expect(timeouts.running).toEqual([]);
  });

  it('blames no agent for the time in which its machine stands still', async () => {
    let stands = true;
    const answer = make({ standsStill: () => stands }).exec('ls');
    port.open(false);
    port.open(true);
    timeouts.running[0]!.fire();
    timeouts.running[0]!.fire();
    stands = false;
    port.say('2 ok\n1 exit 0\n');
    expect((await answer).status).toBe(0);
    expect(timeouts.running).toEqual([]);
  });

  it('has one request about the time under way, however often the guest opens and closes its port', async () => {
    const agent = make();
    let rejected = 0;
    const tell = () => agent.setClock(1).catch(() => rejected++);
    agent.onReady = (ready) => ready && tell();
    const command = agent.exec('ls');
    for (let i = 0; i < 1000; i++) {
      port.open(false);
      port.open(true);
      // The question about the command, and the time.
      expect(timeouts.running.length).toBeLessThanOrEqual(2);
    }
    await Promise.resolve();
    expect(timeouts.started).toBe(2000);
    port.leave();
    expect(timeouts.running).toEqual([]);
    await expect(command).rejects.toThrow('went away');
    expect(rejected).toBe(1000);
  });

  it('goes on when somebody who takes the output throws, and tells the host', async () => {
    const complaints: unknown[] = [];
    const complain = (error: unknown) => complaints.push(error);
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', complain);
    try {
      const agent = make();
      const throwing = agent.exec('ls', {
        onOutput: () => {
          throw new RangeError('mine');
        },
      });
      const rejecting = agent.exec('ls', { onOutput: () => Promise.reject(new Error('later')) });
      port.say('1 data aGk=\n1 exit 0\n2 data aGk=\n2 exit 0\n');
      expect((await throwing).status).toBe(0);
      expect((await rejecting).status).toBe(0);
      await new Promise((resolve) => setTimeout(resolve));
    } finally {
      process.off('uncaughtException', complain);
      for (const listener of others) process.on('uncaughtException', listener);
    }
    expect(complaints.map((error) => (error as Error).message)).toEqual(['mine', 'later']);
  });

  it('tells the time in whole seconds', async () => {
    const answer = make().setClock(1_795_800_000.6);
    expect(port.requests).toEqual(['1 set-clock 1795800001']);
    port.say('1 ok\n');
    await answer;
  });
});

describe('GuestAgent, when the guest sleeps', () => {
  it('keeps everything open while the guest closes and opens its port on the way, and has no timeout', async () => {
    const agent = make();
    const command = agent.exec('sleep 5');
    const night = agent.suspendDisk();
    expect(timeouts.running).toEqual([]);
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

  it('does not tell a machine that was started anew to hibernate', async () => {
    for (const restart of [() => port.onGone(), () => {}]) {
      port = new ScriptedPort();
      const agent = make();
      const night = agent.suspendDisk();
      port.open(false);
      restart();
      port.open(true);
      port.say('0 hello dormouse-agent 1\n');
      await expect(night).rejects.toThrow('The guest agent went away before it answered the request suspend-disk.');
      const question = port.requests.find((line) => line.includes('running'))?.split(' ')[0];
      if (question) port.say(`${question} error no command 1 is running\n`);
      expect(port.requests.filter((line) => line.includes('suspend-disk'))).toHaveLength(1);
      const ping = agent.ping();
      port.say(`${port.requests.at(-1)!.split(' ')[0]} ok\n`);
      await ping;
    }
  });

  it('has patience with an agent that is busy writing its memory to the disk', async () => {
    const agent = make();
    const command = agent.exec('sleep 5');
    const night = agent.suspendDisk();
    port.open(false);
    port.open(true);
    for (let i = 0; i < 10; i++) timeouts.running[0]!.fire();
    expect(port.requests.filter((line) => line.includes('running'))).toHaveLength(1);
    port.say('2 resumed\n1 exit 0\n');
    expect([await night, (await command).status]).toEqual(['resumed', 0]);
    expect(timeouts.running).toEqual([]);
  });

  it('takes requests again when the agent dies while it goes to sleep', async () => {
    const agent = make();
    const night = agent.suspendDisk();
    port.leave();
    await expect(night).rejects.toThrow('went away before it answered the request suspend-disk');
    port.open(true);
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
    // The port is still as the guest left it.
    await expect(agent.exec('ls')).rejects.toThrow('The guest agent is not running, so it cannot be asked for exec.');
  });

  it('tells when a guest that another host put to sleep is awake', () => {
    const agent = make();
    let awake = 0;
    agent.onResumed = () => awake++;
    port.say('41 resumed\n');
    expect(awake).toBe(1);
  });
});
