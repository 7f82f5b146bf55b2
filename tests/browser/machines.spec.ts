import { expect, test } from '@playwright/test';
import { openClientPage, workerPath } from './support/connection';
import { hasGuest, titleFor } from './support/guests';

test.skip(!hasGuest('lab'), 'the lab guest was not built');

const CONFIG = {
  guest: 'lab',
  vcpus: 1,
  memoryMiB: 64,
  conduit: 'hvc',
  gic: 3,
  engine: 'auto',
  clock: 'realtime',
} as const;

test(titleFor('lab', 'two connections in one page run two machines at the same time, each with its disks'), async ({ page }) => {
  await openClientPage(page);
  const told = await page.evaluate(
    async ({ worker, config }) => {
      const { connectVm } = window.Dormouse;
      const make = async (namespace: string, psci: '1.0' | '1.1') => {
        let text = '';
        const failures: string[] = [];
        const connection = connectVm({
          worker: new Worker(worker, { type: 'module' }),
          guestsUrl: 'guests',
          namespace,
          onFailure: (sentence) => failures.push(sentence),
        });
        const { vm } = connection;
        await vm.subscribe((events) => {
          for (const event of events) if (event.type === 'console') text += new TextDecoder().decode(event.data);
        });
        await vm.start({ ...config, psci }, { disk: { name: 'shared-name', sizeMiB: 1 } });
        return { connection, vm, failures, text: () => text };
      };
      const machines = await Promise.all([make('one', '1.0'), make('two', '1.1')]);
      const until = async (done: () => boolean) => {
        for (let i = 0; i < 400 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
      };
      await until(() => machines.every(({ text }) => /lab/i.test(text())));
      for (const { vm } of machines) await vm.input(new TextEncoder().encode('psci\r'));
      await until(() => machines.every(({ text }) => /1\.[01]/.test(text())));
      const result = {
        texts: machines.map(({ text }) => text()),
        disks: await Promise.all(machines.map(async ({ vm }) => (await vm.disks()).map(({ name, inUse }) => [name, inUse]))),
        failures: machines.flatMap(({ failures }) => failures),
      };
      for (const { vm, connection } of machines) {
        await vm.powerOff(false);
        await vm.deleteDisk('shared-name').catch(() => undefined);
        connection.close();
      }
      return result;
    },
    { worker: workerPath(), config: CONFIG },
  );
  expect(told.failures).toEqual([]);
  expect(told.texts[0]).toMatch(/1\.0/);
  expect(told.texts[1]).toMatch(/1\.1/);
  // The same name in two namespaces is two disks: neither keeps the other out.
  expect(told.disks).toEqual([[['shared-name', true]], [['shared-name', true]]]);
});

test(titleFor('lab', 'where the browser keeps nothing the disk is in memory, which is said once'), async ({ page }) => {
  await openClientPage(page);
  const told = await page.evaluate(
    async ({ worker, config }) => {
      const blob = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const refuse = blob(`Object.defineProperty(navigator.storage, 'getDirectory', {
        value: () => Promise.reject(new DOMException('Security error when calling GetDirectory', 'SecurityError')) });`);
      const made = blob(`import ${JSON.stringify(refuse)}; import ${JSON.stringify(new URL(worker, location.href).href)};`);
      const notices: string[] = [];
      const { vm, close } = window.Dormouse.connectVm({
        worker: new Worker(made, { type: 'module' }),
        guestsUrl: '/guests/',
        onFailure: (sentence) => notices.push(sentence),
      });
      const states: string[] = [];
      await vm.subscribe((events) => {
        for (const event of events) {
          if (event.type === 'notice') notices.push(event.sentence);
          if (event.type === 'state') states.push(event.state);
        }
      });
      const disks = await vm.disks();
      for (let i = 0; i < 2; i++) {
        await vm.start(config, { disk: { name: 'nap', sizeMiB: 1 } });
        await vm.powerOff(false);
      }
      // Events come by a way of their own: what the last command caused may be heard of after its promise.
      while (states.filter((state) => state === 'off').length < 2) await new Promise((resolve) => setTimeout(resolve, 25));
      close();
      return { notices, states, disks };
    },
    { worker: workerPath(), config: CONFIG },
  );
  expect(told.disks).toEqual([]);
  expect(told.notices).toEqual([
    expect.stringMatching(/^This browser gives no place to keep disks \(.*\).* The disk “nap” is in memory, and is gone when/),
  ]);
  expect(told.states.filter((state) => state === 'running')).toHaveLength(2);
});

test(titleFor('lab', 'a start that is cancelled ends the download and lets go of the disk'), async ({ page }) => {
  await openClientPage(page);
  await page.context().route('**/guests/lab/*', async (route) => {
    if (route.request().url().endsWith('.json')) return route.continue();
    // The kernel never comes: a start that waits for it waits for ever.
  });
  const told = await page.evaluate(
    async ({ worker, config }) => {
      const { vm, close } = window.Dormouse.connectVm({
        worker: new Worker(worker, { type: 'module' }),
        namespace: 'cancel',
        guestsUrl: '/guests/',
        onFailure: () => undefined,
      });
      const loading = new Promise<void>((resolve) => {
        void vm.subscribe((events) => {
          if (events.some((event) => event.type === 'state' && event.state === 'loading')) resolve();
        });
      });
      const disk = { name: 'nap', sizeMiB: 1 };
      const started = vm.start(config, { disk }).then(
        () => 'started',
        (error: Error) => error.message,
      );
      await loading;
      const second = await vm.start(config, { disk }).catch((error: Error) => error.message);
      await vm.powerOff(false);
      const first = await started;
      const disks = await vm.disks();
      close();
      return { first, second, inUse: disks.map(({ inUse }) => inUse) };
    },
    { worker: workerPath(), config: CONFIG },
  );
  expect(told.second).toBe('A machine is being loaded already: wait for it, or cancel that.');
  expect(told.first).toBe('The start was cancelled.');
  expect(told.inUse.every((used) => !used)).toBe(true);
});

test(
  titleFor('lab', 'a disk whose page was closed under a running machine is told at the next visit, once'),
  async ({ page }) => {
    await openClientPage(page);
    const told = await page.evaluate(
      async ({ worker, config }) => {
        const notices: string[] = [];
        const connect = async () => {
          const connection = window.Dormouse.connectVm({
            worker: new Worker(worker, { type: 'module' }),
            namespace: 'closed',
            guestsUrl: '/guests/',
            onFailure: (sentence) => notices.push(sentence),
          });
          await connection.vm.subscribe((events) => {
            for (const event of events) if (event.type === 'notice') notices.push(event.sentence);
          });
          return connection;
        };
        const disk = { name: 'nap', sizeMiB: 1 };
        const first = await connect();
        await first.vm.start(config, { disk });
        first.close();
        const second = await connect();
        let disks = await second.vm.disks();
        // The browser takes a moment to let go of what a worker held.
        for (let i = 0; i < 100 && disks.some(({ inUse }) => inUse); i++) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          disks = await second.vm.disks();
        }
        const interrupted = disks.map((one) => one.interrupted);
        for (let i = 0; i < 2; i++) {
          await second.vm.start(config, { disk });
          await second.vm.powerOff(false);
        }
        // Ended and told: the note is gone.
        await second.vm.start(config, {});
        await second.vm.powerOff(false);
        const after = (await second.vm.disks()).map((one) => one.interrupted);
        await second.vm.deleteDisk('nap');
        second.close();
        return { interrupted, after, notices };
      },
      { worker: workerPath(), config: CONFIG },
    );
    expect(told.interrupted).toEqual([true]);
    expect(told.after).toEqual([undefined]);
    expect(told.notices).toEqual(['the disk “nap” was in use when its page was closed: to the guest that was a power cut']);
  },
);
