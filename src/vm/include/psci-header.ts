import type { Header } from './header';

export const psci: Header = {
  name: 'psci.inc',
  what: 'PSCI and SMCCC: function identifiers, results, and the macros psci and power_off. They call by HVC.',
  text: String.raw`
// The firmware (Arm DEN 0022, DEN 0028). Calls go by HVC; in a machine whose firmware listens to SMC, say: PSCI_BY_SMC = 1 before the include.

.equ SMCCC_VERSION,             0x80000000
.equ PSCI_VERSION,              0x84000000
.equ PSCI_CPU_SUSPEND,          0xc4000001
.equ PSCI_CPU_OFF,              0x84000002
.equ PSCI_CPU_ON,               0xc4000003
.equ PSCI_AFFINITY_INFO,        0xc4000004
.equ PSCI_SYSTEM_OFF,           0x84000008
.equ PSCI_SYSTEM_RESET,         0x84000009
.equ PSCI_FEATURES,             0x8400000a
.equ PSCI_SYSTEM_SUSPEND,       0xc400000e
.equ PSCI_SYSTEM_RESET2,        0xc4000012
.equ PSCI_SYSTEM_OFF2,          0xc4000015

.equ PSCI_SYSTEM_OFF2_HIBERNATE_OFF, 1

.equ PSCI_SUCCESS,              0
.equ PSCI_NOT_SUPPORTED,        -1
.equ PSCI_INVALID_PARAMETERS,   -2
.equ PSCI_DENIED,               -3
.equ PSCI_ALREADY_ON,           -4
.equ PSCI_ON_PENDING,           -5

// Calls a function whose arguments are in x1 to x3 already. The result is in x0; x1 to x17 may change.
.macro psci function:req
    ldr x0, =\function
    .ifdef PSCI_BY_SMC
    smc #0
    .else
    hvc #0
    .endif
.endm

// Switches the machine off.
.macro power_off
    psci PSCI_SYSTEM_OFF
    b .                                 // never reached
.endm
`,
};
