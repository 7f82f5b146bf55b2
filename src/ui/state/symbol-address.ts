import { type FoundAddress, findAddressAsking } from './address-expression';
import type { Session } from './session.svelte';

/** Of the symbol that is called so, or has that in its name. Rejects with a sentence if no names are known. */
export async function addressOfSymbol(vm: Session, name: string): Promise<bigint | undefined> {
  const { exact, matches, source } = await vm.worker().inspect('symbols', { text: name });
  if (source === undefined)
    throw new Error(`No names are known of this guest: give an address such as 0x40080000, or a register, instead of “${name}”.`);
  return exact ?? matches[0]?.address;
}

/** An address as a person writes it, with registers and symbols in it. */
export async function findNamedAddress(
  vm: Session,
  text: string,
  registerNamed: (name: string) => bigint | undefined,
): Promise<FoundAddress> {
  try {
    return await findAddressAsking(text, registerNamed, (name) => addressOfSymbol(vm, name));
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
