/**
 * Fetches packages with apt into a private root: own lists, own cache, own status, nothing installed, the machine's packages
 * untouched. The machine's network settings (proxies, credentials) in apt.conf.d and auth.conf.d stay in force.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptSource, debianMirror, parseDeb822Format, parseListFormat } from '../apt-sources';
import { hasTool, RecipeError, runTool } from '../run-tool';

const APT_ETC = '/etc/apt';
const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'];

/** One version of a package as the lists show it. */
export interface PackageVersion {
  name: string;
  version: string;
  /** Names of all packages it depends on, versions and alternatives flattened. */
  depends: string[];
}

async function configuredSources(): Promise<AptSource[]> {
  const files = [join(APT_ETC, 'sources.list')];
  const parts = join(APT_ETC, 'sources.list.d');
  if (existsSync(parts)) for (const name of (await readdir(parts)).sort()) files.push(join(parts, name));
  const sources: AptSource[] = [];
  for (const file of files) {
    if (!existsSync(file)) continue;
    if (file.endsWith('.sources')) sources.push(...parseDeb822Format(await readFile(file, 'utf8')));
    else if (file.endsWith('.list')) sources.push(...parseListFormat(await readFile(file, 'utf8')));
  }
  return sources;
}

/** `DEBIAN_MIRROR`, or the mirror apt is configured for. Throws a RecipeError if there is neither. */
export async function findMirror(): Promise<string> {
  const mirror = process.env.DEBIAN_MIRROR?.trim() || debianMirror(await configuredSources());
  if (mirror === undefined) {
    throw new RecipeError('apt on this machine knows no Debian mirror; set DEBIAN_MIRROR to the URL of one.');
  }
  return mirror;
}

/** A URL fit for the terminal: without name and password. */
export const withoutCredentials = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');

/** The stanzas of `apt-cache show`. */
export function parsePackageVersions(text: string): PackageVersion[] {
  const versions: PackageVersion[] = [];
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(stanza)?.[1];
    const name = field('Package');
    const version = field('Version');
    if (name === undefined || version === undefined) continue;
    const depends = [field('Pre-Depends'), field('Depends')]
      .flatMap((list) => (list ?? '').split(/[,|]/))
      .map((item) => item.trim().replace(/[\s(:].*$/, ''))
      .filter(Boolean);
    versions.push({ name, version, depends });
  }
  return versions;
}

/** What `apt-get --simulate install` would install, in its order. */
export function plannedPackages(text: string): { name: string; version: string }[] {
  return [...text.matchAll(/^Inst ([^\s:]+)\S* \((\S+) /gm)].map(([, name = '', version = '']) => ({ name, version }));
}

export class PrivateApt {
  private readonly configFile: string;

  private constructor(
    readonly root: string,
    private readonly architecture: string,
  ) {
    this.configFile = join(root, 'apt.conf');
  }

  /** `architecture`: Debian's name of the packages' one. Throws a RecipeError if this machine has no apt. */
  static async open(root: string, architecture = 'arm64'): Promise<PrivateApt> {
    if (!hasTool('apt-get')) throw new RecipeError('this machine has no apt (apt-get was not found).');
    const apt = new PrivateApt(root, architecture);
    for (const folder of ['state/lists/partial', 'cache/archives/partial', 'etc/sources.list.d', 'etc/preferences.d', 'debs']) {
      await mkdir(join(root, folder), { recursive: true });
    }
    await writeFile(join(root, 'state/status'), '');
    const config = [
      // Hooks of the machine (caches to clean, daemons to wake) have nothing to do with this root.
      '#clear APT::Update::Pre-Invoke;',
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      '#clear APT::Architectures;',
      '#clear APT::Default-Release;',
      `APT::Architecture "${architecture}";`,
      `APT::Architectures { "${architecture}"; };`,
      `Dir::State "${root}/state";`,
      `Dir::State::status "${root}/state/status";`,
      `Dir::Cache "${root}/cache";`,
      `Dir::Etc::SourceList "${root}/etc/sources.list";`,
      `Dir::Etc::SourceParts "${root}/etc/sources.list.d";`,
      `Dir::Etc::Preferences "${root}/etc/preferences";`,
      `Dir::Etc::PreferencesParts "${root}/etc/preferences.d";`,
      'Acquire::Languages "none";',
      'Acquire::Retries "1";',
      'Acquire::http::Timeout "30";',
      'Acquire::https::Timeout "30";',
      // A list that could not be fetched is an error, not a reason to go on with an older one.
      'APT::Update::Error-Mode "any";',
      // As root apt would download as user _apt, which often may not enter the folder of a checkout.
      'APT::Sandbox::User "root";',
    ];
    await writeFile(apt.configFile, `${config.join('\n')}\n`);
    return apt;
  }

  private run(tool: string, args: string[], cwd?: string): Promise<Buffer> {
    return runTool(tool, ['-c', this.configFile, '-q', ...args], cwd === undefined ? {} : { cwd });
  }

  /** Fetches and verifies the lists of `suites`. Throws a RecipeError if they cannot be had, or Debian's keys are not on this machine. */
  async update(mirror: string, suites: readonly string[]): Promise<void> {
    const keyring = KEYRINGS.find((path) => existsSync(path));
    if (keyring === undefined) {
      throw new RecipeError(`Debian's keys are not on this machine (${KEYRINGS[0]}; package debian-archive-keyring).`);
    }
    const lines = suites.map((suite) => `deb [arch=${this.architecture} signed-by=${keyring}] ${mirror} ${suite} main\n`);
    await writeFile(join(this.root, 'etc/sources.list'), lines.join(''));
    await this.run('apt-get', ['update']);
  }

  /** Every version of a package the lists offer, newest first as apt sorts them; empty if there is none. */
  async versions(name: string): Promise<PackageVersion[]> {
    try {
      return parsePackageVersions((await this.run('apt-cache', ['show', '-a', name])).toString());
    } catch (error) {
      if (error instanceof RecipeError && /No packages found|Unable to locate/.test(error.message)) return [];
      throw error;
    }
  }

  /** Downloads exactly these versions, verified, and returns the files in the same order. */
  async download(packages: readonly { name: string; version: string }[]): Promise<string[]> {
    const folder = join(this.root, 'debs');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    await this.run('apt-get', ['download', ...packages.map(({ name, version }) => `${name}=${version}`)], folder);
    const files = await readdir(folder);
    return packages.map(({ name, version }) => {
      const file = files.find((candidate) => candidate.startsWith(`${name}_${version.replaceAll(':', '%3a')}_`));
      if (file === undefined) throw new RecipeError(`apt-get downloaded no file for ${name} ${version}.`);
      return join(folder, file);
    });
  }

  /** Downloads the newest version of each package and of all they depend on, verified, and returns the files. What is there already is not fetched again. */
  async downloadAll(names: readonly string[]): Promise<string[]> {
    // An empty status is a machine with nothing on it, so everything is to be installed.
    const install = ['install', '--yes', '--no-install-recommends', ...names];
    await this.run('apt-get', ['--download-only', ...install]);
    const planned = (await this.run('apt-get', ['--simulate', ...install])).toString();
    const archives = join(this.root, 'cache/archives');
    const files = await readdir(archives);
    return plannedPackages(planned).map(({ name, version }) => {
      const start = `${name}_${version.replaceAll(':', '%3a')}_`;
      const file = files.find((candidate) => candidate.startsWith(start) && candidate.endsWith('.deb'));
      if (file === undefined) throw new RecipeError(`apt-get downloaded no file for ${name} ${version}.`);
      return join(archives, file);
    });
  }
}
