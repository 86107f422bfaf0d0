// clpool: max of float32, window 3x3, stride 2x2.
// Skeleton rows_down, vectors of 8, tiles of 256 outputs, clang dialect.
// Vectors of the input are combined down the lines of the windows, then shuffled and combined along
// them, all in registers; rows that output lines share are read once.

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

// Vectors at any address.
typedef float float8_any __attribute__((ext_vector_type(8), aligned(4)));

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
    none.value = -INFINITY;
    return none;
}

static state8 tap8(float8 value)
{
    state8 one;
    one.value = value;
    return one;
}

static state8 combine8(state8 a, const state8 b)
{
    a.value = ((a.value != a.value) | (b.value != b.value)) ? a.value + b.value : (b.value > a.value) ? b.value : a.value;
    return a;
}

// ---- Vectors of rows: their edges, and the look for NaN.

static void put8(float *to, const float8 value) { *(__private float8_any *)to = value; }

static float8 pick8(const float *from)
{
    return __builtin_shufflevector(*(const __private float8_any *)from, *(const __private float8_any *)(from + 8), 0, 2, 4, 6, 8, 10, 12, 14);
}

// What combine does, where neither is a NaN.
static state8 combine_numbers8(state8 a, const state8 b)
{
    a.value = (b.value > a.value) ? b.value : a.value;
    return a;
}

// Whether one is.
static int8 doubt8(const state8 a, const state8 b)
{
    return (a.value != a.value) | (b.value != b.value);
}

static int8 lanes8(const int from, const int to)
{
    const int8 numbers = (int8)(0, 1, 2, 3, 4, 5, 6, 7);
    const int first = (from < 0) ? 0 : (from < 8) ? from : 8, end = (to < 0) ? 0 : (to < 8) ? to : 8;
    return (numbers >= first) & (numbers < end);
}

static state8 only8(state8 all, const int8 inside)
{
    const state8 none = identity8();
    all.value = inside ? all.value : none.value;
    return all;
}

// ---- The kernel.

static __attribute__((noinline)) void max_3x3s2x2_float32_rows_down_v8_t256_clang_item(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
    for (int ow0 = 0; ow0 < g.out_w; ow0 += 256) {
        // A tile of output columns: its windows start at column w0.
        const int w0 = ow0 * 2 - (int)g.pad_w;
        const int in_w = g.in_w;
        const int columns = (g.out_w - ow0 < 256) ? g.out_w - ow0 : 256;
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
            const __global float *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
            const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
            // Memory from readable to readable_end, counted from the plane, belongs to the input.
            const long earlier = outer0 * g.x_outer0 + outer1 * g.x_outer1;
            const long later = (g.outer0 - 1) * g.x_outer0 + (g.outer1 - 1) * g.x_outer1 - earlier;
            const long readable = (earlier > 0) ? -earlier : 0;
            const long readable_end = ((later > 0) ? later : 0) + (g.in_h - 1) * g.x_h + g.in_w;
            for (; line < stop; ++line) {
                const int oh = line;
                const int h0 = oh * 2 - (int)g.pad_h;
                const long y_row = y_plane + oh * g.y_h;
                // Where the output line lies.
                __global float *to = y + g.y_offset + y_row + ow0;
                for (int ow = 0; ow < columns; ow += 16) {
                    __builtin_prefetch((const void *)(ulong)(to + ow + 1024), 1, 3);
                }
                // Where the rows of the windows lie, the nearest for those beside the input.
                const int h_0 = (h0 < 0) ? 0 : (h0 < g.in_h) ? h0 : g.in_h - 1;
                const int h_1 = (h0 + 1 < 0) ? 0 : (h0 + 1 < g.in_h) ? h0 + 1 : g.in_h - 1;
                const int h_2 = (h0 + 2 < 0) ? 0 : (h0 + 2 < g.in_h) ? h0 + 2 : g.in_h - 1;
                const int h_3 = (h0 + 3 < 0) ? 0 : (h0 + 3 < g.in_h) ? h0 + 3 : g.in_h - 1;
                const int h_4 = (h0 + 4 < 0) ? 0 : (h0 + 4 < g.in_h) ? h0 + 4 : g.in_h - 1;
                const long row0 = h_0 * g.x_h + w0;
                const long row1 = h_1 * g.x_h + w0;
                const long row2 = h_2 * g.x_h + w0;
                const long row3 = h_3 * g.x_h + w0;
                const long row4 = h_4 * g.x_h + w0;
                const int left = stop - line;
                // Whole windows in whole vectors: a loop of its own, so that compilers see no other way
                // to its stores, and leave them as they are.
                if (columns >= 8 && left >= 2 && h0 + 3 > 0 && h0 + 2 < g.in_h && row0 >= readable && row4 + last_vector * 2 + 17 <= readable_end) {
                    __global float *to1 = to + g.y_h;
                    for (int ow = 0; ow < columns; ow += 16) {
                        __builtin_prefetch((const void *)(ulong)(to1 + ow + 1024), 1, 3);
                    }
                    int8 doubts8 = (int8)(0);
                    for (int vector = 0; vector < columns; vector += 8) {
                        const int c = (vector < last_vector) ? vector : last_vector;
                        const int at = c * 2, w1 = w0 + at;
                        // Asks for rows that no line above has read.
                        __builtin_prefetch((const void *)(ulong)(plane + row1 + at + 1024), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row1 + at) & -4096ul) + 8192 + ((ulong)(plane + row1 + at) % 4096 / 4)), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(plane + row2 + at + 1024), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row2 + at) & -4096ul) + 8192 + ((ulong)(plane + row2 + at) % 4096 / 4)), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(plane + row3 + at + 1024), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row3 + at) & -4096ul) + 8192 + ((ulong)(plane + row3 + at) % 4096 / 4)), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(plane + row4 + at + 1024), 0, 3);
                        __builtin_prefetch((const void *)(ulong)(((ulong)(plane + row4 + at) & -4096ul) + 8192 + ((ulong)(plane + row4 + at) % 4096 / 4)), 0, 3);
                        // Reads rows: those that the same lines have are combined into one group.
                        const state8 row0_0 = tap8(load8(plane + row0 + at));
                        state8 group0_0 = row0_0;
                        const state8 row0_1 = tap8(load8(plane + row0 + at + 8));
                        state8 group0_1 = row0_1;
                        const state8 row0_2 = tap8(load8(plane + row0 + at + 9));
                        state8 group0_2 = row0_2;
                        const state8 row1_0 = tap8(load8(plane + row1 + at));
                        group0_0 = combine_numbers8(group0_0, row1_0);
                        const state8 row1_1 = tap8(load8(plane + row1 + at + 8));
                        group0_1 = combine_numbers8(group0_1, row1_1);
                        const state8 row1_2 = tap8(load8(plane + row1 + at + 9));
                        group0_2 = combine_numbers8(group0_2, row1_2);
                        doubts8 |= doubt8(row0_0, row1_0);
                        doubts8 |= doubt8(row0_1, row1_1);
                        const state8 row2_0 = tap8(load8(plane + row2 + at));
                        state8 group1_0 = row2_0;
                        const state8 row2_1 = tap8(load8(plane + row2 + at + 8));
                        state8 group1_1 = row2_1;
                        const state8 row2_2 = tap8(load8(plane + row2 + at + 9));
                        state8 group1_2 = row2_2;
                        const state8 row3_0 = tap8(load8(plane + row3 + at));
                        state8 group2_0 = row3_0;
                        const state8 row3_1 = tap8(load8(plane + row3 + at + 8));
                        state8 group2_1 = row3_1;
                        const state8 row3_2 = tap8(load8(plane + row3 + at + 9));
                        state8 group2_2 = row3_2;
                        doubts8 |= doubt8(row2_0, row3_0);
                        doubts8 |= doubt8(row2_1, row3_1);
                        const state8 row4_0 = tap8(load8(plane + row4 + at));
                        group2_0 = combine_numbers8(group2_0, row4_0);
                        const state8 row4_1 = tap8(load8(plane + row4 + at + 8));
                        group2_1 = combine_numbers8(group2_1, row4_1);
                        const state8 row4_2 = tap8(load8(plane + row4 + at + 9));
                        group2_2 = combine_numbers8(group2_2, row4_2);
                        doubts8 |= doubt8(row4_0, row4_1);
                        // Combines the groups of every line.
                        state8 line0_0 = group0_0;
                        line0_0 = combine_numbers8(line0_0, group1_0);
                        state8 line0_1 = group0_1;
                        line0_1 = combine_numbers8(line0_1, group1_1);
                        state8 line0_2 = group0_2;
                        line0_2 = combine_numbers8(line0_2, group1_2);
                        state8 line1_0 = group1_0;
                        line1_0 = combine_numbers8(line1_0, group2_0);
                        state8 line1_1 = group1_1;
                        line1_1 = combine_numbers8(line1_1, group2_1);
                        state8 line1_2 = group1_2;
                        line1_2 = combine_numbers8(line1_2, group2_2);
                        if (w1 < 0 || w1 + 17 > in_w) {
                            // Taps beside the row are replaced by the identity.
                            if (w1 < 0 || w1 > in_w - 8) {
                                const int8 inside = lanes8(-w1, in_w - w1);
                                line0_0 = only8(line0_0, inside);
                                line1_0 = only8(line1_0, inside);
                            }
                            if (w1 < -8 || w1 > in_w - 16) {
                                const int8 inside = lanes8(-w1 - 8, in_w - w1 - 8);
                                line0_1 = only8(line0_1, inside);
                                line1_1 = only8(line1_1, inside);
                            }
                            if (w1 < -9 || w1 > in_w - 17) {
                                const int8 inside = lanes8(-w1 - 9, in_w - w1 - 9);
                                line0_2 = only8(line0_2, inside);
                                line1_2 = only8(line1_2, inside);
                            }
                        }
                        // Line 0: shuffles its vectors into the taps of windows, and combines these.
                        {
                            const state8 v0 = line0_0;
                            const state8 v1 = line0_1;
                            const state8 v2 = line0_2;
                            state8 acc;
                            state8 t0;
                            t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t1;
                            t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t2;
                            t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 1, 3, 5, 7);
                            acc = t0;
                            acc = combine_numbers8(acc, t1);
                            acc = combine_numbers8(acc, t2);
                            const float8 finalized = acc.value;
                            store8(to + c, finalized);
                        }
                        // Line 1: shuffles its vectors into the taps of windows, and combines these.
                        {
                            const state8 v0 = line1_0;
                            const state8 v1 = line1_1;
                            const state8 v2 = line1_2;
                            state8 acc;
                            state8 t0;
                            t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                            state8 t1;
                            t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                            state8 t2;
                            t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 1, 3, 5, 7);
                            acc = t0;
                            acc = combine_numbers8(acc, t1);
                            acc = combine_numbers8(acc, t2);
                            const float8 finalized = acc.value;
                            store8(to1 + c, finalized);
                        }
                    }
                    // A NaN was compared: the line is done again below.
                    const int at = last_vector * 2;
                    doubts8 |= doubt8(tap8(load8(plane + row0 + at + 9)), tap8(load8(plane + row1 + at + 9)));
                    doubts8 |= doubt8(tap8(load8(plane + row2 + at + 9)), tap8(load8(plane + row3 + at + 9)));
                    doubts8 |= doubt8(tap8(load8(plane + row4 + at + 9)), tap8(load8(plane + row4 + at + 9)));
                    const int4 doubts4 = doubts8.lo | doubts8.hi;
                    const int2 doubts2 = doubts4.lo | doubts4.hi;
                    const int doubts1 = doubts2.lo | doubts2.hi;
                    if (!doubts1) {
                        line += ((left % 2) ? left % 2 : 2) - 1;
                        continue;
                    }
                }
                // Windows at edges, and lines with a NaN: the rows that are inside the input.
                const __global float *row_of[3];
                int inside = 0;
                for (int kh = 0; kh < 3; ++kh) {
                    const int h = h0 + kh;
                    if (h < 0 || h >= (int)g.in_h) continue;
                    row_of[inside++] = plane + h * (int)g.x_h + w0;
                }
                for (int vector = 0; vector < columns; vector += 8) {
                    const int c = (vector < last_vector) ? vector : last_vector;
                    const int at = c * 2, w1 = w0 + at;
                    state8 acc = identity8();
                    if (inside > 0 && row_of[0] - plane + at >= readable && row_of[inside - 1] - plane + at + 17 <= readable_end) {
                        // Combines down the rows, then along them.
                        state8 v0 = tap8(load8(row_of[0] + at));
                        state8 v1 = tap8(load8(row_of[0] + at + 8));
                        state8 v2 = tap8(load8(row_of[0] + at + 9));
                        for (int number = 1; number < inside; ++number) {
                            v0 = combine8(v0, tap8(load8(row_of[number] + at)));
                            v1 = combine8(v1, tap8(load8(row_of[number] + at + 8)));
                            v2 = combine8(v2, tap8(load8(row_of[number] + at + 9)));
                        }
                        // Taps beside the row are replaced by the identity.
                        if (w1 < 0 || w1 > in_w - 8) {
                            const int8 inside = lanes8(-w1, in_w - w1);
                            v0 = only8(v0, inside);
                        }
                        if (w1 < -8 || w1 > in_w - 16) {
                            const int8 inside = lanes8(-w1 - 8, in_w - w1 - 8);
                            v1 = only8(v1, inside);
                        }
                        if (w1 < -9 || w1 > in_w - 17) {
                            const int8 inside = lanes8(-w1 - 9, in_w - w1 - 9);
                            v2 = only8(v2, inside);
                        }
                        state8 t0;
                        t0.value = __builtin_shufflevector(v0.value, v1.value, 0, 2, 4, 6, 8, 10, 12, 14);
                        state8 t1;
                        t1.value = __builtin_shufflevector(v0.value, v1.value, 1, 3, 5, 7, 9, 11, 13, 15);
                        state8 t2;
                        t2.value = __builtin_shufflevector(v2.value, t0.value, 9, 10, 11, 12, 1, 3, 5, 7);
                        acc = t0;
                        acc = combine8(acc, t1);
                        acc = combine8(acc, t2);
                        // Row by row where vectors would leave memory.
                    } else for (int number = 0; number < inside; ++number) {
                        const __global float *row = row_of[number] - w0;
                        // A copy of the taps, with the identity around the row.
                        float edge[24];
                        for (int in = 0; in < 24; in += 8) put8(edge + in, identity8().value);
                        int in = (w1 < 0) ? -w1 : 0;
                        const int end = (in_w - w1 < 17) ? in_w - w1 : 17;
                        for (; in + 8 <= end; in += 8) put8(edge + in, load8(row + w1 + in));
                        for (; in < end; ++in) edge[in] = load1(row + w1 + in);
                        state8 part = tap8(pick8(edge));
                        part = combine8(part, tap8(pick8(edge + 1)));
                        part = combine8(part, tap8(pick8(edge + 2)));
                        acc = number ? combine8(acc, part) : part;
                    }
                    const float8 finalized = acc.value;
                    if (columns >= 8) {
                        store8(to + c, finalized);
                    } else {
                        float edge[8];
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
__kernel void max_3x3s2x2_float32_rows_down_v8_t256_clang(
    const __global float *restrict x,
    __global float *restrict y,
    const geometry g)
{
    max_3x3s2x2_float32_rows_down_v8_t256_clang_item(x, y, g, get_global_id(0), get_global_size(0));
}
