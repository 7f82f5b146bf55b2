import { type FoundAddress, findAddressAsking } from './address-expression';
import type { Session } from './session.svelte';

/** What of the session this needs. */
type Asked = Pick<Session, 'worker'> & { readonly view: { readonly agentReady: boolean } };

/** An address as a person writes it, with registers and symbols in it; a symbol may be named by a part of its name. Where no names are known, what is wrong says so. */
export async function findNamedAddress(
  vm: Asked,
  text: string,
  registerNamed: (name: string) => bigint | undefined,
): Promise<FoundAddress> {
  let nameless = false;
  const ask = async (name: string): Promise<bigint | undefined> => {
    const { exact, matches, source } = await vm.worker().inspect('symbols', { text: name });
    nameless ||= source === undefined;
    return exact ?? matches[0]?.address;
  };
  try {
    const found = await findAddressAsking(text, registerNamed, ask);
    if (!nameless || !('problem' in found)) return found;
    const way = vm.view.agentReady ? '; it can be asked for them in the panel Code' : '';
    return { problem: `${found.problem} This guest has told no names of its own${way}.` };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
