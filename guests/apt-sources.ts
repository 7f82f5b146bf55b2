/**
 * Finds the Debian mirror this machine is configured to use in its apt sources (sources.list(5)), in both formats:
 * one-line (.list) and deb822 (.sources). Nothing here touches the disk.
 */

export interface AptSource {
  uri: string;
  suites: string[];
  components: string[];
}

/** `deb [options] uri suite component…` lines. */
export function parseListFormat(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match) sources.push({ uri: match[1]!, suites: [match[2]!], components: match[3]!.split(/\s+/).filter(Boolean) });
  }
  return sources;
}

/** Stanzas of `Types: URIs: Suites: Components:` fields. */
export function parseDeb822Format(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  for (const stanza of withoutComments.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    for (const match of stanza.matchAll(/^([A-Za-z0-9-]+):((?:.*)(?:\n[ \t]+.*)*)/gm))
      fields.set(match[1]!.toLowerCase(), match[2]!);
    const words = (name: string) => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('types').includes('deb') || /^(no|false|0|off|without|disable)$/i.test(fields.get('enabled')?.trim() ?? ''))
      continue;
    for (const uri of words('uris')) sources.push({ uri, suites: words('suites'), components: words('components') });
  }
  return sources;
}

/** Debian's suites by code name and by role: what tells a Debian mirror from some other archive. */
const DEBIAN_SUITE =
  /^(buster|bullseye|bookworm|trixie|forky|duke|sid|oldstable|stable|testing|unstable)(-updates|-backports)?\/?$/;

/**
 * The first source that serves Debian itself (not its security archive, nor another distribution or vendor).
 * Undefined if the machine has none.
 */
export function debianMirror(sources: readonly AptSource[]): string | undefined {
  const serves = (source: AptSource) =>
    source.components.includes('main') &&
    source.suites.some((suite) => DEBIAN_SUITE.test(suite)) &&
    !/^cdrom:/.test(source.uri) &&
    !/security/.test(source.uri);
  // Vendors use Debian's suite names for their own archives, too; Debian's mirrors keep to the path "debian" by agreement.
  const candidates = sources.filter(serves);
  return (candidates.find((source) => /\bdebian\b/.test(source.uri.replace(/^\w+:\/\/[^/]*/, ''))) ?? candidates[0])?.uri;
}
