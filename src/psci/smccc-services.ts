/**
 * SMCCC services beside PSCI that a guest probes: architecture, entropy, stolen time, vendor hypervisor (KVM).
 * Ids, names and what gates them are one table; each row also knows its answer.
 *
 * Sources: DEN0028 (SMCCC), DEN0098 (TRNG), DEN0057 (paravirtualised time), Linux `arch/arm64/kvm/{hypercalls,trng,pvtime}.c`.
 */
import { returnRegisters, returnValue } from './answers';
import { SMCCC_ARCH_WORKAROUND_RET_UNAFFECTED, SMCCC_RET, TRNG_RET, toRegister } from './results';
import type { Answer, Caller, CallRegisters, FirmwareServices, FirmwareState, Lazy, ServiceBitmaps } from './state';
import { encodeVersion } from './versions';
import { hex, number } from './words';

/** Bits of the bitmap pseudo-registers. */
export const STD_BIT_TRNG_V1_0 = 1 << 0;
export const STD_HYP_BIT_PV_TIME = 1 << 0;
export const VENDOR_HYP_BIT_FUNC_FEAT = 1 << 0;
export const VENDOR_HYP_BIT_PTP = 1 << 1;
export const VENDOR_HYP_2_BIT_DISCOVER_IMPL_VER = 1 << 0;
export const VENDOR_HYP_2_BIT_DISCOVER_IMPL_CPUS = 1 << 1;

export const SMCCC_ID = {
  SMCCC_VERSION: 0x8000_0000,
  SMCCC_ARCH_FEATURES: 0x8000_0001,
  SMCCC_ARCH_SOC_ID: 0x8000_0002,
  SMCCC_ARCH_WORKAROUND_1: 0x8000_8000,
  SMCCC_ARCH_WORKAROUND_2: 0x8000_7fff,
  SMCCC_ARCH_WORKAROUND_3: 0x8000_3fff,
  TRNG_VERSION: 0x8400_0050,
  TRNG_FEATURES: 0x8400_0051,
  TRNG_GET_UUID: 0x8400_0052,
  TRNG_RND32: 0x8400_0053,
  TRNG_RND64: 0xc400_0053,
  PV_TIME_FEATURES: 0xc500_0020,
  PV_TIME_ST: 0xc500_0021,
  VENDOR_HYP_CALL_UID: 0x8600_ff01,
  VENDOR_HYP_KVM_FEATURES: 0x8600_0000,
  VENDOR_HYP_KVM_PTP: 0x8600_0001,
  VENDOR_HYP_KVM_DISCOVER_IMPL_VER: 0xc600_0040,
  VENDOR_HYP_KVM_DISCOVER_IMPL_CPUS: 0xc600_0041,
} as const;
export type ServiceName = keyof typeof SMCCC_ID;

export const SMCCC_VERSION_1_1 = encodeVersion('1.1');
const TRNG_VERSION_1_0 = 0x1_0000;
/** 0d21e000-4384-11eb-8070-5244554e5a4c as four little-endian words. */
const TRNG_UUID: CallRegisters = [0x00e0_210dn, 0xeb11_8443n, 0x4452_7080n, 0x4c5a_4e55n];
/** 28b46fb6-2ec5-11e9-a9ca-4b564d003a74: "these are KVM's vendor calls". */
const KVM_UID: CallRegisters = [0xb66f_b428n, 0xe911_c52en, 0x564b_caa9n, 0x743a_004dn];
const TRNG_MAX_BITS32 = 96;
const TRNG_MAX_BITS64 = 192;

export interface ServiceCall {
  readonly state: FirmwareState;
  readonly caller: Caller;
  readonly services: FirmwareServices;
  readonly regs: CallRegisters;
}

export interface Service {
  readonly name: ServiceName;
  readonly id: number;
  /** The pseudo-register bit that lets the call through; left out for calls that are always allowed. */
  readonly gate?: { readonly register: keyof ServiceBitmaps; readonly bit: number };
  readonly summary: string;
  /** Left out: the call is known by name, but KVM does not let it through. */
  readonly answer?: (call: ServiceCall) => Answer;
  readonly formatArgs?: (args: readonly [bigint, bigint, bigint]) => string;
}

const u32 = (value: bigint): number => Number(BigInt.asUintN(32, value));
const notSupported = (why: Lazy): Answer => returnValue(SMCCC_RET.NOT_SUPPORTED, 'NOT_SUPPORTED', why);

const NAME_BY_ID = new Map<number, ServiceName>((Object.keys(SMCCC_ID) as ServiceName[]).map((name) => [SMCCC_ID[name], name]));

/** The service's name, or undefined. */
export function serviceName(id: number): ServiceName | undefined {
  return NAME_BY_ID.get(id);
}

const queriedName = ([id]: readonly [bigint, bigint, bigint]): string => serviceName(u32(id)) ?? hex(u32(id));

function archFeatures({ state, regs }: ServiceCall): Answer {
  const feature = u32(regs[1]);
  switch (feature) {
    case SMCCC_ID.SMCCC_ARCH_WORKAROUND_1:
      return workaround('SMCCC_ARCH_WORKAROUND_1', state.workarounds.workaround1);
    case SMCCC_ID.SMCCC_ARCH_WORKAROUND_3:
      return workaround('SMCCC_ARCH_WORKAROUND_3', state.workarounds.workaround3);
    case SMCCC_ID.SMCCC_ARCH_WORKAROUND_2:
      if (state.workarounds.workaround2 === 3) {
        // Negative, yet good news.
        return {
          ...returnValue(SMCCC_RET.NOT_REQUIRED, 'NOT_REQUIRED', 'SMCCC_ARCH_WORKAROUND_2 is not required on this CPU.'),
          outcome: 'ok',
        };
      }
      return notSupported('SMCCC_ARCH_WORKAROUND_2 is not offered: the guest has SSBS, or the CPU is vulnerable.');
    case SMCCC_ID.PV_TIME_FEATURES:
      return state.bitmaps.stdHyp & STD_HYP_BIT_PV_TIME
        ? returnValue(SMCCC_RET.SUCCESS, 'SUCCESS', 'Stolen time can be probed: bit 0 of std_hyp_bmap is set.')
        : notSupported('Stolen time is switched off: bit 0 of std_hyp_bmap is clear.');
    default:
      return notSupported('ARCH_FEATURES knows only the three workarounds and PV_TIME_FEATURES.');
  }
}

/** Levels 0 not available, 1 available, 2 not required (registers 1 and 3). */
function workaround(name: string, level: number): Answer {
  if (level === 2) return returnValue(SMCCC_ARCH_WORKAROUND_RET_UNAFFECTED, 'unaffected', () => `The CPU does not need ${name}.`);
  if (level === 1) return returnValue(SMCCC_RET.SUCCESS, 'SUCCESS', () => `The CPU is mitigated by calling ${name}.`);
  return notSupported(() => `The host cannot offer ${name}.`);
}

/** The hypervisor's fast path: x0 becomes 0, x1 to x3 stay. */
function workaroundCall({ regs }: ServiceCall): Answer {
  return returnRegisters(
    [0n, regs[1], regs[2], regs[3]],
    'SUCCESS',
    'An emulated CPU does not speculate, so there is nothing to do.',
  );
}

const TRNG_IDS: readonly number[] = [
  SMCCC_ID.TRNG_VERSION,
  SMCCC_ID.TRNG_FEATURES,
  SMCCC_ID.TRNG_GET_UUID,
  SMCCC_ID.TRNG_RND32,
  SMCCC_ID.TRNG_RND64,
];

function trngFeatures({ regs }: ServiceCall): Answer {
  const id = u32(regs[1]);
  return TRNG_IDS.includes(id)
    ? returnValue(TRNG_RET.SUCCESS, 'SUCCESS', () => `${serviceName(id)} is one of the five TRNG 1.0 calls.`)
    : returnValue(TRNG_RET.NOT_SUPPORTED, 'NOT_SUPPORTED', () => `${hex(id)} is none of the five TRNG calls.`);
}

/** Random bits right-aligned in x1:x2:x3, each register `width` bits wide. */
function randomBits({ regs, services }: ServiceCall, width: 32 | 64): Answer {
  const bits = u32(regs[1]);
  const max = width === 32 ? TRNG_MAX_BITS32 : TRNG_MAX_BITS64;
  if (bits > max) {
    return returnValue(
      TRNG_RET.INVALID_PARAMETERS,
      'INVALID_PARAMETERS',
      () => `At most ${max} bits fit in x1 to x3, and ${bits} were asked for.`,
    );
  }
  if (!services.entropy)
    return returnValue(TRNG_RET.NO_ENTROPY, 'NO_ENTROPY', 'The host gave this machine no source of entropy.');
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  if (bytes.length > 0) services.entropy(bytes);
  const value = BigInt.asUintN(
    bits,
    bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
  const word = (index: number): bigint => BigInt.asUintN(width, value >> BigInt(index * width));
  return returnRegisters(
    [0n, word(2), word(1), word(0)],
    () => `${bits} bits`,
    () => `Entropy of the host; up to ${max} bits at a time.`,
  );
}

function pvTimeFeatures({ state, caller, regs }: ServiceCall): Answer {
  const id = u32(regs[1]);
  if (id !== SMCCC_ID.PV_TIME_FEATURES && id !== SMCCC_ID.PV_TIME_ST) {
    return notSupported(() => `${hex(id)} is neither PV_TIME_FEATURES nor PV_TIME_ST.`);
  }
  return state.vcpus[caller.vcpu]?.stolenTime === undefined
    ? notSupported('The VMM gave this vCPU no stolen-time record.')
    : returnValue(SMCCC_RET.SUCCESS, 'SUCCESS', 'The VMM gave this vCPU a stolen-time record.');
}

function pvTimeSt({ state, caller }: ServiceCall): Answer {
  const address = state.vcpus[caller.vcpu]?.stolenTime;
  if (address === undefined) return notSupported('The VMM gave this vCPU no stolen-time record.');
  return returnValue(
    address,
    () => `record at ${hex(address)}`,
    'The call zeroes the stolen-time record and tells where it is.',
    [{ type: 'init-stolen-time', vcpu: caller.vcpu, address }],
  );
}

const KVM_PTP_VIRT_COUNTER = 0;
const KVM_PTP_PHYS_COUNTER = 1;

function ptp({ regs, services }: ServiceCall): Answer {
  const which = u32(regs[1]);
  if (which !== KVM_PTP_VIRT_COUNTER && which !== KVM_PTP_PHYS_COUNTER) {
    return notSupported(() => `PTP knows counter 0 (virtual) and 1 (physical), not ${number(which)}.`);
  }
  const now = services.ptp?.(which === KVM_PTP_VIRT_COUNTER ? 'virtual' : 'physical');
  if (!now) return notSupported('The host gave this machine no clock for PTP.');
  const high = (value: bigint): bigint => BigInt.asUintN(32, value >> 32n);
  const low = (value: bigint): bigint => BigInt.asUintN(32, value);
  return returnRegisters(
    [high(now.wall), low(now.wall), high(now.counter), low(now.counter)],
    'wall time and counter',
    'Wall time in ns and the counter of the same moment, high word first.',
  );
}

const STD = { register: 'std', bit: STD_BIT_TRNG_V1_0 } as const;
const STD_HYP = { register: 'stdHyp', bit: STD_HYP_BIT_PV_TIME } as const;
const FUNC_FEAT = { register: 'vendorHyp', bit: VENDOR_HYP_BIT_FUNC_FEAT } as const;
const PTP = { register: 'vendorHyp', bit: VENDOR_HYP_BIT_PTP } as const;

const ROWS: Record<ServiceName, Omit<Service, 'name' | 'id'>> = {
  SMCCC_VERSION: {
    summary: 'Version of the calling convention: 1.1, whatever the PSCI version.',
    answer: () => returnValue(SMCCC_VERSION_1_1, '1.1', 'KVM answers SMCCC 1.1 whatever the PSCI version is.'),
  },
  SMCCC_ARCH_FEATURES: {
    summary: 'Which architecture services there are.',
    answer: archFeatures,
    formatArgs: queriedName,
  },
  SMCCC_ARCH_SOC_ID: { summary: 'Identity of the SoC; KVM does not let it through.' },
  SMCCC_ARCH_WORKAROUND_1: { summary: 'Spectre-v2 mitigation.', answer: workaroundCall },
  SMCCC_ARCH_WORKAROUND_2: { summary: 'Speculative store bypass mitigation.', answer: workaroundCall },
  SMCCC_ARCH_WORKAROUND_3: { summary: 'Spectre-BHB mitigation.', answer: workaroundCall },
  TRNG_VERSION: {
    gate: STD,
    summary: 'Version of the entropy interface: 1.0.',
    answer: () => returnValue(TRNG_VERSION_1_0, '1.0', 'TRNG is let through by bit 0 of std_bmap.'),
  },
  TRNG_FEATURES: { gate: STD, summary: 'Which TRNG calls there are.', answer: trngFeatures, formatArgs: queriedName },
  TRNG_GET_UUID: {
    gate: STD,
    summary: 'Who implements the TRNG.',
    answer: () => returnRegisters(TRNG_UUID, 'uuid', 'The UUID of the entropy source KVM has.'),
  },
  TRNG_RND32: {
    gate: STD,
    summary: 'Up to 96 random bits.',
    answer: (call) => randomBits(call, 32),
    formatArgs: ([bits]) => `${u32(bits)} bits`,
  },
  TRNG_RND64: {
    gate: STD,
    summary: 'Up to 192 random bits.',
    answer: (call) => randomBits(call, 64),
    formatArgs: ([bits]) => `${u32(bits)} bits`,
  },
  PV_TIME_FEATURES: { gate: STD_HYP, summary: 'Is stolen time there?', answer: pvTimeFeatures, formatArgs: queriedName },
  PV_TIME_ST: { gate: STD_HYP, summary: 'Address of the stolen-time record.', answer: pvTimeSt },
  VENDOR_HYP_CALL_UID: {
    gate: FUNC_FEAT,
    summary: 'Which hypervisor the vendor calls belong to.',
    answer: () => returnRegisters(KVM_UID, 'uid of KVM', "Vendor calls are let through by vendor_hyp_bmap, and these are KVM's."),
  },
  VENDOR_HYP_KVM_FEATURES: {
    gate: FUNC_FEAT,
    summary: "Which of KVM's vendor calls there are.",
    answer: ({ state: { bitmaps } }) =>
      returnRegisters(
        [toRegister(bitmaps.vendorHyp), 0n, toRegister(bitmaps.vendorHyp2), 0n],
        () => `${hex(bitmaps.vendorHyp)} and ${hex(bitmaps.vendorHyp2)}`,
        'The answer is vendor_hyp_bmap and vendor_hyp_bmap_2 as they stand.',
      ),
  },
  VENDOR_HYP_KVM_PTP: {
    gate: PTP,
    summary: 'Wall time and counter of one moment.',
    answer: ptp,
    formatArgs: ([c]) => `counter ${number(c)}`,
  },
  VENDOR_HYP_KVM_DISCOVER_IMPL_VER: { summary: 'Advertised by vendor_hyp_bmap_2; the VMM must answer it through the filter.' },
  VENDOR_HYP_KVM_DISCOVER_IMPL_CPUS: { summary: 'Advertised by vendor_hyp_bmap_2; the VMM must answer it through the filter.' },
};

/** Every service beside PSCI that has a name here. */
export const SERVICES: readonly Service[] = (Object.keys(SMCCC_ID) as ServiceName[]).map((name) => ({
  name,
  id: SMCCC_ID[name],
  ...ROWS[name],
}));

const BY_ID = new Map(SERVICES.map((service) => [service.id, service]));

export function serviceById(id: number): Service | undefined {
  return BY_ID.get(id);
}

/** Name of the pseudo-register behind a gate, as people write it. */
export const BITMAP_REGISTER_NAMES: Record<keyof ServiceBitmaps, string> = {
  std: 'std_bmap',
  stdHyp: 'std_hyp_bmap',
  vendorHyp: 'vendor_hyp_bmap',
  vendorHyp2: 'vendor_hyp_bmap_2',
};
