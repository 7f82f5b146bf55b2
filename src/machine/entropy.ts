import { chacha20 } from '@noble/ciphers/chacha.js';
import type { Apply, DeviceState } from './device';
import { SavedState } from './saved-state';

const KEY_BYTES = 32;
const BLOCK_BYTES = 64;
const NO_NONCE = new Uint8Array(12);
/** Number of the last block of one key: ChaCha20's counter has 32 bits, and the library makes no block for the very last. */
const LAST_BLOCK = 0xffff_fffe;

/**
 * The machine's source of random bytes: the ChaCha20 key stream (RFC 8439) of a seed that the host gave through the input gate. What it
 * will give next is part of the machine's state, so a restored or replayed guest is told the same bytes as the one that went on.
 */
export class Entropy {
  private key: Uint8Array = new Uint8Array(KEY_BYTES);
  /** Number of the block at hand, and bytes of it that were given. */
  private block = 0;
  private given = 0;
  private stream = this.current();

  private current(): Uint8Array {
    return chacha20(this.key, NO_NONCE, new Uint8Array(BLOCK_BYTES), undefined, this.block);
  }

  /** Stirs 32 bytes of the host's into what is left: the stream from here on depends on both. */
  reseed(seed: Uint8Array): void {
    checkSeed(seed);
    const key = new Uint8Array(KEY_BYTES);
    this.fill(key);
    this.begin(key.map((byte, index) => byte ^ seed[index]!));
  }

  private begin(key: Uint8Array, block = 0, given = 0): void {
    this.key = key;
    this.block = block;
    this.given = given;
    this.stream = this.current();
  }

  /** Fills the whole array. */
  fill(into: Uint8Array): void {
    for (let at = 0; at < into.length; ) {
      if (this.given === BLOCK_BYTES) {
        // A key that is used up gives birth to the next.
        if (this.block === LAST_BLOCK) this.begin(this.stream.slice(0, KEY_BYTES));
        else this.begin(this.key, this.block + 1);
      }
      const part = this.stream.subarray(this.given, this.given + into.length - at);
      into.set(part, at);
      at += part.length;
      this.given += part.length;
    }
  }

  save(): DeviceState {
    return { key: this.key.slice(), block: this.block, given: this.given };
  }

  check(state: DeviceState): Apply {
    const saved = new SavedState('entropy source', state);
    const [key, block] = [saved.bytes('key', KEY_BYTES), saved.number('block', LAST_BLOCK)];
    const given = saved.number('given', BLOCK_BYTES);
    return () => this.begin(key, block, given);
  }
}

/** Throws a sentence for what cannot be given to {@link Entropy.reseed}. */
export function checkSeed(seed: Uint8Array): void {
  if (seed.length !== KEY_BYTES) throw new RangeError(`A seed of entropy has ${KEY_BYTES} bytes, not ${seed.length}.`);
}
