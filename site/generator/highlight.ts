/** Code with its parts marked by classes, at build time: pages carry no highlighter. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import css from 'highlight.js/lib/languages/css';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import { a64 } from './a64-language';
import { escapeHtml } from './text';
import { transcript } from './transcript-lines';

for (const [name, language] of Object.entries({ bash, css, javascript, json, markdown, typescript, xml, a64 })) {
  hljs.registerLanguage(name, language);
}
hljs.registerAliases(['asm', 's', 'armasm'], { languageName: 'a64' });

/** Commands that stand in indented blocks, which cannot name their language. */
const COMMAND = /^\s*(\$ |npm |npx |vm |apt|sudo |DEBIAN_MIRROR|git )/m;

/** HTML of a block of code. `language` as in the fence; a console's own is `console`. Unknown: as it is. */
export function highlight(code: string, language: string): string {
  const name = language || (COMMAND.test(code) ? 'bash' : '');
  if (name === 'console' || name === 'transcript') return transcript(code);
  if (name === '' || hljs.getLanguage(name) === undefined) return escapeHtml(code);
  return hljs.highlight(code, { language: name, ignoreIllegals: true }).value;
}
