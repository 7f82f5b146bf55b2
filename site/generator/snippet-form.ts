/** The form of the snippet generator, one control for each parameter of the table. */
import type { Parameter, ParameterName } from '../../src/ui/state/parameters';
import { BOUNDS, CHOICES, parameterGroups } from './choices';
import { inline } from './markdown';
import { escapeHtml } from './text';

const option = (value: string, text = value): string => `<option value="${escapeHtml(value)}">${escapeHtml(text)}</option>`;

function control({ name, kind, example, otherwise }: Parameter): string {
  const shared = `id="p-${name}" name="${name}" data-kind="${kind}" aria-describedby="p-${name}-text"`;
  const choices = CHOICES[name as ParameterName];
  const bounds = BOUNDS[name as ParameterName];
  const bare = escapeHtml(otherwise.replaceAll('`', ''));
  if (kind === 'flag') return `<input type="checkbox" ${shared} />`;
  if (kind === 'choice' && choices)
    return `<select ${shared}>${option('', `left out: ${bare}`)}${choices.map((one) => option(one)).join('')}</select>`;
  if (kind === 'list' && choices) {
    const boxes = choices.map(
      (one) => `<label><input type="checkbox" name="${name}" data-kind="list" value="${one}" /> ${one}</label>`,
    );
    return `<span class="boxes" role="group" aria-labelledby="p-${name}-label" aria-describedby="p-${name}-text">${boxes.join('')}</span>`;
  }
  if (kind === 'number' && bounds)
    return `<input type="number" inputmode="numeric" min="${bounds.min}" max="${bounds.max}" placeholder="${escapeHtml(example)}" ${shared} />`;
  const suggestions = name === 'guest' ? ['lab', 'debian'] : name === 'disk' ? ['memory', 'none'] : [];
  const list =
    suggestions.length > 0 ? `<datalist id="p-${name}-list">${suggestions.map((one) => option(one)).join('')}</datalist>` : '';
  return `<input type="text" autocomplete="off" spellcheck="false" placeholder="${escapeHtml(example)}" ${list && `list="p-${name}-list" `}${shared} />${list}`;
}

function field(parameter: Parameter): string {
  const { name, kind, text } = parameter;
  const label =
    kind === 'list'
      ? `<span id="p-${name}-label" class="label"><code>${name}</code></span>`
      : `<label for="p-${name}"><code>${name}</code></label>`;
  return `<div class="field${kind === 'flag' ? ' flag' : ''}" data-parameter="${name}"${parameter.embedOnly ? ' data-embed-only' : ''}>${label}${control(parameter)}<p id="p-${name}-text" class="note">${inline(text)}</p></div>`;
}

/** HTML. Groups that few people need are folded; every control has its name and its sentence. */
export function snippetForm(): string {
  const groups = parameterGroups().map(({ title, group, parameters }) => {
    const fields = parameters.map(field).join('');
    const open = group === 'guest' || group === 'firmware' ? ' open' : '';
    return `<details class="group"${open}><summary>${title}</summary><div class="fields">${fields}</div></details>`;
  });
  return `<form id="snippet-form" class="snippet-form">
<div class="fields first"><div class="field"><label for="snippet-base">Address of the site</label><input type="url" id="snippet-base" autocomplete="off" spellcheck="false" /><p class="note">The folder that holds <code>dormouse-embed.js</code>; as it stands, this one.</p></div></div>
${groups.join('\n')}
</form>`;
}
