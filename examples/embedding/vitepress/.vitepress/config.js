// Code fences with a live language become machines. As part of Vue's own page, so that they come and go with it.
const LIVE = /^(a64|console)-live(?:\?(\S*))?$/;

function liveFences(md) {
  const { escapeHtml } = md.utils;
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    const found = LIVE.exec(info.trim());
    if (!found) return fence(tokens, index, ...rest);
    const given = Object.fromEntries(new URLSearchParams(found[2] ?? ''));
    if (found[1] === 'a64')
      return tag({ panels: 'editor console', ...given }, `<pre data-a64 v-pre>${escapeHtml(content)}</pre>`);
    const typed = content.split('\n').flatMap((line) => /^(?:\$|#|lab>) (.*)$/.exec(line)?.[1] ?? []);
    const type = typed.map((line) => `${line.replaceAll('\\', '\\\\')}\\n`).join('');
    return tag({ guest: /^lab> /m.test(content) ? 'lab' : 'debian', type, ...given }, `<pre v-pre>${escapeHtml(content)}</pre>`);
  };
  const tag = (attributes, within) => {
    const text = Object.entries({ height: '320', ...attributes }).map(([name, value]) => `${name}="${escapeHtml(value)}"`);
    return `<dormouse-vm ${text.join(' ')}>${within}</dormouse-vm>`;
  };
}

export default {
  title: 'Live machines',
  head: [['script', { src: 'https://dormouse.example/dormouse-embed.js', async: '' }]],
  markdown: { config: liveFences },
  vue: { template: { compilerOptions: { isCustomElement: (name) => name === 'dormouse-vm' } } },
};
