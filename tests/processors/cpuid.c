// A library to preload: the CPUID instruction answers as AMD's processors do, and SSE4a, which those
// alone have, is executed. Linux on Intel's processors lets CPUID raise SIGSEGV (cpuid_fault).
// Variables: CPUID_FAMILY and CPUID_MODEL, decimal.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { ARCH_CPUID = 0x1012 };

typedef int install(int, const struct sigaction *, struct sigaction *);

static uint32_t signature;
// What the program itself asked for, of the two signals that are taken here.
static struct sigaction faults, unknowns;

static int really(int number, const struct sigaction *action, struct sigaction *before)
{
    static install *next;
    if (!next) next = (install *)dlsym(RTLD_NEXT, "sigaction");
    return next(number, action, before);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
    struct sigaction *kept = number == SIGSEGV ? &faults : number == SIGILL ? &unknowns : 0;
    if (!kept) return really(number, action, before);
    if (before) *before = *kept;
    if (action) *kept = *action;
    return 0;
}

// The program's own handler, or the default action once the instruction is met again.
static void hand_on(const struct sigaction *to, int number, siginfo_t *info, void *context)
{
    if (to->sa_flags & SA_SIGINFO)
        to->sa_sigaction(number, info, context);
    else if (to->sa_handler != SIG_DFL && to->sa_handler != SIG_IGN)
        to->sa_handler(number);
    else
        really(number, &(struct sigaction){.sa_handler = SIG_DFL}, 0);
}

static void identify(uint32_t leaf, uint32_t part, uint32_t found[4])
{
    syscall(SYS_arch_prctl, ARCH_CPUID, 1);
    __asm__ volatile("cpuid"
                     : "=a"(found[0]), "=b"(found[1]), "=c"(found[2]), "=d"(found[3])
                     : "0"(leaf), "2"(part));
    syscall(SYS_arch_prctl, ARCH_CPUID, 0);
    if (leaf == 0 || leaf == 0x80000000) { // "AuthenticAMD"
        found[1] = 0x68747541;
        found[3] = 0x69746e65;
        found[2] = 0x444d4163;
    } else if (leaf == 1) {
        found[0] = signature;
    } else if (leaf == 7 && part == 0) {
        found[3] &= ~(1u << 22 | 1u << 23 | 1u << 24 | 1u << 25); // AMX, half arithmetic
    } else if (leaf == 7 && part == 1) {
        found[0] &= ~(1u << 4); // AVX-VNNI
    }
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    greg_t *at = ((ucontext_t *)context)->uc_mcontext.gregs;
    const uint8_t *code = (const uint8_t *)at[REG_RIP];
    if (info->si_code <= 0 || !code || code[0] != 0x0f || code[1] != 0xa2) {
        hand_on(&faults, number, info, context);
        return;
    }
    uint32_t found[4];
    identify(at[REG_RAX], at[REG_RCX], found);
    at[REG_RAX] = found[0];
    at[REG_RBX] = found[1];
    at[REG_RCX] = found[2];
    at[REG_RDX] = found[3];
    at[REG_RIP] += 2;
}

// EXTRQ and INSERTQ, of fields of 64 bits that immediates or a register give.
static void on_unknown(int number, siginfo_t *info, void *context)
{
    mcontext_t *at = &((ucontext_t *)context)->uc_mcontext;
    const uint8_t *code = (const uint8_t *)at->gregs[REG_RIP];
    const int extracts = *code == 0x66, inserts = *code == 0xf2;
    const int rex = (code[1] & 0xf0) == 0x40 ? code[1] : 0;
    code += rex ? 2 : 1;
    const int given = code[1] == 0x78;
    if (!(extracts || inserts) || code[0] != 0x0f || code[1] >> 1 != 0x78 >> 1 || code[2] < 0xc0) {
        hand_on(&unknowns, number, info, context);
        return;
    }
    uint64_t *left = (uint64_t *)&at->fpregs->_xmm[(code[2] >> 3 & 7) | (rex & 4) << 1];
    uint64_t *right = (uint64_t *)&at->fpregs->_xmm[(code[2] & 7) | (rex & 1) << 3];
    const uint64_t field = given ? (uint64_t)(code[3] | code[4] << 8) : right[inserts];
    const uint64_t ones = field & 63 ? (1ul << (field & 63)) - 1 : -1ul;
    const int from = field >> 8 & 63;
    if (extracts) {
        if (given) left = right;
        left[0] = left[0] >> from & ones;
    } else {
        left[0] = (left[0] & ~(ones << from)) | (right[0] & ones) << from;
    }
    left[1] = 0;
    at->gregs[REG_RIP] = (greg_t)(code + (given ? 5 : 3));
}

__attribute__((constructor)) static void begin(void)
{
    const uint32_t family = atoi(getenv("CPUID_FAMILY")), model = atoi(getenv("CPUID_MODEL"));
    signature = (family - 15) << 20 | (model >> 4) << 16 | 15 << 8 | (model & 15) << 4;
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
    action.sa_sigaction = on_fault;
    really(SIGSEGV, &action, 0);
    action.sa_sigaction = on_unknown;
    really(SIGILL, &action, 0);
    syscall(SYS_arch_prctl, ARCH_CPUID, 0);
}
