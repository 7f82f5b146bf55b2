import type { Answer } from '../../vm/api/questions';
import { type FoundAddress, findAddressAsking } from './address-expression';
import { hexShort } from './format';
import type { Session } from './session.svelte';

/** What of the session this needs. */
type Asked = Pick<Session, 'worker'> & {
  readonly view: { readonly agentReady: boolean };
  readonly names: { readonly asking: boolean };
};

/** So many names are offered for one that nothing has, and so many addresses of a name that several have. */
const MOST_OFFERED = 3;

/** An address as a person writes it, with registers and symbols in it. A symbol is meant by its whole name: for one that nothing has, and for one that several have, what is wrong says what there is. */
export async function findNamedAddress(
  vm: Asked,
  text: string,
  registerNamed: (name: string) => bigint | undefined,
): Promise<FoundAddress> {
  let unknown: Answer<'symbols'> | undefined;
  const ask = async (name: string): Promise<bigint | undefined> => {
    const answer = await vm.worker().inspect('symbols', { text: name });
    const { exact } = answer;
    if (exact.length > 1) throw new Error(severalWords(name, exact));
    if (exact.length === 0) unknown ??= answer;
    return exact[0];
  };
  try {
    const found = await findAddressAsking(text, registerNamed, ask);
    return unknown && 'problem' in found ? { problem: `${found.problem} ${namesWords(vm, unknown)}`.trim() } : found;
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function severalWords(name: string, addresses: readonly bigint[]): string {
  const shown = addresses.slice(0, MOST_OFFERED).map(hexShort).join(', ');
  const more = addresses.length - MOST_OFFERED;
  return `${addresses.length} places are called “${name}”: ${shown}${more > 0 ? ` and ${more} more` : ''}. Give the address of the one that is meant.`;
}

/** What names there are instead. */
function namesWords({ names, view }: Asked, { source, matches }: Answer<'symbols'>): string {
  if (source === undefined) {
    if (names.asking) return 'This guest is being asked for its names.';
    return `This guest has told no names of its own${view.agentReady ? '; it can be asked for them in the panel Code' : ''}.`;
  }
  const offered = distinctNames(matches).slice(0, MOST_OFFERED);
  const near = offered.length > 0 ? `There is ${offered.map((name) => `“${name}”`).join(', ')}.` : '';
  // Linux tells those of its functions only: see KALLSYMS_COMMAND.
  return [near, source === 'kallsyms' ? 'The guest has told the names of functions only.' : ''].filter(Boolean).join(' ');
}

/** Names to choose from, each once: several symbols may have the same. */
export const distinctNames = (symbols: readonly { readonly name: string }[]): string[] => [
  ...new Set(symbols.map(({ name }) => name)),
];
