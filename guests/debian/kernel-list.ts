/** Debian's other kernels, for tests: all that current arm64 machines run, built by somebody else. */

export interface MoreKernel {
  /** Of its folder, and on the command line: suite and flavour. */
  name: string;
  /** The newest kernel of these is meant. */
  suites: readonly string[];
  metapackage: string;
  /** Bytes of a page, as `getconf PAGE_SIZE` tells them. */
  pageSize: 4096 | 16384;
}

const FLAVOURS = {
  '': { metapackage: 'linux-image-arm64', pageSize: 4096 },
  '-cloud': { metapackage: 'linux-image-cloud-arm64', pageSize: 4096 },
  '-rt': { metapackage: 'linux-image-rt-arm64', pageSize: 4096 },
  '-16k': { metapackage: 'linux-image-arm64-16k', pageSize: 16384 },
} as const;

type Flavour = keyof typeof FLAVOURS;

const kernels = (name: string, suites: readonly string[], flavours: readonly Flavour[]): MoreKernel[] =>
  flavours.map((flavour) => ({ name: `${name}${flavour}`, suites, ...FLAVOURS[flavour] }));

export const MORE_KERNELS: readonly MoreKernel[] = [
  ...kernels('bookworm', ['bookworm'], ['', '-cloud', '-rt']),
  ...kernels('trixie', ['trixie'], ['', '-cloud', '-rt', '-16k']),
  // The cloud kernel of these is the Debian guest's own.
  ...kernels('backports', ['trixie', 'trixie-backports'], ['', '-rt', '-16k']),
  ...kernels('forky', ['forky'], ['', '-cloud', '-rt', '-16k']),
];
