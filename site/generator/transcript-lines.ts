/** The console of a machine as HTML: prompt, what was typed, the kernel's time stamps, and Dormouse's own amber lines. */
import { escapeHtml } from './text';

const PROMPT = /^(lab> |\S*(?:~|\/\S*) ?# |# )(.*)$/;
const STAMP = /^(\[ *\d+\.\d+\])(.*)$/;
const OWN = /^── .* ──$/;

const span = (kind: string, text: string): string => `<span class="t-${kind}">${escapeHtml(text)}</span>`;

function line(text: string): string {
  if (OWN.test(text)) return span('own', text);
  const typed = PROMPT.exec(text);
  if (typed) return span('prompt', typed[1]!) + span('typed', typed[2]!);
  const stamped = STAMP.exec(text);
  if (stamped) return span('stamp', stamped[1]!) + escapeHtml(stamped[2]!);
  return escapeHtml(text);
}

export const transcript = (text: string): string => text.trimEnd().split('\n').map(line).join('\n');
