/** A command that the agent runs in a real guest: what it prints is heard as it is printed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest, missing, whyMissing } from './harness';

describe.skipIf(missing)(`a command in the guest${whyMissing}`, () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.boot();
  });
  afterAll(() => guest?.vm.stop());

  it('is heard while it runs, word by word', async () => {
    let text = '';
    let heard = (): void => {};
    const hear = (bytes: Uint8Array): void => {
      text += new TextDecoder().decode(bytes);
      heard();
    };
    // Each word waits until the one before was heard: nothing but streaming gets to the end.
    const done = guest.vm.agent.exec(
      'echo first; while [ ! -e /tmp/go ]; do sleep 1; done; printf second; sleep 1; echo; echo third',
      {
        onOutput: hear,
      },
    );
    await new Promise<void>((resolve) => {
      heard = () => text.includes('first\n') && resolve();
      heard();
    });
    expect(text).toBe('first\n');
    await guest.exec(': >/tmp/go');
    expect((await done).status).toBe(0);
    expect(text).toBe('first\nsecond\nthird\n');
  });

  it('may print any bytes, and many', async () => {
    const { status, output } = await guest.vm.agent.exec(
      'head -c 200001 /dev/urandom >/tmp/bytes; sha256sum </tmp/bytes; cat /tmp/bytes',
    );
    expect(status).toBe(0);
    const end = output.indexOf(0x0a) + 1;
    const sum = await crypto.subtle.digest('SHA-256', output.slice(end));
    expect(new TextDecoder().decode(output.subarray(0, 64))).toBe(Buffer.from(sum).toString('hex'));
    expect(output.length - end).toBe(200_001);
  });

  it('that prints nothing ends with its status', async () => {
    expect(await guest.vm.agent.exec('exit 3')).toMatchObject({ status: 3, output: new Uint8Array() });
  });
});
