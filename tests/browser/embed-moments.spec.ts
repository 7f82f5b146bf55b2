/** Embedded machines at odd moments: moved, removed or asked twice while they load, set up before the script is there, given what is no use. */
import type { DormouseVm } from '../../src/embed/tag/element';
import { CHROMIUM_FLAGS, findChromium } from './support/chromium';
import { consoleOf, expect, machineIn, test, waitForConsole } from './support/embedding-page';
import { hasGuest, titleFor } from './support/guests';

/** A name that is no more than this machine, and that browsers do not trust as they trust `localhost`. */
const PLAIN_NAME = 'dormouse.test';
const executablePath = findChromium();

test.skip(!hasGuest('lab'), 'the lab guest was not built');
test.use({
  viewport: { width: 800, height: 700 },
  launchOptions: {
    args: [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP ${PLAIN_NAME} 127.0.0.1`],
    ...(executablePath === undefined ? {} : { executablePath }),
  },
});

const lab = (title: string): string => titleFor('lab', title);
const LAB = '<dormouse-vm guest="lab" cpus="1"></dormouse-vm>';

test(
  lab('asked twice it starts once; moved or removed while it loads, what was asked of it rejects, and it starts anew'),
  async ({ page, embed }) => {
    await embed(`${LAB}<div id="elsewhere"></div>`);
    const said = await page.evaluate(async () => {
      const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
      const outcome = (promise: Promise<unknown>): Promise<string> =>
        promise.then(
          () => 'done',
          (error: Error) => error.message,
        );
      const first = [outcome(vm.start()), outcome(vm.start())];
      document.getElementById('elsewhere')!.append(vm);
      const moved = await Promise.all(first);
      const twice = [outcome(vm.start()), outcome(vm.start())];
      const anew = await Promise.all(twice);
      const again = await outcome(vm.start());
      const frames = vm.shadowRoot!.querySelectorAll('iframe').length;
      // A call that is under way when the tag goes.
      const saving = outcome(vm.save());
      vm.remove();
      const removed = [await saving, await outcome(vm.start()), await outcome(vm.pause())];
      return { moved, anew, again, frames, removed };
    });
    const removed = 'The machine was removed from its page.';
    expect(said.moved).toEqual([removed, removed]);
    expect(said.anew).toEqual(['done', 'done']);
    expect(said.again).toBe('done');
    expect(said.frames).toBe(1);
    expect(said.removed).toEqual([
      removed,
      'This tag is in no page: put it into one, and start it then.',
      '“pause” needs a machine, and this one has not been started: call start() first.',
    ]);
    await expect.poll(() => page.workers().length).toBe(0);
  },
);

test(lab('a tag set up before the script is there, and a script that comes twice and as a module'), async ({ page, embed }) => {
  await embed(
    (site) => `<meta name="dormouse-site" content="${site}/sub/..">${LAB}<script>
    const early = document.createElement('dormouse-vm');
    Object.assign(early, { guest: 'lab', psci: '0.2', autorun: true, mem: 7 });
    early.setAttribute('rom', 'x');
    document.body.append(early);
  </script><script type="module" src="${site}/dormouse-embed.js"></script><script src="${site}/dormouse-embed.js" defer></script>`,
    { script: false },
  );
  await waitForConsole(page, /lab>/, 1);
  await expect(machineIn(page, 1).getByText('PSCI 0.2', { exact: true })).toBeVisible();
  expect(await page.locator('dormouse-vm').nth(1).getAttribute('psci')).toBe('0.2');
  await page
    .getByRole('button', { name: /^Run Lab/ })
    .first()
    .click();
  await waitForConsole(page, /lab>/, 0);
});

test(lab('start goes on with what is paused; a frame loaded anew is told, and can be started again'), async ({ page, embed }) => {
  await embed(LAB);
  const before = await page.evaluate(async () => {
    const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
    const states: string[] = [];
    vm.on('state', ({ detail }) => states.push(detail.state));
    await vm.start();
    await vm.pause();
    while (states.at(-1) !== 'paused') await new Promise((resolve) => setTimeout(resolve, 20));
    await vm.start();
    while (states.at(-1) !== 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    const sentences: string[] = [];
    vm.on('error', ({ detail }) => sentences.push(detail.sentence));
    const frame = vm.shadowRoot!.querySelector('iframe')!;
    const damaged = await vm.restore(new Blob(['x'])).catch((error: Error) => error.message);
    // As a reader's “Reload frame” does.
    frame.src = `${frame.src}`;
    while (sentences.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await vm.start();
    return { states, sentences, damaged };
  });
  expect(before.states.slice(0, 4)).toEqual(['loading', 'running', 'paused', 'running']);
  expect(before.damaged).toBe('This file is not a Dormouse snapshot.');
  expect(before.sentences).toEqual(['The machine’s frame was loaded anew: what ran in it is gone.']);
  await waitForConsole(page, /lab>/);
});

test(
  lab('a saved machine goes on in a tag that never ran; a file that is none leaves the machine that runs as it is'),
  async ({ page, embed }) => {
    await embed(`${LAB}${LAB}`);
    const said = await page.evaluate(async () => {
      const [first, second] = [...document.querySelectorAll<DormouseVm>('dormouse-vm')] as [DormouseVm, DormouseVm];
      const ready = new Promise((resolve) => first.on('ready', resolve));
      await first.start();
      await ready;
      await first.type('poke 0x43000000 0x600dcafe\r');
      let text = '';
      first.on('console', ({ detail }) => (text += detail.text));
      while (!text.includes('lab> ')) await new Promise((resolve) => setTimeout(resolve, 20));
      const saved = await first.save();
      const refused = await first.restore(new Blob(['nothing of ours'])).catch((error: Error) => error.message);
      const alive = (await first.registers()).length;
      await second.restore(saved);
      const bytes = [...(await second.readMemory(0x4300_0000n, 4, { physical: true }))];
      return { refused, alive, bytes };
    });
    expect(said.refused).toMatch(/\.$/);
    expect(said.alive).toBe(1);
    expect(said.bytes).toEqual([0xfe, 0xca, 0x0d, 0x60]);
  },
);

test(
  lab(
    'of many that want to start by themselves two do at once, others where they are seen; who gave way goes on when there is room',
  ),
  async ({ page, embed }) => {
    const tag = '<dormouse-vm guest="lab" cpus="1" height="200" autorun readonly></dormouse-vm>';
    await embed(`${tag}${tag}<div style="height:3000px"></div>${tag}${tag}`);
    await page.evaluate(() => {
      const states: string[] = [];
      Object.assign(window, { states });
      for (const [index, each] of document.querySelectorAll<DormouseVm>('dormouse-vm').entries())
        each.on('state', ({ detail }) => (states[index] = [detail.state, detail.why].filter(Boolean).join(' ')));
    });
    const states = () => page.evaluate(() => (window as unknown as { states: string[] }).states.map((state) => state ?? ''));
    await waitForConsole(page, /lab>/, 0);
    await waitForConsole(page, /lab>/, 1);
    expect(await page.locator('dormouse-vm').nth(2).locator('iframe').count()).toBe(0);
    await page.evaluate(() => scrollTo(0, 1e6));
    await expect.poll(states).toEqual(['paused hidden', 'paused hidden', 'running', 'running']);
    // Three in sight of one another: the first gives way, and can be asked for, though nothing else of it can.
    await page.evaluate(() => document.querySelector('div')!.remove());
    await page.setViewportSize({ width: 800, height: 1400 });
    await expect.poll(async () => (await states()).filter((state) => state === 'running').length).toBe(2);
    await expect.poll(async () => (await states()).filter((state) => state === 'paused others').length).toBe(2);
    const waits = (await states()).indexOf('paused others');
    await expect(machineIn(page, waits).getByRole('button', { name: 'Resume' })).toBeVisible();
    const runs = (await states()).indexOf('running');
    await page.evaluate((index) => document.querySelectorAll('dormouse-vm')[index]!.remove(), runs);
    await expect.poll(async () => (await states()).filter((state) => state === 'paused others').length).toBe(1);
  },
);

test(lab('without a secure context: a plain name over http'), async ({ page, embed }) => {
  const tag = LAB.replace('cpus', 'height="200" cpus');
  await embed(`${tag}${tag}${tag}`, { site: { name: PLAIN_NAME } });
  expect(await page.evaluate(() => isSecureContext)).toBe(true);
  for (const nth of [0, 1, 2]) {
    await page.locator('dormouse-vm').nth(nth).getByRole('button', { name: /^Run/ }).click();
    await waitForConsole(page, /lab>/, nth);
  }
  expect(
    await machineIn(page)
      .locator('body')
      .evaluate(() => isSecureContext),
  ).toBe(false);
  await expect(machineIn(page).getByText('Paused: 2 other machines run.')).toHaveCount(1);
});

test(
  lab('of a parameter that is given twice everybody heeds the first: nothing foreign slips through'),
  async ({ page, embed }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await embed(
      (site) =>
        `<iframe width="700" height="400" src="${site}/embed.html?autorun=1&kernel=&kernel=${encodeURIComponent('https://elsewhere.example/Image')}&guest=lab"></iframe>`,
      { script: false },
    );
    await expect
      .poll(() =>
        page
          .frameLocator('iframe')
          .locator('body')
          .evaluate(() => window.__dormouse?.terminalText() ?? ''),
      )
      .toMatch(/The address gives kernel= more than once: the first counts[\s\S]*lab>/);
    expect(asked.filter((url) => url.startsWith('https://elsewhere'))).toEqual([]);
  },
);

test(
  lab('the link to the playground says all that the tag said, and what was changed since; the page’s files by their addresses'),
  async ({ page, embed }) => {
    const program = '  mov x0, #0x09000000\n  mov w1, #33\n  str w1, [x0]\n1: wfi\n  b 1b\n';
    const { host } = await embed(
      `<dormouse-vm guest="lab" psci="1.1" register="std_bmap=0x1" disk="none" type="psci\\n" panels="console versions" autorun="0"></dormouse-vm>
    <dormouse-vm src="program.s" theme="light"></dormouse-vm>`,
      { pages: { '/program.s': program } },
    );
    const links = page.getByRole('link', { name: 'Open in the playground' });
    const asked = async (nth: number) => [...new URL((await links.nth(nth).getAttribute('href'))!).searchParams];
    const before = await asked(0);
    expect(before).toEqual([
      ['guest', 'lab'],
      ['psci', '1.1'],
      ['register', 'std_bmap=0x1'],
      ['disk', 'none'],
      ['type', 'psci\\n'],
    ]);
    expect(await asked(1)).toEqual([['src', `${host.origin}/program.s`]]);
    const inMenu = async (nth: number) => {
      await page.locator('dormouse-vm').nth(nth).getByRole('button', { name: /^Run/ }).click();
      await waitForConsole(page, nth === 0 ? /SYSTEM_OFF2/ : /!/, nth);
      await machineIn(page, nth).getByRole('button', { name: 'More' }).click();
      const link = machineIn(page, nth).getByRole('link', { name: 'Open in the playground' });
      return new URL((await link.getAttribute('href'))!);
    };
    const changed = await inMenu(0);
    for (const [name, value] of before) expect(changed.searchParams.get(name)).toBe(value);
    expect(changed.searchParams.has('panels')).toBe(false);
    const own = await inMenu(1);
    expect(own.hash).toMatch(/^#program=/);
    expect(await consoleOf(page, 1)).toContain('!');
  },
);

test(lab('its colours follow the page, however that says it, also slowly'), async ({ page, embed }) => {
  await embed(
    `<style>
      body { background: oklch(0.98 0.01 90); transition: background-color 0.2s }
      [data-bs-theme='dark'] body { background: oklch(0.2 0.02 260) }
    </style>${LAB}`,
  );
  await page.getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /lab>/);
  const root = machineIn(page).locator('html');
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.evaluate(() => (document.documentElement.dataset.bsTheme = 'dark'));
  await expect(root).toHaveAttribute('data-theme', 'dark');
});

test(lab('what a page gives is judged before the machine is there, too'), async ({ page, embed }) => {
  await embed((site) => `<iframe width="600" height="300" src="${site}/embed.html?guest=lab"></iframe>`, { script: false });
  const answers = await page.evaluate(async () => {
    const frame = document.querySelector('iframe')!;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { port1, port2 } = new MessageChannel();
    const heard: { id: number; error?: { message: string } }[] = [];
    port1.onmessage = (event: MessageEvent<{ id?: number }>) => {
      if (event.data.id !== undefined) heard.push(event.data as { id: number });
    };
    frame.contentWindow!.postMessage({ dormouse: 'hello', version: 1 }, '*', [port2]);
    port1.postMessage({ id: 1, call: 'set', args: [{ style: null, theme: 7, panels: 'console' }] });
    port1.postMessage({ id: 2, call: 'give', args: [{ kernel: 'not a blob' }] });
    port1.postMessage({ id: 3, call: 'give', args: [{ bios: new Blob(['x']) }] });
    port1.postMessage({ id: 4, call: 'start', args: [] });
    while (heard.length < 4) await new Promise((resolve) => setTimeout(resolve, 50));
    return heard.sort((a, b) => a.id - b.id).map(({ error }) => error?.message);
  });
  expect(answers).toEqual([
    'Not all of that can be set: theme can only be auto, light, dark; style must be an object of custom properties by name.',
    'The kernel must be given as a Blob or File, and string was given.',
    'A frame can be given kernel, initrd, src, snapshot; “bios” is none of these.',
    undefined,
  ]);
});

test(
  lab('what could not start is made anew when it was corrected; the frame is called what the tag is called'),
  async ({ page, embed }) => {
    await embed('<dormouse-vm aria-label="First"><script type="text/x-a64">bogus x0\n</script></dormouse-vm>');
    const said = await page.evaluate(async () => {
      const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
      const wrong = await vm.start().catch((error: Error) => error.message);
      const title = vm.shadowRoot!.querySelector('iframe')!.title;
      vm.querySelector('script')!.textContent = 'mov x0, #0x09000000\nmov w1, #33\nstr w1, [x0]\n1: wfi\nb 1b\n';
      vm.setAttribute('aria-label', 'Second');
      await vm.start();
      return { wrong, titles: [title, vm.shadowRoot!.querySelector('iframe')!.title] };
    });
    expect(said.wrong).toContain('bogus');
    expect(said.titles).toEqual(['First', 'Second']);
    await waitForConsole(page, /!/);
  },
);

test(
  lab('a start and a restore at once: one after the other; a paused machine answers a command with a sentence'),
  async ({ page, embed }) => {
    await embed(`${LAB}${LAB}`);
    const said = await page.evaluate(async () => {
      const [first, second] = [...document.querySelectorAll<DormouseVm>('dormouse-vm')] as [DormouseVm, DormouseVm];
      await first.start();
      const saved = await first.save();
      await Promise.all([second.start(), second.restore(saved), second.restore(saved)]);
      await second.pause();
      while ((await second.status()).state !== 'paused') await new Promise((resolve) => setTimeout(resolve, 20));
      const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: Error) => error.message);
      const host = await outcome(second.wake({ host: 'bogus' }));
      return { before: await document.createElement('dormouse-vm').status(), exec: await outcome(second.exec('true')), host };
    });
    expect(said.before).toEqual({ state: 'empty', asleep: false });
    expect(said.exec).toBe('The machine is paused: resume it first.');
    expect(said.host).toMatch(/^The host bogus is not known: choose /);
  },
);

test(lab('a page’s pause holds, also while it is out of sight'), async ({ page, embed }) => {
  await embed(`${LAB}<div style="height:3000px"></div>`);
  await page.getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /lab>/);
  const status = () => page.evaluate(() => document.querySelector<DormouseVm>('dormouse-vm')!.status());
  await page.evaluate(() => scrollTo(0, 2500));
  await expect.poll(status).toMatchObject({ state: 'paused', why: 'hidden' });
  await page.evaluate(() => document.querySelector<DormouseVm>('dormouse-vm')!.pause());
  await page.evaluate(() => scrollTo(0, 0));
  await expect(machineIn(page).getByText('Paused between two instructions.')).toBeVisible();
  expect(await status()).toEqual({ state: 'paused', psci: '1.3', asleep: false });
});

test(
  lab('a tag that starts by itself has its program, also while the page is being parsed; of many in sight two begin'),
  async ({ page, embed }) => {
    const program = 'mov x0, #0x09000000\nmov w1, #33\nstr w1, [x0]\n1: wfi\nb 1b\n';
    const tag = '<dormouse-vm guest="lab" cpus="1" height="120" autorun></dormouse-vm>';
    await embed(
      (site) =>
        `<script src="${site}/dormouse-embed.js"></script><dormouse-vm autorun height="120"><script type="text/x-a64">${program}</script></dormouse-vm>${tag.repeat(4)}`,
      { script: false },
    );
    await waitForConsole(page, /!/, 0);
    await waitForConsole(page, /lab>/, 1);
    expect(await page.locator('dormouse-vm iframe').count()).toBe(2);
    // Room is taken by the next.
    await page.evaluate(() => document.querySelectorAll('dormouse-vm')[1]!.remove());
    await waitForConsole(page, /lab>/, 1);
    expect(await page.locator('dormouse-vm iframe').count()).toBe(2);
  },
);

test(lab('an address of the site’s own that leads elsewhere is not followed'), async ({ page, embed }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await embed((site) => `<iframe width="700" height="400" src="${site}/embed.html?autorun=1&src=r.s"></iframe>`, {
    script: false,
    site: { redirects: { '/r.s': 'https://elsewhere.example/r.s' } },
  });
  await expect(page.frameLocator('iframe').getByRole('alert')).toContainText(
    'an address that leads on to another is not followed',
  );
  expect(asked.filter((url) => url.startsWith('https://elsewhere'))).toEqual([]);
});

test(lab('tried again after the site could not be reached, it is the machine that was promised'), async ({ page, embed }) => {
  await page.route('**/guests/index.json', (route) => route.abort(), { times: 1 });
  await embed((site) => `<iframe width="700" height="400" src="${site}/embed.html"></iframe>`, { script: false });
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: /^Run Lab/ }).click();
  await frame.getByRole('button', { name: 'Try again' }).click();
  await frame.getByRole('button', { name: /^Run/ }).click();
  await expect
    .poll(() => frame.locator('body').evaluate(() => window.__dormouse?.terminalText() ?? ''))
    .toMatch(/Lab starts[\s\S]*lab>/);
});

test(
  lab('a colour that a page gives is a colour: nothing is fetched by way of it, on the poster or after'),
  async ({ page, embed }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.route('https://elsewhere.example/**', (route) => route.abort());
    await embed((site) => `<iframe width="600" height="300" src="${site}/embed.html?guest=lab"></iframe>`, { script: false });
    await expect(page.frameLocator('iframe').getByRole('button', { name: /^Run/ })).toBeVisible();
    const dress = (start: boolean) =>
      page.evaluate(async (starts) => {
        const frame = document.querySelector('iframe')!;
        const { port1, port2 } = new MessageChannel();
        const call = (id: number, name: string, ...args: unknown[]): Promise<unknown> =>
          new Promise((resolve) => {
            port1.onmessage = ({ data }: MessageEvent<{ id?: number }>) => data.id === id && resolve(data);
            port1.postMessage({ id, call: name, args });
          });
        frame.contentWindow!.postMessage({ dormouse: 'hello', version: 1 }, '*', [port2]);
        const image = 'url(https://elsewhere.example/x)';
        await call(1, 'set', {
          style: { surface: image, terminal: `var(--none, ${image})`, font: `${image}`, text: 'rgb(1, 2, 3)' },
        });
        if (starts) await call(2, 'start');
      }, start);
    await dress(false);
    const text = (name: string) =>
      page
        .frameLocator('iframe')
        .locator('html')
        .evaluate((root, property) => getComputedStyle(root).getPropertyValue(property), name);
    expect(await text('--dormouse-text')).toBe('rgb(1, 2, 3)');
    await dress(true);
    await dress(false);
    await expect.poll(() => text('--text')).toBe('rgb(1, 2, 3)');
    expect(asked.filter((url) => url.startsWith('https://elsewhere'))).toEqual([]);
  },
);
