/** Static code that becomes live, in the words of documentation systems, and the editor it is changed in. */
import { expect, type Page } from '@playwright/test';
import { machineIn, test, waitForConsole } from './support/embedding-page';
import { hasGuest, titleFor } from './support/guests';

test.skip(!hasGuest('lab'), 'the lab guest was not built');
test.use({ viewport: { width: 900, height: 700 } });

const PROGRAM = 'start:\n    nop\n    b start\n';

interface Enlivened {
  attributes: Record<string, string>;
  program?: string;
  shown: string;
}

/** The tags of a page, when its script has been over it. */
async function tagsOf(page: Page): Promise<Enlivened[]> {
  await page.waitForFunction(() => customElements.get('dormouse-vm') !== undefined && document.readyState === 'complete');
  return page.locator('dormouse-vm').evaluateAll((tags) =>
    tags.map((tag) => {
      const program = tag.querySelector('script')?.textContent;
      return {
        attributes: Object.fromEntries([...tag.attributes].map(({ name, value }) => [name, value])),
        ...(program === undefined || program === null ? {} : { program }),
        shown: tag.querySelector('pre')?.textContent ?? '',
      };
    }),
  );
}

// What the systems write, taken from pages that they built.
const BLOCKS: Record<string, string> = {
  'Sphinx 5.3': `<div class="highlight-a64-live notranslate"><div class="highlight"><pre><span></span>${PROGRAM}</pre></div></div>`,
  'Jekyll 4.3': `<div class="language-a64-live highlighter-rouge"><div class="highlight"><pre class="highlight"><code>${PROGRAM}</code></pre></div></div>`,
  'Hugo 0.111': `<pre tabindex="0"><code class="language-a64-live" data-lang="a64-live">${PROGRAM}</code></pre>`,
  'markdown-it': `<pre><code class="language-a64-live">${PROGRAM}</code></pre>`,
  'lines with breaks': `<pre class="prism-code language-a64-live"><code>${PROGRAM.trimEnd()
    .split('\n')
    .map((line) => `<span class="token-line">${line}<br></span>`)
    .join('')}</code></pre>`,
};

test('programs in blocks as documentation systems write them become machines with these programs', async ({ page, embed }) => {
  await embed(Object.values(BLOCKS).join('\n'));
  const machines = await tagsOf(page);
  expect(machines).toHaveLength(Object.keys(BLOCKS).length);
  for (const [nth, system] of Object.keys(BLOCKS).entries()) {
    const machine = machines[nth];
    expect(machine?.program, system).toBe(PROGRAM);
    expect(machine?.attributes, system).toMatchObject({ panels: 'editor console' });
    expect(machine?.shown, system).toBe(PROGRAM);
  }
});

test('a transcript types what was typed; a query is heeded wherever it stands, what is in a tag is left alone', async ({
  page,
  embed,
}) => {
  await embed(
    `<div class="language-console-live highlighter-rouge" data-dormouse="psci=1.0"><pre><code>lab&gt; psci\nlab&gt; cpus\n</code></pre></div>
     <pre><code class="language-console-live?guest=debian&amp;register=std_bmap=0x0&amp;register=std_hyp_bmap=0x0&amp;readonly">~ # uname -m\naarch64</code></pre>
     <pre data-dormouse="cpus=2"># a comment\nnop</pre>
     <pre class="language-asm" data-dormouse># a comment\nnop</pre>
     <pre class="my-a64-live-box">nop</pre>
     <dormouse-vm guest="lab"><pre class="language-console-live">lab&gt; psci</pre></dormouse-vm>`,
  );
  const machines = await tagsOf(page);
  expect(machines).toHaveLength(5);
  expect(machines[0]?.attributes).toMatchObject({ guest: 'lab', psci: '1.0', type: 'psci\\ncpus\\n' });
  expect(machines[1]?.attributes).toMatchObject({
    guest: 'debian',
    register: 'std_bmap=0x0 std_hyp_bmap=0x0',
    readonly: '',
    type: 'uname -m\\n',
  });
  expect(machines[2]?.attributes).toMatchObject({ cpus: '2', type: 'a comment\\n' });
  expect(machines[3]?.program).toBe('# a comment\nnop');
});

test(titleFor('lab', 'without a guest the lab boots, as its poster says'), async ({ page, embed }) => {
  await embed('<dormouse-vm></dormouse-vm>');
  await page.getByRole('button', { name: /^Run Lab/ }).click();
  await waitForConsole(page, /lab>/);
});

test(
  titleFor('lab', 'the editor marks what the assembler refuses, runs by Ctrl+Enter, and lets Tab through'),
  async ({ page, embed }) => {
    const { complaints } = await embed(
      `<dormouse-vm height="400"><pre data-a64>
    moov w0, #1
    ldr x1, =0x09000000
    mov w0, #'h'
    str w0, [x1]
    b nowhere
</pre></dormouse-vm>`,
      {
        site: {
          headers: { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'" },
        },
      },
    );
    await page.getByRole('button', { name: /^Run/ }).click();
    const frame = machineIn(page);
    await expect(frame.locator('.cm-wrongNumber')).toHaveText(['1', '5']);
    await expect(frame.locator('.cm-line').first()).toHaveCSS('background-color', /^rgb\(\d+, \d+, \d+\)$/);
    await frame.getByRole('button', { name: /^Line 5: / }).click();
    const text = frame.getByRole('textbox', { name: /^A64 assembly/ });
    await expect(text).toBeFocused();

    // By keyboard, Tab goes through; who writes indents with it, and leaves by Escape and Tab.
    await page.keyboard.press('Shift+Tab');
    await expect(text).not.toBeFocused();
    await frame.getByRole('button', { name: /^Line 5: / }).click();
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('    b .');
    await expect(frame.locator('.cm-wrongNumber')).toHaveText(['1']);
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    await expect(text).toBeFocused();
    await expect(text).toContainText('        b .');
    await expect(frame.getByText('leaves')).toBeVisible();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type('    nop');
    await page.keyboard.press('Control+Enter');
    await waitForConsole(page, /h\s*$/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await expect(text).not.toBeFocused();
    expect(complaints).toEqual([]);

    await page.locator('dormouse-vm').evaluate((tag) => tag.setAttribute('readonly', ''));
    await expect(text).toHaveAttribute('contenteditable', 'false');
  },
);
