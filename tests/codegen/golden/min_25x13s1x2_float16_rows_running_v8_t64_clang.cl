// clpool: min of float16, window 25x13, stride 1x2.
// Skeleton rows_running, vectors of 8, tiles of 64 outputs, clang dialect.
// Blocks of as many rows as a window has are combined from either end: a window is the end of one
// block combined with the beginning of the next (van Herk 1992).

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long outer0; // length of the outermost batch axis
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
} geometry;

typedef short short8_any __attribute__((ext_vector_type(8), aligned(2)));
typedef ushort ushort8_any __attribute__((ext_vector_type(8), aligned(2)));

// ---- Elements: from memory to accumulators, and back.

static short decode1(const ushort raw)
{
    const short bits = (short)raw;
    const short key = bits ^ ((bits >> (short)15) & (short)0x7fff);
    return (short)((ushort)key + (ushort)0x3ff);
}

static short load1(const __global half *from)
{
    return decode1(*(const __global ushort *)from);
}

static void store1(__global half *to, const short value)
{
    const short key = (short)((ushort)value + (ushort)0xfc01);
    const ushort narrow = (ushort)(key ^ ((key >> (short)15) & (short)0x7fff));
    *(__global ushort *)to = narrow;
}

static short8 decode8(const ushort8 raw)
{
    const short8 bits = __builtin_convertvector(raw, short8);
    const short8 key = bits ^ ((bits >> (short)15) & (short)0x7fff);
    return __builtin_convertvector(__builtin_convertvector(key, ushort8) + (ushort)0x3ff, short8);
}

static short8 load8(const __global half *from)
{
    return decode8(*(const __global ushort8_any *)from);
}

static void store8(__global half *to, const short8 value)
{
    const short8 key = __builtin_convertvector(__builtin_convertvector(value, ushort8) + (ushort)0xfc01, short8);
    const ushort8 narrow = __builtin_convertvector(key ^ ((key >> (short)15) & (short)0x7fff), ushort8);
    *(__global ushort8_any *)to = narrow;
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    short value;
} state1;

static state1 tap1(short value)
{
    state1 one;
    one.value = value;
    return one;
}

// A state in each of 8 lanes.
typedef struct {
    short8 value;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = 32767;
    return none;
}

static state8 tap8(short8 value)
{
    state8 one;
    one.value = value;
    return one;
}

static state8 combine8(state8 a, const state8 b)
{
    a.value = (b.value < a.value) ? b.value : a.value;
    return a;
}

// ---- Private rows: reduced rows of the input, taps beside it replaced by the identity.

static void put1(short *to, const short value) { *to = value; }

static short8 get8(const short *from) { return *(const __private short8_any *)from; }
static void put8(short *to, const short8 value) { *(__private short8_any *)to = value; }

static short8 pick8(const short *from)
{
    return __builtin_shufflevector(*(const __private short8_any *)from, *(const __private short8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14);
}

typedef struct {
    short value[64];
} state_row;

static state8 get_state8(const state_row *from, const int at)
{
    state8 found;
    found.value = get8(from->value + at);
    return found;
}

static void put_state8(state_row *to, const int at, const state8 state)
{
    put8(to->value + at, state.value);
}

typedef struct {
    short value[170];
} doubled_row;

static void put_run1(doubled_row *to, const int at, const state1 state)
{
    put1(to->value + at, state.value);
}

static state8 get_run8(const doubled_row *from, const int at)
{
    state8 found;
    found.value = get8(from->value + at);
    return found;
}

static void put_run8(doubled_row *to, const int at, const state8 state)
{
    put8(to->value + at, state.value);
}

static state8 every_run8(const doubled_row *from, const int at)
{
    state8 found;
    found.value = pick8(from->value + at);
    return found;
}

// ---- The kernel.

static __attribute__((noinline)) void min_25x13s1x2_float16_rows_running_v8_t64_clang_item(
    const __global half *restrict x,
    __global half *restrict y,
    const geometry g,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
    // kept: from every row of a block to its end; begun: from the next block's beginning.
    state_row kept[25], begun[1];
    doubled_row run[1];
    const int used = (g.out_w < 64) ? (int)g.out_w + 7 : 64;
    for (int row = 0; row < 25; ++row) {
        for (int c = 0; c + 8 <= used; c += 8) put_state8(kept + row, c, identity8());
    }
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 64) {
        // A tile of output columns: its windows start at column w0.
        const int w0 = ow0 * 2 - (int)g.pad_w;
        const int in_w = g.in_w;
        const int columns = (g.out_w - ow0 < 64) ? g.out_w - ow0 : 64;
        const int last_vector = (columns < 8) ? 0 : columns - 8;
        for (long next = first; next < last;) {
            // The plane of line number next, and the lines of the band in it.
            const uint outer = next / lines;
            int line = next % lines;
            const int stop = (last - next < lines - line) ? line + (last - next) : lines;
            next += stop - line;
            // Where the plane lies.
            const uint outer0 = outer / (uint)g.outer1;
            const uint outer1 = outer % (uint)g.outer1;
            const __global half *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
            const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
            // Memory from readable to readable_end, counted from the plane, belongs to the input.
            const long earlier = outer0 * g.x_outer0 + outer1 * g.x_outer1;
            const long later = (g.outer0 - 1) * g.x_outer0 + (g.outer1 - 1) * g.x_outer1 - earlier;
            const long readable = (earlier > 0) ? -earlier : 0;
            const long readable_end = ((later > 0) ? later : 0) + (g.in_h - 1) * g.x_h + g.in_w;
            const int top = line - (int)g.pad_h;
            int met = 0;
            for (int h_first = 0; line < stop; ++line, h_first += 1) {
                const int oh = line;
                const int h0 = oh - (int)g.pad_h;
                const long y_row = y_plane + oh * g.y_h;
                // Where the output line lies.
                __global half *to = y + g.y_offset + y_row + ow0;
                for (int ow = 0; ow < columns; ow += 32) {
                    __builtin_prefetch((const void *)(ulong)(to + ow + 2048), 1, 3);
                }
                for (; met < h_first + 25; ++met) {
                    const int slot = met % 25;
                    const int h = top + met;
                    // A block is whole: combined from its end.
                    if (slot == 0 && met > 0) {
                        for (int row = 23; row >= 0; --row) {
                            for (int c = 0; c < columns; c += 8) {
                                put_state8(kept + row, c, combine8(get_state8(kept + row, c), get_state8(kept + row + 1, c)));
                            }
                        }
                    }
                    // The row is reduced along its windows.
                    if (h >= 0 && h < g.in_h) {
                        const __global half *row = plane + h * (int)g.x_h;
                        const int8 steps = (int8)(0, 2, 4, 6, 8, 10, 12, 14);
                        const int span = (columns + 7) / 8 * 16 + 13;
                        const int first_inside = (w0 >= 0) ? 0 : (-w0 < span) ? -w0 : span;
                        const int last_inside = (in_w - w0 < span) ? in_w - w0 : span;
                        // Taps of the row, the identity around them.
                        int in = first_inside;
                        for (int out = 0; out < span; out += 8) put_run8(run, out, identity8());
                        for (; in + 8 <= last_inside; in += 8) put_run8(run, in, tap8(load8(row + w0 + in)));
                        for (; in < last_inside; ++in) put_run1(run, in, tap1(load1(row + w0 + in)));
                        // The window's next 1 tap.
                        for (int c = 0; c < columns; c += 8) {
                            const state8 part = every_run8(run, c * 2);
                            put_state8(kept + slot, c, part);
                        }
                        // Runs of 2 taps.
                        for (int at = 0; at + 1 < span; at += 8)
                            put_run8(run, at, combine8(get_run8(run, at), get_run8(run, at + 1)));
                        // Runs of 4 taps.
                        for (int at = 0; at + 2 < span; at += 8)
                            put_run8(run, at, combine8(get_run8(run, at), get_run8(run, at + 2)));
                        // The window's next 4 taps.
                        for (int c = 0; c < columns; c += 8) {
                            const state8 part = every_run8(run, c * 2 + 1);
                            put_state8(kept + slot, c, combine8(get_state8(kept + slot, c), part));
                        }
                        // Runs of 8 taps.
                        for (int at = 0; at + 4 < span; at += 8)
                            put_run8(run, at, combine8(get_run8(run, at), get_run8(run, at + 4)));
                        // The window's next 8 taps.
                        for (int c = 0; c < columns; c += 8) {
                            const state8 part = every_run8(run, c * 2 + 5);
                            put_state8(kept + slot, c, combine8(get_state8(kept + slot, c), part));
                        }
                    } else {
                        for (int c = 0; c < columns; c += 8) {
                            put_state8(kept + slot, c, identity8());
                        }
                    }
                    // The block is combined from its beginning.
                    for (int c = 0; c < columns; c += 8) {
                        state8 acc = get_state8(kept + slot, c);
                        if (slot > 0) acc = combine8(get_state8(begun, c), acc);
                        put_state8(begun, c, acc);
                    }
                }
                // Windows: the end of one block and the beginning of the next.
                const int within = h_first % 25;
                for (int c = 0; c <= last_vector; c = (c + 8 < last_vector || c >= last_vector) ? c + 8 : last_vector) {
                    state8 acc = get_state8(begun, c);
                    if (within > 0) acc = combine8(get_state8(kept + within, c), acc);
                    const short8 finalized = acc.value;
                    if (columns >= 8) {
                        store8(to + c, finalized);
                    } else {
                        short edge[8];
                        put8(edge, finalized);
                        for (int lane = 0; lane < columns - c; ++lane) {
                            store1(to + c + lane, edge[lane]);
                        }
                    }
                }
            }
        }
    }
}

#if __has_attribute(intel_vec_len_hint)
__attribute__((intel_vec_len_hint(1)))
#endif
__kernel void min_25x13s1x2_float16_rows_running_v8_t64_clang(
    const __global half *restrict x,
    __global half *restrict y,
    const geometry g)
{
    min_25x13s1x2_float16_rows_running_v8_t64_clang_item(x, y, g, get_global_id(0), get_global_size(0));
}
