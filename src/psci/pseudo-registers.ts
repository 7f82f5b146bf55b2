/**
 * KVM's firmware pseudo-registers: how a VMM chooses the PSCI version and the SMCCC services, and how a snapshot carries the
 * choice. `save()` and `restore()` are blind: they list, read and write registers without knowing what they mean.
 *
 * Sources: Linux `arch/arm64/kvm/hypercalls.c`, `Documentation/virt/kvm/arm/fw-pseudo-registers.rst`.
 */
import { type Errno, err, ok, type Result } from './errno';
import {
  STD_BIT_TRNG_V1_0,
  STD_HYP_BIT_PV_TIME,
  VENDOR_HYP_2_BIT_DISCOVER_IMPL_CPUS,
  VENDOR_HYP_2_BIT_DISCOVER_IMPL_VER,
  VENDOR_HYP_BIT_FUNC_FEAT,
  VENDOR_HYP_BIT_PTP,
} from './smccc-services';
import type { FirmwareState, ServiceBitmaps, SetBy, WorkaroundLevels } from './state';
import {
  decodeVersion,
  encodeVersion,
  formatVersion,
  type HostGeneration,
  NEWEST_HOST,
  PSCI_VERSIONS,
  type PsciVersion,
  parseVersion,
  versionAtLeast,
} from './versions';
import { hex } from './words';

/** KVM_REG_ARM64 | KVM_REG_SIZE_U64, then coprocessor and number. */
const KVM_REG_ARM64_U64 = 0x6030_0000_0000_0000n;
const KVM_REG_ARM_FW = 0x14n << 16n;
const KVM_REG_ARM_FW_FEAT_BMAP = 0x16n << 16n;
const firmware = (n: bigint): bigint => KVM_REG_ARM64_U64 | KVM_REG_ARM_FW | n;
const bitmap = (n: bigint): bigint => KVM_REG_ARM64_U64 | KVM_REG_ARM_FW_FEAT_BMAP | n;

/** Bits 3:0 of a workaround register; bit 4 of the second one says ENABLED. */
const KVM_REG_FEATURE_LEVEL_MASK = 0xfn;
const KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2_ENABLED = 1n << 4n;

export type RegisterName =
  | 'psci_version'
  | 'arch_workaround_1'
  | 'arch_workaround_2'
  | 'arch_workaround_3'
  | 'std_bmap'
  | 'std_hyp_bmap'
  | 'vendor_hyp_bmap'
  | 'vendor_hyp_bmap_2';

export interface RegisterInfo {
  /** Name for people and the command line. */
  readonly name: RegisterName;
  /** KVM's register id, 64 bits. */
  readonly id: bigint;
  /** KVM's name of the register. */
  readonly kvmName: string;
  readonly summary: string;
}

type BitmapName = Extract<RegisterName, `${string}_bmap` | `${string}_bmap_2`>;

/** In the order of KVM_GET_REG_LIST. */
export const REGISTERS: readonly RegisterInfo[] = [
  { name: 'psci_version', id: firmware(0n), kvmName: 'KVM_REG_ARM_PSCI_VERSION', summary: 'The PSCI version of the VM.' },
  {
    name: 'arch_workaround_1',
    id: firmware(1n),
    kvmName: 'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_1',
    summary: 'Protection against CVE-2017-5715; checked on write, never stored.',
  },
  {
    name: 'arch_workaround_2',
    id: firmware(2n),
    kvmName: 'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2',
    summary: 'Protection against CVE-2018-3639; checked on write, never stored.',
  },
  {
    name: 'arch_workaround_3',
    id: firmware(3n),
    kvmName: 'KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_3',
    summary: 'Protection against Spectre-BHB; checked on write, never stored.',
  },
  { name: 'std_bmap', id: bitmap(0n), kvmName: 'KVM_REG_ARM_STD_BMAP', summary: 'Standard services: bit 0 TRNG.' },
  {
    name: 'std_hyp_bmap',
    id: bitmap(1n),
    kvmName: 'KVM_REG_ARM_STD_HYP_BMAP',
    summary: 'Hypervisor services: bit 0 stolen time.',
  },
  {
    name: 'vendor_hyp_bmap',
    id: bitmap(2n),
    kvmName: 'KVM_REG_ARM_VENDOR_HYP_BMAP',
    summary: "KVM's own services: bit 0 features and UID, bit 1 PTP.",
  },
  {
    name: 'vendor_hyp_bmap_2',
    id: bitmap(3n),
    kvmName: 'KVM_REG_ARM_VENDOR_HYP_BMAP_2',
    summary: 'More vendor services: bit 0 DISCOVER_IMPL_VER, bit 1 DISCOVER_IMPL_CPUS; advertised only.',
  },
];

const BITMAP_FIELDS: Record<BitmapName, keyof ServiceBitmaps> = {
  std_bmap: 'std',
  std_hyp_bmap: 'stdHyp',
  vendor_hyp_bmap: 'vendorHyp',
  vendor_hyp_bmap_2: 'vendorHyp2',
};
const isBitmap = (name: RegisterName): name is BitmapName => name in BITMAP_FIELDS;

/** What the host offers. KVM keeps all supported bits on until told otherwise (opt-out), except in the newest register. */
export interface Host {
  readonly generation: HostGeneration;
  readonly supportedBits: ServiceBitmaps;
  readonly workarounds: WorkaroundLevels;
  /** Registers this host does not know (ENOENT). */
  readonly lacks: readonly RegisterName[];
}

export const SUPPORTED_BITS: ServiceBitmaps = {
  std: STD_BIT_TRNG_V1_0,
  stdHyp: STD_HYP_BIT_PV_TIME,
  vendorHyp: VENDOR_HYP_BIT_FUNC_FEAT | VENDOR_HYP_BIT_PTP,
  vendorHyp2: VENDOR_HYP_2_BIT_DISCOVER_IMPL_VER | VENDOR_HYP_2_BIT_DISCOVER_IMPL_CPUS,
};

/** An emulated CPU does not speculate: all three workarounds are "not required". */
export const UNAFFECTED: WorkaroundLevels = { workaround1: 2, workaround2: 3, workaround3: 2 };

/** A host of `generation` (the newest, if left out) that differs from others only in what `changes` says. */
export function makeHost(generation: HostGeneration = NEWEST_HOST, changes: Partial<Omit<Host, 'generation'>> = {}): Host {
  return { generation, supportedBits: SUPPORTED_BITS, workarounds: UNAFFECTED, lacks: [], ...changes };
}

/** One register in a snapshot. */
export interface SavedRegister {
  readonly id: bigint;
  readonly value: bigint;
}

export interface RegisterView extends RegisterInfo {
  readonly value: bigint;
  readonly text: string;
  readonly setBy: SetBy;
}

export type RegisterErrno = Exclude<Errno, 'EEXIST'>;

/** KVM_ARM_VCPU_INIT's features that matter here. */
export interface VcpuFeatures {
  /** Bit 2, KVM_ARM_VCPU_PSCI_0_2: PSCI 0.2 and later. Without it the VM speaks 0.1. */
  readonly psci02: boolean;
}

export type RegisterState = Pick<FirmwareState, 'version' | 'versionSetBy' | 'bitmaps' | 'workarounds'>;

/** The pseudo-registers of one VM. */
export class FirmwareRegisters {
  private features: VcpuFeatures | undefined;
  private readonly initialised = new Set<number>();
  private version: PsciVersion;
  private bitmaps: ServiceBitmaps;
  private readonly origin = new Map<RegisterName, SetBy>();
  private vmHasRun = false;
  private current: RegisterState | undefined;

  constructor(readonly host: Host = makeHost()) {
    this.version = host.generation.newest;
    const { supportedBits: bits } = host;
    this.bitmaps = { std: bits.std, stdHyp: bits.stdHyp, vendorHyp: bits.vendorHyp, vendorHyp2: 0 };
  }

  /**
   * A VM as `dormouse run --psci …` makes it: `vcpus` initialised and the version written, or left at the host's default.
   * 0.1 is chosen by leaving out the PSCI_0_2 feature, all others by the register. Error: EINVAL if the host is too old.
   */
  static forVersion(
    version: PsciVersion | undefined,
    vcpus: number,
    host: Host = makeHost(),
  ): Result<FirmwareRegisters, RegisterErrno> {
    const registers = new FirmwareRegisters(host);
    for (let vcpu = 0; vcpu < vcpus; vcpu++) registers.initVcpu(vcpu, { psci02: version !== '0.1' });
    if (version === undefined) return ok(registers);
    const written = registers.write('psci_version', BigInt(encodeVersion(version)));
    return written.ok ? ok(registers) : written;
  }

  /** KVM_ARM_VCPU_INIT. The first call fixes the features of the whole VM; a different set later is EINVAL. A repeat is a reset. */
  initVcpu(vcpu: number, features: VcpuFeatures): Result<void, 'EINVAL'> {
    if (this.features && this.features.psci02 !== features.psci02) {
      const [has, wants] = this.features.psci02 ? ['with', 'without'] : ['without', 'with'];
      return err('EINVAL', `vCPU ${vcpu} was given ${wants} the PSCI_0_2 feature, but this VM was made ${has} it.`);
    }
    this.features = { psci02: features.psci02 };
    this.initialised.add(vcpu);
    this.current = undefined;
    return ok(undefined);
  }

  /** Call once any vCPU has run: from then on the bitmaps are fixed. */
  markRun(): void {
    this.vmHasRun = true;
  }

  /** Keeps what was written, and whether the VM has run. What is returned puts it back, as often as it is called. */
  keep(): () => void {
    const { version, bitmaps, vmHasRun } = this;
    const origin = [...this.origin];
    return () => {
      Object.assign(this, { version, bitmaps, vmHasRun });
      this.origin.clear();
      for (const [name, by] of origin) this.origin.set(name, by);
      this.current = undefined;
    };
  }

  get hasRun(): boolean {
    return this.vmHasRun;
  }

  /** The features of the VM, to be kept beside the registers in a snapshot; undefined before the first initVcpu. */
  get vcpuFeatures(): VcpuFeatures | undefined {
    return this.features;
  }

  /** The version in force. */
  get effectiveVersion(): PsciVersion {
    return this.features?.psci02 === false ? '0.1' : this.version;
  }

  /** The part of a firmware state that the registers decide: the same object as long as nothing changes. */
  state(): RegisterState {
    if (this.current) return this.current;
    const versionSetBy = this.features?.psci02 === false ? 'vmm' : this.setBy('psci_version');
    this.current = { version: this.effectiveVersion, versionSetBy, bitmaps: this.bitmaps, workarounds: this.host.workarounds };
    return this.current;
  }

  /** KVM_GET_REG_LIST: the registers this host knows, in KVM's order. */
  list(): readonly RegisterInfo[] {
    return REGISTERS.filter(({ name }) => !this.host.lacks.includes(name));
  }

  /** KVM_GET_ONE_REG. Errors: ENOENT (unknown register), ENOEXEC (vCPU not initialised). */
  read(register: RegisterName | bigint, vcpu = 0): Result<bigint, 'ENOENT' | 'ENOEXEC'> {
    const found = this.find(register, vcpu);
    return found.ok ? ok(this.value(found.value.name)) : found;
  }

  /**
   * KVM_SET_ONE_REG. Errors: ENOENT, ENOEXEC as reading; EINVAL (the value is not possible here); EBUSY (a bitmap, after the
   * VM has run). The version may be written at any time, as in KVM; it counts from the next call on.
   */
  write(register: RegisterName | bigint, value: bigint, by: SetBy = 'vmm', vcpu = 0): Result<void, RegisterErrno> {
    const found = this.find(register, vcpu);
    if (!found.ok) return found;
    const { name } = found.value;
    const written = this.writeByName(name, BigInt.asUintN(64, value));
    if (written.ok) {
      this.origin.set(name, by);
      this.current = undefined;
    }
    return written;
  }

  /** What {@link write} would answer now; nothing is written. */
  check(register: RegisterName | bigint, value: bigint): Result<void, RegisterErrno> {
    const { version, bitmaps } = this;
    const found = this.find(register, 0);
    const written = found.ok ? this.writeByName(found.value.name, BigInt.asUintN(64, value)) : found;
    this.version = version;
    this.bitmaps = bitmaps;
    return written;
  }

  /** Who gave a register its value. */
  setBy(name: RegisterName): SetBy {
    return this.origin.get(name) ?? 'default';
  }

  /** All registers with their values in words, for the page and the command line. */
  view(): readonly RegisterView[] {
    return this.list().map((info) => {
      const value = this.value(info.name);
      return { ...info, value, text: formatRegister(info.name, value), setBy: this.setBy(info.name) };
    });
  }

  /** Every listed register, blindly. Keep the vCPU features beside it: they are not a register. */
  save(): SavedRegister[] {
    return this.list().map(({ id, name }) => ({ id, value: this.value(name) }));
  }

  /** Writes back what {@link save} gave, in order; stops at the first register that refuses, with that register's error. */
  restore(saved: readonly SavedRegister[]): Result<void, RegisterErrno> {
    for (const { id, value } of saved) {
      const written = this.write(id, value, 'restore');
      if (!written.ok) return err(written.errno, `The saved registers do not fit this host: ${written.sentence}`);
    }
    return ok(undefined);
  }

  private find(register: RegisterName | bigint, vcpu: number): Result<RegisterInfo, 'ENOENT' | 'ENOEXEC'> {
    if (!this.initialised.has(vcpu)) return err('ENOEXEC', `vCPU ${vcpu} has not been initialised, so it has no registers yet.`);
    const info = this.list().find(({ id, name }) => (typeof register === 'bigint' ? id === register : name === register));
    if (info) return ok(info);
    const known = REGISTERS.find(({ id, name }) => id === register || name === register);
    if (known) return err('ENOENT', `A host with Linux ${this.host.generation.kernels} has no register ${known.name}.`);
    return err('ENOENT', `There is no firmware register ${typeof register === 'bigint' ? hex(register) : register}.`);
  }

  private value(name: RegisterName): bigint {
    switch (name) {
      case 'psci_version':
        return BigInt(encodeVersion(this.effectiveVersion));
      case 'arch_workaround_1':
        return BigInt(this.host.workarounds.workaround1);
      case 'arch_workaround_2':
        return BigInt(this.host.workarounds.workaround2);
      case 'arch_workaround_3':
        return BigInt(this.host.workarounds.workaround3);
      default:
        return BigInt(this.bitmaps[BITMAP_FIELDS[name]]);
    }
  }

  private writeByName(name: RegisterName, value: bigint): Result<void, RegisterErrno> {
    if (isBitmap(name)) return this.writeBitmap(name, value);
    switch (name) {
      case 'psci_version':
        return this.writeVersion(value);
      case 'arch_workaround_2':
        return checkWorkaround2(value, this.host.workarounds.workaround2);
      case 'arch_workaround_1':
        return checkWorkaround(name, value, this.host.workarounds.workaround1);
      case 'arch_workaround_3':
        return checkWorkaround(name, value, this.host.workarounds.workaround3);
    }
  }

  private writeVersion(value: bigint): Result<void, 'EINVAL'> {
    const version = decodeVersion(value);
    if (version === undefined) return err('EINVAL', `psci_version ${hex(value)} is no version of PSCI.`);
    const { generation } = this.host;
    if (!versionAtLeast(generation.newest, version)) {
      return err(
        'EINVAL',
        `psci_version ${version} is newer than ${generation.newest}, the newest that Linux ${generation.kernels} knows.`,
      );
    }
    if (this.features!.psci02 && version === '0.1') {
      return err('EINVAL', 'psci_version 0.1 needs a VM made without the PSCI_0_2 feature.');
    }
    if (!this.features!.psci02 && version !== '0.1') {
      return err('EINVAL', `psci_version ${version} needs a VM made with the PSCI_0_2 feature.`);
    }
    if (version !== '0.1') this.version = version;
    return ok(undefined);
  }

  private writeBitmap(name: BitmapName, value: bigint): Result<void, 'EINVAL' | 'EBUSY'> {
    const field = BITMAP_FIELDS[name];
    const supported = this.host.supportedBits[field];
    if ((value & ~BigInt(supported)) !== 0n) {
      return err('EINVAL', `${name} ${hex(value)} has bits that this host does not support (it has ${hex(supported)}).`);
    }
    if (this.vmHasRun && value !== BigInt(this.bitmaps[field])) {
      return err('EBUSY', `${name} cannot become ${hex(value)}: the VM has already run with ${hex(this.bitmaps[field])}.`);
    }
    this.bitmaps = { ...this.bitmaps, [field]: Number(value) };
    return ok(undefined);
  }
}

/** Levels of registers 1 and 3 grow with protection: a VM may be told less than the host has, never more. */
function checkWorkaround(name: RegisterName, value: bigint, hostLevel: number): Result<void, 'EINVAL'> {
  if ((value & ~KVM_REG_FEATURE_LEVEL_MASK) !== 0n) return err('EINVAL', `${name} ${hex(value)} has bits above the level (3:0).`);
  if (value > BigInt(hostLevel)) return err('EINVAL', `${name} ${value} promises more than this host's level ${hostLevel}.`);
  return ok(undefined);
}

const WORKAROUND_2_AVAIL = 2n;
const WORKAROUND_2_NOT_REQUIRED = 3n;

/** Register 2 has four levels that count as two, and an ENABLED bit that only "available" may carry. */
function checkWorkaround2(value: bigint, hostLevel: number): Result<void, 'EINVAL'> {
  const level = value & KVM_REG_FEATURE_LEVEL_MASK;
  const enabled = (value & KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2_ENABLED) !== 0n;
  if ((value & ~(KVM_REG_FEATURE_LEVEL_MASK | KVM_REG_ARM_SMCCC_ARCH_WORKAROUND_2_ENABLED)) !== 0n) {
    return err('EINVAL', `arch_workaround_2 ${hex(value)} has bits above ENABLED (4).`);
  }
  if (enabled && level !== WORKAROUND_2_AVAIL) {
    return err('EINVAL', `arch_workaround_2 ${hex(value)} has ENABLED set without level 2 (available).`);
  }
  if (level > WORKAROUND_2_NOT_REQUIRED) return err('EINVAL', `arch_workaround_2 ${hex(value)} has no known level.`);
  const mapped = level >= WORKAROUND_2_AVAIL ? WORKAROUND_2_NOT_REQUIRED : 0n;
  if (mapped > BigInt(hostLevel)) {
    return err('EINVAL', `arch_workaround_2 ${hex(value)} promises more than this host's level ${hostLevel}.`);
  }
  return ok(undefined);
}

/** A register's value in words: `1.1` for the version, hexadecimal for the rest. */
export function formatRegister(name: RegisterName, value: bigint): string {
  return name === 'psci_version' ? formatVersion(value) : hex(value);
}

/** Reads `psci_version=1.1` or `std_bmap=0x1`. Errors: ENOENT (name), EINVAL (not `name=value`, or the value is no number). */
export function parseAssignment(text: string): Result<{ name: RegisterName; value: bigint }, 'ENOENT' | 'EINVAL'> {
  const match = /^\s*([^=\s]+)\s*=\s*(\S+)\s*$/.exec(text);
  if (!match) return err('EINVAL', `"${text}" is not of the form name=value, such as psci_version=1.1 or std_bmap=0x1.`);
  const [, rawName, rawValue] = match as unknown as [string, string, string];
  const info = REGISTERS.find(({ name }) => name === rawName.toLowerCase());
  if (!info)
    return err('ENOENT', `There is no firmware register ${rawName}; there are ${REGISTERS.map(({ name }) => name).join(', ')}.`);
  const version = info.name === 'psci_version' ? parseVersion(rawValue) : undefined;
  if (version !== undefined) return ok({ name: info.name, value: BigInt(encodeVersion(version)) });
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(rawValue)) {
    const what = info.name === 'psci_version' ? `one of ${PSCI_VERSIONS.join(', ')}` : 'a number';
    return err('EINVAL', `${info.name} takes ${what}, not ${rawValue}.`);
  }
  return ok({ name: info.name, value: BigInt(rawValue) });
}
