import { describe, expect, it } from 'vitest';
import { isEmulated } from './fast-webgl';

describe('renderers', () => {
  it.each([
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
    'llvmpipe (LLVM 15.0.6, 256 bits)',
    'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)',
    'Apple Software Renderer',
  ])('%s draws on the main processor', (name) => {
    expect(isEmulated(name)).toBe(true);
  });

  it.each(['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', 'Apple M2', 'WebKit WebGL'])(
    '%s does not',
    (name) => {
      expect(isEmulated(name)).toBe(false);
    },
  );
});
