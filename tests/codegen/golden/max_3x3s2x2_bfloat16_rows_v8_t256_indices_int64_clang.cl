// clpool: max of bfloat16, window 3x3, stride 2x2, with indices of int64.
// Skeleton rows, vectors of 8, tiles of 256 outputs, clang dialect.
// Every input row is reduced along its windows once and kept in private memory while windows of
// later lines share it; an output line combines the kept rows of its windows.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long index_offset; // first element of indices
    long origin; // flat index of the first element of x
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
    long flat_h; // h: stride in a flat index
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
} geometry;

// Vectors at any address.
typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef long long8_any __attribute__((ext_vector_type(8), aligned(8)));
typedef ushort ushort8_any __attribute__((ext_vector_type(8), aligned(2)));

// ---- Elements: from memory to accumulators, and back.

static float decode1(const ushort raw)
{
    const uint bits = (uint)raw;
    const float value = as_float(bits << 16);
    return value;
}

static float load1(const __global ushort *from)
{
    return decode1(*from);
}

static void store1(__global ushort *to, const float value)
{
    const uint bits = as_uint(value);
    // To nearest, ties to even; a NaN stays one.
    const uint rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const uint stored = ((bits & 0x7fffffff) > 0x7f800000) ? 0x7fc0 : rounded;
    const ushort narrow = (ushort)stored;
    *(__global ushort *)to = narrow;
}

static void store_index1(__global long *to, const int index)
{
    *to = (long)index;
}

static float8 decode8(const ushort8 raw)
{
    const uint8 bits = __builtin_convertvector(raw, uint8);
    const float8 value = as_float8(bits << 16);
    return value;
}

static float8 load8(const __global ushort *from)
{
    return decode8(*(const __global ushort8_any *)from);
}

static void store8(__global ushort *to, const float8 value)
{
    const uint8 bits = as_uint8(value);
    // To nearest, ties to even; a NaN stays one.
    const uint8 rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    const uint8 stored = ((bits & 0x7fffffff) > 0x7f800000) ? 0x7fc0 : rounded;
    const ushort8 narrow = __builtin_convertvector(stored, ushort8);
    *(__global ushort8_any *)to = narrow;
}

static void store_index8(__global long *to, const int8 index)
{
    *(__global long8_any *)to = __builtin_convertvector(index, long8);
}

// ---- States: what has been combined so far.

// A state in each of 8 lanes.
typedef struct {
    float8 value;
    int8 index;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = -INFINITY;
    none.index = -1;
    return none;
}

static state8 tap8(float8 value, int8 index)
{
    state8 one;
    one.value = value;
    one.index = index;
    return one;
}

// a lies before b in row-major order, and has a tap, unless neither has one (index -1).
static state8 combine_ordered8(state8 a, const state8 b)
{
    const int8 replaces = (b.value > a.value) | (b.value != b.value);
    a.index = replaces ? b.index : a.index;
    a.value = replaces ? b.value : a.value;
    return a;
}

// The same, of an a that may have none, and then yields to its equal.
static state8 combine8(state8 a, const state8 b)
{
    const int8 none = a.index < 0;
    a = combine_ordered8(a, b);
    a.index = none ? b.index : a.index;
    return a;
}

// ---- Private rows: reduced rows of the input, taps beside it replaced by the identity.

static float8 get8(const float *from) { return *(const __private float8_any *)from; }
static void put8(float *to, const float8 value) { *(__private float8_any *)to = value; }

static int8 get_index8(const int *from) { return *(const __private int8_any *)from; }
static void put_index8(int *to, const int8 value) { *(__private int8_any *)to = value; }

static float8 every8(const __global ushort *from)
{
    return decode8(__builtin_shufflevector(*(const __global ushort8_any *)from, *(const __global ushort8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14));
}

static float8 later8(const __global ushort *from)
{
    return decode8(__builtin_shufflevector(*(const __global ushort8_any *)(from - 1), *(const __global ushort8_any *)(from - 1 + 8), 1, 3, 5, 7, 9, 11, 13, 15));
}

static float8 pick8(const float *from)
{
    return __builtin_shufflevector(*(const __private float8_any *)from, *(const __private float8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14);
}

// A tap in this column, or the identity outside of the input.
static state8 within8(const float8 value, const int8 column, const int width, const int flat_row)
{
    const int8 inside = (column >= 0) & (column < width);
    const int8 taken = inside;
    return tap8(taken ? value : identity8().value, inside ? column + flat_row : -1);
}

// The flat index of a column, -1 outside of the input.
static int8 flat_index8(const int8 column, const int width, const int flat_row)
{
    return ((column >= 0) & (column < width)) ? column + flat_row : -1;
}

typedef struct {
    float value[256];
    int index[256];
} state_row;

static state8 get_state8(const state_row *from, const int at)
{
    state8 found;
    found.value = get8(from->value + at);
    found.index = get_index8(from->index + at);
    return found;
}

static void put_state8(state_row *to, const int at, const state8 state)
{
    put8(to->value + at, state.value);
    put_index8(to->index + at, state.index);
}

// ---- The kernel.

static __attribute__((noinline)) void max_3x3s2x2_bfloat16_rows_v8_t256_indices_int64_clang_item(
    const __global ushort *restrict x,
    __global ushort *restrict y,
    __global long *restrict indices,
    const geometry g,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
    // Reduced rows; the last slot holds nothing.
    state_row kept[4];
    const int used = (g.out_w < 256) ? (int)g.out_w + 7 : 256;
    for (int c = 0; c + 8 <= used; c += 8) put_state8(kept + 3, c, identity8());
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 256) {
        // A tile of output columns: its windows start at column w0.
        const int w0 = ow0 * 2 - (int)g.pad_w;
        const int in_w = g.in_w;
        const int columns = (g.out_w - ow0 < 256) ? g.out_w - ow0 : 256;
        const int last_vector = (columns < 8) ? 0 : columns - 8;
        // Vectors of outputs from inner to last_inner have all their taps inside the row.
        const int inner = (w0 >= 0) ? 0 : (15 - w0) / 16 * 8;
        const int fitting = (columns < 8 || in_w - w0 < 17) ? -1 : (in_w - w0 - 17) / 2;
        const int last_inner = (fitting < last_vector) ? fitting : last_vector;
        for (long next = first; next < last;) {
            // The plane of line number next, and the lines of the band in it.
            const uint outer = next / lines;
            int line = next % lines;
            const int stop = (last - next < lines - line) ? line + (last - next) : lines;
            next += stop - line;
            // Where the plane lies.
            const uint outer0 = outer / (uint)g.outer1;
            const uint outer1 = outer % (uint)g.outer1;
            const __global ushort *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
            const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
            // Memory from readable to readable_end, counted from the plane, belongs to the input.
            const long earlier = outer0 * g.x_outer0 + outer1 * g.x_outer1;
            const long later = (g.outer0 - 1) * g.x_outer0 + (g.outer1 - 1) * g.x_outer1 - earlier;
            const long readable = (earlier > 0) ? -earlier : 0;
            const long readable_end = ((later > 0) ? later : 0) + (g.in_h - 1) * g.x_h + g.in_w;
            int holds[3];
            for (int slot = 0; slot < 3; ++slot) holds[slot] = -1;
            for (; line < stop; ++line) {
                const int oh = line;
                const int h0 = oh * 2 - (int)g.pad_h;
                const long y_row = y_plane + oh * g.y_h;
                // Where the output line lies.
                __global ushort *to = y + g.y_offset + y_row + ow0;
                for (int ow = 0; ow < columns; ow += 32) {
                    __builtin_prefetch((const void *)(ulong)(to + ow + 2048), 1, 3);
                }
                __global long *index_to = indices + g.index_offset + y_row + ow0;
                for (int ow = 0; ow < columns; ow += 8) {
                    __builtin_prefetch((const void *)(ulong)(index_to + ow + 512), 1, 3);
                }
                // Rows outside of the input are those of the last slot, which hold nothing.
                const state_row *window_rows[3];
                int row_count = 0;
                for (int kh = 0; kh < 3; ++kh) {
                    const int h = h0 + kh;
                    if (h < 0 || h >= (int)g.in_h) continue;
                    const int slot = h % 3;
                    const int here = h;
                    window_rows[row_count++] = kept + slot;
                    // A row that is not kept is reduced along its windows.
                    if (holds[slot] != here) {
                        holds[slot] = here;
                        const __global ushort *row = plane + h * (int)g.x_h;
                        const int w = 0;
                        const int flat_row = (int)g.origin + h * (int)g.flat_h + w;
                        const int8 steps = (int8)(0, 2, 4, 6, 8, 10, 12, 14);
                        // Windows inside the row.
                        for (int c = inner; c <= last_inner; c = (c + 8 < last_inner || c >= last_inner) ? c + 8 : last_inner) {
                            const int w1 = w0 + c * 2;
                            __builtin_prefetch((const void *)(ulong)(row + w1 + 2048), 0, 3);
                            __builtin_prefetch((const void *)(ulong)(((ulong)(row + w1) & -4096ul) + 8192 + ((ulong)(row + w1) % 4096 / 4)), 0, 3);
                            state8 part = tap8(every8(row + w1), steps + (w1 + flat_row));
                            part = combine_ordered8(part, tap8(later8(row + w1 + 1), steps + (w1 + flat_row + 1)));
                            part = combine_ordered8(part, tap8(later8(row + w1 + 2), steps + (w1 + flat_row + 2)));
                            put_state8(kept + slot, c, part);
                        }
                        // Windows that overhang it.
                        for (int vector = 0; vector < columns; vector += 8) {
                            if (vector == inner && inner <= last_inner) {
                                vector = last_inner;
                                continue;
                            }
                            const int c = (vector < last_vector) ? vector : last_vector;
                            const int w1 = w0 + c * 2;
                            __builtin_prefetch((const void *)(ulong)(row + w1 + 2048), 0, 3);
                            __builtin_prefetch((const void *)(ulong)(((ulong)(row + w1) & -4096ul) + 8192 + ((ulong)(row + w1) % 4096 / 4)), 0, 3);
                            if (row - plane + w1 > readable && row - plane + w1 + 17 < readable_end) {
                                state8 part = within8(every8(row + w1), steps + w1, in_w, flat_row);
                                part = combine8(part, within8(later8(row + w1 + 1), steps + (w1 + 1), in_w, flat_row));
                                part = combine8(part, within8(later8(row + w1 + 2), steps + (w1 + 2), in_w, flat_row));
                                put_state8(kept + slot, c, part);
                            } else {
                                // A copy of the taps, with the identity around the row.
                                float edge[24];
                                for (int in = 0; in < 24; in += 8) put8(edge + in, identity8().value);
                                int in = (w1 < 0) ? -w1 : 0;
                                const int end = (in_w - w1 < 17) ? in_w - w1 : 17;
                                for (; in + 8 <= end; in += 8) put8(edge + in, load8(row + w1 + in));
                                for (; in < end; ++in) edge[in] = load1(row + w1 + in);
                                state8 part = tap8(pick8(edge), flat_index8(steps + w1, in_w, flat_row));
                                part = combine8(part, tap8(pick8(edge + 1), flat_index8(steps + (w1 + 1), in_w, flat_row)));
                                part = combine8(part, tap8(pick8(edge + 2), flat_index8(steps + (w1 + 2), in_w, flat_row)));
                                put_state8(kept + slot, c, part);
                            }
                        }
                    }
                }
                for (; row_count < 3; ++row_count) window_rows[row_count] = kept + 3;
                // Combines the rows of the windows.
                for (int c = 0; c <= last_vector; c = (c + 8 < last_vector || c >= last_vector) ? c + 8 : last_vector) {
                    state8 acc = get_state8(window_rows[0], c);
                    acc = combine_ordered8(acc, get_state8(window_rows[1], c));
                    acc = combine_ordered8(acc, get_state8(window_rows[2], c));
                    const float8 finalized = acc.value;
                    if (columns >= 8) {
                        store8(to + c, finalized);
                        store_index8(index_to + c, acc.index);
                    } else {
                        float edge[8];
                        put8(edge, finalized);
                        int edge_index[8];
                        put_index8(edge_index, acc.index);
                        for (int lane = 0; lane < columns - c; ++lane) {
                            store1(to + c + lane, edge[lane]);
                            store_index1(index_to + c + lane, edge_index[lane]);
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
__kernel void max_3x3s2x2_bfloat16_rows_v8_t256_indices_int64_clang(
    const __global ushort *restrict x,
    __global ushort *restrict y,
    __global long *restrict indices,
    const geometry g)
{
    max_3x3s2x2_bfloat16_rows_v8_t256_indices_int64_clang_item(x, y, indices, g, get_global_id(0), get_global_size(0));
}
