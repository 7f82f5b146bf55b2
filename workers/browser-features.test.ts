import { afterEach, describe, expect, it, vi } from 'vitest';
import { missingFeatures } from './browser-features';

describe('missingFeatures', () => {
  afterEach(() => vi.restoreAllMocks());

  it('finds nothing missing where Dormouse runs: Node is such a place', () => {
    expect(missingFeatures()).toBeUndefined();
  });

  it('names what a browser lacks in one sentence', () => {
    const validate = WebAssembly.validate;
    // Tail calls are told from SIMD by the opcode.
    vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) => !(bytes as Uint8Array).includes(0x12) && validate(bytes));
    expect(missingFeatures()).toBe(
      'This browser lacks WebAssembly tail calls; Chrome 112, Firefox 121, Safari 18.2 and later have what Dormouse needs.',
    );
  });

  it('says what a site must allow that forbids to compile', () => {
    vi.spyOn(WebAssembly, 'Module').mockImplementation(() => {
      throw new WebAssembly.CompileError('WebAssembly.Module(): refused by the Content Security Policy');
    });
    expect(missingFeatures()).toMatch(/^This site forbids WebAssembly .* 'wasm-unsafe-eval' .*\.$/);
  });

  it('says so if there is no WebAssembly at all', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect(missingFeatures()).toContain('no WebAssembly');
    vi.unstubAllGlobals();
  });
});
