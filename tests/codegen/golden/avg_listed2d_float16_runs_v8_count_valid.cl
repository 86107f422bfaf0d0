// clpool: avg of float16, windows in lists.
// Skeleton runs, vectors of 8, portable dialect.
// An output reduces the contiguous runs of its window in vectors along them, then joins the lanes.

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
    long list_offset; // first number of the lists
    long list_outer0; // stride of the outermost batch axis in the lists
    long list_outer1; // stride of the inner batch axis in the lists
    long out_h; // h: length in y
    long pad_h; // h: padding before x
    long x_h; // h: stride in x
    long y_h; // h: stride in y
    long list_h; // h: first bound in the lists
    long out_w; // w: length in y
    long pad_w; // w: padding before x
    long list_w; // w: first bound in the lists
} geometry;

// ---- Elements: from memory to accumulators, and back.

static float load1(const __global half *from)
{
    return (float)vload_half(0, from);
}

static void store1(__global half *to, const float value)
{
    vstore_half_rte(value, 0, to);
}

static float8 load8(const __global half *from)
{
    return convert_float8(vload_half8(0, from));
}

// ---- States: what has been combined so far.

// A state.
typedef struct {
    float value;
} state1;

static state1 identity1(void)
{
    state1 none;
    none.value = 0;
    return none;
}

static state1 tap1(float value)
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

static float finalize1(const state1 state, const float count)
{
    return state.value / count;
}

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

static state8 combine8(state8 a, const state8 b)
{
    a.value = a.value + b.value;
    return a;
}

// ---- Joining: of what the lanes of vectors found.

// Joins all lanes.
static state1 join8(state8 found)
{
    state8 other;
    other.value = found.value.s45670123;
    found = combine8(found, other);
    other.value = found.value.s23456701;
    found = combine8(found, other);
    other.value = found.value.s12345670;
    found = combine8(found, other);
    state1 one;
    one.value = found.value.s0;
    return one;
}

// ---- The kernel.

static void avg_listed2d_float16_runs_v8_count_valid_item(
    const __global half *restrict x,
    const __global int *restrict list,
    __global half *restrict y,
    const geometry g,
    const ulong item, const ulong items)
{
    // The band of output lines of this item, counted through all planes.
    const int lines = g.out_h;
    const long all = lines * (long)(g.outer0 * g.outer1);
    const long first = all * item / items;
    const long last = all * (item + 1) / items;
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
        const long plane_list = g.list_offset + outer0 * g.list_outer0 + outer1 * g.list_outer1;
        const long y_plane = outer0 * g.y_outer0 + outer1 * g.y_outer1;
        for (; line < stop; ++line) {
            const int oh = line;
            const __global int *bounds_h = list + plane_list + g.list_h + 2 * oh;
            const int h0 = bounds_h[0] - (int)g.pad_h;
            const int h1 = bounds_h[1] - (int)g.pad_h;
            const long y_row = y_plane + oh * g.y_h;
            for (int ow = 0; ow < g.out_w; ++ow) {
                const __global int *bounds_w = list + plane_list + g.list_w + 2 * ow;
                const int w0 = bounds_w[0] - (int)g.pad_w;
                const int w1 = bounds_w[1] - (int)g.pad_w;
                const int n_h = h1 - h0;
                const int n_w = w1 - w0;
                // Rows that lie one behind the other are one run.
                int length = n_w;
                int rows_h = n_h;
                if ((g.x_h == length)) {
                    length *= n_h;
                    rows_h = 1;
                }
                state8 part0 = identity8();
                state1 acc = identity1();
                const int w = w0;
                for (int row_h = 0; row_h < rows_h; ++row_h) {
                    const int h = h0 + row_h;
                    const __global half *row = plane + h * (int)g.x_h + w;
                    int at = 0;
                    // Many vectors at once, then single ones, then elements.
                    if (length >= 128) {
                        state8 part1 = identity8();
                        state8 part2 = identity8();
                        state8 part3 = identity8();
                        state8 part4 = identity8();
                        state8 part5 = identity8();
                        state8 part6 = identity8();
                        state8 part7 = identity8();
                        for (; at + 64 <= length; at += 64) {
                            part0 = combine8(part0, tap8(load8(row + at)));
                            part1 = combine8(part1, tap8(load8(row + at + 8)));
                            part2 = combine8(part2, tap8(load8(row + at + 16)));
                            part3 = combine8(part3, tap8(load8(row + at + 24)));
                            part4 = combine8(part4, tap8(load8(row + at + 32)));
                            part5 = combine8(part5, tap8(load8(row + at + 40)));
                            part6 = combine8(part6, tap8(load8(row + at + 48)));
                            part7 = combine8(part7, tap8(load8(row + at + 56)));
                        }
                        part0 = combine8(part0, part1);
                        part0 = combine8(part0, part2);
                        part0 = combine8(part0, part3);
                        part0 = combine8(part0, part4);
                        part0 = combine8(part0, part5);
                        part0 = combine8(part0, part6);
                        part0 = combine8(part0, part7);
                    }
                    for (; at + 8 <= length; at += 8) part0 = combine8(part0, tap8(load8(row + at)));
                    for (; at < length; ++at) acc = combine1(acc, tap1(load1(row + at)));
                }
                acc = combine1(join8(part0), acc);
                const float count = (float)((float)(h1 - h0) * (float)(w1 - w0));
                store1(y + g.y_offset + y_row + ow, finalize1(acc, count));
            }
        }
    }
}

__kernel void avg_listed2d_float16_runs_v8_count_valid(
    const __global half *restrict x,
    const __global int *restrict list,
    __global half *restrict y,
    const geometry g)
{
    avg_listed2d_float16_runs_v8_count_valid_item(x, list, y, g, get_global_id(0), get_global_size(0));
}
