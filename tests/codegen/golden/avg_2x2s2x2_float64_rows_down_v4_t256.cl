// clpool: avg of float64, window 2x2, stride 2x2.
// Skeleton rows_down, vectors of 4, tiles of 256 outputs, portable dialect.
// Vectors of the input are combined down the lines of the windows, then shuffled and combined along
// them, all in registers; rows that output lines share are read once.

#pragma OPENCL EXTENSION cl_khr_fp64 : enable

// Run-time sizes, strides and offsets, in elements.
typedef struct {
    long x_offset; // first element of x
    long y_offset; // first element of y
    long divisor; // of every average: a number, no distance
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

// ---- Elements: from memory to accumulators, and back.

static double load1(const __global double *from)
{
    return *from;
}

static void store1(__global double *to, const double value)
{
    *to = value;
}

static double4 load4(const __global double *from)
{
    return vload4(0, from);
}

static void store4(__global double *to, const double4 value)
{
    vstore4(value, 0, to);
}

// ---- States: what has been combined so far.

// A state in each of 4 lanes.
typedef struct {
    double4 value;
} state4;

static state4 identity4(void)
{
    state4 none;
    none.value = 0;
    return none;
}

static state4 tap4(double4 value)
{
    state4 one;
    one.value = value;
    return one;
}

static state4 combine4(state4 a, const state4 b)
{
    a.value = a.value + b.value;
    return a;
}

static double4 finalize4(const state4 state, const double4 count)
{
    return state.value / count;
}

// ---- Vectors of rows: their edges, and the look for NaN.

static void put4(double *to, const double4 value) { vstore4(value, 0, to); }

static double4 pick4(const double *from)
{
    return (double4)(from[0], from[2], from[4], from[6]);
}

static long4 lanes4(const int from, const int to)
{
    const long4 numbers = (long4)(0, 1, 2, 3);
    const long first = (from < 0) ? 0 : (from < 4) ? from : 4, end = (to < 0) ? 0 : (to < 4) ? to : 4;
    return (numbers >= first) & (numbers < end);
}

static state4 only4(state4 all, const long4 inside)
{
    const state4 none = identity4();
    all.value = inside ? all.value : none.value;
    return all;
}

// ---- The kernel.

static void avg_2x2s2x2_float64_rows_down_v4_t256_item(
    const __global double *restrict x,
    __global double *restrict y,
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
        const int last_vector = (columns < 4) ? 0 : columns - 4;
        for (long next = first; next < last;) {
            // The plane of line number next, and the lines of the band in it.
            const uint outer = next / lines;
            int line = next % lines;
            const int stop = (last - next < lines - line) ? line + (last - next) : lines;
            next += stop - line;
            // Where the plane lies.
            const uint outer0 = outer / (uint)g.outer1;
            const uint outer1 = outer % (uint)g.outer1;
            const __global double *plane = x + (g.x_offset + outer0 * g.x_outer0 + outer1 * g.x_outer1);
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
                __global double *to = y + g.y_offset + y_row + ow0;
                const double line_count = g.divisor;
                // Where the rows of the windows lie.
                const int h_0 = h0;
                const int h_1 = h0 + 1;
                const long row0 = h_0 * g.x_h + w0;
                const long row1 = h_1 * g.x_h + w0;
                // Whole windows in whole vectors: a loop of its own, so that compilers see no other way
                // to its stores, and leave them as they are.
                if (columns >= 4 && h0 >= 0 && h0 + 2 <= g.in_h && row0 >= readable && row1 + last_vector * 2 + 8 <= readable_end) {
                    for (int vector = 0; vector < columns; vector += 4) {
                        const int c = (vector < last_vector) ? vector : last_vector;
                        const int at = c * 2, w1 = w0 + at;
                        // Reads rows: those that the same lines have are combined into one group.
                        const state4 row0_0 = tap4(load4(plane + row0 + at));
                        state4 group0_0 = row0_0;
                        const state4 row0_1 = tap4(load4(plane + row0 + at + 4));
                        state4 group0_1 = row0_1;
                        const state4 row1_0 = tap4(load4(plane + row1 + at));
                        group0_0 = combine4(group0_0, row1_0);
                        const state4 row1_1 = tap4(load4(plane + row1 + at + 4));
                        group0_1 = combine4(group0_1, row1_1);
                        // Combines the groups of every line.
                        state4 line0_0 = group0_0;
                        state4 line0_1 = group0_1;
                        if (w1 < 0 || w1 + 8 > in_w) {
                            // Taps beside the row are replaced by the identity.
                            if (w1 < 0 || w1 > in_w - 4) {
                                const long4 inside = lanes4(-w1, in_w - w1);
                                line0_0 = only4(line0_0, inside);
                            }
                            if (w1 < -4 || w1 > in_w - 8) {
                                const long4 inside = lanes4(-w1 - 4, in_w - w1 - 4);
                                line0_1 = only4(line0_1, inside);
                            }
                        }
                        // Line 0: shuffles its vectors into the taps of windows, and combines these.
                        {
                            const state4 v0 = line0_0;
                            const state4 v1 = line0_1;
                            state4 acc;
                            state4 t0;
                            t0.value = (double4)(v0.value.s0, v0.value.s2, v1.value.s0, v1.value.s2);
                            state4 t1;
                            t1.value = (double4)(v0.value.s1, v0.value.s3, v1.value.s1, v1.value.s3);
                            acc = t0;
                            acc = combine4(acc, t1);
                            const double4 count = line_count;
                            const double4 finalized = finalize4(acc, count);
                            store4(to + c, finalized);
                        }
                    }
                    continue;
                }
                // Windows at edges, and lines with a NaN: the rows that are inside the input.
                const __global double *row_of[2];
                int inside = 0;
                for (int kh = 0; kh < 2; ++kh) {
                    const int h = h0 + kh;
                    if (h < 0 || h >= (int)g.in_h) continue;
                    row_of[inside++] = plane + h * (int)g.x_h + w0;
                }
                for (int vector = 0; vector < columns; vector += 4) {
                    const int c = (vector < last_vector) ? vector : last_vector;
                    const int at = c * 2, w1 = w0 + at;
                    state4 acc = identity4();
                    if (inside > 0 && row_of[0] - plane + at >= readable && row_of[inside - 1] - plane + at + 8 <= readable_end) {
                        // Combines down the rows, then along them.
                        state4 v0 = tap4(load4(row_of[0] + at));
                        state4 v1 = tap4(load4(row_of[0] + at + 4));
                        for (int number = 1; number < inside; ++number) {
                            v0 = combine4(v0, tap4(load4(row_of[number] + at)));
                            v1 = combine4(v1, tap4(load4(row_of[number] + at + 4)));
                        }
                        // Taps beside the row are replaced by the identity.
                        if (w1 < 0 || w1 > in_w - 4) {
                            const long4 inside = lanes4(-w1, in_w - w1);
                            v0 = only4(v0, inside);
                        }
                        if (w1 < -4 || w1 > in_w - 8) {
                            const long4 inside = lanes4(-w1 - 4, in_w - w1 - 4);
                            v1 = only4(v1, inside);
                        }
                        state4 t0;
                        t0.value = (double4)(v0.value.s0, v0.value.s2, v1.value.s0, v1.value.s2);
                        state4 t1;
                        t1.value = (double4)(v0.value.s1, v0.value.s3, v1.value.s1, v1.value.s3);
                        acc = t0;
                        acc = combine4(acc, t1);
                        // Row by row where vectors would leave memory.
                    } else for (int number = 0; number < inside; ++number) {
                        const __global double *row = row_of[number] - w0;
                        // A copy of the taps, with the identity around the row.
                        double edge[12];
                        for (int in = 0; in < 12; in += 4) put4(edge + in, identity4().value);
                        int in = (w1 < 0) ? -w1 : 0;
                        const int end = (in_w - w1 < 8) ? in_w - w1 : 8;
                        for (; in + 4 <= end; in += 4) put4(edge + in, load4(row + w1 + in));
                        for (; in < end; ++in) edge[in] = load1(row + w1 + in);
                        state4 part = tap4(pick4(edge));
                        part = combine4(part, tap4(pick4(edge + 1)));
                        acc = number ? combine4(acc, part) : part;
                    }
                    const double4 count = line_count;
                    const double4 finalized = finalize4(acc, count);
                    if (columns >= 4) {
                        store4(to + c, finalized);
                    } else {
                        double edge[4];
                        put4(edge, finalized);
                        for (int lane = 0; lane < columns - c; ++lane) {
                            store1(to + c + lane, edge[lane]);
                        }
                    }
                }
            }
        }
    }
}

__kernel void avg_2x2s2x2_float64_rows_down_v4_t256(
    const __global double *restrict x,
    __global double *restrict y,
    const geometry g)
{
    avg_2x2s2x2_float64_rows_down_v4_t256_item(x, y, g, get_global_id(0), get_global_size(0));
}
