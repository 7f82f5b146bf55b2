/**
 * Whether WebGL is drawn by a graphics processor. Where it is emulated, every frame is read back to the page, which waits for it: hundreds
 * of milliseconds while a busy guest takes the processor. xterm's own renderer is the faster one there.
 */
export function hasFastWebgl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  // Chromium gives a context all the same when the emulation is its own, so the renderer's name is asked as well.
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return !isEmulated(String(name));
}

/** Names of the renderers that draw on the main processor: Chromium's, Mesa's, Windows' and Apple's. */
export function isEmulated(renderer: string): boolean {
  return /swiftshader|llvmpipe|softpipe|basic render|software/i.test(renderer);
}
