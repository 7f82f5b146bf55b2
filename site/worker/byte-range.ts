/** A part of a whole answer, as RFC 9110 (14) has it for one range of bytes. */
export async function answerByRange(whole: Response, range: string): Promise<Response> {
  const blob = await whole.blob();
  const { size } = blob;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range.trim()) ?? [];
  // Anything else (several ranges, other units) may be answered by the whole.
  if (first === '' && last === '') return new Response(blob, { headers: whole.headers });
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end || start >= size) return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  const headers = new Headers(whole.headers);
  headers.set('content-range', `bytes ${start}-${end}/${size}`);
  headers.set('content-length', String(end - start + 1));
  return new Response(blob.slice(start, end + 1), { status: 206, statusText: 'Partial Content', headers });
}
