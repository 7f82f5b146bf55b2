/**
 * Names of system registers and system instructions, as assemblers write them, with their encodings (Arm ARM D19, "AArch64 System
 * Register Descriptions", and the extensions' supplements): `name op0_op1_CRn_CRm_op2`. `name*_el1 0..15 encoding+step` is a
 * family of registers whose encodings are `step` apart.
 */
const FAMILIES = `
amevcntr0*_el0 0..3 3_3_13_4_0+1  amevcntr1*_el0 0..9 3_3_13_12_0+1  amevcntr1*_el0 10..15 3_3_13_13_2+1
amevcntvoff0*_el2 0..10 3_4_13_8_0+1  amevcntvoff1*_el2 5..9 3_4_13_10_5+1  amevcntvoff1*_el2 10..15 3_4_13_11_2+1
amevtyper0*_el0 0..3 3_3_13_6_0+1  amevtyper1*_el0 0..9 3_3_13_14_0+1  amevtyper1*_el0 10..15 3_3_13_15_2+1
brbinf*_el1 0..15 2_1_8_0_0+8  brbinf*_el1 16..31 2_1_8_0_4+8  brbsrc*_el1 0..15 2_1_8_0_1+8  brbsrc*_el1 16..31 2_1_8_0_5+8
brbtgt*_el1 0..15 2_1_8_0_2+8  brbtgt*_el1 16..31 2_1_8_0_6+8  dbgbcr*_el1 0..15 2_0_0_0_5+8  dbgbvr*_el1 0..15 2_0_0_0_4+8
dbgwcr*_el1 0..15 2_0_0_0_7+8  dbgwvr*_el1 0..15 2_0_0_0_6+8  erxmisc*_el1 0..3 3_0_5_5_0+1  mpamvpm*_el2 0..7 3_4_10_6_0+1
pmevcntr*_el0 0..30 3_3_14_8_0+1  pmevtyper*_el0 0..30 3_3_14_12_0+1  prbar*_el1 1..15 3_0_6_8_4+4
prbar*_el2 1..15 3_4_6_8_4+4  prlar*_el1 1..15 3_0_6_8_5+4  prlar*_el2 1..15 3_4_6_8_5+4  trcacatr* 0..7 2_1_2_0_2+16
trcacatr* 8..15 2_1_2_0_3+16  trcacvr* 0..7 2_1_2_0_0+16  trcacvr* 8..15 2_1_2_0_1+16  trccidcvr* 0..7 2_1_3_0_0+16
trccidr* 0..3 2_1_7_12_7+8  trccntctlr* 0..3 2_1_0_4_5+8  trccntrldvr* 0..3 2_1_0_0_5+8  trccntvr* 0..3 2_1_0_8_5+8
trcdvcmr* 0..3 2_1_2_0_6+32  trcdvcmr* 4..7 2_1_2_0_7+32  trcdvcvr* 0..3 2_1_2_0_4+32  trcdvcvr* 4..7 2_1_2_0_5+32
trcextinselr* 0..3 2_1_0_8_4+8  trcidr* 0..7 2_1_0_8_7+8  trcidr* 8..13 2_1_0_0_6+8  trcimspec* 0..7 2_1_0_0_7+8
trcpidr* 0..3 2_1_7_8_7+8  trcpidr* 4..7 2_1_7_4_7+8  trcrsctlr* 2..15 2_1_1_2_0+8  trcrsctlr* 16..31 2_1_1_0_1+8
trcssccr* 0..7 2_1_1_0_2+8  trcsscsr* 0..7 2_1_1_8_2+8  trcsspcicr* 0..7 2_1_1_0_3+8  trcvmidcvr* 0..7 2_1_3_0_1+16
`;

const REGISTERS = `
osdtrrx_el1 2_0_0_0_2  mdccint_el1 2_0_0_2_0  mdscr_el1 2_0_0_2_2  osdtrtx_el1 2_0_0_3_2  oseccr_el1 2_0_0_6_2
mdrar_el1 2_0_1_0_0  oslar_el1 2_0_1_0_4  oslsr_el1 2_0_1_1_4  osdlr_el1 2_0_1_3_4  dbgprcr_el1 2_0_1_4_4
dbgclaimset_el1 2_0_7_8_6  dbgclaimclr_el1 2_0_7_9_6  dbgauthstatus_el1 2_0_7_14_6  csrcr_el1 2_0_8_0_0  csrptr_el1 2_0_8_0_1
csrptridx_el1 2_0_8_0_3  trctraceidr 2_1_0_0_1  trcvictlr 2_1_0_0_2  trcseqevr0 2_1_0_0_4  trcprgctlr 2_1_0_1_0
trcqctlr 2_1_0_1_1  trcviiectlr 2_1_0_1_2  trcseqevr1 2_1_0_1_4  trcprocselr 2_1_0_2_0  trcvissctlr 2_1_0_2_2
trcseqevr2 2_1_0_2_4  trcstatr 2_1_0_3_0  trcvipcssctlr 2_1_0_3_2  trcconfigr 2_1_0_4_0  trcauxctlr 2_1_0_6_0
trcseqrstevr 2_1_0_6_4  trcseqstr 2_1_0_7_4  trceventctl0r 2_1_0_8_0  trcvdctlr 2_1_0_8_2  trceventctl1r 2_1_0_9_0
trcvdsacctlr 2_1_0_9_2  trcrsr 2_1_0_10_0  trcvdarcctlr 2_1_0_10_2  trcstallctlr 2_1_0_11_0  trctsctlr 2_1_0_12_0
trcsyncpr 2_1_0_13_0  trcccctlr 2_1_0_14_0  trcbbctlr 2_1_0_15_0  trcoslar 2_1_1_0_4  trcoslsr 2_1_1_1_4  trcpdcr 2_1_1_4_4
trcpdsr 2_1_1_5_4  trccidcctlr0 2_1_3_0_2  trccidcctlr1 2_1_3_1_2  trcvmidcctlr0 2_1_3_2_2  trcvmidcctlr1 2_1_3_3_2
trcitctrl 2_1_7_0_4  trcdevid 2_1_7_2_7  trcdevtype 2_1_7_3_7  trcclaimset 2_1_7_8_6  trcclaimclr 2_1_7_9_6
trcdevaff0 2_1_7_10_6  trcdevaff1 2_1_7_11_6  trclar 2_1_7_12_6  trclsr 2_1_7_13_6  trcauthstatus 2_1_7_14_6
trcdevarch 2_1_7_15_6  brbcr_el1 2_1_9_0_0  brbfcr_el1 2_1_9_0_1  brbts_el1 2_1_9_0_2  brbinfinj_el1 2_1_9_1_0
brbsrcinj_el1 2_1_9_1_1  brbtgtinj_el1 2_1_9_1_2  brbidr0_el1 2_1_9_2_0  teecr32_el1 2_2_0_0_0  teehbr32_el1 2_2_1_0_0
mdccsr_el0 2_3_0_1_0  dbgdtr_el0 2_3_0_4_0  dbgdtrrx_el0 2_3_0_5_0  csrcr_el0 2_3_8_0_0  csrptr_el0 2_3_8_0_1
csridr_el0 2_3_8_0_2  csrptridx_el0 2_3_8_0_3  dbgvcr32_el2 2_4_0_7_0  csrcr_el2 2_4_8_0_0  csrptr_el2 2_4_8_0_1
csrptridx_el2 2_4_8_0_3  brbcr_el2 2_4_9_0_0  csrcr_el12 2_5_8_0_0  csrptr_el12 2_5_8_0_1  brbcr_el12 2_5_9_0_0
midr_el1 3_0_0_0_0  mpuir_el1 3_0_0_0_4  mpidr_el1 3_0_0_0_5  revidr_el1 3_0_0_0_6  id_pfr0_el1 3_0_0_1_0
id_pfr1_el1 3_0_0_1_1  id_dfr0_el1 3_0_0_1_2  id_afr0_el1 3_0_0_1_3  id_mmfr0_el1 3_0_0_1_4  id_mmfr1_el1 3_0_0_1_5
id_mmfr2_el1 3_0_0_1_6  id_mmfr3_el1 3_0_0_1_7  id_isar0_el1 3_0_0_2_0  id_isar1_el1 3_0_0_2_1  id_isar2_el1 3_0_0_2_2
id_isar3_el1 3_0_0_2_3  id_isar4_el1 3_0_0_2_4  id_isar5_el1 3_0_0_2_5  id_mmfr4_el1 3_0_0_2_6  id_isar6_el1 3_0_0_2_7
mvfr0_el1 3_0_0_3_0  mvfr1_el1 3_0_0_3_1  mvfr2_el1 3_0_0_3_2  id_pfr2_el1 3_0_0_3_4  id_dfr1_el1 3_0_0_3_5
id_mmfr5_el1 3_0_0_3_6  id_aa64pfr0_el1 3_0_0_4_0  id_aa64pfr1_el1 3_0_0_4_1  id_aa64zfr0_el1 3_0_0_4_4
id_aa64smfr0_el1 3_0_0_4_5  id_aa64dfr0_el1 3_0_0_5_0  id_aa64dfr1_el1 3_0_0_5_1  id_aa64afr0_el1 3_0_0_5_4
id_aa64afr1_el1 3_0_0_5_5  id_aa64isar0_el1 3_0_0_6_0  id_aa64isar1_el1 3_0_0_6_1  id_aa64isar2_el1 3_0_0_6_2
id_aa64mmfr0_el1 3_0_0_7_0  id_aa64mmfr1_el1 3_0_0_7_1  id_aa64mmfr2_el1 3_0_0_7_2  sctlr_el1 3_0_1_0_0  actlr_el1 3_0_1_0_1
cpacr_el1 3_0_1_0_2  rgsr_el1 3_0_1_0_5  gcr_el1 3_0_1_0_6  zcr_el1 3_0_1_2_0  trfcr_el1 3_0_1_2_1  smpri_el1 3_0_1_2_4
smcr_el1 3_0_1_2_6  ttbr0_el1 3_0_2_0_0  ttbr1_el1 3_0_2_0_1  tcr_el1 3_0_2_0_2  apiakeylo_el1 3_0_2_1_0
apiakeyhi_el1 3_0_2_1_1  apibkeylo_el1 3_0_2_1_2  apibkeyhi_el1 3_0_2_1_3  apdakeylo_el1 3_0_2_2_0  apdakeyhi_el1 3_0_2_2_1
apdbkeylo_el1 3_0_2_2_2  apdbkeyhi_el1 3_0_2_2_3  apgakeylo_el1 3_0_2_3_0  apgakeyhi_el1 3_0_2_3_1  spsr_el1 3_0_4_0_0
elr_el1 3_0_4_0_1  sp_el0 3_0_4_1_0  spsel 3_0_4_2_0  currentel 3_0_4_2_2  pan 3_0_4_2_3  uao 3_0_4_2_4  allint 3_0_4_3_0
icc_pmr_el1 3_0_4_6_0  afsr0_el1 3_0_5_1_0  afsr1_el1 3_0_5_1_1  esr_el1 3_0_5_2_0  erridr_el1 3_0_5_3_0
errselr_el1 3_0_5_3_1  erxfr_el1 3_0_5_4_0  erxctlr_el1 3_0_5_4_1  erxstatus_el1 3_0_5_4_2  erxaddr_el1 3_0_5_4_3
erxpfgf_el1 3_0_5_4_4  erxpfgctl_el1 3_0_5_4_5  erxpfgcdn_el1 3_0_5_4_6  tfsr_el1 3_0_5_6_0  tfsre0_el1 3_0_5_6_1
far_el1 3_0_6_0_0  prenr_el1 3_0_6_1_1  prselr_el1 3_0_6_2_1  prbar_el1 3_0_6_8_0  prlar_el1 3_0_6_8_1  par_el1 3_0_7_4_0
pmscr_el1 3_0_9_9_0  pmsnevfr_el1 3_0_9_9_1  pmsicr_el1 3_0_9_9_2  pmsirr_el1 3_0_9_9_3  pmsfcr_el1 3_0_9_9_4
pmsevfr_el1 3_0_9_9_5  pmslatfr_el1 3_0_9_9_6  pmsidr_el1 3_0_9_9_7  pmblimitr_el1 3_0_9_10_0  pmbptr_el1 3_0_9_10_1
pmbsr_el1 3_0_9_10_3  pmbidr_el1 3_0_9_10_7  trblimitr_el1 3_0_9_11_0  trbptr_el1 3_0_9_11_1  trbbaser_el1 3_0_9_11_2
trbsr_el1 3_0_9_11_3  trbmar_el1 3_0_9_11_4  trbtrg_el1 3_0_9_11_6  trbidr_el1 3_0_9_11_7  pmintenset_el1 3_0_9_14_1
pmintenclr_el1 3_0_9_14_2  pmmir_el1 3_0_9_14_6  mair_el1 3_0_10_2_0  amair_el1 3_0_10_3_0  lorsa_el1 3_0_10_4_0
lorea_el1 3_0_10_4_1  lorn_el1 3_0_10_4_2  lorc_el1 3_0_10_4_3  mpamidr_el1 3_0_10_4_4  lorid_el1 3_0_10_4_7
mpam1_el1 3_0_10_5_0  mpam0_el1 3_0_10_5_1  mpamsm_el1 3_0_10_5_3  vbar_el1 3_0_12_0_0  rvbar_el1 3_0_12_0_1
rmr_el1 3_0_12_0_2  isr_el1 3_0_12_1_0  disr_el1 3_0_12_1_1  icc_iar0_el1 3_0_12_8_0  icc_eoir0_el1 3_0_12_8_1
icc_hppir0_el1 3_0_12_8_2  icc_bpr0_el1 3_0_12_8_3  icc_ap0r0_el1 3_0_12_8_4  icc_ap0r1_el1 3_0_12_8_5
icc_ap0r2_el1 3_0_12_8_6  icc_ap0r3_el1 3_0_12_8_7  icc_ap1r0_el1 3_0_12_9_0  icc_ap1r1_el1 3_0_12_9_1
icc_ap1r2_el1 3_0_12_9_2  icc_ap1r3_el1 3_0_12_9_3  icc_nmiar1_el1 3_0_12_9_5  icc_dir_el1 3_0_12_11_1
icc_rpr_el1 3_0_12_11_3  icc_sgi1r_el1 3_0_12_11_5  icc_asgi1r_el1 3_0_12_11_6  icc_sgi0r_el1 3_0_12_11_7
icc_iar1_el1 3_0_12_12_0  icc_eoir1_el1 3_0_12_12_1  icc_hppir1_el1 3_0_12_12_2  icc_bpr1_el1 3_0_12_12_3
icc_ctlr_el1 3_0_12_12_4  icc_sre_el1 3_0_12_12_5  icc_igrpen0_el1 3_0_12_12_6  icc_igrpen1_el1 3_0_12_12_7
contextidr_el1 3_0_13_0_1  tpidr_el1 3_0_13_0_4  accdata_el1 3_0_13_0_5  scxtnum_el1 3_0_13_0_7  cntkctl_el1 3_0_14_1_0
ccsidr_el1 3_1_0_0_0  clidr_el1 3_1_0_0_1  ccsidr2_el1 3_1_0_0_2  gmid_el1 3_1_0_0_4  smidr_el1 3_1_0_0_6  aidr_el1 3_1_0_0_7
csselr_el1 3_2_0_0_0  ctr_el0 3_3_0_0_1  dczid_el0 3_3_0_0_7  rndr 3_3_2_4_0  rndrrs 3_3_2_4_1  nzcv 3_3_4_2_0  daif 3_3_4_2_1
svcr 3_3_4_2_2  dit 3_3_4_2_5  ssbs 3_3_4_2_6  tco 3_3_4_2_7  fpcr 3_3_4_4_0  fpsr 3_3_4_4_1  dspsr_el0 3_3_4_5_0
dlr_el0 3_3_4_5_1  pmcr_el0 3_3_9_12_0  pmcntenset_el0 3_3_9_12_1  pmcntenclr_el0 3_3_9_12_2  pmovsclr_el0 3_3_9_12_3
pmswinc_el0 3_3_9_12_4  pmselr_el0 3_3_9_12_5  pmceid0_el0 3_3_9_12_6  pmceid1_el0 3_3_9_12_7  pmccntr_el0 3_3_9_13_0
pmxevtyper_el0 3_3_9_13_1  pmxevcntr_el0 3_3_9_13_2  pmuserenr_el0 3_3_9_14_0  pmovsset_el0 3_3_9_14_3  tpidr_el0 3_3_13_0_2
tpidrro_el0 3_3_13_0_3  tpidr2_el0 3_3_13_0_5  scxtnum_el0 3_3_13_0_7  amcr_el0 3_3_13_2_0  amcfgr_el0 3_3_13_2_1
amcgcr_el0 3_3_13_2_2  amuserenr_el0 3_3_13_2_3  amcntenclr0_el0 3_3_13_2_4  amcntenset0_el0 3_3_13_2_5
amcg1idr_el0 3_3_13_2_6  amcntenclr1_el0 3_3_13_3_0  amcntenset1_el0 3_3_13_3_1  cntfrq_el0 3_3_14_0_0  cntpct_el0 3_3_14_0_1
cntvct_el0 3_3_14_0_2  cntpctss_el0 3_3_14_0_5  cntvctss_el0 3_3_14_0_6  cntp_tval_el0 3_3_14_2_0  cntp_ctl_el0 3_3_14_2_1
cntp_cval_el0 3_3_14_2_2  cntv_tval_el0 3_3_14_3_0  cntv_ctl_el0 3_3_14_3_1  cntv_cval_el0 3_3_14_3_2
pmccfiltr_el0 3_3_14_15_7  vpidr_el2 3_4_0_0_0  mpuir_el2 3_4_0_0_4  vmpidr_el2 3_4_0_0_5  sctlr_el2 3_4_1_0_0
actlr_el2 3_4_1_0_1  hcr_el2 3_4_1_1_0  mdcr_el2 3_4_1_1_1  cptr_el2 3_4_1_1_2  hstr_el2 3_4_1_1_3  hfgrtr_el2 3_4_1_1_4
hfgwtr_el2 3_4_1_1_5  hfgitr_el2 3_4_1_1_6  hacr_el2 3_4_1_1_7  zcr_el2 3_4_1_2_0  trfcr_el2 3_4_1_2_1  hcrx_el2 3_4_1_2_2
smprimap_el2 3_4_1_2_5  smcr_el2 3_4_1_2_6  sder32_el2 3_4_1_3_1  ttbr0_el2 3_4_2_0_0  ttbr1_el2 3_4_2_0_1  tcr_el2 3_4_2_0_2
vttbr_el2 3_4_2_1_0  vtcr_el2 3_4_2_1_2  vncr_el2 3_4_2_2_0  vsttbr_el2 3_4_2_6_0  vstcr_el2 3_4_2_6_2  dacr32_el2 3_4_3_0_0
hdfgrtr_el2 3_4_3_1_4  hdfgwtr_el2 3_4_3_1_5  hafgrtr_el2 3_4_3_1_6  spsr_el2 3_4_4_0_0  elr_el2 3_4_4_0_1  sp_el1 3_4_4_1_0
spsr_irq 3_4_4_3_0  spsr_abt 3_4_4_3_1  spsr_und 3_4_4_3_2  spsr_fiq 3_4_4_3_3  ifsr32_el2 3_4_5_0_1  afsr0_el2 3_4_5_1_0
afsr1_el2 3_4_5_1_1  esr_el2 3_4_5_2_0  vsesr_el2 3_4_5_2_3  fpexc32_el2 3_4_5_3_0  tfsr_el2 3_4_5_6_0  far_el2 3_4_6_0_0
hpfar_el2 3_4_6_0_4  prenr_el2 3_4_6_1_1  prselr_el2 3_4_6_2_1  prbar_el2 3_4_6_8_0  prlar_el2 3_4_6_8_1  pmscr_el2 3_4_9_9_0
mair_el2 3_4_10_2_0  amair_el2 3_4_10_3_0  mpamhcr_el2 3_4_10_4_0  mpamvpmv_el2 3_4_10_4_1  mpam2_el2 3_4_10_5_0
vbar_el2 3_4_12_0_0  rvbar_el2 3_4_12_0_1  rmr_el2 3_4_12_0_2  vdisr_el2 3_4_12_1_1  ich_ap0r0_el2 3_4_12_8_0
ich_ap0r1_el2 3_4_12_8_1  ich_ap0r2_el2 3_4_12_8_2  ich_ap0r3_el2 3_4_12_8_3  ich_ap1r0_el2 3_4_12_9_0
ich_ap1r1_el2 3_4_12_9_1  ich_ap1r2_el2 3_4_12_9_2  ich_ap1r3_el2 3_4_12_9_3  icc_sre_el2 3_4_12_9_5  ich_hcr_el2 3_4_12_11_0
ich_vtr_el2 3_4_12_11_1  ich_misr_el2 3_4_12_11_2  ich_eisr_el2 3_4_12_11_3  ich_elrsr_el2 3_4_12_11_5
ich_vmcr_el2 3_4_12_11_7  ich_lr0_el2 3_4_12_12_0  ich_lr1_el2 3_4_12_12_1  ich_lr2_el2 3_4_12_12_2  ich_lr3_el2 3_4_12_12_3
ich_lr4_el2 3_4_12_12_4  ich_lr5_el2 3_4_12_12_5  ich_lr6_el2 3_4_12_12_6  ich_lr7_el2 3_4_12_12_7  ich_lr8_el2 3_4_12_13_0
ich_lr9_el2 3_4_12_13_1  ich_lr10_el2 3_4_12_13_2  ich_lr11_el2 3_4_12_13_3  ich_lr12_el2 3_4_12_13_4
ich_lr13_el2 3_4_12_13_5  ich_lr14_el2 3_4_12_13_6  ich_lr15_el2 3_4_12_13_7  contextidr_el2 3_4_13_0_1  tpidr_el2 3_4_13_0_2
scxtnum_el2 3_4_13_0_7  amevcntvoff011_el2 3_4_13_9_3  amevcntvoff012_el2 3_4_13_9_4  amevcntvoff013_el2 3_4_13_9_5
amevcntvoff014_el2 3_4_13_9_6  amevcntvoff015_el2 3_4_13_9_7  amevcntvoff10_el2 3_4_13_10_0  amevcntvoff11_el2 3_4_13_10_1
amevcntvoff12_el2 3_4_13_10_2  amevcntvoff13_el2 3_4_13_10_3  amevcntvoff14_el2 3_4_13_10_4  cntvoff_el2 3_4_14_0_3
cntpoff_el2 3_4_14_0_6  cnthctl_el2 3_4_14_1_0  cnthp_tval_el2 3_4_14_2_0  cnthp_ctl_el2 3_4_14_2_1  cnthp_cval_el2 3_4_14_2_2
cnthv_tval_el2 3_4_14_3_0  cnthv_ctl_el2 3_4_14_3_1  cnthv_cval_el2 3_4_14_3_2  cnthvs_tval_el2 3_4_14_4_0
cnthvs_ctl_el2 3_4_14_4_1  cnthvs_cval_el2 3_4_14_4_2  cnthps_tval_el2 3_4_14_5_0  cnthps_ctl_el2 3_4_14_5_1
cnthps_cval_el2 3_4_14_5_2  sctlr_el12 3_5_1_0_0  cpacr_el12 3_5_1_0_2  zcr_el12 3_5_1_2_0  trfcr_el12 3_5_1_2_1
smcr_el12 3_5_1_2_6  ttbr0_el12 3_5_2_0_0  ttbr1_el12 3_5_2_0_1  tcr_el12 3_5_2_0_2  spsr_el12 3_5_4_0_0  elr_el12 3_5_4_0_1
afsr0_el12 3_5_5_1_0  afsr1_el12 3_5_5_1_1  esr_el12 3_5_5_2_0  tfsr_el12 3_5_5_6_0  far_el12 3_5_6_0_0  pmscr_el12 3_5_9_9_0
mair_el12 3_5_10_2_0  amair_el12 3_5_10_3_0  mpam1_el12 3_5_10_5_0  vbar_el12 3_5_12_0_0  contextidr_el12 3_5_13_0_1
scxtnum_el12 3_5_13_0_7  cntkctl_el12 3_5_14_1_0  cntp_tval_el02 3_5_14_2_0  cntp_ctl_el02 3_5_14_2_1
cntp_cval_el02 3_5_14_2_2  cntv_tval_el02 3_5_14_3_0  cntv_ctl_el02 3_5_14_3_1  cntv_cval_el02 3_5_14_3_2  sctlr_el3 3_6_1_0_0
actlr_el3 3_6_1_0_1  scr_el3 3_6_1_1_0  sder32_el3 3_6_1_1_1  cptr_el3 3_6_1_1_2  zcr_el3 3_6_1_2_0  smcr_el3 3_6_1_2_6
mdcr_el3 3_6_1_3_1  ttbr0_el3 3_6_2_0_0  tcr_el3 3_6_2_0_2  gptbr_el3 3_6_2_1_4  gpccr_el3 3_6_2_1_6  spsr_el3 3_6_4_0_0
elr_el3 3_6_4_0_1  sp_el2 3_6_4_1_0  afsr0_el3 3_6_5_1_0  afsr1_el3 3_6_5_1_1  esr_el3 3_6_5_2_0  tfsr_el3 3_6_5_6_0
far_el3 3_6_6_0_0  mfar_el3 3_6_6_0_5  mair_el3 3_6_10_2_0  amair_el3 3_6_10_3_0  mpam3_el3 3_6_10_5_0  vbar_el3 3_6_12_0_0
rvbar_el3 3_6_12_0_1  rmr_el3 3_6_12_0_2  icc_ctlr_el3 3_6_12_12_4  icc_sre_el3 3_6_12_12_5  icc_igrpen1_el3 3_6_12_12_7
tpidr_el3 3_6_13_0_2  scxtnum_el3 3_6_13_0_7  cntps_tval_el1 3_7_14_2_0  cntps_ctl_el1 3_7_14_2_1  cntps_cval_el1 3_7_14_2_2
`;

/** System instructions by mnemonic: `name op1_CRn_CRm_op2`; `!` marks those that take no register. */
const INSTRUCTIONS: Readonly<Record<string, string>> = {
  at: `
s1e1r 0_7_8_0  s1e1w 0_7_8_1  s1e0r 0_7_8_2  s1e0w 0_7_8_3  s1e1rp 0_7_9_0  s1e1wp 0_7_9_1  s1e2r 4_7_8_0  s1e2w 4_7_8_1
s12e1r 4_7_8_4  s12e1w 4_7_8_5  s12e0r 4_7_8_6  s12e0w 4_7_8_7  s1e3r 6_7_8_0  s1e3w 6_7_8_1
`,
  cfp: `
rctx 3_7_3_4
`,
  cpp: `
rctx 3_7_3_7
`,
  dc: `
ivac 0_7_6_1  isw 0_7_6_2  igvac 0_7_6_3  igsw 0_7_6_4  igdvac 0_7_6_5  igdsw 0_7_6_6  csw 0_7_10_2  cgsw 0_7_10_4
cgdsw 0_7_10_6  cisw 0_7_14_2  cigsw 0_7_14_4  cigdsw 0_7_14_6  zva 3_7_4_1  gva 3_7_4_3  gzva 3_7_4_4  cvac 3_7_10_1
cgvac 3_7_10_3  cgdvac 3_7_10_5  cvau 3_7_11_1  cvap 3_7_12_1  cgvap 3_7_12_3  cgdvap 3_7_12_5  cvadp 3_7_13_1
cgvadp 3_7_13_3  cgdvadp 3_7_13_5  civac 3_7_14_1  cigvac 3_7_14_3  cigdvac 3_7_14_5  cipapa 6_7_14_1  cigdpapa 6_7_14_5
`,
  dvp: `
rctx 3_7_3_5
`,
  ic: `
ialluis! 0_7_1_0  iallu! 0_7_5_0  ivau 3_7_5_1
`,
  tlbi: `
vmalle1os! 0_8_1_0  vae1os 0_8_1_1  aside1os 0_8_1_2  vaae1os 0_8_1_3  vale1os 0_8_1_5  vaale1os 0_8_1_7  rvae1is 0_8_2_1
rvaae1is 0_8_2_3  rvale1is 0_8_2_5  rvaale1is 0_8_2_7  vmalle1is! 0_8_3_0  vae1is 0_8_3_1  aside1is 0_8_3_2  vaae1is 0_8_3_3
vale1is 0_8_3_5  vaale1is 0_8_3_7  rvae1os 0_8_5_1  rvaae1os 0_8_5_3  rvale1os 0_8_5_5  rvaale1os 0_8_5_7  rvae1 0_8_6_1
rvaae1 0_8_6_3  rvale1 0_8_6_5  rvaale1 0_8_6_7  vmalle1! 0_8_7_0  vae1 0_8_7_1  aside1 0_8_7_2  vaae1 0_8_7_3
vale1 0_8_7_5  vaale1 0_8_7_7  ipas2e1is 4_8_0_1  ripas2e1is 4_8_0_2  ipas2le1is 4_8_0_5  ripas2le1is 4_8_0_6
alle2os! 4_8_1_0  vae2os 4_8_1_1  alle1os! 4_8_1_4  vale2os 4_8_1_5  vmalls12e1os! 4_8_1_6  rvae2is 4_8_2_1
rvale2is 4_8_2_5  alle2is! 4_8_3_0  vae2is 4_8_3_1  alle1is! 4_8_3_4  vale2is 4_8_3_5  vmalls12e1is! 4_8_3_6
ipas2e1os 4_8_4_0  ipas2e1 4_8_4_1  ripas2e1 4_8_4_2  ripas2e1os 4_8_4_3  ipas2le1os 4_8_4_4  ipas2le1 4_8_4_5
ripas2le1 4_8_4_6  ripas2le1os 4_8_4_7  rvae2os 4_8_5_1  rvale2os 4_8_5_5  rvae2 4_8_6_1  rvale2 4_8_6_5  alle2! 4_8_7_0
vae2 4_8_7_1  alle1! 4_8_7_4  vale2 4_8_7_5  vmalls12e1! 4_8_7_6  alle3os! 6_8_1_0  vae3os 6_8_1_1  paallos! 6_8_1_4
vale3os 6_8_1_5  rvae3is 6_8_2_1  rvale3is 6_8_2_5  alle3is! 6_8_3_0  vae3is 6_8_3_1  vale3is 6_8_3_5  rpaos 6_8_4_3
rpalos 6_8_4_7  rvae3os 6_8_5_1  rvale3os 6_8_5_5  rvae3 6_8_6_1  rvale3 6_8_6_5  alle3! 6_8_7_0  vae3 6_8_7_1
paall! 6_8_7_4  vale3 6_8_7_5
`,
};

const keyOf = (encoding: string): number => {
  const [op0, op1, crn, crm, op2] = encoding.split('_').map(Number) as [number, number, number, number, number];
  return (op0 << 14) | (op1 << 11) | (crn << 7) | (crm << 3) | op2;
};

const pairs = (text: string): [string, string][] =>
  [...text.matchAll(/(\S+) (\d\S*)/g)].map((found): [string, string] => [found[1]!, found[2]!]);

function registers(): [string, number][] {
  const all = pairs(REGISTERS).map(([name, encoding]): [string, number] => [name, keyOf(encoding)]);
  for (const [, prefix, suffix, first, last, encoding, step] of FAMILIES.matchAll(/(\w+)\*(\w*) (\d+)\.\.(\d+) (\w+)\+(\d+)/g))
    for (let number = Number(first); number <= Number(last); number++)
      all.push([`${prefix}${number}${suffix}`, keyOf(encoding!) + (number - Number(first)) * Number(step)]);
  return all;
}

/** Key (op0 in bits 15:14, op1 13:11, CRn 10:7, CRm 6:3, op2 2:0) by name in lower case. */
export const REGISTER_KEYS: ReadonlyMap<string, number> = new Map([...registers(), ['dbgdtrtx_el0', keyOf('2_3_0_5_0')]]);

/** Name by key. The two directions of one encoding differ for DBGDTRRX_EL0 (read) and DBGDTRTX_EL0 (written). */
const NAMES: ReadonlyMap<number, string> = new Map(registers().map(([name, key]) => [key, name]));
export const registerName = (key: number, write: boolean): string | undefined =>
  write && key === REGISTER_KEYS.get('dbgdtrtx_el0') ? 'dbgdtrtx_el0' : NAMES.get(key);

export interface SystemInstruction {
  mnemonic: string;
  name: string;
  /** op1 in bits 13:11, CRn 10:7, CRm 6:3, op2 2:0. */
  key: number;
  takesRegister: boolean;
}

/** IC, DC, AT, TLBI and their relatives: SYS under better names. */
export const SYSTEM_INSTRUCTIONS: readonly SystemInstruction[] = Object.entries(INSTRUCTIONS).flatMap(([mnemonic, text]) =>
  pairs(text).map(([name, encoding]) => ({
    mnemonic,
    name: name.replace('!', ''),
    key: keyOf(`0_${encoding}`),
    takesRegister: !name.endsWith('!'),
  })),
);

const INSTRUCTION_KEYS: ReadonlyMap<string, number> = new Map(
  SYSTEM_INSTRUCTIONS.map(({ mnemonic, name, key }) => [`${mnemonic} ${name}`, (1 << 14) | key]),
);

/** Key of a register (`SCTLR_EL1`) or system instruction (`TLBI VAE1`) by its name in either case; undefined if there is none. */
export const systemKey = (name: string): number | undefined =>
  REGISTER_KEYS.get(name.toLowerCase()) ?? INSTRUCTION_KEYS.get(name.toLowerCase());
