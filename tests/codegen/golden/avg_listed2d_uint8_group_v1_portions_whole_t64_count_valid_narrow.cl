// clpool: avg of uint8, windows in lists.
// Skeleton group, 64 work-items per output, portable dialect.
// The items of a team share the taps of an output's window, several loads at a time; a tree in
// local memory joins what they found.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    int x_offset; // first element of x
    int y_offset; // first element of y
    int x_outer0; // stride of that in x
    int y_outer0; // stride of that in y
    int outer1; // length of the inner batch axis
    int x_outer1; // stride of that in x
    int y_outer1; // stride of that in y
    int blocks; // blocks of outputs in all
    int factor_outer; // factor that divides by outer1
    int shift_outer; // shift of that
    int portions; // portions of the taps of an output
    int factor_portions; // factor that divides by that number
    int shift_portions; // shift of that
    int in_h; // h: length in x
    int y_h; // h: stride in y
    int blocks_h; // h: blocks of outputs
    int factor_h; // h: factor that divides by that number
    int shift_h; // h: shift of that
    int in_w; // w: length in x
    int x_w; // w: stride in x
    int y_w; // w: stride in y
    int blocks_w; // w: blocks of outputs
    int factor_w; // w: factor that divides by that number
    int shift_w; // w: shift of that
} geometry;

// ---- Elements: from memory to accumulators, and back.

static ulong load1(const __global uchar *from)
{
    return (ulong)(*from);
}

static void store1(__global uchar *to, const ulong value)
{
    *to = (uchar)value;
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    ulong value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

static state1 tap1(ulong value)
{
    state1 one;
    one.value = value;
    return one;
}

static state1 combine1(state1 a, const state1 b)
{
    a.value = a.value + b.value;
    return a;
}

static ulong finalize1(const state1 state, const ulong count)
{
    return (count == 0) ? 0 : state.value / ((count == 0) ? 1 : count);
}

// ---- Blocks: where they lie.

// n / d of an n below 2^31, by the factor and the shift that belong to d.
static uint quotient(const uint n, const uint factor, const uint shift)
{
    return mul_hi(n << 1, factor) >> shift;
}

// ---- The kernel.

__kernel void avg_listed2d_uint8_group_v1_portions_whole_t64_count_valid_narrow(
    const __global uchar *restrict x,
    const __global int *restrict list,
    __global uchar *restrict y,
    __global state1 *restrict states,
    const geometry g)
{
    const uint member = get_local_id(0), team = get_local_id(1);
    // Who has no output helps, but stores nothing.
    const int exists = get_global_id(1) < (uint)g.blocks * (uint)g.portions;
    const uint item = exists ? get_global_id(1) : 0;
    const uint number = quotient(item, g.factor_portions, g.shift_portions);
    const uint portion = item - number * (uint)g.portions;
    const uint lines = quotient(number, g.factor_w, g.shift_w);
    const int ow = ((int)(number - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    const int n_w = (int)g.in_h * (int)g.in_w;
    // Every 64th tap of a row, 4 at a time.
    state1 acc0 = identity1();
    state1 acc1 = identity1();
    state1 acc2 = identity1();
    state1 acc3 = identity1();
    const int begin = (int)portion * ((n_w - 1) / (int)g.portions + 1);
    const int end = min(begin + ((n_w - 1) / (int)g.portions + 1), n_w);
    const int row = x_plane;
    int at = begin + member;
    for (; at + 192 < end; at += 256) {
        {
            const int w = at;
            acc0 = combine1(acc0, tap1(load1(x + row + w * g.x_w)));
        }
        {
            const int w = at + 64;
            acc1 = combine1(acc1, tap1(load1(x + row + w * g.x_w)));
        }
        {
            const int w = at + 128;
            acc2 = combine1(acc2, tap1(load1(x + row + w * g.x_w)));
        }
        {
            const int w = at + 192;
            acc3 = combine1(acc3, tap1(load1(x + row + w * g.x_w)));
        }
    }
    for (; at < end; at += 64)
    {
        const int w = at;
        acc0 = combine1(acc0, tap1(load1(x + row + w * g.x_w)));
    }
    acc0 = combine1(acc0, acc1);
    acc2 = combine1(acc2, acc3);
    acc0 = combine1(acc0, acc2);
    // The tree.
    __local state1 found[256];
    const uint slot = team * 64 + member;
    state1 acc = acc0;
    found[slot] = acc;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint apart = 32; apart > 0; apart /= 2) {
        if (member < apart) {
            acc = combine1(acc, found[slot + apart]);
            found[slot] = acc;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (member == 0 && exists) {
        const uint place = item;
        states[place].value = acc.value;
    }
}

// Joins the states of the portions of each output.
__kernel void avg_listed2d_uint8_group_v1_portions_whole_t64_count_valid_narrow_joined(
    const __global uchar *restrict x,
    const __global int *restrict list,
    __global uchar *restrict y,
    __global state1 *restrict states,
    const geometry g)
{
    const uint member = get_local_id(0), group = get_global_id(0) / 64;
    const uint number = group;
    const uint lines = quotient(number, g.factor_w, g.shift_w);
    const int ow = ((int)(number - lines * (uint)g.blocks_w));
    const uint planes = quotient(lines, g.factor_h, g.shift_h);
    const int oh = ((int)(lines - planes * (uint)g.blocks_h));
    // Where its plane lies.
    const uint outer0 = quotient(planes, g.factor_outer, g.shift_outer);
    const uint outer1 = planes - outer0 * (uint)g.outer1;
    const int x_plane = g.x_offset + (int)outer0 * g.x_outer0 + (int)outer1 * g.x_outer1;
    const int y_plane = g.y_offset + (int)outer0 * g.y_outer0 + (int)outer1 * g.y_outer1;
    state1 acc0 = identity1();
    for (uint portion = member; portion < (uint)g.portions; portion += 64) {
        const uint place = number * (uint)g.portions + portion;
        state1 one;
        one.value = states[place].value;
        acc0 = combine1(acc0, one);
    }
    // The tree.
    __local state1 found[64];
    const uint slot = member;
    state1 acc = acc0;
    found[slot] = acc;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint apart = 32; apart > 0; apart /= 2) {
        if (member < apart) {
            acc = combine1(acc, found[slot + apart]);
            found[slot] = acc;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (member == 0) {
        const int at = y_plane + oh * g.y_h + ow * g.y_w;
        const ulong count = (ulong)(((int)g.in_h) * ((int)g.in_w));
        store1(y + at, finalize1(acc, count));
    }
}
