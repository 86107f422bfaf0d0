// clpool: select_backward of float32, window 3x3, stride 2x2, gathered from the windows that cover
// an element, reads indices of int64.
// Skeleton rows_covering, vectors of 8, tiles of 256 outputs, clang dialect.
// Rows of output gradients are kept among zeros, so that elements a stride apart sum the same
// vectors of them, in the order of their windows.

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long origin; // flat index of the first element of x
    long outer0; // length of the outermost batch axis
    long x_outer0; // stride of that in x
    long y_outer0; // stride of that in y
    long outer1; // length of the inner batch axis
    long x_outer1; // stride of that in x
    long y_outer1; // stride of that in y
    long indices_shift; // from an element of x to that of indices
    long in_h; // h: length in x
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long begin_h; // h: position of the first output
    long padded_end_h; // h: position behind the padding after x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long flat_h; // h: stride in a flat index
    long in_w; // w: length in x
    long out_w; // w: length in y
    long pad_w; // w: padding before x
    long begin_w; // w: position of the first output
    long padded_end_w; // w: position behind the padding after x
} geometry;

// Vectors at any address.
typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef int int8_any __attribute__((ext_vector_type(8), aligned(4)));
typedef long long8_any __attribute__((ext_vector_type(8), aligned(8)));

// ---- Elements: from memory to accumulators, and back.

static float load1(const __global float *from)
{
    return *from;
}

static void store1(__global float *to, const float value)
{
    *to = value;
}

static float8 load8(const __global float *from)
{
    return *(const __global float8_any *)from;
}

static void store8(__global float *to, const float8 value)
{
    *(__global float8_any *)to = value;
}

// ---- States: what has been combined so far.

// A state in each of 8 lanes.
typedef struct {
    float8 value;
} state8;

static state8 identity8(void)
{
    state8 none;
    none.value = 0;
    return none;
}

static state8 tap8(float8 value)
{
    state8 one;
    one.value = value;
    return one;
}

static float8 map8(const float8 tap, const int8 selected)
{
    return selected ? tap : 0;
}

static state8 combine8(state8 a, const state8 b)
{
    a.value = a.value + b.value;
    return a;
}

// ---- Private rows: output gradients, and what is read beside them.

static void put1(float *to, const float value) { *to = value; }

static int get_index1(const int *from) { return *from; }
static void put_index1(int *to, const int value) { *to = value; }

static float8 get8(const float *from) { return *(const __private float8_any *)from; }
static void put8(float *to, const float8 value) { *(__private float8_any *)to = value; }

static int8 get_index8(const int *from) { return *(const __private int8_any *)from; }
static void put_index8(int *to, const int8 value) { *(__private int8_any *)to = value; }

// A row of what is read, from 0 outputs before the one that lies where the tile starts.
typedef struct {
    float value[264] __attribute__((aligned(64)));
    int indices[264] __attribute__((aligned(64)));
} kept_row;

static void store_first8(__global float *to, const float8 value, const int columns)
{
    if (columns >= 8) {
        store8(to, value);
    } else {
        float edge[8];
        put8(edge, value);
        for (int lane = 0; lane < columns; ++lane) store1(to + lane, edge[lane]);
    }
}

// ---- Indices: whether they are taps of their own windows.

// The lesser of two distances, of which one is a step less, or less than nothing and so more than any.
static uint nearer1(const uint behind, const uint step)
{
    const uint next = behind - step;
    return (next < behind) ? next : behind;
}

// Whether indices are taps: what is left of their distances from the first one, whole rows taken off.
static int leads1(const int index, const int first, const int far_w, const int far_h, const uint step_h)
{
    uint behind = (uint)index - (uint)first;
    behind = nearer1(behind, (far_h >= 1) ? step_h : 0);
    behind = nearer1(behind, (far_h >= 2) ? step_h : 0);
    return behind <= (uint)far_w;
}

// The lesser of two distances, of which one is a step less, or less than nothing and so more than any.
static uint8 nearer8(const uint8 behind, const uint step)
{
    const uint8 next = behind - step;
    return (next < behind) ? next : behind;
}

// Whether indices are taps: what is left of their distances from the first one, whole rows taken off.
static int8 leads8(const int8 index, const int8 first, const int8 far_w, const int far_h, const uint step_h)
{
    uint8 behind = __builtin_convertvector(index, uint8) - __builtin_convertvector(first, uint8);
    behind = nearer8(behind, (far_h >= 1) ? step_h : 0);
    behind = nearer8(behind, (far_h >= 2) ? step_h : 0);
    return behind <= __builtin_convertvector(far_w, uint8);
}

// ---- The kernel.

static __attribute__((noinline)) void select_backward_3x3s2x2_float32_rows_covering_v8_t256_from_int64_covering_phases0x1_clang_item(
    const __global float *restrict x,
    const __global long *restrict indices,
    __global float *restrict y,
    const geometry g,
    __global int *refused,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
    kept_row kept[4];
    int astray = 0;
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 512) {
        const int w0 = (ow0 + (int)g.pad_w - 1) / 2;
        // A tile of columns; rows are kept from output w0 on, and exist from begin to end.
        const int columns = (g.out_w - ow0 < 512) ? g.out_w - ow0 : 512;
        const int overlap = columns >= 16 && columns % 2 == 0 && columns % 8;
        const int begin = (w0 < 0) ? -w0 : 0;
        const int end = (g.in_w - w0 < 264) ? g.in_w - w0 : 264;
        for (int slot = 0; slot < 4; ++slot) {
            for (int i = 0; i < 264; ++i) {
                kept[slot].value[i] = 0;
                kept[slot].indices[i] = 0;
            }
        }
        int first_taps[264], far_taps[264];
        for (int i = 0; i < end; i += 8) {
            const int8 start_w = ((int8)(0, 1, 2, 3, 4, 5, 6, 7) + (w0 + i)) * 2 - (int)g.pad_w;
            const int8 before_w = (int)g.begin_w - start_w;
            const int8 first_w = start_w + ((before_w > 0) ? before_w : 0);
            const int8 behind_w = (int)g.padded_end_w - 1 - start_w;
            const int8 last_tap_w = start_w + ((behind_w < 2) ? behind_w : 2);
            const int8 far_w = (last_tap_w < first_w) ? -1 : last_tap_w - first_w;
            put_index8(first_taps + i, first_w);
            put_index8(far_taps + i, far_w);
        }
        for (long next = first; next < last;) {
            // The plane of line number next, and the lines of the band in it.
            const uint outer = next / lines;
            int line = next % lines;
            const int stop = (last - next < lines - line) ? line + (last - next) : lines;
            next += stop - line;
            // Where the plane lies.
            const uint outer0 = outer / (uint)g.outer1;
            const uint outer1 = outer % (uint)g.outer1;
            const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
            const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
            int next_h = -1;
            for (; line < stop; ++line) {
                const int oh = line;
                const int place_h = oh + (int)g.pad_h;
                const int h0 = (place_h < 3) ? 0 : (place_h - 3) / 2 + 1;
                const int last_h = place_h / 2 + 1;
                const int h1 = (last_h < (int)g.in_h) ? last_h : (int)g.in_h;
                const long y_row = y_plane + oh * g.y_h;
                // Keeps the rows that this line needs, and some more.
                if (next_h < 0) next_h = h0;
                const int ahead = (h1 + 2 < g.in_h) ? h1 + 2 : g.in_h;
                for (; next_h < ahead; ++next_h) {
                    const int h = next_h;
                    const __global float *row = plane + h * (int)g.x_h;
                    kept_row *into = kept + h % 4;
                    const int start_h = h * 2 - (int)g.pad_h;
                    const int before_h = (int)g.begin_h - start_h;
                    const int first_h = start_h + ((before_h > 0) ? before_h : 0);
                    const int behind_h = (int)g.padded_end_h - 1 - start_h;
                    const int last_tap_h = start_h + ((behind_h < 2) ? behind_h : 2);
                    const int far_h = (last_tap_h < first_h) ? -1 : last_tap_h - first_h;
                    const int first_row = (int)g.origin + first_h * (int)g.flat_h;
                    int8 right8 = (int8)(-1);
                    ulong8 beyond8 = 0;
                    for (int i = begin; i <= end - 8; i = (i + 8 < end - 8 || i == end - 8) ? i + 8 : end - 8) {
                        const int w = w0 + i;
                        put8(into->value + i, load8(row + w));
                        const long8 index = *(const __global long8_any *)(indices + g.indices_shift + (row + w - x));
                        put_index8(into->indices + i, __builtin_convertvector(index, int8));
                        right8 &= leads8(__builtin_convertvector(index, int8), get_index8(first_taps + i) + first_row, get_index8(far_taps + i), far_h, g.flat_h);
                        beyond8 |= __builtin_convertvector(index, ulong8);
                    }
                    for (int i = (end - begin < 8 || (!(right8.s0 & right8.s1 & right8.s2 & right8.s3 & right8.s4 & right8.s5 & right8.s6 & right8.s7) | ((beyond8.s0 | beyond8.s1 | beyond8.s2 | beyond8.s3 | beyond8.s4 | beyond8.s5 | beyond8.s6 | beyond8.s7) >> 31 != 0))) ? begin : end; i < end; ++i) {
                        int right1 = -1;
                        ulong beyond1 = 0;
                        const int w = w0 + i;
                        put1(into->value + i, load1(row + w));
                        const long index = *(indices + g.indices_shift + (row + w - x));
                        put_index1(into->indices + i, (int)index);
                        right1 &= leads1((int)index, get_index1(first_taps + i) + first_row, get_index1(far_taps + i), far_h, g.flat_h);
                        beyond1 |= (ulong)index;
                        if ((!right1 | (beyond1 >> 31 != 0)) && far_taps[i] >= 0 && !(far_h < 0)) {
                            astray = 1;
                            break;
                        }
                    }
                }
                // The kept rows of the windows that cover this line.
                const kept_row *window_rows[4];
                int row_count = 0;
                for (int h = h0; h < h1; ++h) {
                    window_rows[row_count++] = kept + h % 4;
                }
                __global float *to = y + g.y_offset + y_row + ow0;
                for (int c = 0; c < columns; c += 16) {
                    if (overlap && c + 16 > columns) c = columns - 16;
                    const int at = c / 2;
                    __builtin_prefetch((const void *)(ulong)(to + c + 1024), 1, 3);
                    const int here = (int)g.origin + oh * (int)g.flat_h + ow0 + c;
                    const int8 here0 = (int8)(0, 2, 4, 6, 8, 10, 12, 14) + here;
                    const int8 here1 = (int8)(0, 2, 4, 6, 8, 10, 12, 14) + (here + 1);
                    state8 acc0 = identity8();
                    state8 acc1 = identity8();
                    // Sums what flows from each row, by phases of the stride.
                    for (int number = 0; number < row_count; ++number) {
                        const kept_row *from = window_rows[number];
                        {
                            state8 part = tap8(map8(get8(from->value + at), (get_index8(from->indices + at) == here0)));
                            acc0 = combine8(acc0, part);
                        }
                        {
                            state8 part = tap8(map8(get8(from->value + at), (get_index8(from->indices + at) == here1)));
                            part = combine8(part, tap8(map8(get8(from->value + at + 1), (get_index8(from->indices + at + 1) == here1))));
                            acc1 = combine8(acc1, part);
                        }
                    }
                    // Interleaves the phases.
                    store_first8(to + c, __builtin_shufflevector(acc0.value, acc1.value, 0, 8, 1, 9, 2, 10, 3, 11), columns - c);
                    store_first8(to + c + 8, __builtin_shufflevector(acc0.value, acc1.value, 4, 12, 5, 13, 6, 14, 7, 15), columns - c - 8);
                }
            }
        }
    }
    if (astray) *refused = 1;
}

#if __has_attribute(intel_vec_len_hint)
__attribute__((intel_vec_len_hint(1)))
#endif
__kernel void select_backward_3x3s2x2_float32_rows_covering_v8_t256_from_int64_covering_phases0x1_clang(
    const __global float *restrict x,
    const __global long *restrict indices,
    __global float *restrict y,
    const geometry g,
    __global int *refused)
{
    select_backward_3x3s2x2_float32_rows_covering_v8_t256_from_int64_covering_phases0x1_clang_item(x, indices, y, g, refused, get_global_id(0), get_global_size(0));
}
