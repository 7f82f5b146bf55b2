/**
 * The names a BusyBox binary answers to, read from the binary itself: it keeps them as one row of NUL-terminated strings in
 * sorted order, starting with `[` and `[[`, ended by an empty one. So the symlinks fit the binary without running it.
 * Throws an Error if the row is not there.
 */
export function busyboxApplets(binary: Uint8Array): string[] {
  const text = Buffer.from(binary).toString('latin1');
  const start = text.indexOf('[\0[[\0');
  if (start < 0) throw new Error('The BusyBox binary does not hold a table of applet names.');
  const names = text.slice(start, text.indexOf('\0\0', start)).split('\0');
  if (!names.includes('sh') || names.some((name) => !/^[\w[.-]+$/.test(name))) {
    throw new Error(`The table of applet names in the BusyBox binary is damaged (${names.length} names).`);
  }
  return names;
}
