/** Machines in other people's pages: the tag, from another origin and a host that sends no headers of its own accord. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DormouseVm } from '../../src/embed/tag/element';
import { consoleOf, expect, machineIn, test, waitForConsole } from './support/embedding-page';
import { hasGuest, titleFor } from './support/guests';

test.skip(!hasGuest('lab'), 'the lab guest was not built');
test.use({ viewport: { width: 800, height: 700 } });

const lab = (title: string): string => titleFor('lab', title);
const LAB = '<dormouse-vm guest="lab" psci="1.1"><pre>lab&gt; help</pre></dormouse-vm>';
const DIST = join(import.meta.dirname, '../../dist');

test(
  lab('one script and one tag: nothing is fetched before the click, nothing moves, nothing takes the focus'),
  async ({ page, embed }) => {
    const { site, complaints } = await embed(`${LAB}<p id="below">and then go on reading</p>`);
    await expect(page.getByText('lab> help')).toBeVisible();
    const run = page.getByRole('button', { name: /^Run Lab · PSCI 1\.1, downloads \d+ kB/ });
    await expect(run).toBeVisible();
    expect(site.asked).toEqual(['/dormouse-embed.js']);
    const before = await page.locator('#below').boundingBox();

    await run.click();
    await waitForConsole(page, /lab>/);
    expect(await page.locator('#below').boundingBox()).toEqual(before);
    // The click was the page's; the reader's keys stay there until they go to the console themselves.
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('IFRAME');
    expect(complaints).toEqual([]);
  },
);

test('the tag’s script is at most 30 KB, and all code of a machine at most 490 KB, as gzip', () => {
  const packed = (file: string): number => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length;
  const tag = readFileSync(join(DIST, 'dormouse-embed.js'), 'utf8');
  // Of its frame's light part, the stage, its styles and the worker: what a click fetches, before and beside the guest.
  const parts = Number(/stageBytes:(\d+)/.exec(tag)?.[1]);
  console.log(`tag ${packed('dormouse-embed.js')} bytes, frame and stage ${parts} bytes`);
  expect(packed('dormouse-embed.js')).toBeLessThanOrEqual(30_000);
  expect(parts + packed('dormouse-embed.js')).toBeLessThanOrEqual(490_000);
  // Pages that say nothing of their encoding read it in theirs.
  expect(/[^\0-\x7f]/.exec(tag)).toBe(null);
});

test(
  lab('a page drives it: events bubble, calls answer, errors are sentences; removed, its worker is gone'),
  async ({ page, embed }) => {
    await embed(LAB);
    const told = await page.evaluate(async () => {
      const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
      const heard: string[] = [];
      for (const name of ['ready', 'state', 'call', 'system-event', 'ended', 'error'])
        document.addEventListener(name, (event) => {
          const { detail } = event as CustomEvent<{ state?: string; name?: string; how?: string; type?: string }>;
          heard.push([name, detail.state ?? detail.name ?? detail.how ?? detail.type].join(' '));
        });
      const early = await vm.pause().catch((error: Error) => error.message);
      let console = '';
      const off = vm.on('console', ({ detail }) => (console += detail.text));
      const ready = new Promise((resolve) => vm.on('ready', resolve));
      await vm.start();
      await ready;
      await vm.type('psci\r');
      while (!console.includes('SYSTEM_OFF2')) await new Promise((resolve) => setTimeout(resolve, 50));
      off();
      await vm.pause();
      const [cpu] = await vm.registers();
      const code = await vm.readMemory(cpu!.pc, 8);
      const outside = await vm.readMemory(0x10n, 8, { physical: true }).catch((error: Error) => error.message);
      const wrong = await vm.setPsci('9.9').catch((error: Error) => error.message);
      await vm.resume();
      const saved = await vm.save();
      await vm.type('poweroff\r');
      await new Promise((resolve) => vm.on('ended', resolve));
      const ended = new Promise((resolve) => vm.on('ready', resolve));
      await vm.start();
      await ended;
      await vm.restore(saved);
      return { heard, early, pc: cpu!.pc, code: [...code], outside, wrong, saved: saved.size };
    });
    expect(told.early).toBe('“pause” needs a machine, and this one has not been started: call start() first.');
    expect(told.heard).toEqual(
      expect.arrayContaining(['state loading', 'state running', 'state paused', 'call PSCI_VERSION', 'ended off']),
    );
    expect(told.heard).toContain('system-event shutdown');
    expect(told.pc).toBeGreaterThan(0x4000_0000n);
    expect(told.code.some((byte) => byte !== 0)).toBe(true);
    expect(told.outside).toMatch(/0x10/);
    expect(told.wrong).toMatch(/^PSCI 9\.9 is not known: choose 0\.1, /);
    expect(told.saved).toBeGreaterThan(1000);

    expect(page.workers()).toHaveLength(1);
    await page.evaluate(() => document.querySelector('dormouse-vm')!.remove());
    await expect.poll(() => page.workers().length).toBe(0);
  },
);

test(lab('a guest the site does not have gives way to the lab, before and after the start'), async ({ page, embed }) => {
  await embed('<dormouse-vm guest="amiga"></dormouse-vm>');
  await expect(page.getByText('This tag asks for the guest “amiga”, but this site has only')).toBeVisible();
  await page.getByRole('button', { name: /^Run Lab, downloads/ }).click();
  await waitForConsole(page, /“amiga”[\s\S]*lab>/);
});

test(lab('attributes change while it lives'), async ({ page, embed }) => {
  // What is odd about its looks is told, and keeps nobody from running it.
  await embed('<dormouse-vm guest="lab" theme="light" panels="nothing" font-size="900"></dormouse-vm>');
  for (const odd of ['panels=nothing', 'font-size=900']) await expect(page.getByText(`This tag asks for ${odd},`)).toBeVisible();
  await page.getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /lab>/);
  const root = machineIn(page).locator('html');
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.evaluate(() => {
    const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
    vm.setAttribute('theme', 'dark');
    vm.setAttribute('panels', 'console calls versions');
    vm.setAttribute('height', '500');
    vm.setAttribute('readonly', '');
    vm.style.setProperty('--dormouse-surface', 'rgb(1, 2, 3)');
    vm.setAttribute('font-size', '16');
  });
  await expect(root).toHaveAttribute('data-theme', 'dark');
  await expect(machineIn(page).getByRole('tab', { name: 'Versions' })).toBeVisible();
  await expect(machineIn(page).getByRole('button', { name: 'Pause' })).toHaveCount(0);
  await expect
    .poll(() => root.evaluate((element) => getComputedStyle(element).getPropertyValue('--surface').trim()))
    .toBe('rgb(1, 2, 3)');
  expect((await page.locator('dormouse-vm').boundingBox())?.height).toBe(500);
  // What machine it is counts from the next start.
  await page.evaluate(async () => {
    const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
    vm.setAttribute('psci', '0.2');
    const ended = new Promise((resolve) => vm.on('ended', resolve));
    await vm.stop();
    await ended;
    await vm.start();
  });
  await expect(machineIn(page).getByText('PSCI 0.2', { exact: true })).toBeVisible();
});

test(lab('fifty on a page: two run, the third lets the first stand still'), async ({ page, embed }) => {
  await embed(
    `<div style="display:grid;grid-template-columns:repeat(10,1fr)">${'<dormouse-vm guest="lab" height="66"></dormouse-vm>'.repeat(50)}</div>`,
  );
  await page.setViewportSize({ width: 1600, height: 900 });
  const states = await page.evaluate(async () => {
    const tags = [...document.querySelectorAll<DormouseVm>('dormouse-vm')];
    const states: string[][] = tags.map(() => []);
    for (const [index, tag] of tags.entries())
      tag.on('state', ({ detail }) => states[index]!.push([detail.state, detail.why].filter(Boolean).join(' ')));
    for (const index of [0, 1, 2]) await tags[index]!.start();
    while (states[0]!.at(-1) !== 'paused others') await new Promise((resolve) => setTimeout(resolve, 50));
    return states.map((each) => each.at(-1) ?? 'never');
  });
  expect(states.slice(0, 3)).toEqual(['paused others', 'running', 'running']);
  expect(states.slice(3).every((state) => state === 'never')).toBe(true);
  expect(page.workers()).toHaveLength(3);
});

test(lab('out of sight it stands still and says so, and goes on when it is seen again'), async ({ page, embed }) => {
  await embed(`${LAB}<div style="height:3000px"></div>`);
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    document.addEventListener('state', (event) => {
      const { state, why } = (event as CustomEvent<{ state: string; why?: string }>).detail;
      heard.push([state, why].filter(Boolean).join(' '));
    });
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.at(-1));
  await page.getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /lab>/);
  await page.evaluate(() => scrollTo(0, 2500));
  await expect.poll(heard).toBe('paused hidden');
  await expect(machineIn(page).getByText('Paused while out of sight')).toHaveCount(1);
  await page.evaluate(() => scrollTo(0, 0));
  await expect.poll(heard).toBe('running');
});

test(lab('Tab goes over the console, Enter goes in, Escape twice goes out; the wheel is the page’s'), async ({ page, embed }) => {
  await embed(`${LAB}<p><a href="#x" id="next">next</a></p><div style="height:3000px"></div>`);
  await page.getByRole('button', { name: /^Run/ }).focus();
  await page.keyboard.press('Enter');
  await waitForConsole(page, /lab>/);
  // By keyboard the reader is led into the frame, and Tab leads on through it.
  const where = () =>
    page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.id || activeElement?.tagName;
    });
  await expect.poll(where).toBe('DORMOUSE-VM');
  const console_ = machineIn(page).getByRole('group', { name: /^Console\./ });
  let steps = 0;
  while (!(await console_.evaluate((element) => element === document.activeElement)) && steps++ < 8)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.type('psci');
  await page.keyboard.press('Enter');
  await waitForConsole(page, /SYSTEM_OFF2/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(console_).toBeFocused();
  await page.keyboard.press('Tab');
  await expect.poll(where).toBe('next');

  await page.locator('dormouse-vm').hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
});

test(
  lab('works where both sides allow no more than they must: no inline styles, no eval but of WebAssembly'),
  async ({ page, embed }) => {
    const { complaints } = await embed(LAB, {
      site: {
        headers: {
          'content-security-policy':
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; base-uri 'none'; object-src 'none'",
        },
      },
    });
    await page.getByRole('button', { name: /^Run/ }).click();
    await waitForConsole(page, /lab>/);
    // What Dormouse says for itself is amber, also where style attributes are refused.
    const amber = await machineIn(page)
      .locator('.xterm-rows span')
      .evaluateAll((spans) => spans.map((span) => getComputedStyle(span).color));
    expect(amber.length === 0 || amber.includes('rgb(240, 168, 75)')).toBe(true);
    expect(complaints).toEqual([]);
  },
);

test(lab('a strict page needs to allow the site’s script and its frames, and nothing else'), async ({ page, embed }) => {
  const { complaints } = await embed(LAB, {
    headers: (site) => ({ 'content-security-policy': `default-src 'none'; script-src ${site}; frame-src ${site}` }),
  });
  await page.getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /lab>/);
  expect(complaints).toEqual([]);
});

test(
  lab('works in an isolated page (COEP credentialless), from a sub-path, and with types nobody expects'),
  async ({ page, embed }) => {
    await embed(LAB, {
      headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'credentialless' },
      site: { below: '/a/b', oddType: 'application/x-nobody-knows' },
    });
    await page.getByRole('button', { name: /^Run/ }).click();
    await waitForConsole(page, /lab>/);
  },
);

test(
  lab('a frame of no origin runs where the site lets others read it, and says so where it does not'),
  async ({ page, embed }) => {
    const frame = (site: string): string =>
      `<iframe sandbox="allow-scripts" width="600" height="300" src="${site}/embed.html?guest=lab"></iframe>`;
    await embed(frame, { script: false });
    const inFrame = page.frameLocator('iframe');
    await inFrame.getByRole('button', { name: /^Run/ }).click();
    await expect(inFrame.getByText('This frame has no origin of its own (sandbox without allow-same-origin)')).toBeVisible();

    await embed(frame, { script: false, site: { headers: { 'access-control-allow-origin': '*' } } });
    await inFrame.getByRole('button', { name: /^Run/ }).click();
    await expect.poll(() => inFrame.locator('body').evaluate(() => window.__dormouse?.terminalText() ?? '')).toMatch(/lab>/);
  },
);

test(
  lab('each parameter that is not understood is told; nothing foreign is fetched before it was named and clicked'),
  async ({ page, embed }) => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const wrong = 'cpus=99&memory=1&psci=7&clock=sun&engine=x&conduit=y&cpu=z&host=h&theme=blue&font-size=1&zzz=1&yyy=2';
    await embed(
      (site) =>
        `<iframe width="700" height="400" src="${site}/embed.html?autorun=1&${wrong}&kernel=${encodeURIComponent('https://elsewhere.example/Image')}"></iframe>`,
      { script: false },
    );
    const inFrame = page.frameLocator('iframe');
    // What would be fetched from where comes before all that is merely odd.
    await expect(inFrame.getByRole('listitem').first()).toContainText('Running it fetches https://elsewhere.example/Image');
    for (const name of ['zzz', 'yyy']) await expect(inFrame.getByText(`“${name}”`)).toBeVisible();
    await expect(inFrame.getByText('Running it fetches https://elsewhere.example/Image from another site.')).toBeVisible();
    expect(asked.filter((url) => url.startsWith('https://elsewhere'))).toEqual([]);
    await page.route('https://elsewhere.example/**', (route) => route.abort());
    await inFrame.getByRole('button', { name: /^Run/ }).click();
    await expect(inFrame.getByRole('alert')).toContainText(
      'no answer that this page may read came from https://elsewhere.example/Image',
    );
    const said = await inFrame.locator('body').evaluate(() => window.__dormouse?.terminalText().replaceAll('\n', ' ') ?? '');
    for (const name of [
      'cpus=99',
      'memory=1',
      'psci=7',
      'clock=sun',
      'engine=x',
      'conduit=y',
      'cpu=z',
      'host=h',
      'theme=blue',
      'font-size=1',
    ])
      expect(said).toContain(`asks for ${name},`);
  },
);

test(lab('a hostile page can say nothing but the calls of the protocol'), async ({ page, embed }) => {
  await embed(
    (site) =>
      `<iframe width="600" height="300" src="${site}/embed.html?guest=lab&kernel=${encodeURIComponent('https://elsewhere.example/x')}"></iframe>`,
    {
      script: false,
    },
  );
  const answers = await page.evaluate(async () => {
    const frame = document.querySelector('iframe')!;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const refused = new Promise((resolve) =>
      addEventListener(
        'message',
        (event: MessageEvent<{ dormouse?: string }>) => event.data?.dormouse === 'refused' && resolve(event.data),
      ),
    );
    frame.contentWindow!.postMessage({ dormouse: 'hello', version: 77 }, '*', [new MessageChannel().port1]);
    const { port1, port2 } = new MessageChannel();
    const heard: unknown[] = [];
    port1.onmessage = (event) => heard.push(event.data);
    frame.contentWindow!.postMessage({ dormouse: 'hello', version: 1 }, '*', [port2]);
    for (const junk of [null, 7, 'start', { id: 1 }, { id: 'x', call: 'start', args: [] }]) port1.postMessage(junk);
    port1.postMessage({ id: 1, call: 'eval', args: ['alert(1)'] });
    port1.postMessage({ id: 2, call: 'constructor', args: [] });
    port1.postMessage({ id: 3, call: 'start', args: [] });
    port1.postMessage({ id: 4, call: 'exec', args: ['id'] });
    port1.postMessage({
      id: 5,
      call: 'set',
      args: [{ theme: '"><script>alert(1)</script>', style: { surface: 'url(https://elsewhere.example/x)' } }],
    });
    while (heard.length < 5) await new Promise((resolve) => setTimeout(resolve, 50));
    return { heard: heard as { id: number; error?: { message: string } }[], refused: await refused };
  });
  expect(answers.refused).toMatchObject({ versions: [1] });
  const by = (id: number) => answers.heard.find((answer) => answer.id === id)?.error?.message ?? '';
  expect(by(1)).toContain('“eval” is no call of this frame');
  expect(by(2)).toContain('“constructor” is no call of this frame');
  expect(by(3)).toContain('waits for the reader’s click');
  expect(by(4)).toContain('has not been started');
});

test(lab('a program in the tag, and static blocks that become live by an attribute'), async ({ page, embed }) => {
  const program = `  ldr x1, =0x09000000
  adr x2, text
1: ldrb w0, [x2], #1
  cbz w0, 2f
  str w0, [x1]
  b 1b
2: wfi
  b 2b
text: .asciz "hello from EL1\\n"
`;
  await embed(`<dormouse-vm panels="console editor"><script type="text/x-a64">${program}</script></dormouse-vm>
    <pre class="a64" data-dormouse="cpus=1"><code class="language-a64">${program.replace('hello', 'live')}</code></pre>
    <pre data-dormouse="guest=lab">lab&gt; psci</pre>`);
  await page.setViewportSize({ width: 900, height: 1300 });
  await expect(page.locator('dormouse-vm')).toHaveCount(3);
  await expect(page.getByText('live from EL1')).toBeVisible();
  for (const nth of [0, 1]) await page.locator('dormouse-vm').nth(nth).getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /hello from EL1/, 0);
  await waitForConsole(page, /live from EL1/, 1);
  await page.locator('dormouse-vm').nth(2).getByRole('button', { name: /^Run/ }).click();
  await waitForConsole(page, /lab> psci[\s\S]*SYSTEM_OFF2/, 2);
});

test(
  lab('the guest’s output can neither inject nor act: links behind words ask, clipboard and title are left alone'),
  async ({ page, embed, context }) => {
    const escapes =
      '\\033]0;owned\\007\\033]52;c;b3duZWQ=\\007\\033]8;;https://elsewhere.example/trap\\007innocent\\033]8;;\\007<img src=x onerror=alert(1)>\\n';
    const program = `  ldr x1, =0x09000000\n  adr x2, text\n1: ldrb w0, [x2], #1\n  cbz w0, 2f\n  str w0, [x1]\n  b 1b\n2: wfi\n  b 2b\ntext: .asciz "${escapes}"\n`;
    await embed(`<dormouse-vm><script type="text/x-a64">${program}</script></dormouse-vm>`);
    await page.getByRole('button', { name: /^Run/ }).click();
    await waitForConsole(page, /innocent<img/);
    expect(await page.title()).toBe('A page');
    expect(await machineIn(page).locator('img').count()).toBe(0);
    const opened: unknown[] = [];
    context.on('page', (other) => opened.push(other));
    const box = (await machineIn(page).locator('.xterm-screen').boundingBox())!;
    // The word stands in the first line of the guest's, below what Dormouse said.
    const line = (await consoleOf(page)).split('\n').findIndex((text) => text.includes('innocent'));
    await page.mouse.move(box.x + 20, box.y + 9 + line * 18);
    await page.mouse.move(box.x + 24, box.y + 9 + line * 18);
    await page.mouse.click(box.x + 24, box.y + 9 + line * 18);
    await expect(machineIn(page).getByRole('alertdialog')).toContainText('leads to https://elsewhere.example/trap');
    expect(opened).toEqual([]);
  },
);

test(
  titleFor('debian', 'a Linux in an embed goes to sleep on its disk in memory, and wakes in the same place'),
  async ({ page, embed }) => {
    await embed('<dormouse-vm guest="debian" psci="1.3" cpus="1" height="420"></dormouse-vm>');
    const ended = await page.evaluate(async () => {
      const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
      const ready = new Promise((resolve) => vm.on('ready', resolve));
      await vm.start();
      await ready;
      await vm.exec('echo kept > /tmp/kept');
      const end = new Promise<CustomEvent<{ how: string; call?: string }>>((resolve) => vm.on('ended', resolve));
      await vm.hibernate();
      return (await end).detail;
    });
    expect(ended).toMatchObject({ how: 'hibernated', call: 'SYSTEM_OFF2' });
    await expect(machineIn(page).getByRole('region', { name: 'How the machine went down' })).toContainText('asleep');
    const after = await page.evaluate(async () => {
      const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
      const ready = new Promise((resolve) => vm.on('ready', resolve));
      await vm.wake({ psci: '1.1' });
      await ready;
      return vm.exec('cat /tmp/kept');
    });
    expect(after).toMatchObject({ status: 0, output: 'kept\n' });
    await expect(machineIn(page).getByText('PSCI 1.1', { exact: true })).toBeVisible();

    // Older firmware cannot tell sleep from a power-off; the disk can, and a start does not throw it away.
    const again = await page.evaluate(async () => {
      const vm = document.querySelector<DormouseVm>('dormouse-vm')!;
      const awake = await vm.status();
      const end = new Promise<CustomEvent<{ how: string; call?: string }>>((resolve) => vm.on('ended', resolve));
      await vm.hibernate();
      const { how, call } = (await end).detail;
      const { asleep } = await vm.status();
      vm.cpus = '2';
      const ready = new Promise((resolve) => vm.on('ready', resolve));
      await vm.start();
      await ready;
      return { awake, how, call, asleep, kept: (await vm.exec('cat /tmp/kept')).output };
    });
    expect(again).toEqual({
      awake: { state: 'running', psci: '1.1', asleep: false },
      how: 'off',
      call: 'SYSTEM_OFF',
      asleep: true,
      kept: 'kept\n',
    });
  },
);

test(
  lab('the playground takes over: the same machine anew by a link, or this very one as it is'),
  async ({ page, embed, context }) => {
    await embed('<dormouse-vm guest="lab" psci="1.1" cpus="2"></dormouse-vm>');
    const link = page.getByRole('link', { name: 'Open in the playground' });
    await expect(link).toHaveAttribute('href', /index\.html\?guest=lab&psci=1\.1&cpus=2$/);
    await page.getByRole('button', { name: /^Run/ }).click();
    await waitForConsole(page, /lab>/);
    await page.evaluate(() => document.querySelector<DormouseVm>('dormouse-vm')!.type('poke 0x43000000 0x600dcafe\r'));
    await waitForConsole(page, /poke[\s\S]*lab>/);
    await machineIn(page).getByRole('button', { name: 'More' }).click();
    const opening = context.waitForEvent('page');
    await machineIn(page).getByRole('button', { name: '…with the machine as it is' }).click();
    const playground = await opening;
    await expect(playground.getByText('PSCI 1.1').first()).toBeVisible();
    await expect.poll(() => playground.evaluate(() => window.__dormouse?.terminalText() ?? '')).toMatch(/restored from/);
    await playground.locator('.xterm-helper-textarea').focus();
    await playground.keyboard.type('mem 0x43000000 4\n');
    await expect.poll(() => playground.evaluate(() => window.__dormouse?.terminalText() ?? '')).toMatch(/600dcafe|fe ca 0d 60/);
  },
);
