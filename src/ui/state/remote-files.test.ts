import { describe, expect, it } from 'vitest';
import { foreignFiles, remoteFiles } from './remote-files';

describe('files that an address names', () => {
  const base = 'https://site.example/vm/embed.html';

  it('are relative to the page', () => {
    const { files, complaints } = remoteFiles({ kernel: './Image', src: '../hello.s' }, base);
    expect(files.kernel?.href).toBe('https://site.example/vm/Image');
    expect(files.src?.href).toBe('https://site.example/hello.s');
    expect(complaints).toEqual([]);
  });

  it('are left out, and each is told, where they are not of the web', () => {
    const { files, complaints } = remoteFiles({ kernel: 'javascript:alert(1)', initrd: 'data:,x', snapshot: 'https://' }, base);
    expect(files).toEqual({});
    expect(complaints).toHaveLength(3);
    expect(complaints[0]).toBe(
      'The address asks for kernel=javascript:alert(1), which is not the address of a file on the web; it is left out.',
    );
  });

  it('are foreign unless they are of the very origin', () => {
    const { files } = remoteFiles(
      { kernel: 'https://other.example/Image', initrd: 'http://site.example/initrd', src: '/a.s' },
      base,
    );
    expect(foreignFiles(files, 'https://site.example').map(([role]) => role)).toEqual(['kernel', 'initrd']);
    // A frame of an opaque origin has nothing of its own.
    expect(foreignFiles(files, 'null')).toHaveLength(3);
  });
});
