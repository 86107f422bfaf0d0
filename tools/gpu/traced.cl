// Accesses of work-items to global and to local memory, noted in the order of each one. An access is labelled by
// the loops around it, their turns, and its number in the turn: lanes of a wave that are at the same
// label execute the same instruction.

typedef struct {
    ulong path;              // digest of the loops and turns at hand
    ulong number;            // of the next access or loop of this turn
    ulong place;             // of the next access among all
    __global ulong2 *noted;  // accesses; null: they are counted only
    __global ulong *count;
} traced_item;

// A loop: its own digest, its turns so far, and where the item is when it has left it.
typedef struct {
    ulong path, turns, outer, number;
    int open;
} traced_loop;

static ulong traced_digest(ulong path, ulong number)
{
    ulong mixed = (path ^ number) * 0x9E3779B97F4A7C15UL + number + 1;
    mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9UL;
    return mixed ^ (mixed >> 32);
}

static traced_item traced_begin(__global ulong *counts, const __global ulong *starts, __global ulong2 *noted)
{
    const ulong line = get_global_id(1) + get_global_id(2) * get_global_size(1);
    const ulong item = get_global_id(0) + line * get_global_size(0);
    traced_item begun = {1, 0, starts[item], noted, counts + item};
    return begun;
}

static traced_loop traced_enter(traced_item *traced)
{
    traced_loop loop = {traced_digest(traced->path, traced->number), 0, traced->path, traced->number + 1, 1};
    return loop;
}

static int traced_turn(traced_item *traced, traced_loop *loop)
{
    traced->path = traced_digest(loop->path, ++loop->turns);
    traced->number = 0;
    return 1;
}

static void traced_leave(traced_item *traced, traced_loop *loop)
{
    traced->path = loop->outer;
    traced->number = loop->number;
    loop->open = 0;
}

// An access: address << 16 | local << 13 | log2(alignment) << 10 | bytes << 1 | store, and its label.
static void traced_noted_at(traced_item *traced, ulong at, uint bytes, uint alignment, uint store, uint local_)
{
    const ulong label = traced->path << 16 | (traced->number++ & 0xFFFF);
    *traced->count += 1;
    if (!traced->noted) return;
    const ulong facts = local_ << 13 | (31 - clz(alignment)) << 10 | bytes << 1 | store;
    traced->noted[traced->place++] = (ulong2)(at << 16 | facts, label);
}

static void __attribute__((overloadable)) traced_note(
    traced_item *traced, const volatile __global void *at, uint bytes, uint alignment, uint store)
{
    traced_noted_at(traced, (ulong)at, bytes, alignment, store, 0);
}

static void __attribute__((overloadable)) traced_note(
    traced_item *traced, const volatile __local void *at, uint bytes, uint alignment, uint store)
{
    traced_noted_at(traced, (ulong)at, bytes, alignment, store, 1);
}

// Private memory is neither.
static void __attribute__((overloadable)) traced_note(
    traced_item *traced, const volatile __private void *at, uint bytes, uint alignment, uint store) {}

#define TRACED_ACCESS(place, store) (*({ \
    __typeof__(&(place)) traced_at = &(place); \
    traced_note(traced, traced_at, sizeof(*traced_at), __alignof__(*traced_at), store); \
    traced_at; }))
#define TRACED_LOAD(place) TRACED_ACCESS(place, 0)
#define TRACED_STORE(place) TRACED_ACCESS(place, 1)

// Vectors through pointers to elements are aligned as elements are.
#define TRACED_VECTOR(n, offset, from, store) \
    __typeof__((from) + 0) traced_at = (from) + (n) * (offset); \
    traced_note(traced, traced_at, (n) * sizeof(*traced_at), sizeof(*traced_at), store);
#define TRACED_VLOAD(n, load, offset, from) ({ TRACED_VECTOR(n, offset, from, 0) load(0, traced_at); })
#define TRACED_VSTORE(n, store, value, offset, to) ({ TRACED_VECTOR(n, offset, to, 1) store(value, 0, traced_at); })

#define for(...) \
    for (traced_loop traced_loop_ = traced_enter(traced); traced_loop_.open; \
         traced_leave(traced, &traced_loop_)) \
        for (__VA_ARGS__) \
            if (traced_turn(traced, &traced_loop_))

