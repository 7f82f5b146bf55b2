import { describe, expect, it } from 'vitest';
import { debianMirror, parseDeb822Format, parseListFormat } from './apt-sources';

describe('parseListFormat', () => {
  it('reads lines with and without options and skips comments and source packages', () => {
    const text = [
      '# deb http://old.example/debian stable main',
      'deb [arch=amd64 signed-by=/x.gpg] https://mirror.example/debian bookworm main contrib # ours',
      'deb-src https://mirror.example/debian bookworm main',
      '  deb\thttp://other.example/x ./',
    ].join('\n');
    expect(parseListFormat(text)).toEqual([
      { uri: 'https://mirror.example/debian', suites: ['bookworm'], components: ['main', 'contrib'] },
      { uri: 'http://other.example/x', suites: ['./'], components: [] },
    ]);
  });
});

describe('parseDeb822Format', () => {
  it('reads stanzas with comments, continued fields and several URIs', () => {
    const text = `# made at install
Types: deb deb-src
# comment inside
URIs: http://a.example/debian
 http://b.example/debian
Suites: trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://src.example/debian
Suites: trixie
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
`;
    expect(parseDeb822Format(text).map(({ uri, suites }) => [uri, suites])).toEqual([
      ['http://a.example/debian', ['trixie', 'trixie-updates']],
      ['http://b.example/debian', ['trixie', 'trixie-updates']],
    ]);
  });
});

describe('debianMirror', () => {
  const source = (uri: string, suite: string, component = 'main') => ({ uri, suites: [suite], components: [component] });

  it('passes over security archives, other vendors and other distributions', () => {
    const sources = [
      source('http://vendor.example/tools', 'bookworm'),
      source('http://mirror.example/debian-security', 'bookworm-security'),
      source('http://ubuntu.example/ubuntu', 'noble'),
      source('https://vendor.example/repo', 'stable', 'nodejs'),
      source('http://mirror.example/debian', 'bookworm'),
    ];
    expect(debianMirror(sources)).toBe('http://mirror.example/debian');
    expect(debianMirror(sources.slice(1, 4))).toBeUndefined();
  });

  it('takes mirror lists and odd paths, but no discs', () => {
    expect(debianMirror([source('mirror+file:/etc/apt/mirrors/debian.list', 'trixie')])).toBe(
      'mirror+file:/etc/apt/mirrors/debian.list',
    );
    expect(debianMirror([source('http://cache.example/pool1', 'sid')])).toBe('http://cache.example/pool1');
    expect(debianMirror([source('cdrom:[Debian 13]/', 'trixie')])).toBeUndefined();
  });
});
